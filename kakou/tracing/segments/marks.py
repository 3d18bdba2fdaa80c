"""Which days are to be built again, noted while the ledger changes: in its transaction, and without holding it up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from kakou.kernel.arrays import array
from kakou.ledger.queries.histories import edges_from
from kakou.people import queries as people
from kakou.tracing.segments import files
from kakou.tracing.segments.days import days_of
from kakou.web.queries import site_zone

_NOTE_DAYS = """insert into tracing_changedday (day) select unnest(%s::date[])"""
_NOTE = """insert into tracing_changedday (day, subject) select * from unnest(%s::date[], %s::uuid[])"""
# a clock may say anything, also what no zone knows: such passages are in no segment
_NOTE_SEEN = """with seen as (select id, subject, corrects, happened_at from ledger_passage
    where xid > %s::text::xid8 and xid <= %s::text::xid8),
  noted as (insert into tracing_changedday (day, subject)
    select (happened_at at time zone %s)::date, subject from seen
      where happened_at between '1932-01-02' and '2068-01-17'
    union select * from unnest(%s::date[], %s::uuid[]))
  select uuid_send(id), uuid_send(corrects) from seen where corrects is not null"""
_OF_PASSAGES = """insert into tracing_changedday (day, subject)
  select distinct (happened_at at time zone %s)::date, subject from ledger_passage
  where happened_at between '1932-01-02' and '2068-01-17' and id in (select unnest(%s::uuid[]))"""
_OF_KEYS = """insert into tracing_changedday (day, subject)
  select distinct (happened_at at time zone %s)::date, whose from ledger_passage
  join unnest(%s::uuid[], %s::uuid[]) as moved(key, whose) on key = subject
  where happened_at between '1932-01-02' and '2068-01-17'"""
_KNOWN = """select k.key, c.subject from tracing_personkey k join tracing_personcode c on c.code = k.person
  where k.key in (select unnest(%s::uuid[]))"""


class Marks:
    """Listens to the ledger (`ledger.events.Listener`)."""

    def folded(self, begun: Collection[tuple[int, bytes]], seen: tuple[int, int] | None) -> None:
        """The days of these stays and passages, and of all in one chain with a correction among them: another may hold
        there now."""
        pairs = _spread(begun)
        days, subjects = (array(pair[part] for pair in pairs) for part in (0, 1))
        with connection.cursor() as cursor:
            if seen is None:
                cursor.execute(_NOTE, [days, subjects])
                return
            cursor.execute(_NOTE_SEEN, [*seen, settings.SITE_ZONE, days, subjects])
            if edges := cursor.fetchall():
                members = {UUID(bytes=passage) for edge in edges_from(edges, ()) for passage in edge}
                cursor.execute(_OF_PASSAGES, [settings.SITE_ZONE, list(members)])

    def folded_again(self, keys: Collection[bytes]) -> None:
        """Passages under a key that is another subject's now belong to him from now on, on all their days."""
        now = {one.key: one.subject for one in people.identities([UUID(bytes=key) for key in keys])}
        with connection.cursor() as cursor:
            cursor.execute("lock table tracing_personkey in row exclusive mode")  # see codes.give
            cursor.execute(_KNOWN, [list(now)])
            moved = [(key, was) for key, was in cursor.fetchall() if now[key] != was]
            if not moved:
                return
            both = [*moved, *((key, key) for key, _ in moved)]
            cursor.execute(_OF_KEYS, [settings.SITE_ZONE, *map(list, zip(*both, strict=True))])
            cursor.execute("delete from tracing_personkey where key = any(%s)", [[key for key, _ in moved]])

    def forgotten(self, quarters: Collection[int]) -> None:
        """What was destroyed goes from the segments too: their files once this transaction commits, without waiting for
        whoever builds them again from what is left."""
        days = {day for quarter in quarters for day in days_of(quarter, site_zone())}
        note_days(days)
        transaction.on_commit(partial(files.delete, days))


MARKS = Marks()


def note_days(days: Iterable[dt.date]) -> None:
    """These days are to be built again, whole."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_DAYS, [sorted(days)])


def _spread(begun: Collection[tuple[int, bytes]]) -> Collection[tuple[str, str]]:
    """(day, subject) as texts, each once."""
    zone = site_zone()
    days = {
        quarter: [day.isoformat() for day in days_of(quarter, zone)] for quarter in {quarter for quarter, _ in begun}
    }
    return {(day, subject.hex()) for quarter, subject in begun for day in days[quarter]}
