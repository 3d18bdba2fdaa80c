"""Household quotas kept up: a breach that no gate could know is an open loop; what explains it closes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from kakou.kernel.ids import floor_of
from kakou.ledger.actions.cursors import portion
from kakou.ledger.checks.kinds import QUOTA_EXCEEDED
from kakou.ledger.checks.quotas import Beyond, Member, beyond, by_household
from kakou.ledger.checks.rows import Checked
from kakou.ledger.lane.rows import KEEP_DAYS
from kakou.ledger.queries.checked import MARGIN, Chains, people_of, portions, rows_where
from kakou.ledger.queries.rulebook import RuleBook
from kakou.ledger.rules import Direction, SubjectKind
from kakou.screening.models import Pass
from kakou.screening.queries.passes import any_household, of_households_of
from kakou.workorders.actions import Matter, close_causes, open_many
from kakou.workorders.queries import open_among

CURSOR = "quotas"
BATCH = 20_000  # passages of one transaction
EXPLAINED = "explained"
_OUT = f"p.subject_kind = {SubjectKind.PERSON:d} and p.direction = {Direction.OUT:d} and p.crossed and p.purpose <> 0"
_NEWS = f"p.xid > %s::text::xid8 and p.xid <= %s::text::xid8 and (({_OUT}) or p.corrects is not null)"
# all that are kept: who went beyond the quota does not use it up, so an answer may hang on one long ago
_EXITS = f"p.subject = any(%s) and p.id >= %s and {_OUT}"


def fold_quotas(*, at: dt.datetime, most: int = BATCH) -> int:
    """Look at who went out since the last call; how many portions that were. Every minute."""
    portions = 0
    while portion(CURSOR, lambda after, upto: _take(after, upto, at), most=most):
        portions += 1
    return portions


def _take(after: int, upto: int, at: dt.datetime) -> None:
    if not any_household():
        return
    news = rows_where(_NEWS, [after, upto])
    passed = people_of({row.subject for row in (*news, *Chains(news).chained)})
    passes = of_households_of(set(passed.keys_of)) if news else []
    if passes:
        _settle(passes, at)


def _settle(passes: Sequence[Pass], at: dt.datetime) -> None:
    """Open and close what all that is known of these households says."""
    rules, zone = RuleBook(), ZoneInfo(settings.SITE_ZONE)
    members = _members(passes)
    rows = _exits(members, since=at - dt.timedelta(days=KEEP_DAYS))
    households = by_household(Chains(rows).held, members, rules.pack, zone)
    found = [one for some in households.values() for one in beyond(some, rules.pack)]
    wanted = {one.row.id for one in found}
    if healed := open_among(QUOTA_EXCEEDED.name, {row.id for row in rows} - wanted):
        close_causes(QUOTA_EXCEEDED.name, healed, at=at, healed=EXPLAINED)
    if found:
        open_many(QUOTA_EXCEEDED.name, map(_matter, found), at=at)


def _members(passes: Sequence[Pass]) -> dict[UUID, list[Member]]:
    """Every key of everybody who has one of these passes → his passes."""
    people = people_of({one.person_id for one in passes if one.person_id})
    found: dict[UUID, list[Member]] = {}
    for one in passes:
        assert one.person_id
        assert one.household
        member = Member(one.person_id, bytes(one.household), one.valid_from, one.valid_to, one.cancelled_at)
        for key in people.keys_of[people.subject(one.person_id)]:
            found.setdefault(key, []).append(member)
    return found


def _exits(keys: Collection[UUID], *, since: dt.datetime) -> list[Checked]:
    floor = floor_of(since.astimezone(dt.UTC).date() - MARGIN)
    return [row for some in portions(keys) for row in rows_where(_EXITS, [some, floor])]


def _matter(one: Beyond) -> Matter:
    facts: dict[str, str | int] = {
        "passage": str(one.row.id),
        "other": str(one.before),
        "persons": one.persons,
        "days": one.days,
    }
    return Matter(one.row.id, one.row.node, facts)
