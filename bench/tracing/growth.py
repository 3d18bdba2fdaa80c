"""Figure 3 of tracing: how the engine and its peers grow, from one million stays to fifty.

Each contender is loaded, asked and closed before the next, as fifty million stays do not fit into memory several times.
`python -m bench.tracing.growth --picture docs/images/tracing-growth.png`. Of fifty million stays only those peers are
asked that hold them in a few gigabytes and load them in a minute: NCLS.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from bench.figures import Figure, are_met, measured, tell
from bench.tracing import city, curves
from bench.tracing.contender import Contender, put
from bench.tracing.contest import Differs, say
from bench.tracing.disk import disk
from bench.tracing.peers import CONTENDERS, Digest
from bench.tracing.sides import ENGINE, FEW, LEAST, MANY, T0, T1, Asked, folder_of_bench

SIZES = (1_000_000, 10_000_000, 50_000_000)
AT_MOST = {
    "DuckDB": 10_000_000,
    "Polars": 10_000_000,
    "PostgreSQL": 10_000_000,
    "engine, 14 days": 0,
}  # stays of which it is asked
ROUNDS = 3
WAYS = {  # the quickest at ten million, of those that `sides` tries
    ("DuckDB", "contacts"): "join", ("DuckDB", "contacts_many"): "join in buckets", ("DuckDB", "exposure"): "stored",
    ("Polars", "contacts_many"): "buckets, streamed", (ENGINE, "exposure"): "stored",
}  # fmt: skip
WITHOUT = {("PostgreSQL", "contacts_many")}  # a minute for one answer
ONE, AT_ONCE, SWEEP, BUILD = "contacts of one", f"contacts of {MANY:,} at once", "exposure", "build"


@dataclass
class Grown:
    """CPU seconds by question, contender and stays; contacts of one and memory at most by stays."""

    cpu: dict[str, dict[str, dict[int, float]]] = field(default_factory=dict)
    contacts: dict[int, float] = field(default_factory=dict)
    peak: dict[int, int] = field(default_factory=dict)
    said: dict[tuple[str, int], Digest] = field(default_factory=dict)
    disk: list[Figure] = field(default_factory=list)

    def note(self, question: str, name: str, stays: int, seconds: float) -> None:
        """As it is told."""
        self.cpu.setdefault(question, {}).setdefault(name, {})[stays] = seconds

    def hear(self, question: str, name: str, stays: int, said: Digest) -> None:
        """Raises Differs if another has said something else."""
        if self.said.setdefault((question, stays), said) != said:
            raise Differs(f"{question}, {stays:,} stays: {name} says {said}, not {self.said[question, stays]}")

    def figures(self, small: int, middle: int, large: int) -> Iterator[Figure]:
        """What is judged, and the curves in numbers."""
        one, build = self.cpu[ONE][ENGINE], self.cpu[BUILD][ENGINE]
        each = {stays: seconds / self.contacts[stays] for stays, seconds in one.items()}
        words = f"one case: seconds of one contact, {large:,} / {small:,} stays"
        yield measured("3", words, [each[large] / each[small]], "x", most=2)
        yield measured("3", "one case: seconds, the same", [one[large] / one[small]], "x")
        yield measured("3", "one case: its contacts, the same", [self.contacts[large] / self.contacts[small]], "x")
        yield measured("3", f"build: CPU, {large:,} / {middle:,} stays", [build[large] / build[middle]], "x", most=12)
        yield from self.disk
        for stays, size in self.peak.items():
            yield measured("3", f"{stays:,} stays: most memory of the engine, beyond the stays", [size / 1e9], "GB")
        for question, curve in self.cpu.items():
            for name, points in curve.items():
                for stays, seconds in points.items():
                    yield measured("3", f"{stays:,} stays: {question}: {name}, CPU", [seconds * 1e3], "ms")


def grown(sizes: Sequence[int] = SIZES) -> Grown:
    """All of it; what lies on disk is looked at once, at the largest."""
    told = Grown()
    for size in sizes:
        say(f"{size:,} stays")
        with _laid(size) as (folder, asked, stays):
            for name in CONTENDERS:
                if size <= AT_MOST.get(name, size):
                    with closing(Contender(name, folder)) as one:
                        _ask(told, one, asked, stays)
            if size == sizes[-1]:
                say("on disk")
                told.disk = disk(folder, stays)
    return told


@contextmanager
def _laid(size: int) -> Iterator[tuple[Path, Asked, int]]:
    """A folder with so many stays, who is asked about, and how many they are."""
    with folder_of_bench() as folder:
        stays = city.made(size)
        put(stays, folder)
        asked, many = Asked.about(stays), len(stays)
        del stays
        yield folder, asked, many


def _ask(told: Grown, one: Contender, asked: Asked, stays: int) -> None:
    say(f"{one.name}: load")
    told.note(BUILD, one.name, stays, one.load().cpu)
    questions: dict[str, tuple[str, tuple[Any, ...], int]] = {
        ONE: ("contacts", (asked.few, T0, T1, LEAST), FEW), AT_ONCE: ("contacts_many", (asked.many, T0, T1, LEAST), 1),
        SWEEP: ("exposure", (LEAST,), 1),
    }  # fmt: skip
    for question, (query, words, each) in questions.items():
        if query not in one.ways or (one.name, query) in WITHOUT:
            continue
        say(f"{one.name}: {question}")
        way = WAYS.get((one.name, query), "")
        ran = [one.run(query, way, words, hot=query == "contacts") for _ in range(ROUNDS + 1)][1:]
        told.hear(question, one.name, stays, ran[0].digest)
        told.note(question, one.name, stays, statistics.median(run.cpu for run in ran) / each)
        if question == ONE:
            told.contacts[stays] = ran[0].digest.rows / each
    if one.name == ENGINE:
        told.peak[stays] = one.memory().own


@click.command("growth")
@click.option("--stays", "sizes", multiple=True, type=int, default=SIZES, show_default=True, help="How many, about.")
@click.option("--picture", type=click.Path(path_type=Path), help="Where the curves are drawn (PNG).")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def command(sizes: Sequence[int], picture: Path | None, as_json: bool) -> None:
    """Measure how the tracing engine and its peers grow with the stays."""
    told = grown(sizes)
    known = sorted(told.peak)
    figures = list(told.figures(known[0], known[-2], known[-1]))
    curves.draw(told.cpu, told.contacts, picture or Path(tempfile.gettempdir()) / "tracing-growth.png")
    tell(figures, as_json=as_json)
    sys.exit(0 if are_met(figures) else 1)


if __name__ == "__main__":
    command()
