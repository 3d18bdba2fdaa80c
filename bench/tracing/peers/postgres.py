"""PostgreSQL: a private cluster of its own, B-trees that cover what is asked, and answers by binary COPY.

The server writes an answer to a file that is read at once: over the socket a row would cost the client more than it
costs the server to find it.

How far back a place must be looked through is known for each place: the longest stay in it. The server's CPU is read
from each process's own clock (nanoseconds), and of those that have ended from the postmaster's (10 ms).
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import psutil
import psycopg

from bench.tracing.city import Stays
from bench.tracing.peers.answers import ONLY, Columns, Peer
from kakou.config.postgres import PrivatePostgres

PIECE = 1_000_000  # rows in one piece of COPY
SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
KINDS = {"person": ">i8", "place": ">i4", "enter": ">i4", "leave": ">i4"}
TOLD = {"person": ">i8", "seconds": ">i8", "encounters": ">i8", "first": ">i4", "last": ">i4"}
SETTINGS = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal",
    "max_wal_senders": "0", "max_wal_size": "16GB", "autovacuum": "off", "shared_buffers": "2GB", "work_mem": "512MB",
    "maintenance_work_mem": "1GB", "effective_cache_size": "8GB", "random_page_cost": "1.1",
    # it takes the range of enters for wider than it is; of many cases this made a quarter of the time
    "enable_hashjoin": "off", "enable_mergejoin": "off",
}  # fmt: skip
# the stay is a person's, cut to the time asked about
MET = """select {key}o.person, sum(least(m.leave, o.leave) - greatest(m.enter, o.enter)), count(*),
  min(greatest(m.enter, o.enter)), max(least(m.leave, o.leave))
from (select {key_is}person, place, greatest(enter, {t0}) as enter, least(leave, {t1}) as leave from {source}
      where least(leave, {t1}) - greatest(enter, {t0}) >= {least}) m
join longest l on l.place = m.place
join stay o on o.place = m.place and o.enter between m.enter - l.seconds and m.leave - {least}
  and o.leave >= m.enter + {least} and o.leave - o.enter >= {least} and o.person <> m.person
group by {key}o.person"""


class Postgres(Peer):
    """The server and one connection."""

    name = "PostgreSQL"
    ways = {"contacts": ONLY, "contacts_many": ONLY}

    def load(self, stays: Stays) -> None:
        """COPY, two covering B-trees, and what the planner must know."""
        home = Path(self.folder)
        self.server = PrivatePostgres(home / "pg", home / "s", settings=SETTINGS)
        self.held.callback(shutil.rmtree, home / "pg", ignore_errors=True)
        self.held.callback(self.server.stop)
        self.server.start()
        assert self.server.process
        self.postmaster = psutil.Process(self.server.process.pid)
        connection = psycopg.connect(host=str(home / "s"), user="postgres", dbname="postgres", autocommit=True)
        self.db = self.held.enter_context(connection)
        with self.db.transaction():
            self.db.execute("create table stay (person bigint, place int, enter int, leave int)")
            with self.db.cursor() as cursor, cursor.copy("copy stay from stdin (format binary, freeze)") as copy:
                for piece in _pieces(stays):
                    copy.write(piece)
        self.db.execute("create index on stay (place, enter) include (leave, person)")
        self.db.execute("create index on stay (person) include (place, enter, leave)")
        self.db.execute("create table longest as select place, max(leave - enter) as seconds from stay group by place")
        self.db.execute("create unique index on longest (place) include (seconds)")
        self.db.execute("vacuum analyze stay")
        self.db.execute("vacuum analyze longest")

    def contacts(self, person: int, t0: int, t1: int, least: int) -> npt.NDArray[np.void]:
        """Of one."""
        source = f"(select * from stay where person = {person})"
        return self._fetched(_met(t0, t1, least, f"{source} s"), TOLD)

    def contacts_many(self, persons: Any, t0: int, t1: int, least: int) -> npt.NDArray[np.void]:
        """Of several."""
        listed = ", ".join(f"({number}, {person})" for number, person in enumerate(persons))
        source = f"(values {listed}) as c(nr, person) join stay using (person)"
        return self._fetched(_met(t0, t1, least, source, "nr, "), {"case": ">i4", **TOLD})

    def columns(self, query: str, answer: Any) -> Columns:
        """Without the lengths that COPY puts before each."""
        return [answer[name] for name in answer.dtype.names if not name.startswith("length")]

    def cpu(self) -> float:
        """Of the postmaster, of those that it has started, and of those that have ended."""
        if not hasattr(self, "postmaster"):
            return 0.0
        ended = self.postmaster.cpu_times()
        return ended.children_user + ended.children_system + sum(_clock(each.pid) for each in self._processes())

    def memory(self) -> int:
        """Shared pages are counted once."""
        return sum(each.memory_full_info().pss for each in self._processes())

    def _processes(self) -> Sequence[psutil.Process]:
        return [self.postmaster, *self.postmaster.children(recursive=True)]

    def _fetched(self, sql: str, kinds: dict[str, str]) -> npt.NDArray[np.void]:
        file = Path(self.folder) / "s" / "answer"
        self.db.execute(f"copy ({sql}) to '{file}' (format binary)")
        return np.fromfile(file, np.uint8)[len(SIGNATURE) : -2].view(_row(kinds))


def _met(t0: int, t1: int, least: int, source: str, key: str = "") -> str:
    return MET.format(key=key and "m.nr, ", key_is=key, t0=t0, t1=t1, least=least, source=source)


def _row(kinds: dict[str, str]) -> np.dtype[np.void]:
    """A row of binary COPY: how many columns, and before each how long it is."""
    fields = [("lengths", ">i2")]
    for name, kind in kinds.items():
        fields += [(f"length {name}", ">i4"), (name, kind)]
    return np.dtype(fields)


def _pieces(stays: Stays) -> Iterator[bytes]:
    yield SIGNATURE
    for first in range(0, len(stays), PIECE):
        rows = np.zeros(min(PIECE, len(stays) - first), _row(KINDS))
        rows["lengths"] = len(KINDS)
        for name in KINDS:
            rows[f"length {name}"] = rows.dtype[name].itemsize
            rows[name] = getattr(stays, name)[first : first + PIECE]
        yield rows.tobytes()
    yield b"\xff\xff"


def _clock(process: int) -> float:
    """CPU seconds of another process, as its scheduler counts them."""
    with suppress(OSError):
        return time.clock_gettime((~process << 3) | 2)
    return 0.0
