"""The same questions over more than one machine: plain Spark SQL over the folders that `kakou trace export` writes.

    stays = spark.read.parquet("/data/stays")              # person, place, enter, leave, certain, day, bucket
    contacts(spark, stays, [7, 9], t0, t1, min_overlap=900).show()

    spark-submit kakou/tracing/engine/spark.py contacts /data/stays --person 7 --from 1628438400 --to 1629648000

It says what the engine says, and is far slower on one machine; when it is worth taking stands in
docs/explanation/tracing-beyond-one-machine.md. Stands by itself: needs pyspark and nothing of Kakou's.

Two stays meet at the earliest moment at which both are there, so each is laid into every slot of time that it touches
and a pair counts in the slot of that moment alone: an equality join over (bucket, place, slot) instead of every stay of
a place against every other. Days are left out by the least and latest times that stand at the end of each Parquet file.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

MinOverlap = int | Mapping[int, int]
Person = int | str

SLOT = 4 * 3600  # seconds: shorter lays a stay into more slots, longer compares more who do not meet
_MOST = 2**31 - 1  # seconds of exposure that the engine tells at most
_NEEDED = ("person", "place", "enter", "leave")
_ALWAYS, _NEVER = -(2**62), 2**62


def contacts(
    spark: SparkSession, stays: DataFrame, persons: Sequence[Person], t0: int, t1: int, *, min_overlap: MinOverlap,
    gap: int = 0,
) -> DataFrame:  # fmt: skip
    """Whom each person met within [t0, t1]: case (his position), person, exposure_s, encounters, first, last, certain.

    As `TraceIndex.contacts_many`. `stays`: person, place (integers or texts), enter, leave (seconds of the epoch),
    and, where they are there, certain and bucket. Raises ValueError for a column that is missing or seconds below zero.
    """
    if gap < 0:
        raise ValueError(f"gap={gap}: seconds, zero or more")
    given = _taken(spark, stays, min_overlap)
    asked = spark.createDataFrame(list(enumerate(persons)), f"case int, person {dict(stays.dtypes)['person']}")
    mine = spark.sql(
        """select a.`case`, s.person, s.place, s.bucket, s.least, s.certain,
                  greatest(s.enter, :t0) - :gap as begin, least(s.leave, :t1) + :gap as end
           from {given} s join {asked} a on s.person = a.person
           where s.enter <= :t1 and s.leave >= :t0 and :t0 <= :t1""",
        {"t0": t0, "t1": t1, "gap": gap}, given=given, asked=asked,
    )  # fmt: skip
    met = _meetings(spark, mine, _others(spark, given, t0 - gap, t1 + gap, mine))
    return spark.sql(
        """select `case`, other as person, least(sum(until - since), :most) as exposure_s, count(*) as encounters,
                  min(since) as first, max(until) as last, bool_or(certain) as certain
           from {met} group by `case`, other""",
        {"most": _MOST}, met=met,
    )  # fmt: skip


def exposure(
    spark: SparkSession, stays: DataFrame, *, min_overlap: MinOverlap, t0: int | None = None, t1: int | None = None
) -> DataFrame:
    """Of everybody with a stay in [t0, t1]: person, exposure_s, encounters. As `TraceIndex.exposure`."""
    cut = _others(spark, _taken(spark, stays, min_overlap), t0, t1)
    return spark.sql(
        """select p.person, coalesce(e.exposure_s, 0) as exposure_s, coalesce(e.encounters, 0) as encounters
           from (select distinct person from {cut}) p
           left join (select person, sum(until - since) as exposure_s, count(*) as encounters
                      from {met} group by person) e on e.person = p.person""",
        cut=cut, met=_meetings(spark, cut, cut),
    )  # fmt: skip


def reach(
    spark: SparkSession, stays: DataFrame, seeds: Iterable[Person], t0: int, *, hops: int, latency: int,
    min_overlap: MinOverlap, until: int | None = None,
) -> DataFrame:  # fmt: skip
    """Whom chains of at most `hops` meetings reach: person, degree, time, predecessor. As `TraceIndex.reach`; among
    several who reach somebody in the same second and stay as long it is the smaller one who is told.
    """
    if latency < 0 or hops < 0:
        raise ValueError(f"hops={hops}, latency={latency}: neither may be below zero")
    given = _taken(spark, stays, min_overlap)
    names = spark.createDataFrame([(seed,) for seed in seeds], f"person {dict(stays.dtypes)['person']}")
    found = spark.sql(
        """select person, 0 as degree, :t0 as time, person as predecessor, :t0 as passes_on, 0 as hop
           from (select distinct person from {names}) left semi join {given} using (person)""",
        {"t0": t0}, names=names, given=given,
    ).localCheckpoint()  # fmt: skip
    for hop in range(1, hops + 1):
        found = _one_further(spark, given, found, hop, latency, _NEVER if until is None else until)
        if found.where(f"hop = {hop}").isEmpty():
            break
    return found.select("person", "degree", "time", "predecessor")


def _one_further(
    spark: SparkSession, given: DataFrame, found: DataFrame, hop: int, latency: int, until: int
) -> DataFrame:
    """Everybody found, after one meeting more of those whom the hop before found, or found sooner."""
    mine = spark.sql(
        """select s.person, s.place, s.bucket, s.least, s.certain, greatest(s.enter, f.passes_on) as begin,
                  least(s.leave, :until) as end
           from {given} s join {found} f on s.person = f.person
           where f.hop = :hop - 1 and greatest(s.enter, f.passes_on) <= least(s.leave, :until)""",
        {"hop": hop, "until": until}, given=given, found=found,
    )  # fmt: skip
    return spark.sql(
        """with best as (select other as person, min(struct(since, -stands, person)) as way from {met} group by other)
           select person, coalesce(f.degree, :hop) as degree,
                  if(sooner, way.since, f.time) as time,
                  if(sooner, way.person, f.predecessor) as predecessor,
                  if(sooner, way.since + :latency, f.passes_on) as passes_on,
                  if(sooner, :hop, f.hop) as hop
           from (select *, way is not null and (f.time is null or way.since < f.time) as sooner
                 from {found} f full join best using (person)) f""",
        {"hop": hop, "latency": latency}, found=found,
        met=_meetings(spark, mine, _others(spark, given, None, until)),
    ).localCheckpoint()  # fmt: skip


def _taken(spark: SparkSession, stays: DataFrame, min_overlap: MinOverlap) -> DataFrame:
    """The columns that are needed, and `least`: the seconds that two must share there."""
    if missing := [name for name in _NEEDED if name not in stays.columns]:
        raise ValueError(f"the stays lack {', '.join(missing)}: they have {', '.join(stays.columns)}")
    if wrong := [each for each in _numbers(min_overlap) if each < 0]:
        raise ValueError(f"min_overlap={wrong[0]}: seconds, zero or more")
    columns = [*_NEEDED] + [
        name if name in stays.columns else f"{otherwise} as {name}"
        for name, otherwise in (("certain", "true"), ("bucket", "0"))
    ]
    given = stays.selectExpr(*columns)
    if not isinstance(min_overlap, Mapping):
        return given.selectExpr("*", f"{int(min_overlap)}L as least")
    wanted = spark.createDataFrame(list(min_overlap.items()), f"place {dict(stays.dtypes)['place']}, least long")
    says = "concat('min_overlap lacks place ', s.place, ': give one for each place')"
    return spark.sql(
        f"select /*+ broadcast(w) */ s.*, coalesce(w.least, raise_error({says})) as least"  # noqa: S608
        " from {given} s left join {wanted} w on w.place = s.place",
        given=given, wanted=wanted,
    )  # fmt: skip


def _numbers(min_overlap: MinOverlap) -> Iterable[int]:
    return min_overlap.values() if isinstance(min_overlap, Mapping) else [min_overlap]


def _others(
    spark: SparkSession, given: DataFrame, t0: int | None, t1: int | None, mine: DataFrame | None = None
) -> DataFrame:
    """Stays cut to [t0, t1], only of the places of `mine` if that is given."""
    low, high = _ALWAYS if t0 is None else t0, _NEVER if t1 is None else t1
    cut = given.where(f"enter <= {high} and leave >= {low}").selectExpr(
        "person", "place", "bucket", "least", "certain", f"greatest(enter, {low}L) as begin",
        f"least(leave, {high}L) as end",
    ).where("begin <= end")  # fmt: skip
    return cut if mine is None else spark.sql(
        "select * from {cut} left semi join (select distinct bucket, place from {mine}) using (bucket, place)",
        cut=cut, mine=mine,
    )  # fmt: skip


def _meetings(spark: SparkSession, mine: DataFrame, others: DataFrame) -> DataFrame:
    """Every pair of stays that share a place for long enough: the columns of `mine`, other, since, until, stands (the
    end of the first) and whether all four ends were seen.
    """
    return spark.sql(
        """select m.* except (certain, begin, end, slot, place, bucket, least), o.person as other,
                  greatest(m.begin, o.begin) as since, least(m.end, o.end) as until, m.end as stands,
                  m.certain and o.certain as certain
           from {mine} m join {others} o on m.bucket = o.bucket and m.place = o.place and m.slot = o.slot
           where m.person <> o.person and least(m.end, o.end) - greatest(m.begin, o.begin) >= m.least
             and floor(greatest(m.begin, o.begin) / :slot) = m.slot""",
        {"slot": SLOT}, mine=_laid(mine), others=_laid(others.drop("least")),
    )  # fmt: skip


def _laid(stays: DataFrame) -> DataFrame:
    """A row for each slot of time that a stay touches."""
    return stays.selectExpr("*", f"explode(sequence(floor(begin / {SLOT}), floor(end / {SLOT}))) as slot")


def main(words: Sequence[str] | None = None) -> None:
    """Ask a folder of stays, by spark-submit."""
    from pyspark.sql import SparkSession

    asked = _parsed(words)
    spark = SparkSession.builder.appName(f"kakou trace {asked.question}").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    answer = _answer(spark, spark.read.parquet(asked.folder), asked)
    if asked.out:
        answer.write.parquet(asked.out)
    else:
        answer.show(50, truncate=False)
    spark.stop()


def _answer(spark: SparkSession, stays: DataFrame, asked: argparse.Namespace) -> DataFrame:
    is_number = dict(stays.dtypes)["person"] != "string"
    persons = [int(person) if is_number else person for person in asked.person]
    window = {"t0": asked.since, "t1": asked.until, "min_overlap": asked.min_overlap}
    if asked.question == "contacts":
        return contacts(spark, stays, persons, **window, gap=asked.gap)
    if asked.question == "exposure":
        return exposure(spark, stays, **window)
    return reach(
        spark, stays, persons, asked.since, hops=asked.hops, latency=asked.latency, min_overlap=asked.min_overlap,
        until=asked.until,
    )  # fmt: skip


def _parsed(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Ask a folder of stays, as `kakou trace` does, over a Spark cluster.")
    parser.add_argument("question", choices=["contacts", "reach", "exposure"])
    parser.add_argument("folder", help="as `kakou trace export` writes it")
    parser.add_argument("--person", action="append", default=[], help="asked about, or a seed; give it several times")
    parser.add_argument("--out", help="a folder of Parquet that is not there yet; else 50 rows are shown")
    numbers: dict[str, tuple[str, Any]] = {
        "--from": ("since", 0), "--to": ("until", 2**33), "--min-overlap": ("min_overlap", 0), "--gap": ("gap", 0),
        "--hops": ("hops", 1), "--latency": ("latency", 0),
    }  # fmt: skip
    for option, (name, otherwise) in numbers.items():
        parser.add_argument(option, dest=name, type=int, default=otherwise, help="seconds" if name != "hops" else None)
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
