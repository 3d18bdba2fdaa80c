"""The verdict: what a pack says of a case, with every reason, the nearest fix and the pack's version. Pure.

The same file stands in TypeScript in `gate/src/domain/verdict.ts`; contracts/vectors/verdict binds both. Order of what
is asked: was everything looked at that must be, is each result one that the pack allows, what do the rules say. A rule
that throws cannot decide, and what cannot be decided is held, never let pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from kakou.screening.certlogic import CannotEvaluate, Compiled
from kakou.screening.certlogic.evaluating import is_integer, is_true
from kakou.screening.rules.facts import Area, Case, facts_of
from kakou.screening.rules.looks import Look, Way, Who

MOST_REASONS = 16  # as many as a passage takes
SOON = 1  # minutes to look at what was not looked at

# of whom nobody said more: the same for what must be looked at and for every rule
ANYBODY: Mapping[str, Any] = {"direction": Way.IN.value, "who": Who.VISITOR.value}
NOT_LOOKED, SKIPPED, NOT_ALLOWED, UNDECIDED = "not_looked", "skipped", "not_allowed", "undecided"


class Outcome(StrEnum):
    """What a finding asks for; the verdict is the strongest of all. Words as `Verdict` on the wire."""

    ADMIT = "admit"  # 放行: only a remark
    ADMIT_WITH_ACTION = "admit_with_action"  # 纠正后放行
    PERSUADE_BACK = "persuade_back"  # 劝返
    HOLD = "hold"  # 暂留: stronger than sending away, for who may be ill is not sent into the street
    REFER = "refer"  # 移交
    EMERGENCY = "emergency"  # 应急放行: passes at once, the rest is made up for


class Severity(StrEnum):
    """How much a finding matters beside others of the same outcome."""

    INFO = "info"
    WARN = "warn"
    HIGH = "high"
    URGENT = "urgent"


class Duty(StrEnum):
    """May a look be left out?"""

    MUST = "must"  # 必查
    REASON = "reason"  # only with one of the step's reasons
    MAY = "may"  # 可不查


STRENGTH: Mapping[str, int] = {outcome: rank for rank, outcome in enumerate(Outcome)}
SEVERITY: Mapping[str, int] = {severity: rank for rank, severity in enumerate(Severity)}


class Finding(NamedTuple):
    """One reason: its id, what it asks for, how much it matters, and how many minutes its fix takes (None: none)."""

    id: str
    outcome: str
    severity: str
    minutes: int | None


class Judged(NamedTuple):
    """`outcome` as on the wire; `reasons`: ids, the deciding ones first; `fix`: the reason whose fix is nearest among
    the deciding ones, None where there is nothing to be mended; `pack`: its version.
    """

    outcome: str
    reasons: tuple[str, ...]
    fix: str | None
    pack: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a pack. Asked only when everything in `needs` was looked at; `reads`: the paths of the case in it."""

    finding: Finding
    needs: tuple[str, ...]
    when: Compiled
    reads: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LookRule:
    """One look of a step: its duty by (direction, who), what it may say, what leaving it out for a reason means."""

    look: str
    duties: Mapping[tuple[str, str], Duty]
    results: frozenset[str]
    least: int
    most: int
    skips: Mapping[str, Finding]


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack ready to judge; made from its JSON by `packs.read_pack`."""

    version: str
    params: Mapping[str, int]
    looks: tuple[LookRule, ...]
    rules: tuple[Rule, ...]


def judge(pack: Pack, case: Case, areas: Sequence[Area] = ()) -> Judged:
    """What the pack says of the case. `areas`: the risk areas, see `facts.Area`. Never raises for what a case says."""
    results = {look.look: result_of(case, look.look) for look in pack.looks}
    found = [*_looked(pack, case, results), *_ruled(pack, case, results, areas)]
    found.sort(key=_order)
    outcome = found[0].outcome if found else Outcome.ADMIT
    deciding = [finding for finding in found if finding.outcome == outcome and finding.minutes is not None]
    nearest = min(deciding, key=_effort, default=None)
    reasons = tuple(finding.id for finding in found[:MOST_REASONS])
    return Judged(str(outcome), reasons, nearest.id if nearest else None, pack.version)


def result_of(case: Case, look: str) -> Any:
    """What a look said: a word, a temperature in tenths; None when nobody looked."""
    return case.get("record") if look == Look.RECORD else case.get("checks", {}).get(look)


def _order(finding: Finding) -> tuple[int, int, str]:
    return -STRENGTH[finding.outcome], -SEVERITY[finding.severity], finding.id


def _effort(finding: Finding) -> int:
    assert finding.minutes is not None
    return finding.minutes


def _looked(pack: Pack, case: Case, results: Mapping[str, Any]) -> Iterator[Finding]:
    """What was not looked at, or says what the pack does not know."""
    whole = {**ANYBODY, **case}
    key = whole["direction"], whole["who"]
    for look in pack.looks:
        result = results[look.look]
        if result is None:
            yield from _left_out(look, look.duties.get(key, Duty.MAY), case.get("skipped", {}).get(look.look))
        elif not _is_allowed(look, result):
            yield Finding(f"{look.look}.{NOT_ALLOWED}", Outcome.HOLD, Severity.WARN, SOON)


def _left_out(look: LookRule, duty: Duty, reason: str | None) -> Iterator[Finding]:
    skip = look.skips.get(reason) if reason else None
    if duty is Duty.MUST or (duty is Duty.REASON and skip is None):
        yield Finding(f"{look.look}.{NOT_LOOKED}", Outcome.HOLD, Severity.WARN, SOON)
    elif skip is not None:
        yield skip


def _is_allowed(look: LookRule, result: Any) -> bool:
    if look.results:
        return isinstance(result, str) and result in look.results
    return is_integer(result) and look.least <= result <= look.most


def _ruled(pack: Pack, case: Case, results: Mapping[str, Any], areas: Sequence[Area]) -> Iterator[Finding]:
    try:
        facts = facts_of(case, areas, lookback_days=pack.params["lookback_days"])
    except (ValueError, KeyError, TypeError, AttributeError):
        yield Finding(f"facts.{UNDECIDED}", Outcome.HOLD, Severity.WARN, SOON)
        return
    data = {**ANYBODY, **case, "facts": facts, "param": pack.params}
    for rule in pack.rules:
        if any([results[look] is None for look in rule.needs]):  # noqa: C419 - a list of one is quicker than a generator
            continue
        try:
            if is_true(rule.when(data)):
                yield rule.finding
        except CannotEvaluate:
            yield Finding(f"{rule.finding.id}.{UNDECIDED}", Outcome.HOLD, Severity.WARN, SOON)
