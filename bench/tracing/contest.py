"""One question, asked of several contenders in turn, until each has answered often enough."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.tracing.contender import Contender, Loaded, Memory, Ran
from bench.tracing.peers import Digest

ROUNDS, FEWER, LONG = 7, 3, 10.0  # a run that takes longer than LONG seconds is not asked for so often
BEGAN = time.monotonic()


class Differs(Exception):
    """Two contenders do not say the same."""


@dataclass
class Row:
    """A contender in one of its ways, and its runs."""

    contender: Contender
    way: str
    runs: list[Ran] = field(default_factory=list)
    wanted: int = ROUNDS

    @property
    def name(self) -> str:
        """As it is told."""
        return f"{self.contender.name}: {self.way}" if self.way else self.contender.name

    @property
    def cpu(self) -> float:
        """The median."""
        return statistics.median(run.cpu for run in self.runs)

    @property
    def wall(self) -> float:
        """The median."""
        return statistics.median(run.wall for run in self.runs)


@dataclass
class Contest:
    """What is asked, of whom, and what came of it. `each`: how many single questions one run is."""

    title: str
    query: str
    asked: Sequence[Any]
    rows: list[Row]
    each: int = 1
    hot: bool = False
    digest: Digest | None = None
    slower: list[Row] = field(default_factory=list)

    def held(self, *, choose: bool = True) -> Contest:
        """Each runs once for nothing, then in turn. Of a contender's several ways only that goes on which took the
        fewest CPU seconds in that first run, or all if none is to be chosen.
        """
        say(self.title)
        first = {id(row): self._run(row) for row in self.rows}
        for row in self.rows:
            row.wanted = FEWER if first[id(row)].wall > LONG else ROUNDS
        if choose:
            best = {id(min(same, key=lambda row: first[id(row)].cpu)) for same in self._ways()}
            self.slower = [row for row in self.rows if id(row) not in best]
            self.rows = [row for row in self.rows if id(row) in best]
            for row in self.slower:
                row.runs = [first[id(row)]]
        for number in range(ROUNDS):
            shift = number % len(self.rows)
            for row in self.rows[shift:] + self.rows[:shift]:
                if number < row.wanted:
                    row.runs.append(self._run(row))
        return self

    def of(self, name: str, *ways: str) -> Row:
        """A contender's fastest row, of these ways if any are named."""
        rows = [row for row in self.rows if row.contender.name == name and (not ways or row.way in ways)]
        return min(rows, key=lambda row: row.cpu)

    def ratios(self, row: Row, base: Row) -> list[float]:
        """CPU of one by that of another, round by round."""
        return [one.cpu / other.cpu for one, other in zip(row.runs, base.runs, strict=False)]

    def _ways(self) -> Iterable[list[Row]]:
        for name in dict.fromkeys(row.contender.name for row in self.rows):
            yield [row for row in self.rows if row.contender.name == name]

    def _run(self, row: Row) -> Ran:
        ran = row.contender.run(self.query, row.way, self.asked, hot=self.hot)
        if self.digest is None:
            self.digest = ran.digest
        if ran.digest != self.digest:
            first = (self.rows + self.slower)[0].name
            raise Differs(f"{self.title}: {first} says {self.digest}, {row.name} says {ran.digest}")
        return ran


def contest(title: str, query: str, asked: Sequence[Any], contenders: Iterable[Contender], *, each: int = 1,
            hot: bool = False, without: Container[str] = ()) -> Contest:  # fmt: skip
    """Of all contenders that know the question, in all their ways but those that are left out."""
    rows = [Row(one, way) for one in contenders for way in one.ways.get(query, ()) if way not in without]
    return Contest(title, query, asked, rows, each, hot)


def tell_contests(contests: Iterable[Contest], base: str) -> None:
    """As one table."""
    table = Table(title="CPU seconds first; x: by the engine's, CPU and wall; n = 1: its first run, a slower way")
    for heading in ("question", "contender", "n", "CPU ms", "spread", "wall ms", "x CPU", "x wall"):
        table.add_column(heading, justify="left" if heading in ("question", "contender") else "right")
    for asked in contests:
        engine = asked.of(base)
        for number, row in enumerate([*sorted(asked.rows, key=lambda row: row.cpu), *asked.slower]):
            cpus = [1e3 * run.cpu / asked.each for run in row.runs]
            table.add_row(
                asked.title if number == 0 else "", row.name, str(len(cpus)), f"{1e3 * row.cpu / asked.each:.4g}",
                f"{min(cpus):.4g}–{max(cpus):.4g}" if len(cpus) > 1 else "", f"{1e3 * row.wall / asked.each:.4g}",
                f"{row.cpu / engine.cpu:.3g}", f"{row.wall / engine.wall:.3g}",
            )  # fmt: skip
        table.add_section()
    Console(width=150).print(table)


def tell_memory(loaded: Mapping[str, Loaded], peaks: Mapping[str, Mapping[str, Memory]]) -> None:
    """What each took to load and to hold."""
    table = Table(
        title="memory in MB; own: beyond the mapped stays and the libraries, there before the load; peaks: so far"
    )
    table.add_column("contender")
    kinds = ("own", "process", "servers")
    for heading in ("load CPU s", "wall s", "kept", *(f"{kind}, {after}" for after in peaks for kind in kinds)):
        table.add_column(heading, justify="right")
    for name, one in loaded.items():
        sizes = [one.kept, *(getattr(each[name], kind) for each in peaks.values() for kind in kinds)]
        table.add_row(name, f"{one.cpu:.3g}", f"{one.wall:.3g}", *(f"{size / 1e6:,.0f}" for size in sizes))
    Console(width=150).print(table)


def say(what: str) -> None:
    """How far it is, on standard error."""
    print(f"{time.monotonic() - BEGAN:6.0f} s  {what}", file=sys.stderr, flush=True)
