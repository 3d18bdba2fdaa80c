"""What other gates know of the people of the roster: ways out that use up a quota, who was turned back today.

Not a section of the bundle: it changes with every passage, and the roster does not.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from kakou.kernel.ids import floor_of
from kakou.kernel.time import to_ms
from kakou.ledger.bundle.inside import Open, inside_told, open_at
from kakou.ledger.checks.quotas import DAYS, PERSONS, beyond, by_household
from kakou.ledger.checks.rows import Checked
from kakou.ledger.events import Gate
from kakou.ledger.queries.checked import MARGIN, Chains, people_of, rows_where
from kakou.ledger.queries.households import WENT_OUT, exits_of, members_of
from kakou.ledger.queries.rulebook import RuleBook
from kakou.ledger.rules import SubjectKind
from kakou.screening.queries.bundle import household_tag, pass_tag, salt_of
from kakou.screening.queries.packs import version_at
from kakou.screening.queries.passes import of_households_of, of_persons
from kakou.screening.rules import Verdict
from kakou.web.queries import site_zone

# who went beyond the quota uses up none of it, and whether somebody did hangs on the days before
FAR = 3
TURN = 20_000  # ms for which phones of the same places are told the same
_SINCE = "p.node_id = any(%s) and p.id >= %s and p.happened_at >= %s"
_KEYS = f"select distinct p.subject from ledger_passage p where {WENT_OUT} and {_SINCE}"  # noqa: S608 SQL of ours
_TURNED = f"p.subject_kind = {SubjectKind.PERSON:d} and p.verdict = {Verdict.PERSUADE_BACK:d}"


def past_told(gate: Gate) -> dict[str, Any]:
    """`households`: tag → when somebody of it went out lately (epoch ms); `turned_back`: tag of a pass → how often its
    holder was persuaded back today. The tags are those of this phone's roster. Who is in neither has no past. `inside`:
    see `inside_told`.

    All phones that see the same places are told of the same moment, `at`, for a few seconds.
    """
    salt, turn = salt_of(gate.device), to_ms(gate.at) // TURN
    numbers = RuleBook().params(version_at(gate.node, gate.unit_kind, gate.at))
    days = numbers.get(DAYS, 1) if numbers.get(PERSONS) else None
    known = _known(gate, days, turn)
    households = {household_tag(salt, household): times for household, times in known.went_out}
    turned_back = {pass_tag(salt, id): often for id, often in known.turned_back}
    return {
        "at": known.at, "households": dict(sorted(households.items())),
        "turned_back": dict(sorted(turned_back.items())),
        "inside": inside_told(salt, known.inside),
    }  # fmt: skip


class _Known(NamedTuple):
    """What is told, before it is salted for a phone: by household, and by id of a pass."""

    at: int
    went_out: list[tuple[bytes, list[int]]]
    turned_back: list[tuple[UUID, int]]
    inside: Open


class _Lately:
    """What was read last for the phones that see the same places: at two at night every phone of a unit asks."""

    def __init__(self) -> None:
        self._told: dict[tuple[int, frozenset[int], int | None], tuple[int, _Known]] = {}

    def __call__(self, gate: Gate, days: int | None, turn: int) -> _Known:
        """`days`: of the quota, None where there is none; `turn`: as long as it is the same, so is the answer."""
        unit, nodes, at = gate.unit, gate.nodes, gate.at
        last = self._told.get((unit, nodes, days))
        if last is None or last[0] != turn:
            went_out = _went_out(nodes, dt.timedelta(days=days), at) if days is not None else []
            last = turn, _Known(to_ms(at), went_out, _turned_back(nodes, at), open_at(unit, at))
            self._told[unit, nodes, days] = last
        return last[1]

    def forget(self) -> None:
        """Read it anew."""
        self._told.clear()


_known = _Lately()


def _went_out(nodes: frozenset[int], within: dt.timedelta, at: dt.datetime) -> list[tuple[bytes, list[int]]]:
    rules, lately = RuleBook(), at - within
    members = members_of(of_households_of(_who_went_out(nodes, lately)))
    rows = exits_of(members, since=at - FAR * within) if members else []
    told = []
    for household, some in by_household(Chains(rows).held, members, rules.pack, site_zone()).items():
        over = {one.row.id for one in beyond(some, rules.pack)}
        times = sorted(to_ms(row.happened_at) for row in some if row.id not in over and row.happened_at > lately)
        if times:
            told.append((household, times))
    return told


def _turned_back(nodes: frozenset[int], at: dt.datetime) -> list[tuple[UUID, int]]:
    midnight = at.astimezone(site_zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = [row for row in Chains(_rows(nodes, _TURNED, midnight)).held if row.verdict == Verdict.PERSUADE_BACK]
    people = people_of({row.subject for row in rows})
    often = Counter(people.subject(row.subject) for row in rows)
    return [(one.pk, often[one.person_id]) for one in of_persons(often.keys()) if one.person_id]


def _rows(nodes: frozenset[int], what: str, since: dt.datetime) -> list[Checked]:
    return rows_where(f"{what} and {_SINCE}", _since(nodes, since))


def _who_went_out(nodes: frozenset[int], since: dt.datetime) -> set[UUID]:
    """Whoever is known of those who did. Only their keys are read: of a busy unit these are ten thousand rows a day."""
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, _since(nodes, since))
        return set(people_of({key for (key,) in cursor.fetchall()}).keys_of)


def _since(nodes: frozenset[int], since: dt.datetime) -> list[Any]:
    return [[*nodes], floor_of(since.astimezone(dt.UTC).date() - MARGIN), since]
