"""Verdicts judged again: a gate that was milder than the rules it names is asked why. 不能“放过一马” (R32).

Only by what was written down, with the rules of that version; what only the gate knew accuses nobody.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from kakou.access.scope import acting_as_system
from kakou.kernel.time import day_in
from kakou.ledger.actions.unsaid import bare_temperatures, unexplained
from kakou.ledger.checks.areas import RiskMap
from kakou.ledger.checks.cases import cases_of
from kakou.ledger.checks.kinds import (
    BARE_TEMPERATURES,
    EMERGENCY_PASSED,
    OTHER_RULES,
    RISK_ORIGIN,
    UNKNOWN_RULES,
    VERDICT_MILDER,
    VERDICT_UNEXPLAINED,
)
from kakou.ledger.checks.rows import Checked
from kakou.ledger.lane.codes import VERDICT_WORDS
from kakou.ledger.queries.checked import Chains, personal_of
from kakou.ledger.queries.rulebook import RuleBook, known_pack
from kakou.screening.queries.areas import areas_since
from kakou.screening.rules import Pack
from kakou.screening.rules.afterwards import Doubt, Doubted, doubt, left_out
from kakou.web.queries import site_zone
from kakou.workorders.actions import Cause, Matter, close_causes, open_many
from kakou.workorders.queries import open_among, open_causes

KIND_OF = {Doubt.MILDER: VERDICT_MILDER, Doubt.ORIGIN: RISK_ORIGIN}
CORRECTED, BORNE_OUT, KNOWN = "corrected", "borne_out", "known"
_VERSION = re.compile(r"[a-z][a-z0-9-]{0,39}\.[0-9]{1,5}", re.ASCII)


def judge_again(rows: Sequence[Checked], chains: Chains, rules: RuleBook, *, at: dt.datetime) -> None:
    """Open an order for every row of `chains` whose verdict is in doubt or has no reason, and for every emergency,
    whose record is to be made up; close those of rows that are borne out now or were replaced. Within the caller's
    transaction."""
    judged = [row for row in chains.held if row.is_judged]
    known = [(row, pack) for row in judged if (pack := rules.afterwards(row.pack)) is not None]
    found = _doubted(known, _risks([row for row, _ in known], rules))
    wanted = {kind: [_matter(row, one) for row, one in found if one.doubt is why] for why, kind in KIND_OF.items()}
    emergencies = [Matter(row.id, row.node, {"passage": str(row.id)}) for row in judged if row.is_emergency]
    wanted |= {EMERGENCY_PASSED: emergencies, VERDICT_UNEXPLAINED: unexplained(judged)}
    for kind, matters in wanted.items():
        _heal(kind.name, {row.id for row in rows}, {matter.cause for matter in matters}, chains, at)
        if matters:
            open_many(kind.name, matters, at=at)
    if bare := bare_temperatures(judged):
        open_many(BARE_TEMPERATURES.name, bare, at=at)
    _tell_unknown([row for row in judged if rules.pack(row.pack) is None], at)
    _tell_others([row for row, _ in known], rules, at)


def close_known(*, at: dt.datetime) -> int:
    """Close the orders about rules that are known by now; how many. Every minute."""
    with acting_as_system():
        waiting = open_causes(UNKNOWN_RULES.name)[UNKNOWN_RULES.name]
        versions = {cause: cause.partition(":")[2] for cause in waiting}
        known = {version for version in set(versions.values()) if known_pack(version) is not None}
        healed = [cause for cause, version in versions.items() if version in known]
        return len(close_causes(UNKNOWN_RULES.name, healed, at=at, healed=KNOWN)) if healed else 0


def _risks(rows: Sequence[Checked], rules: RuleBook) -> RiskMap:
    """Every area that any of these rows may be about."""
    if not rows:
        return RiskMap(())
    first = min(min(row.happened_at, row.device_at) for row in rows) - rules.longest_lookback
    return RiskMap(areas_since(day_in(site_zone(), first) - dt.timedelta(days=1)))


def _doubted(rows: Iterable[tuple[Checked, Pack]], risks: RiskMap) -> list[tuple[Checked, Doubted]]:
    zone = site_zone()
    found = ((row, _doubt(row, pack, risks, zone)) for row, pack in rows)
    return [(row, one) for row, one in found if one is not None]


def _doubt(row: Checked, pack: Pack, risks: RiskMap, zone: ZoneInfo) -> Doubted | None:
    recorded = VERDICT_WORDS.get(row.verdict)
    if recorded is None:
        return None
    cases = cases_of(row, personal_of(row), zone)
    near = risks.near(cases[0], lookback_days=pack.params["lookback_days"])
    return doubt(pack, recorded, cases, near)


def _matter(row: Checked, found: Doubted) -> Matter:
    facts: dict[str, str | Sequence[str]] = {
        "passage": str(row.id), "pack": found.judged.pack, "recorded": VERDICT_WORDS[row.verdict],
        "judged": found.judged.outcome, "reasons": list(found.judged.reasons), "looks": list(left_out(found.judged)),
    }  # fmt: skip
    return Matter(row.id, row.node, facts)


def _heal(kind: str, looked_at: set[UUID], wanted: set[Cause], chains: Chains, at: dt.datetime) -> None:
    """Close the open orders of rows that were looked at and want none."""
    about = looked_at | chains.replaced.keys() | {row.id for row in chains.held}
    healed: dict[Cause, dict[str, str]] = {}
    for passage in map(UUID, open_among(kind, about - wanted)):
        by = chains.replaced.get(passage)
        healed[passage] = {"passage": str(by), "healed": CORRECTED} if by else {"healed": BORNE_OUT}
    if healed:
        close_causes(kind, healed, at=at)


def _tell_unknown(rows: Iterable[Checked], at: dt.datetime) -> None:
    """One order for each version at each gate. What is no version at all may be any text: it is told by its hash."""
    matters: dict[str, Matter] = {}
    for row in rows:
        known_shape = _VERSION.fullmatch(row.pack) is not None
        version = row.pack if known_shape else hashlib.sha256(row.pack.encode()).hexdigest()[:16]
        facts = {"passage": str(row.id), **({"pack": version} if known_shape else {})}
        matters.setdefault(f"{row.node}:{version}", Matter(f"{row.node}:{version}", row.node, facts))
    if matters:
        open_many(UNKNOWN_RULES.name, matters.values(), at=at)


def _tell_others(rows: Sequence[Checked], rules: RuleBook, at: dt.datetime) -> None:
    """One order for each version at each gate where it does not hold, nor did lately: it may be a milder one."""
    rules.look_up({row.node for row in rows})
    matters: dict[str, Matter] = {}
    for row in rows:
        held = rules.held(row)
        if row.pack not in held:
            facts = {"passage": str(row.id), "pack": row.pack, "held": held[-1]}
            matters.setdefault(f"{row.node}:{row.pack}", Matter(f"{row.node}:{row.pack}", row.node, facts))
    if matters:
        open_many(OTHER_RULES.name, matters.values(), at=at)
