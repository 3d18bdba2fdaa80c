"""Whatever stays there are, Spark SQL and the twin that looks at every pair say the same. The long one over a real
cluster: tests/scale/test_a_city_is_traced_by_a_cluster.py."""

from __future__ import annotations

import importlib.util
import os
import random
import shutil

import pytest

from kakou.tracing.engine import reference, spark
from kakou.tracing.engine.reference import Met, Reached, Stay

if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("no Java: apt-get install default-jre-headless, or make test-spark", allow_module_level=True)
if not importlib.util.find_spec("pyspark"):
    pytest.skip("no PySpark: make test-spark installs it", allow_module_level=True)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("spark")]
NOON = 1_628_568_000
DAY = 86_400
MOMENTS = [*range(0, 40, 3), DAY - 1, DAY, 2 * DAY, spark.SLOT - 1, spark.SLOT, 3 * DAY]
LENGTHS = [0, 0, 1, 10, 30, 3600, DAY, 4 * DAY]
FIELDS = "person long, place long, enter long, leave long, certain boolean"


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    told = {
        "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2", "spark.sql.warehouse.dir": str(folder), "spark.local.dir": str(folder),
        "spark.sql.adaptive.enabled": "false", "spark.log.level": "ERROR",
    }  # fmt: skip
    session = SparkSession.builder.master("local[2]").config(map=told).getOrCreate()
    yield session
    session.stop()


def town(villages, seed):
    """Villages of few persons and places, in which all meet all: overlapping themselves, of no length, and past
    midnight. Nobody comes from one to another, so that each question is many.
    """
    draw = random.Random(seed)
    rows = []
    for village in range(villages):
        for _ in range(draw.choice([1, 25, 60])):
            who, place = 10 * village + draw.randint(-3, 4), 10 * village + draw.randint(7, 9)
            enter = NOON + draw.choice(MOMENTS)
            rows.append(Stay(who, place, enter, enter + draw.choice(LENGTHS), draw.random() < 0.7))
    return rows


def least_of(rows):
    return {place: [0, 20, DAY][place % 3] for place in {row.place for row in rows}}


@pytest.mark.parametrize(
    ("least", "gap", "window"),
    [(0, 0, (NOON + 5, NOON + DAY)), (least_of, 60, (NOON, NOON + 9 * DAY)), (900, 5 * 3600, (NOON, NOON + DAY)),
     (0, 0, (NOON + 9, NOON))],
)  # fmt: skip
def test_it_finds_the_same_contacts(session, least, gap, window):
    rows = town(12, gap)
    least = least(rows) if callable(least) else least
    stays, asked = session.createDataFrame(rows, FIELDS), [4, *{row.person for row in rows}, 4, 999]
    found = spark.contacts(session, stays, asked, *window, min_overlap=least, gap=gap).collect()
    for case, person in enumerate(asked):
        wanted = reference.contacts(rows, person, *window, min_overlap=least, gap=gap)
        assert {row.person: Met(*row[1:]) for row in found if row.case == case} == wanted


@pytest.mark.parametrize(("least", "window"), [(1, (NOON + 5, NOON + DAY)), (least_of, (None, None))])
def test_it_sums_the_same_exposure(session, least, window):
    rows = town(20, 20)
    asked = {"min_overlap": least(rows) if callable(least) else least, "t0": window[0], "t1": window[1]}
    found = spark.exposure(session, session.createDataFrame(rows, FIELDS), **asked).collect()
    assert {row[0]: tuple(row[1:]) for row in found} == reference.exposure(rows, **asked)


@pytest.mark.parametrize(("least", "latency", "until"), [(0, 0, NOON + DAY), (least_of, 3600, None)])
def test_it_reaches_the_same(session, least, latency, until):
    rows = sorted(town(12, latency))  # of equal ways the smaller person's is told
    stays, seeds = session.createDataFrame(rows, FIELDS), [*range(0, 120, 10), 1, 999]
    least = least(rows) if callable(least) else least
    for hops in (0, 3):
        asked = {"hops": hops, "latency": latency, "min_overlap": least, "until": until}
        found = spark.reach(session, stays, seeds, NOON + 2, **asked).collect()
        assert {row[0]: Reached(*row) for row in found} == reference.reach(rows, seeds, NOON + 2, **asked)


def test_texts_and_buckets_are_taken_and_certain_may_be_missing(session):
    rows = [("wang", "market", 3, 100, 200), ("li", "market", 3, 150, 300), ("li", "school", 4, 400, 500)]
    stays = session.createDataFrame(rows, "person string, place string, bucket int, enter long, leave long")
    found = spark.contacts(session, stays, ["wang"], 0, 999, min_overlap=50).collect()
    assert [tuple(row) for row in found] == [(0, "li", 50, 1, 150, 200, True)]


def test_what_cannot_be_is_refused(session):
    stays = session.createDataFrame([Stay(1, 7, NOON, NOON)], FIELDS)
    with pytest.raises(ValueError, match="lack place, leave"):
        spark.exposure(session, stays.drop("place", "leave"), min_overlap=0)
    with pytest.raises(ValueError, match="min_overlap=-1"):
        spark.exposure(session, stays, min_overlap={7: -1})
    with pytest.raises(ValueError, match="gap=-1"):
        spark.contacts(session, stays, [1], NOON, NOON, min_overlap=0, gap=-1)
    with pytest.raises(ValueError, match="latency=-1"):
        spark.reach(session, stays, [1], NOON, hops=1, latency=-1, min_overlap=0)
    with pytest.raises(Exception, match="min_overlap lacks place 7"):
        spark.exposure(session, stays, min_overlap={8: 0}).collect()


def test_it_is_run_as_a_program(session, tmp_path, capsys):
    session.createDataFrame([Stay(1, 7, 100, 200), Stay(2, 7, 150, 400)], FIELDS).write.parquet(str(tmp_path / "stays"))
    asked = spark._parsed(["contacts", str(tmp_path / "stays"), "--person", "1", "--min-overlap", "50"])
    found = spark._answer(session, session.read.parquet(asked.folder), asked).collect()
    assert [tuple(row) for row in found] == [(0, 2, 50, 1, 150, 200, True)]
