"""Days brought up to what the ledger says: read, written by the engine, and only then no longer marked.

Whatever breaks off leaves the mark, and the day is built again. The engine's folder, the stamps beside it and the
database's own note are written in this order, so a day of which the three do not agree is not believed: the folder was
damaged, or the database is of another time than it (a backup was restored).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection, transaction

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import new_id
from kakou.people import queries as people
from kakou.tracing.engine.columns import EPOCH
from kakou.tracing.models import BuiltDay, ChangedDay, PersonCode, PersonKey
from kakou.tracing.segments import codes
from kakou.tracing.segments.days import FIRST, LAST, Span, span
from kakou.tracing.segments.keeping import Kept
from kakou.tracing.segments.marks import note_days
from kakou.tracing.segments.reading import Rows, Whose, read
from kakou.web.queries import site_zone

FEW = 20_000  # subjects: to read more of them one by one costs as much as a day of 570,000 times
_TAKE_AWAY = "delete from tracing_changedday where id in (select unnest(%s::bigint[]))"
_NOTED = """select array_agg(id), count(*) filter (where subject is null), array_agg(distinct subject)
  from tracing_changedday where day = %s"""
# a code that was given and is not yet in a segment cannot be lost here: one process builds at a time
_NOBODY = """delete from tracing_personcode c where not exists (select from unnest(%s::bigint[]) as named(code)
  where named.code = c.code)"""
_NO_KEY = """delete from tracing_personkey k where not exists (select from tracing_personcode c where c.code = k.person)
  or not exists (select from ledger_passage p where p.subject = k.key)"""
SPARE = 10_000  # codes

Progress = Callable[[int, int], None]
"""Told how many days are done, of how many."""


class Noted(NamedTuple):
    """The marks of one day: their ids, and of whom; `subjects` None: of anybody, or of too many. `is_whole`: one of
    them is of anybody."""

    ids: list[int]
    subjects: list[UUID] | None
    is_whole: bool


def bring_up_to_date(kept: Kept, *, at: dt.datetime, progress: Progress | None = None) -> int:
    """Build every day that the ledger has overtaken, the latest first; how many those were. The caller holds the lock
    of the folder (`files.held`)."""
    kept.look()
    disbelieve(kept)
    days = list(ChangedDay.objects.order_by("-day").values_list("day", flat=True).distinct())
    whole = [_build(kept, day, at) for day in _told(days, progress)]
    if any(whole) and not ChangedDay.objects.exists() and let_go(kept):
        return len(days) + bring_up_to_date(kept, at=at, progress=progress)
    return len(days)


def _told(days: Sequence[dt.date], progress: Progress | None) -> Iterator[dt.date]:
    for done, day in enumerate(days):
        yield day
        if progress:
            progress(done + 1, len(days))


@transaction.atomic
def disbelieve(kept: Kept) -> None:
    """Mark each day whose segment is not the one that the database knows of, and take such segments away."""
    zone = site_zone()
    there = kept.spans()
    right = {
        built.day: (built.begin, built.end)
        for built in BuiltDay.objects.all()
        if (built.begin, built.end) in there
        and (built.begin, built.end) == span(built.day, zone)
        and kept.stamps.get(built.day) == built.stamp
    }
    wrong = BuiltDay.objects.exclude(day__in=right)
    if lost := list(wrong):
        note_days({day for built in lost for day in _meant(built, zone)})
        wrong.delete()
    kept.drop(there - set(right.values()), of=right)


def _meant(built: BuiltDay, zone: ZoneInfo) -> set[dt.date]:
    """The days that a segment was for: of another zone those that it lies in."""
    if (built.begin, built.end) == span(built.day, zone):
        return {built.day}
    return {built.day + dt.timedelta(days=more) for more in (-1, 0, 1)}


def _build(kept: Kept, day: dt.date, at: dt.datetime) -> bool:
    """Was it built whole although it was there: because something of it was destroyed, or is not believed?"""
    if not FIRST <= day <= LAST:
        ChangedDay.objects.filter(day=day).delete()
        return False
    begun = span(day, site_zone())
    is_there = begun in kept.spans()
    with _as_of_one_moment():
        noted = _noted(day)
        subjects = noted.subjects if is_there else None
        whose = None if subjects is None else _whose(subjects)
        found = read(begun, whose)
        rows, unknown = found.rows, found.unknown
    if unknown:
        _name(rows, unknown)
    if subjects is not None:
        changed = {*codes.codes_of([*subjects, *(whose.subjects if whose else ())]).values()}
        rows = _others(kept, begun, changed).joined(rows)
    _keep(kept, day, begun, rows, noted, at)
    return noted.is_whole


@contextmanager
def _as_of_one_moment() -> Iterator[None]:
    """One snapshot over every node: what is read and the marks that are taken away for it belong together."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read")
        with acting_as_system():
            yield


