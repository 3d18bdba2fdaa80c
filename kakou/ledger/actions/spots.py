"""A few of every shift are drawn by lot, to be asked again whether the check was real. R31, R32."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from django.db.models import QuerySet

from kakou import vault
from kakou.kernel.time import from_ms, to_ms
from kakou.ledger.actions.backlog import LATE
from kakou.ledger.actions.cursors import at_cursor
from kakou.ledger.checks.rows import Checked
from kakou.ledger.models import FoldCursor, Passage
from kakou.ledger.queries.checked import Chains, People, people_of, personal_of, rows_of
from kakou.ledger.queries.day import window
from kakou.ledger.queries.rulebook import RuleBook
from kakou.ledger.rules import Direction, SubjectKind
from kakou.people.queries import callable_among
from kakou.screening.actions.audits import Drawn, draw
from kakou.screening.rules import Verdict, Who
from kakou.screening.rules.honesty import drawn, shift_of
from kakou.web.queries import site_zone

CURSOR = "spot audits"  # epoch ms up to which shifts were drawn from
LATEST = dt.timedelta(hours=24)  # who passed longer ago does not remember what the recorder did
LOTS = 60  # of a gate and shift, of whom as many are asked as can be called: of twenty one has left a telephone
MANY = "spot_audits"  # of a pack: so many of a shift at a gate
_CHUNK = 10_000


def draw_spot_audits(*, at: dt.datetime) -> int:
    """Draw from every shift that ended since the last time, within the last day; how many passages. Every minute; but
    for four times a day there is nothing to do."""
    with at_cursor(CURSOR) as reach:
        shifts = [*_ended_since(from_ms(reach.after), at)]
        reach.nothing_new = not shifts
        found = sum(_draw(start, end, at) for start, end in shifts)
        if shifts:
            FoldCursor.objects.filter(name=CURSOR).update(xid=to_ms(shifts[-1][1]))
    return found


def _ended_since(last: dt.datetime, at: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Beginning and end of each shift that nobody drew from; what its phones hold back is waited for a little."""
    zone = site_zone()
    start, end = shift_of(max(last, at - LATEST), zone)
    while end <= at - LATE:
        if start >= last:
            yield start, end
        start, end = shift_of(end, zone)


def _draw(start: dt.datetime, end: dt.datetime, at: dt.datetime) -> int:
    lots = _lots(_who_came_in(start, end))
    rows = {row.id: row for row in rows_of([passage for some in lots.values() for passage in some])}
    asked = _who_may_be_asked(list(rows.values()))
    rules = RuleBook()
    found: list[Drawn] = []
    for gate, some in lots.items():
        many = max(rules.params(rows[passage].pack).get(MANY, 0) for passage in some)
        found += [Drawn(passage, gate) for passage in some if passage in asked][:many]
    return draw(start, found, at=at)


def _who_came_in(start: dt.datetime, end: dt.datetime) -> QuerySet[Passage, tuple[UUID, int]]:
    """Persons whom a gate looked at and let in."""
    asked = window((), start, end)
    passages = Passage.objects.filter(asked.of_ids(), happened_at__gte=start, happened_at__lt=end)
    looked_at = passages.filter(direction=Direction.IN, subject_kind=SubjectKind.PERSON, crossed=True)
    return looked_at.exclude(verdict__in=(Verdict.NONE, Verdict.EMERGENCY)).values_list("id", "node_id")


def _lots(passages: QuerySet[Passage, tuple[UUID, int]]) -> Mapping[int, Sequence[UUID]]:
    """Gate → the passages that come first by lot. Of a shift of a whole county only these are held."""
    key = vault.store().index_key("spot_audit")
    lots: dict[int, list[UUID]] = {}
    for some in _chunks(passages.iterator(chunk_size=_CHUNK)):
        for passage, gate in some:
            lots.setdefault(gate, []).append(passage)
        lots = {gate: drawn(ids, LOTS, key=key) for gate, ids in lots.items()}
    return lots


def _chunks(rows: Iterable[tuple[UUID, int]]) -> Iterator[list[tuple[UUID, int]]]:
    some: list[tuple[UUID, int]] = []
    for row in rows:
        some.append(row)
        if len(some) == _CHUNK:
            yield some
            some = []
    yield some


def _who_may_be_asked(rows: Sequence[Checked]) -> set[UUID]:
    """The passages of those who left a telephone, or have one in the register. Not of children: their parents were
    there and speak for them; not of rows that were replaced."""
    held = {row.id: row for row in Chains(rows).held}
    grown = [row for row in rows if row.id in held and row.detail.get("who") != Who.CHILD]
    people = people_of({row.subject for row in grown})
    known = callable_among({people.subject(row.subject) for row in grown})
    return {row.id for row in grown if _can_be_called(row, people, known)}


def _can_be_called(row: Checked, people: People, known: Mapping[UUID, bool]) -> bool:
    """By the register, which also knows who is a child; else by what was shown."""
    registered = known.get(people.subject(row.subject))
    if registered is None:
        personal = personal_of(row)
        return personal is not None and personal.subject.phone is not None
    return registered
