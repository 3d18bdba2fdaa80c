"""`kakou bench intake`: the intake beside pgbench and binary COPY on the same table, in one run (issue figure 5.3).

All on the same cores: loader, lane, database. Rounds are interleaved and their order is reversed each time, so that a
busy neighbour hits all alike; ratios are of the same round. pgbench and COPY write the same row into the same preloaded
table (its partitions, indexes, trigger and policies; COPY as the owner, whom PostgreSQL excuses from policies).
"""

from __future__ import annotations

import http.client
import re
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import psutil

from bench.figures import Figure, measured, tell, unmeasured
from bench.house import COLUMNS, ROW, House, cpu_of, pgbench, timed
from bench.phones import Result, items, requests, run

BATCH = 200
PER_SECOND = {1: 14_000, BATCH: 60_000}  # items made ahead for a second of sending: more than any machine here takes
NEW_ID = (
    "(lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || '7'"
    " || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid"
)
INSERT = f"insert into ledger_passage ({COLUMNS}) {{row}};"
# rows of the benchmark's own phones, whatever else the table holds: COPY is to write what the intake writes
OWN_ROWS = f"""create temporary table own as select * from ledger_passage
  where device_id in (select id from access_device where name = 'bench') limit {BATCH}"""
FRESH_ROWS = f"copy (select {NEW_ID}, {COLUMNS.partition(', ')[2]} from own) to stdout (format binary)"


