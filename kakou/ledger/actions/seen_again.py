"""An order for each person and day: persuaded back at one gate, and seen again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from kakou.kernel.ids import floor_of
from kakou.kernel.time import day_in
from kakou.ledger.actions.cursors import portion
from kakou.ledger.checks.kinds import SEEN_AGAIN
from kakou.ledger.checks.rows import Checked
from kakou.ledger.checks.seen_again import WITHIN, SeenAgain, seen_again
from kakou.ledger.queries.checked import MARGIN, Chains, people_of, portions, rows_where
from kakou.ledger.rules import Clock, SubjectKind
from kakou.screening.rules import Verdict
from kakou.web.queries import site_zone
from kakou.workorders.actions import Matter, close_causes, open_many
from kakou.workorders.queries import closed_by_hand, open_among

CURSOR = "seen again"
BATCH = 20_000  # passages of one transaction
OLDEST = dt.timedelta(days=7)  # seen again longer ago, nobody can be asked about it; a phone is away for some days
CORRECTED, EXPLAINED = "corrected", "explained"

_NEWS = "xid > %s::text::xid8 and xid <= %s::text::xid8"
_SPAN = f"select min(happened_at), max(happened_at) from ledger_passage where {_NEWS}"  # noqa: S608
_SENT_AWAY = f"""select distinct p.subject from ledger_passage p where p.verdict = {Verdict.PERSUADE_BACK:d}
  and not p.crossed and p.subject_kind = {SubjectKind.PERSON:d} and p.happened_at >= %s and p.happened_at <= %s
  and p.id >= %s"""  # noqa: S608
_PASSED = f"select distinct subject from ledger_passage where {_NEWS} and subject = any(%s)"  # noqa: S608
# whoever scans a place code may type anybody's number, so a scan is no sight of anybody
_THEIRS = f"p.subject = any(%s) and p.happened_at >= %s and p.id >= %s and p.clock & {Clock.SCANNED:d} = 0"


class _Span(NamedTuple):
    """When what is new happened."""

    first: dt.datetime
    last: dt.datetime


def fold_seen_again(*, at: dt.datetime, most: int = BATCH) -> int:
    """Look at who passed or was persuaded back since the last call; one portion of it, 0 when nothing was
    left. Every minute.

    Read are the passages of those alone who were persuaded back within a day before, by the small index of passages of
    note (`models.passage`), and who are among the new ones.
    """
    return int(portion(CURSOR, lambda after, upto: _take(after, upto, at), most=most))


def _take(after: int, upto: int, at: dt.datetime) -> None:
    chained = Chains(rows_where(f"{_NEWS} and p.corrects is not null", [after, upto])).chained
    with connection.cursor() as cursor:
        cursor.execute(_SPAN, [after, upto])
        first, last = cursor.fetchone()
    if not chained and last < at - OLDEST:
        return  # years may be imported at once
    first = max(first, at - OLDEST)  # beside what a gate sends now, or by a clock that is off
    span = _Span(
        min([first, *(row.happened_at for row in chained)]), max([last, *(row.happened_at for row in chained)])
    )
    sent_away = _sent_away(span)
    people = people_of(sent_away)
    keys = sent_away | {key for some in people.keys_of.values() for key in some}
    touched = _passed(after, upto, keys) | (keys & {row.subject for row in chained})
    if touched:
        subjects = {people.subject(key) for key in touched}
        _settle({key: whose for key in keys if (whose := people.subject(key)) in subjects}, span.first, at)


def _sent_away(span: _Span) -> set[UUID]:
    """Under which keys somebody was persuaded back who may be seen again in that span, or was before."""
    since = span.first - WITHIN
    with connection.cursor() as cursor:
        cursor.execute(_SENT_AWAY, [since, span.last, _floor(since - MARGIN)])
        return {subject for (subject,) in cursor.fetchall()}


def _passed(after: int, upto: int, keys: Collection[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    with connection.cursor() as cursor:
        for some in portions(keys):
            cursor.execute(_PASSED, [after, upto, some])
            found |= {subject for (subject,) in cursor.fetchall()}
    return found


def _settle(subject_of: Mapping[UUID, UUID], first: dt.datetime, at: dt.datetime) -> None:
    """Open and close what all passages of these people since the day of that moment say. `subject_of`: key → whose."""
    zone = site_zone()
    since = dt.datetime.combine(day_in(zone, first), dt.time(), zone)
    rows = _theirs(subject_of, since - WITHIN)
    chains = Chains(rows)
    mine: dict[UUID, list[Checked]] = {}
    for row in chains.held:
        if (whose := subject_of.get(row.subject)) is not None:
            mine.setdefault(whose, []).append(row)
    days = [
        some for held in mine.values() for day, some in seen_again(held, chains.together, zone).items()
        if day >= since.date()
    ]  # fmt: skip
    wanted = {some[0].row.id for some in days}
    looked_at = {row.id for row in rows if row.happened_at >= since} | chains.replaced.keys()
    _heal(looked_at - wanted, chains, at)
    if fresh := _not_settled([some for some in days if some[0].row.happened_at >= at - OLDEST]):
        open_many(SEEN_AGAIN.name, map(_matter, fresh), at=at)


def _theirs(keys: Collection[UUID], since: dt.datetime) -> list[Checked]:
    floor = _floor(since - MARGIN)
    return [row for some in portions(keys) for row in rows_where(_THEIRS, [some, since, floor])]


def _heal(causes: Collection[UUID], chains: Chains, at: dt.datetime) -> None:
    healed = {}
    for passage in map(UUID, open_among(SEEN_AGAIN.name, causes)):
        by = chains.replaced.get(passage)
        healed[passage] = {"passage": str(by), "healed": CORRECTED} if by else {"healed": EXPLAINED}
    if healed:
        close_causes(SEEN_AGAIN.name, healed, at=at)


def _not_settled(days: Sequence[Sequence[SeenAgain]]) -> list[SeenAgain]:
    """The first sight of each day, unless somebody closed an order about another one of it: an earlier one that comes
    in late tells nothing new then."""
    others = {str(one.row.id) for some in days for one in some[1:]}
    settled = closed_by_hand(SEEN_AGAIN.name, others) if others else set()
    return [some[0] for some in days if settled.isdisjoint(str(one.row.id) for one in some[1:])]


def _matter(one: SeenAgain) -> Matter:
    facts: dict[str, str | int | bool] = {
        "passage": str(one.row.id), "other": str(one.before.id), "crossed": one.row.crossed,
        "minutes": (one.row.happened_at - one.before.happened_at) // dt.timedelta(minutes=1),
    }  # fmt: skip
    return Matter(one.row.id, one.row.node, facts)


def _floor(moment: dt.datetime) -> UUID:
    return floor_of(moment.astimezone(dt.UTC).date())
