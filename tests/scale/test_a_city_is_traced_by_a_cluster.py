"""A city's fortnight over a real Spark cluster, one master and two workers on this machine, equal to the engine. Prints
what each took: the figures in docs/explanation/tracing-beyond-one-machine.md. `make test-spark`."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from bench.tracing import city

if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("no Java: apt-get install default-jre-headless, or make test-spark", allow_module_level=True)
if not importlib.util.find_spec("pyspark"):
    pytest.skip("no PySpark: make test-spark installs it", allow_module_level=True)

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3600)]
STAYS = int(os.environ.get("KAKOU_SPARK_STAYS", "1000000"))
LEAST, LATENCY, HOPS, MANY, SEEDS = 900, 86_400, 2, 1_000, 10
T0, T1 = city.BEGIN, city.BEGIN + city.DAYS * city.DAY
ROOT = Path(__file__).parents[2]


def free_port():
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def is_open(port):
    with closing(socket.socket()) as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def part(folder: Path, *words: str) -> Iterator[None]:
    """One process of the cluster, until the block ends."""
    home = Path(importlib.util.find_spec("pyspark").origin).parent
    env = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_DIRS": str(folder), "SPARK_NO_DAEMONIZE": "1",
           "SPARK_LOCAL_IP": "127.0.0.1"}  # fmt: skip
    with (folder / f"{words[0].rsplit('.')[-1]}-{free_port()}.log").open("w") as log:
        child = subprocess.Popen([home / "bin" / "spark-class", *words], env=env, stdout=log, stderr=log, cwd=folder)
        try:
            yield
        finally:
            child.terminate()
            child.wait(60)


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """The driver of a cluster of two workers of one core each."""
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("cluster")
    (folder / "events").mkdir()
    port, master = free_port(), "org.apache.spark.deploy.master.Master"
    worker = ["org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "3g",
              "--webui-port", "0", "--work-dir", str(folder), f"spark://127.0.0.1:{port}"]  # fmt: skip
    told = {
        "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "16", "spark.executor.memory": "2500m", "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder), "spark.log.level": "ERROR", "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": f"file://{folder}/events", "spark.eventLog.compress": "false",
        "spark.eventLog.rolling.enabled": "false", "spark.scheduler.minRegisteredResourcesRatio": "1.0",
        "spark.cores.max": "2",
    }  # fmt: skip
    with part(folder, master, "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(free_port())):
        until = time.monotonic() + 60
        while not is_open(port):
            assert time.monotonic() < until, "the master did not start"
            time.sleep(0.2)
        with part(folder, *worker), part(folder, *worker):
            builder = SparkSession.builder.master(f"spark://127.0.0.1:{port}").config(map=told)
            session = builder.getOrCreate()
            session.tasks = lambda: tasks(next((folder / "events").iterdir()))
            yield session
            session.stop()


def tasks(log: Path) -> tuple[set[str], np.ndarray]:
    """The executors that have worked so far; CPU seconds of all tasks, bytes shuffled."""
    executors, total = set(), np.zeros(2)
    for line in log.read_text().splitlines():
        event = json.loads(line) if '"SparkListenerTaskEnd"' in line else {}
        if metrics := event.get("Task Metrics"):
            executors.add(event["Task Info"]["Executor ID"])
            total += metrics["Executor CPU Time"] / 1e9, metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
    return executors, total


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A city as `kakou trace export` writes it, and the same rows for the engine."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from kakou.tracing.engine import TraceIndex
    from kakou.tracing.sources import gather

    folder = tmp_path_factory.mktemp("city")
    stays = city.made(STAYS)
    names = ("person", "place", "enter", "leave")
    pq.write_table(pa.table(dict(zip(names, stays.columns, strict=True))), folder / "stays.parquet")
    words = [
        "trace",
        "export",
        folder / "out",
        "--stays",
        folder / "stays.parquet",
        "--by-day",
        "Asia/Shanghai",
        "--json",
    ]
    kakou = [sys.executable, "-c", "from kakou.config.cli import main; main()", *map(str, words)]
    told = json.loads(subprocess.run(kakou, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    print(f"\nexport: {told}, {told['bytes'] / told['stays']:.2f} bytes a stay")
    rows = gather(folder / "out")
    index = TraceIndex.from_arrays(rows.person, rows.place, rows.enter, rows.leave, certain=rows.certain)
    persons = np.random.default_rng(2021).permutation(np.unique(rows.person))
    index.persons.find(persons)
    return folder / "out", index, persons.tolist()


def asked(session, name, spark_says, engine_says):
    """Both, the second time each, so that neither compiles; prints what they took."""
    spark_says(), engine_says()
    before, begun = session.tasks()[1], time.monotonic()
    found = spark_says()
    wall = time.monotonic() - begun
    time.sleep(0.5)  # the log is a moment behind
    cpu, shuffled = session.tasks()[1] - before
    begun, mine = time.monotonic(), time.process_time()
    wanted = engine_says()
    engine = time.monotonic() - begun, time.process_time() - mine
    print(
        f"{name}: {len(wanted):,} rows; Spark {wall:.1f} s, {cpu:.1f} CPU s, shuffled "
        f"{shuffled / 1e6:.2f} MB; engine {engine[0]:.3f} s, {engine[1]:.3f} CPU s"
    )
    return found, wanted


def columns(answer, *names):
    return in_order(getattr(answer, name) for name in names)


def collected(answer, *names):
    table = answer.select(*names).toArrow()
    return in_order(table.column(name).to_numpy() for name in names)


def in_order(columns):
    """Rows of numbers, sorted, to be compared."""
    rows = np.stack([np.asarray(column, np.int64) for column in columns], axis=1)
    return rows[np.lexsort(rows.T[::-1])].tolist()


def test_contacts_of_a_thousand_are_the_same(session, exported):
    from kakou.tracing.engine import spark

    folder, index, persons = exported
    stays, chosen = session.read.parquet(str(folder)), persons[:MANY]
    names = "case", "person", "exposure_s", "encounters", "first", "last", "certain"
    found, wanted = asked(
        session, f"contacts of {MANY:,}",
        lambda: collected(spark.contacts(session, stays, chosen, T0, T1, min_overlap=LEAST), *names),
        lambda: index.contacts_many(chosen, T0, T1, min_overlap=LEAST).joined(),
    )  # fmt: skip
    assert found == columns(wanted, *names)
    assert len(session.tasks()[0]) == 2


def test_contacts_of_one_on_one_day_are_the_same(session, exported):
    from kakou.tracing.engine import spark

    folder, index, persons = exported
    stays, window = session.read.parquet(str(folder)), (T0 + 9 * city.DAY, T0 + 10 * city.DAY)
    names = "person", "exposure_s", "encounters", "first", "last", "certain"
    found, wanted = asked(
        session, "contacts of one on one day",
        lambda: collected(spark.contacts(session, stays, persons[:1], *window, min_overlap=LEAST), *names),
        lambda: index.contacts(persons[0], *window, min_overlap=LEAST),
    )  # fmt: skip
    assert found == columns(wanted, *names)


def test_everybodys_exposure_is_the_same(session, exported):
    from kakou.tracing.engine import spark

    folder, index, _ = exported
    stays = session.read.parquet(str(folder))
    names = "person", "exposure_s", "encounters"
    # as with more stays than a machine can be sent whole: both sides of the join are shuffled
    session.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
    found, wanted = asked(
        session, "exposure", lambda: collected(spark.exposure(session, stays, min_overlap=LEAST), *names),
        lambda: index.exposure(min_overlap=LEAST).table(),
    )  # fmt: skip
    assert found == columns(index.exposure(min_overlap=LEAST), *names)
    assert wanted.num_rows == len(found)
    session.conf.unset("spark.sql.autoBroadcastJoinThreshold")


def test_whom_chains_reach_is_the_same(session, exported):
    from kakou.tracing.engine import spark

    folder, index, persons = exported
    stays, names = session.read.parquet(str(folder)), ("person", "degree", "time")
    way = {"hops": HOPS, "latency": LATENCY, "min_overlap": LEAST}
    found, wanted = asked(
        session, f"reach of {SEEDS}, {HOPS} hops",
        lambda: collected(spark.reach(session, stays, persons[:SEEDS], T0, **way), *names),
        lambda: index.reach(persons[:SEEDS], T0, **way),
    )  # fmt: skip
    assert found == columns(wanted, *names)