def _noted(day: dt.date) -> Noted:
    with connection.cursor() as cursor:
        cursor.execute(_NOTED, [day])
        ids, whole, subjects = cursor.fetchone()
    is_few = not whole and len(subjects or ()) <= FEW
    return Noted(ids or [], list(subjects or ()) if is_few else None, bool(whole))


def _whose(subjects: Collection[UUID]) -> Whose:
    """Those that these keys belong to, by the register and as passages were last read; and the keys themselves: a stay
    may still stand under one of them."""
    same = people.identities(subjects)
    meant = {*subjects, *(one.subject for one in same)}
    read_as = PersonKey.objects.filter(person__in=PersonCode.objects.filter(subject__in=meant).values("code"))
    return Whose(meant, {*subjects, *(one.key for one in same), *read_as.values_list("key", flat=True)})


def _name(rows: Rows, unknown: Collection[tuple[int, UUID, bool]]) -> None:
    """Give codes to who has none."""
    with acting_as_system():
        by_key = codes.give_keys({key for _, key, is_key in unknown if is_key})
    by_subject = codes.give({key for _, key, is_key in unknown if not is_key})
    for at, key, is_key in unknown:
        rows.person[at] = (by_key if is_key else by_subject)[key]


def _others(kept: Kept, begun: Span, changed: Collection[int]) -> Rows:
    """What the day's segment holds of everybody but the changed."""
    index = kept.index
    segment = next(day.segment for day in index.days if (day.begin, day.end) == begun)
    place = np.repeat(np.arange(len(segment.places) - 1), np.diff(segment.places[:, 0]))
    rows = Rows(
        index.persons.ids[segment.who >> 1],
        index.places.ids[place],
        segment.enter.astype(np.int64) + EPOCH,
        segment.leave.astype(np.int64) + EPOCH,
        segment.who & 1 == 0,
    )
    return rows.where(~np.isin(rows.person, list(changed)))


def _keep(kept: Kept, day: dt.date, begun: Span, rows: Rows, noted: Noted, at: dt.datetime) -> None:
    stamp = new_id()
    kept.put(day, begun, rows, stamp)
    with transaction.atomic(), connection.cursor() as cursor:
        BuiltDay.objects.update_or_create(
            day=day,
            defaults={"begin": begun[0], "end": begun[1], "stamp": stamp, "rows": len(rows), "built_at": at},
        )
        cursor.execute(_TAKE_AWAY, [noted.ids])


def let_go(kept: Kept) -> bool:
    """Take away what nothing is left of: the oldest days, codes that no segment names, keys that no passage carries;
    and everything, to be begun anew, if most of the folder's own list of codes is of nobody. Was that so?"""
    first = BuiltDay.objects.filter(rows__gt=0).order_by("day").first()
    empty = BuiltDay.objects.filter(day__lt=first.day) if first else BuiltDay.objects.all()
    if gone := set(empty.values_list("day", flat=True)):
        kept.drop_before(span(max(gone), site_zone())[1], gone)
        empty.delete()
    named = kept.persons()
    with transaction.atomic(), acting_as_system(), connection.cursor() as cursor:
        cursor.execute(_NOBODY, [named.tolist()])
        cursor.execute(_NO_KEY)
    is_mostly_nobody = len(kept.index.persons) > 2 * len(named) + SPARE
    if is_mostly_nobody:
        kept.clear()
    return is_mostly_nobody
