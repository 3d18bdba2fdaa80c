"""Polars with two threads: frames sorted by person and by place, and one more in buckets of time.

contacts: the person's slice joined with all stays on place, then filtered. contacts_many: the same in chunks of 50 in
memory, or in chunks of 200 in the streaming engine, joined on place and bucket.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from bench.tracing.city import Stays
from bench.tracing.peers.answers import ONLY, Columns, Peer

os.environ["POLARS_MAX_THREADS"] = "2"  # read when it is imported
import polars as pl

BUCKET = 6 * 3600
CHUNKS = {"chunks of 50": 50, "buckets, streamed": 200}  # cases at once

_person, _enter, _leave, _bucket = map(pl.col, ("person", "enter", "leave", "bucket"))
_asked, _begin, _end = map(pl.col, ("asked", "begin", "end"))  # whose stay it is that the others are joined with
_since, _until = pl.max_horizontal(_begin, _enter), pl.min_horizontal(_end, _leave)


class Polars(Peer):
    """Lazy frames."""

    name = "Polars"
    ways = {"contacts": ONLY, "contacts_many": tuple(CHUNKS)}

    def load(self, stays: Stays) -> None:
        """Numbers as narrow as they can be."""
        columns = {"person": stays.person, "place": stays.place.astype(np.int32)}
        columns |= {"enter": stays.enter.astype(np.int32), "leave": stays.leave.astype(np.int32)}
        given = pl.DataFrame(columns)
        self.by_person = given.sort("person", "enter")
        self.by_place = given.sort("place", "enter")
        in_buckets = self.by_place.with_columns(bucket=_buckets(_enter, _leave)).explode("bucket")
        self.by_bucket = in_buckets.sort("place", "bucket")

    def contacts(self, person: int, t0: int, t1: int, least: int) -> pl.DataFrame:
        """Of one."""
        key = self.by_person["person"]
        mine = self.by_person[key.search_sorted(person, "left") : key.search_sorted(person, "right")].lazy()
        both = _cut(mine, t0, t1, least).join(self.by_place.lazy(), on="place")
        return _met(both, least, ["person"]).collect()

    def contacts_many(
        self, persons: Any, t0: int, t1: int, least: int, way: str = "chunks of 50"
    ) -> list[pl.DataFrame]:
        """Of several, in parts."""
        cases = pl.DataFrame({"person": np.asarray(persons), "case": np.arange(len(persons), dtype=np.int32)})
        parts, each, key = [], CHUNKS[way], ["case", "person"]
        for done in range(0, len(cases), each):
            mine = cases[done : done + each].lazy().join(self.by_person.lazy(), on="person")
            cut = _cut(mine, t0, t1, least, "case")
            if way == "chunks of 50":
                found = _met(cut.join(self.by_place.lazy(), on="place"), least, key).collect()
            else:
                cut = cut.with_columns(bucket=_buckets(_begin, _end)).explode("bucket")
                both = cut.join(self.by_bucket.lazy(), on=["place", "bucket"]).filter(_bucket == _since // BUCKET)
                found = _met(both, least, key).collect(engine="streaming")
            parts.append(found)
        return parts

    def columns(self, query: str, answer: Any) -> Columns:
        """The parts in one piece."""
        whole = answer if query == "contacts" else pl.concat(answer)
        return [column.to_numpy() for column in whole.get_columns()]


def _cut(mine: pl.LazyFrame, t0: int, t1: int, least: int, *keys: str) -> pl.LazyFrame:
    """The stays of those asked about, cut to [t0, t1]."""
    begin, end = pl.max_horizontal(_enter, pl.lit(t0, pl.Int32)), pl.min_horizontal(_leave, pl.lit(t1, pl.Int32))
    cut = mine.select(*keys, _person.alias("asked"), "place", begin.alias("begin"), end.alias("end"))
    return cut.filter(_end - _begin >= least)


def _buckets(begin: pl.Expr, end: pl.Expr) -> pl.Expr:
    return pl.int_ranges(begin // BUCKET, end // BUCKET + 1, dtype=pl.Int32)


def _met(both: pl.LazyFrame, least: int, key: list[str]) -> pl.LazyFrame:
    """Pairs of stays in one place that share enough, added up."""
    meet = (_enter <= _end - least) & (_leave >= _begin + least) & (_person != _asked)
    first, last = pl.col("first"), pl.col("last")
    pairs = both.filter(meet).with_columns(first=_since, last=_until).filter(last - first >= least)
    return pairs.group_by(key).agg(
        (last - first).cast(pl.Int64).sum().alias("seconds"), pl.len().alias("encounters"), first.min(), last.max()
    )
