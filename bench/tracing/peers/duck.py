"""DuckDB in memory with two threads: copies sorted by person and by place, one more in buckets of time, and events.

contacts: one join, or two steps, the second with the places and stays as literals. contacts_many: the same join, or one
on place and bucket, so that only what can overlap is compared. reach: each hop as a join that lists the pairs, or as a
sweep where many pass it on: two ASOF joins against the running maximum of their ends. exposure: a sweep over events in
their stored order (a window without PARTITION BY and ORDER BY is streamed, and differences of running sums need no
start at zero in each place), the same with the window that a textbook writes, the same over events that the query
makes and sorts, and the plain join. The sweeps count on nobody being in a place twice at a time, as in our city.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np

from bench.tracing.city import Stays
from bench.tracing.peers.answers import Columns, Peer

BUCKET = 6 * 3600  # tried at 1,000,000 stays
PLACE = 2**33  # place and second in one number
FEW = 48  # fewer than one in so many is followed by a join, as the engine follows them
LEAST = 900  # for which the events are stored

TOGETHER = "least(m.leave, o.leave) - greatest(m.enter, o.enter)"
MET = (
    f"sum({TOGETHER})::BIGINT as seconds, count(*) as encounters, "
    "min(greatest(m.enter, o.enter)) as first, max(least(m.leave, o.leave)) as last"
)
STREAMED = "rows between unbounded preceding and current row"
SORTED = f"partition by place order by t, way desc {STREAMED}"


class DuckDB(Peer):
    """SQL over columns."""

    name = "DuckDB"
    ways = {
        "contacts": ("join", "two steps"),
        "contacts_many": ("join", "join in buckets"),
        "reach": ("join", "sweep"),
        "exposure": ("stored", "stored, window sorts", "built", "pairs"),
    }

    def load(self, stays: Stays) -> None:
        """Numbers as narrow as they can be; all copies are made here."""
        self.db = self.held.enter_context(duckdb.connect())
        self.db.execute("set threads = 2; set memory_limit = '8GB'; set enable_progress_bar = false")
        self.db.execute(f"set temp_directory = '{self.folder}/duck'")
        given = {"person": stays.person, "enter": stays.enter.astype(np.int32), "leave": stays.leave.astype(np.int32)}
        given["place"] = stays.place.astype(np.int32)
        self.low = int(stays.enter.min())
        self.db.register("given", given)
        self.db.execute(
            "create table by_person as select person, place, enter, leave from given order by person, enter"
        )
        self.db.execute("create table by_place as select person, place, enter, leave from given order by place, enter")
        self.db.unregister("given")
        self.db.execute(f"create table by_bucket as select * from ({_in_buckets('by_place')}) order by place, bucket")
        self.db.execute(f"create table events as select * from ({_events(LEAST)}) order by place, t, way desc")
        self.persons = len(np.unique(stays.person))

    def contacts(self, person: int, t0: int, t1: int, least: int, way: str = "join") -> dict[str, Any]:
        """Of one."""
        mine = f"select person, {_cut(t0, t1, least)} and person = {person}"
        others, rows = "by_place", f"({mine})"
        if way == "two steps":
            found = self.db.execute(mine).fetchall() or [(person, -1, 0, 0)]
            rows = "(values " + ", ".join(map(str, found)) + ")"
            places = ", ".join(str(place) for place in sorted({row[1] for row in found}))
            others = f"(select * from by_place where place in ({places}))"
        return self._fetched(
            f"select o.person, {MET} from {rows} m(person, place, enter, leave) join {others} o"
            f" on {_meet(least)} group by o.person"
        )

    def contacts_many(self, persons: Any, t0: int, t1: int, least: int, way: str = "join") -> dict[str, Any]:
        """Of several."""
        self.db.register("cases", {"person": np.asarray(persons), "nr": np.arange(len(persons), dtype=np.int32)})
        mine = f"select nr, person, {_cut(t0, t1, least, 'cases join by_person using (person)')}"
        others, both = "by_place", ""
        if way == "join in buckets":
            mine, others = _in_buckets(f"({mine})"), "by_bucket"
            both = f" and o.bucket = m.bucket and greatest(m.enter, o.enter) // {BUCKET} = m.bucket"
        return self._fetched(
            f"select m.nr, o.person, {MET} from ({mine}) m join {others} o on {_meet(least)}{both}"
            " group by m.nr, o.person"
        )

    def reach(
        self, seeds: Sequence[int], t0: int, hops: int, latency: int, least: int, way: str = "join"
    ) -> dict[str, Any]:
        """By chains, hop by hop."""
        self.db.register("seeds", {"person": np.asarray(seeds)})
        self.db.execute(
            f"create or replace temp table found as select person, 0 as degree, {t0} as t, 0 as hop"
            " from seeds semi join by_person using (person)"
        )
        for hop in range(1, hops + 1):
            self.db.execute(
                f"create or replace temp table frontier as select person, t + {latency if hop > 1 else 0} as since"
                f" from found where hop = {hop - 1}"
            )
            many = self.db.execute("select count(*) from frontier").fetchone()[0]
            if many == 0:
                break
            hit = self._swept(least) if way == "sweep" and many * FEW >= self.persons else _paired(least)
            self.db.execute(
                f"create or replace temp table sooner as select n.person, n.t, f.degree from ({hit}) n"
                " left join found f using (person) where f.t is null or n.t < f.t"
            )
            self.db.execute("delete from found where person in (select person from sooner)")
            self.db.execute(f"insert into found select person, coalesce(degree, {hop}), t, {hop} from sooner")
        return self._fetched("select person, degree, t from found")

    def exposure(self, least: int, way: str = "stored") -> dict[str, Any]:
        """Of all."""
        if way == "pairs":
            return self._fetched(
                f"select m.person, sum({TOGETHER})::BIGINT as seconds, count(*) as encounters from by_place m"
                f" join by_place o on {_meet(least)} and m.leave - m.enter >= {least} group by m.person"
            )
        if way != "built":
            assert least == LEAST, "the events are stored for another"
            events = f"select person, place, way::BIGINT as way, (t - {self.low})::BIGINT as t from events"
            return self._fetched(_sweep(events, least, SORTED if "sorts" in way else STREAMED))
        keyed = _events(
            least,
            f"place * {PLACE} + (enter - {self.low}) * 2",
            f"place * {PLACE} + (leave - {least} - {self.low}) * 2 + 1",
        )
        events = (
            f"select person, 1 - (t & 1) * 2 as way, (t & {PLACE - 1}) >> 1 as t"
            f" from (select person, t from ({keyed}) order by t)"
        )
        return self._fetched(_sweep(events, least, STREAMED))

    def columns(self, query: str, answer: Any) -> Columns:
        """As they were selected."""
        return list(answer.values())

    def _fetched(self, sql: str) -> dict[str, Any]:
        return self.db.execute(sql).fetchnumpy()

    def _swept(self, least: int) -> str:
        """One hop from many: a target is hit at his enter if one who has begun stays on, else when the next begins."""
        at = f"place * {PLACE} + ({{}} - {self.low})"
        return f"""with sources as materialized (
  select t, max(stands) over ({STREAMED}) as stands from (
    select {at.format("enter")} as t, max({at.format("leave")}) as stands from ({_sources(least)})
    group by t order by t)),
