"""Figures 1 and 2 of tracing: the engine beside what else could answer, on the same stays, and beside what this machine
could do at best.

Every contender is a process of its own; they are asked in turn, and must say the same. `python -m bench.tracing.sides
--stays 1000000`.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from rich.console import Console

from bench.figures import Figure, are_met, measured, tell
from bench.tracing import city
from bench.tracing.contender import Contender, Loaded, Memory, put
from bench.tracing.contest import Contest, contest, say, tell_contests, tell_memory
from bench.tracing.limit import Limit, Machine, machine
from bench.tracing.peers import CONTENDERS

ENGINE, DAYS, NCLS, DATABASES = "engine", "engine, 14 days", "NCLS", ("DuckDB", "Polars", "PostgreSQL")
T0, T1, LEAST, LATENCY, HOPS = city.BEGIN, city.BEGIN + city.DAYS * city.DAY, 900, 86_400, 2
FEW, SOME, MANY, SEEDS = 15, 200, 1_000, 10
SMALL = 300_000  # stays of which a plain join still lists all pairs
STORED, SORTS, BUILT, PAIRS = "stored", "stored, window sorts", "built", "pairs"  # ways of exposure


@dataclass(frozen=True)
class Asked:
    """Who is asked about."""

    few: list[int]
    some: list[int]
    many: list[int]
    seeds: list[int]
    crowd: list[int]  # so many that every place is gone through

    @classmethod
    def about(cls, stays: city.Stays) -> Asked:
        """Drawn from everybody."""
        ids = np.random.default_rng(2021).permutation(np.unique(stays.person))
        few, some, many, seeds = (ids[-FEW:], ids[:SOME], ids[:MANY], ids[:SEEDS])
        return cls(*(part.tolist() for part in (few, some, many, seeds, ids[: len(ids) // 10])))


class Sides:
    """The contenders with the same stays, and what they are asked."""

    def __init__(self, stays: city.Stays, crew: dict[str, Contender]) -> None:
        self.stays, self.crew, self.asked = stays, crew, Asked.about(stays)
        self.loaded: dict[str, Loaded] = {}
        self.memory: dict[str, dict[str, Memory]] = {}
        self.contests: dict[str, Contest] = {}

    def load(self) -> None:
        """One after another."""
        for name, one in self.crew.items():
            say(f"load {name}")
            self.loaded[name] = one.load()

    def ask(self) -> None:
        """All questions. What each took at most is noted after those about one, and after that about many."""
        asked, crew = self.asked, self.crew.values()
        exact = [one for one in crew if one.name not in DATABASES]
        engines = [one for one in exact if one.name != NCLS]
        window = T0, T1, LEAST
        self._hold("one", contest(f"contacts of one, {FEW} in turn", "contacts", (asked.few, *window), crew, each=FEW))
        self._hold("hot", contest(
            f"contacts of one, {SOME} hot", "contacts", (asked.some, *window), exact, each=SOME, hot=True
        ))  # fmt: skip
        self._note_memory("one")
        self._hold("many", contest(f"contacts of {MANY:,} at once", "contacts_many", (asked.many, *window), crew))
        self._note_memory("many")
        spread = asked.seeds, T0, HOPS, LATENCY, LEAST
        self._hold("reach", contest(f"reach of {SEEDS}, {HOPS} hops", "reach", spread, crew), choose=False)
        dense = asked.crowd, T0, 1, LATENCY, LEAST
        self._hold("hop", contest("one dense hop, from one person in ten", "reach", dense, engines))
        small = len(self.stays) <= SMALL
        swept = contest("exposure", "exposure", (LEAST,), crew, without=() if small else (PAIRS,))
        self._hold("exposure", swept, choose=False)

    def _note_memory(self, after: str) -> None:
        self.memory[after] = {name: one.memory() for name, one in self.crew.items()}

    def _hold(self, key: str, held: Contest, *, choose: bool = True) -> None:
        self.contests[key] = held.held(choose=choose)

    def against_others(self) -> Iterator[Figure]:
        """Figure 1: of a contender's several ways the fastest counts."""
        yield self._ratio("hot", NCLS, least=1.2)
        yield self._ratio("hot", NCLS, base=DAYS, least=1.0)
        yield self._memory("one", most=1 / 3)
        for name in DATABASES:
            yield self._ratio("one", name, least=15)
        for name, least in ((NCLS, 5), ("DuckDB", 8), ("Polars", 8)):
            yield self._ratio("many", name, least=least)
        yield self._ratio("reach", "DuckDB", least=50)
        yield self._ratio("exposure", "DuckDB", STORED, SORTS, base_way=STORED, least=50)
        yield self._ratio("exposure", "DuckDB", BUILT, base_way=BUILT, least=10)

    def told_only(self) -> Iterator[Figure]:
        """Told only: what others may mean by the same words."""
        yield self._memory("many")
        kept = self.loaded[ENGINE].kept / self.loaded[NCLS].kept
        yield measured("1", "memory kept after the load: engine / NCLS", [kept], "x")
        yield self._ratio("many", "PostgreSQL")
        yield self._ratio("reach", "DuckDB", "join")
        yield self._ratio("exposure", "DuckDB", SORTS, base_way=STORED)
        yield self._ratio("exposure", "DuckDB", BUILT, base_way=STORED)
        if len(self.stays) <= SMALL:
            yield self._ratio("exposure", "DuckDB", PAIRS, base_way=STORED)

    def against_the_limit(self, limits: Machine) -> Iterator[Figure]:
        """Figure 2."""
        for key, limit, most in self._limits(limits):
            held = self.contests[key]
            walls = [run.wall / held.each / limit.seconds for run in held.of(ENGINE).runs]  # its fastest way
            yield measured("2", f"{held.title}: engine's wall / limit", walls, "x", most=most)
            cpus = [run.cpu / held.each / limit.threads / limit.seconds for run in held.of(ENGINE).runs]
            yield measured("2", f"{held.title}: engine's CPU / threads / limit", cpus, "x")

    def tell(self, limits: Machine) -> None:
        """The tables, and how each limit is reckoned."""
        tell_contests(self.contests.values(), ENGINE)
        tell_memory(self.loaded, self.memory)
        console = Console(width=150, highlight=False)
        for key, limit, _ in self._limits(limits):
            console.print(f"limit of {self.contests[key].title}: {limit.formula}")

    def _limits(self, limits: Machine) -> Iterator[tuple[str, Limit, float]]:
        total = len(self.stays)
        hot, many = self.contests["hot"], self.contests["many"]
        yield "hot", limits.contacts(total, *(count // SOME for count in self._counts(hot, self.asked.some))), 8
        yield "many", limits.contacts_many(total, *self._counts(many, self.asked.many)), 7
        yield "exposure", limits.exposure(total), 9
        yield "hop", limits.hop(total), 14

    def _counts(self, held: Contest, persons: list[int]) -> tuple[int, int, int]:
        """Encounters and contacts of an answer, and the stays of those asked about."""
        assert held.digest
        _, _, _, encounters, _, _ = held.digest.sums
        inside = (self.stays.enter <= T1) & (self.stays.leave >= T0)
        return encounters, held.digest.rows, int((np.isin(self.stays.person, persons) & inside).sum())

    def _ratio(
        self, key: str, name: str, *ways: str, base: str = ENGINE, base_way: str = "", least: float | None = None
    ) -> Figure:
        held = self.contests[key]
        row, other = held.of(name, *ways), held.of(base, base_way)
        words = f"{held.title}: {row.name} / {other.name}, CPU"
        return measured("1", words, held.ratios(row, other), "x", least=least)

    def _memory(self, after: str, most: float | None = None) -> Figure:
        """The load is in it."""
        ratio = self.memory[after][ENGINE].own / self.memory[after][NCLS].own
        words = f"peak memory, load and contacts of {after}, beyond stays and libraries: engine / NCLS"
        return measured("1", words, [ratio], "x", most=most)


@contextmanager
def folder_of_bench() -> Iterator[Path]:
    """Where stays lie while they are asked about; a server of its own user can go through it."""
    base = Path("/var/lib/kakou") if os.geteuid() == 0 else Path(tempfile.gettempdir())
    base.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=base))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def crew(stays: city.Stays) -> Iterator[dict[str, Contender]]:
    """All contenders, awake; at the end nothing of them is left."""
    with folder_of_bench() as folder, ExitStack() as stack:
        put(stays, folder)
        _compile(folder)
        say("contenders wake up")
        yield {name: stack.enter_context(closing(Contender(name, folder))) for name in CONTENDERS}


def _compile(folder: Path) -> None:
    """The engine's code is compiled once and kept on disk, so that no contender's memory counts the compiler's."""
    for name in (ENGINE, DAYS):
        say(f"compile {name}")
        Contender(name, folder).close()


def sides(many: int) -> list[Figure]:
    """All figures, of about so many stays."""
    say("machine")
    limits = machine()
    say(f"{many:,} stays")
    stays = city.made(many)
    with crew(stays) as contenders:
        beside = Sides(stays, contenders)
        beside.load()
        beside.ask()
        say("done")
    beside.tell(limits)
    return [
        *beside.against_others(), *beside.told_only(), *beside.against_the_limit(limits), *limits.figures()
    ]  # fmt: skip


@click.command("sides")
@click.option("--stays", default=10_000_000, show_default=True, help="How many, about.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def command(stays: int, as_json: bool) -> None:
    """Measure the tracing engine beside others and beside what the machine can do."""
    figures = sides(stays)
    tell(figures, as_json=as_json)
    sys.exit(0 if are_met(figures) else 1)


if __name__ == "__main__":
    command()
