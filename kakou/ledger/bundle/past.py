"""What other gates know of the people of the roster: ways out that use up a quota, who was turned back today.

Not a section of the bundle: it changes with every passage, and the roster does not.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from kakou.kernel.ids import floor_of
from kakou.kernel.time import to_ms
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

# who went beyond the quota uses up none of it, and whether somebody did hangs on the days before
FAR = 3
_SINCE = "p.node_id = any(%s) and p.id >= %s and p.happened_at >= %s"
_KEYS = f"select distinct p.subject from ledger_passage p where {WENT_OUT} and {_SINCE}"  # noqa: S608 SQL of ours
_TURNED = f"p.subject_kind = {SubjectKind.PERSON:d} and p.verdict = {Verdict.PERSUADE_BACK:d}"


def past_told(gate: Gate) -> dict[str, Any]:
    """`households`: tag → when somebody of it went out lately (epoch ms); `turned_back`: tag of a pass → how often its
    holder was persuaded back today. The tags are those of this phone's roster. Who is in neither has no past.
    """
    salt = salt_of(gate.device)
    return {"at": to_ms(gate.at), "households": _households(gate, salt), "turned_back": _turned_back(gate, salt)}


def _households(gate: Gate, salt: bytes) -> dict[str, list[int]]:
    rules = RuleBook()
    numbers = rules.params(version_at(gate.node, gate.unit_kind, gate.at))
    if not numbers.get(PERSONS):
        return {}
    within = dt.timedelta(days=numbers.get(DAYS, 1))
    lately = gate.at - within
    members = members_of(of_households_of(_who_went_out(gate, lately)))
    rows = exits_of(members, since=gate.at - FAR * within) if members else []
    told = {}
    for household, some in by_household(Chains(rows).held, members, rules.pack, ZoneInfo(settings.SITE_ZONE)).items():
        over = {one.row.id for one in beyond(some, rules.pack)}
        times = sorted(to_ms(row.happened_at) for row in some if row.id not in over and row.happened_at > lately)
        if times:
            told[household_tag(salt, household)] = times
    return dict(sorted(told.items()))


def _turned_back(gate: Gate, salt: bytes) -> dict[str, int]:
    midnight = gate.at.astimezone(ZoneInfo(settings.SITE_ZONE)).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = [row for row in Chains(_rows(gate, _TURNED, midnight)).held if row.verdict == Verdict.PERSUADE_BACK]
    people = people_of({row.subject for row in rows})
    often = Counter(people.subject(row.subject) for row in rows)
    holders = of_persons(often.keys())
    return dict(sorted((pass_tag(salt, one.pk), often[one.person_id]) for one in holders if one.person_id))


def _rows(gate: Gate, what: str, since: dt.datetime) -> list[Checked]:
    return rows_where(f"{what} and {_SINCE}", _since(gate, since))


def _who_went_out(gate: Gate, since: dt.datetime) -> set[UUID]:
    """Whoever is known of those who did. Only their keys are read: of a busy unit these are ten thousand rows a day."""
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, _since(gate, since))
        return set(people_of({key for (key,) in cursor.fetchall()}).keys_of)


def _since(gate: Gate, since: dt.datetime) -> list[Any]:
    return [[*gate.nodes], floor_of(since.astimezone(dt.UTC).date() - MARGIN), since]