targets as (
  select o.person, o.t, o.until, s.stands from (
    select o.person, {at.format("o.enter")} as t, {at.format("o.leave")} as until
    from by_place o left join found f using (person)
    where o.leave - o.enter >= {least} and (f.t is null or o.enter < f.t)) o
  asof left join sources s on o.t >= s.t),
hits as (
  select person, min(t & {PLACE - 1}) as t from targets where stands - t >= {least} group by person union all
  select o.person, min(s.t & {PLACE - 1}) from (
    select * from targets where stands is null or stands - t < {least}) o
  asof join sources s on o.t < s.t where o.until - s.t >= {least} group by o.person)
select person, (min(t) + {self.low})::INTEGER as t from hits group by person"""


def _cut(t0: int, t1: int, least: int, source: str = "by_person") -> str:
    """The end of a select of stays cut to [t0, t1]."""
    enter, leave = f"greatest(enter, {t0})", f"least(leave, {t1})"
    return f"place, {enter} as enter, {leave} as leave from {source} where {leave} - {enter} >= {least}"


def _meet(least: int) -> str:
    return (
        f"o.place = m.place and o.enter <= m.leave - {least} and o.leave >= m.enter + {least}"
        f" and o.leave - o.enter >= {least} and o.person <> m.person"
    )


def _in_buckets(stays: str) -> str:
    return f"select *, unnest(range(enter // {BUCKET}, leave // {BUCKET} + 1))::INTEGER as bucket from {stays}"


def _events(least: int, begin: str = "enter", end: str = "") -> str:
    """Enters and moved leaves of the stays that last long enough."""
    narrow = "person, " if end else "person, place, "
    ways = ("", "") if end else (", 1::INTEGER as way", ", -1")
    end = end or f"leave - {least}"
    lasting = f"from by_place where leave - enter >= {least}"
    return f"select {narrow}{begin} as t{ways[0]} {lasting} union all select {narrow}{end}{ways[1]} {lasting}"


def _sweep(events: str, least: int, window: str) -> str:
    """Seconds and encounters from three running sums.

    With n who are there, st the sum of way * t and k events so far, t * n - st are the seconds that all were there, and
    (k + n) / 2 and (k - n) / 2 how many came and went. A leave adds them, an enter takes them away.
    """
    order = window if window == STREAMED else window.replace(STREAMED, "rows unbounded preceding")
    return f"""select person,
  (sum(way * (t - t * n + st)) + {least} * ((sum(n - way * k) - count(*)) // 2))::BIGINT as seconds,
  ((sum(n - way * k) - count(*)) // 2)::BIGINT as encounters
from (select person, way, t, (sum(way) over w)::BIGINT as n, (sum(way * t) over w)::BIGINT as st, count(*) over w as k
  from ({events}) window w as ({order})) group by person"""


def _sources(least: int) -> str:
    return (
        "select place, greatest(enter, since) as enter, leave from by_person join frontier using (person)"
        f" where leave - greatest(enter, since) >= {least}"
    )


def _paired(least: int) -> str:
    """One hop, by listing the pairs."""
    return (
        f"select o.person, min(greatest(m.enter, o.enter)) as t from ({_sources(least)}) m join by_place o"
        f" on o.place = m.place and o.enter <= m.leave - {least} and o.leave >= m.enter + {least}"
        f" and o.leave - o.enter >= {least} group by o.person"
    )