class Bench:
    """One run: its house, and the rounds of each figure."""

    def __init__(self, house: House, seconds: float) -> None:
        self.house, self.seconds = house, seconds
        self.front: psutil.Process | None = None
        self.rounds: dict[str, list[float]] = defaultdict(list)

    def send(self, connections: int, size: int, *, rate: float = 0, seconds: float = 0) -> tuple[Result, float]:
        """(result, CPU µs of the lane per item)."""
        assert self.front
        seconds = seconds or self.seconds
        todo = requests(items(int((rate or PER_SECOND[size]) * seconds * 1.1)), size, self.house.tokens)
        before = cpu_of(self.front)
        result = run(self.house.port, todo, connections, seconds, per_second=rate)
        cost = (cpu_of(self.front) - before) / max(1, result.answered * size) * 1e6
        if result.bad:
            raise RuntimeError(f"{result.bad} answers were no plain 'stored'")
        return result, cost

    def singles_128(self) -> None:
        """Single passages on 128 connections."""
        result, _ = self.send(128, 1)
        self.rounds["singles at 128"].append(result.rate)

    def singles_32(self) -> None:
        """Single passages on 32 connections."""
        result, cost = self.send(32, 1)
        self.rounds["singles at 32"].append(result.rate)
        self.rounds["p50 at 32"].append(result.quantile(0.5))
        self.rounds["p99 at 32"].append(result.quantile(0.99))
        self.rounds["cpu single"].append(cost)

    def batches(self) -> None:
        """Batches of 200 on 32 connections."""
        result, cost = self.send(32, BATCH)
        self.rounds["batched"].append(result.rate * BATCH)
        self.rounds["cpu batched"].append(cost)

    def pgbench(self) -> None:
        """One row a transaction, prepared, 32 clients."""
        binary = pgbench()
        if binary is None:
            return
        files = [
            self._script("resident", "null::bytea", 3),
            self._script("visitor", "decode(repeat('ab', 283), 'hex')", 1),
        ]
        done = subprocess.run(
            [binary, "-n", *files, "-c", "32", "-j", "2", "-T", str(max(1, round(self.seconds))), "-M", "prepared",
             "-h", self.house.home / "s", "-U", "kakou_lane", "kakou"],
            capture_output=True, text=True, check=True, cwd="/",
        )  # fmt: skip
        found = re.search(r"tps = ([\d.]+)", done.stdout)
        assert found, done.stdout
        self.rounds["pgbench"].append(float(found[1]))

    def copy(self) -> None:
        """Binary COPY of 200 rows a transaction on one connection."""
        with self.house.connect() as owner:
            owner.execute(OWN_ROWS)
            ready = [self._fresh(owner) for _ in range(int(60 * self.seconds))]
            statement = f"copy ledger_passage ({COLUMNS}) from stdin (format binary)"
            with timed() as took:
                for data in ready:
                    with owner.cursor() as cursor, cursor.copy(statement) as copy:
                        copy.write(data)
            self.rounds["copy"].append(len(ready) * BATCH / took[0])

    def busy_pages(self, rate: float) -> None:
        """Singles at a fixed rate, without and with ten list pages a second."""
        seconds = max(4.0, self.seconds)
        quiet, _ = self.send(64, 1, rate=rate, seconds=seconds)
        with self._pages(10) as times:
            busy, _ = self.send(64, 1, rate=rate, seconds=seconds)
        self.rounds["p99 quiet"].append(quiet.quantile(0.99))
        self.rounds["p99 beside pages"].append(busy.quantile(0.99))
        self.rounds["page ms"].append(1000 * sorted(times)[len(times) // 2])

    @contextmanager
    def _pages(self, per_second: float) -> Iterator[list[float]]:
        times: list[float] = [self._page()]  # the first one finds out how long the list must be
        times.clear()
        stop = threading.Event()

        def one_line() -> None:
            while not stop.wait(2 / per_second):
                times.append(self._page())

        lines = [threading.Thread(target=one_line) for _ in range(2)]
        for line in lines:
            line.start()
        yield times
        stop.set()
        for line in lines:
            line.join()

    def _page(self) -> float:
        began = time.perf_counter()
        line = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=30)
        line.request("GET", "/bench-list/")
        answer = line.getresponse()
        answer.read()
        line.close()
        if answer.status != 200:
            raise RuntimeError(f"the list page answered {answer.status}")
        return time.perf_counter() - began

    def _fresh(self, owner: object) -> bytes:
        with owner.cursor() as cursor, cursor.copy(FRESH_ROWS) as copy:  # type: ignore[attr-defined]
            return b"".join(bytes(part) for part in copy)

    def _script(self, name: str, sealed: str, weight: int) -> str:
        file = Path("/tmp") / f"kakou-bench-{self.house.port}-{name}.sql"
        row = ROW.format(
            id=NEW_ID, seq="(random() * 1000000)::bigint", salt="random()::text", at="now()", sealed=sealed
        )
        # pgbench inserts what it is given: the two hashes are constants, as they would be parameters
        row = re.sub(r"decode\(repeat\(md5\(.*?\), 2\), 'hex'\)", "'\\\\x" + "5a" * 32 + "'::bytea", row)
        file.write_text(INSERT.format(row=" ".join(row.split())) + "\n")
        return f"-f{file}@{weight}"


@click.command("intake")
@click.option("--preload", default=5_000_000, show_default=True, type=int, help="Passages in the table beforehand.")
@click.option("--rounds", default=5, show_default=True, type=int, help="Interleaved rounds.")
@click.option("--seconds", default=3.0, show_default=True, type=float, help="Length of each measurement.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(preload: int, rounds: int, seconds: float, as_json: bool) -> None:
    """Measure how fast gates are served, beside what PostgreSQL itself can do on this machine."""
    with House() as house:
        with click.progressbar(length=preload, label="preload", file=click.get_text_stream("stderr")) as bar:
            last = 0
            for done in house.preload(preload):
                bar.update(done - last)
                last = done
        bench = Bench(house, seconds)
        cells = [bench.pgbench, bench.singles_128, bench.singles_32, bench.batches, bench.copy]
        bench.front = house.start_front()
        house.start_pages()
        for number in range(rounds):
            for cell in cells if number % 2 == 0 else cells[::-1]:
                cell()
            click.echo(f"round {number + 1} of {rounds}", err=True)
        rate = min(bench.rounds["singles at 128"]) / 2
        for _ in range(rounds):
            bench.busy_pages(rate)
        tell(figures(bench.rounds), as_json=as_json)


def figures(rounds: dict[str, list[float]]) -> list[Figure]:
    """Raw rates first, then the ratios that are judged."""
    told = [
        measured("5.3", name, values, unit)
        for name, unit in (
            ("pgbench", "rows/s"), ("singles at 128", "req/s"), ("singles at 32", "req/s"), ("batched", "passages/s"),
            ("copy", "rows/s"), ("p50 at 32", "ms"), ("p99 at 32", "ms"), ("p99 quiet", "ms"),
            ("p99 beside pages", "ms"), ("page ms", "ms"),
        )
        if (values := rounds[name])
    ]  # fmt: skip
    if rounds["pgbench"]:
        told += [
            measured("5.3", "singles at 128 / pgbench", _ratios(rounds, "singles at 128", "pgbench"), "x", least=0.7),
            measured("5.3", "singles at 32 / pgbench", _ratios(rounds, "singles at 32", "pgbench"), "x", least=0.6),
        ]
    else:
        told.append(unmeasured("5.3", "no pgbench beside any server found (the wheel carries none)", ">= 0.7"))
    return [
        *told,
        measured("5.3", "p99 / p50 at 32", _ratios(rounds, "p99 at 32", "p50 at 32"), "x", most=4),
        measured("5.3", "batched / COPY", _ratios(rounds, "batched", "copy"), "x", least=0.4),
        measured("5.3", "app CPU per single at 32", rounds["cpu single"], "µs", most=200),
        measured("5.3", "app CPU per batched passage", rounds["cpu batched"], "µs", most=25),
        measured("5.3", "p99 beside pages / quiet", _ratios(rounds, "p99 beside pages", "p99 quiet"), "x", most=3),
    ]


def _ratios(rounds: dict[str, list[float]], one: str, other: str) -> list[float]:
    return [a / b for a, b in zip(rounds[one], rounds[other], strict=True)]
