"""A measured figure, how it is judged, and how a run of them is told."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of an issue: `rounds` are all its measurements, `value` their median.

    `target` is what it must show, in words (">= 0.7"); `met` is None where it is only told.
    """

    figure: str
    name: str
    value: float
    unit: str
    target: str = ""
    met: bool | None = None
    rounds: Sequence[float] = field(default_factory=tuple)

    @property
    def spread(self) -> str:
        """Least to most of the rounds."""
        return f"{min(self.rounds):.4g}–{max(self.rounds):.4g}" if len(self.rounds) > 1 else ""


def measured(figure: str, name: str, rounds: Sequence[float], unit: str, *, least: float | None = None,
             most: float | None = None) -> Figure:  # fmt: skip
    """The median of `rounds` against a bound: at least `least`, or at most `most`."""
    value = statistics.median(rounds)
    if least is not None:
        return Figure(figure, name, value, unit, f">= {least:g}", value >= least, tuple(rounds))
    if most is not None:
        return Figure(figure, name, value, unit, f"<= {most:g}", value <= most, tuple(rounds))
    return Figure(figure, name, value, unit, rounds=tuple(rounds))


def exactly(figure: str, name: str, value: float, expected: float) -> Figure:
    """A count that must be just this."""
    return Figure(figure, name, value, "", f"= {expected:g}", value == expected, (value,))


def machine() -> dict[str, str]:
    """Where and when this was measured."""
    ask = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=False)
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    return {
        "cores": str(os.cpu_count()), "processor": model, "python": platform.python_version(),
        "load": " ".join(f"{load:.2f}" for load in os.getloadavg()), "commit": commit.stdout.strip(),
    }  # fmt: skip


def tell(figures: Iterable[Figure], *, as_json: bool) -> None:
    """Print the figures as a table, or as JSON for the next program."""
    figures = list(figures)
    if as_json:
        print(json.dumps({"figures": [asdict(figure) for figure in figures], "machine": machine()}))
        return
    table = Table(title=" · ".join(f"{key} {value}" for key, value in machine().items()))
    for heading in ("", "figure", "measured", "spread", "target", "met"):
        table.add_column(heading, justify="right" if heading == "measured" else "left")
    for figure in figures:
        met = {True: "yes", False: "NO", None: ""}[figure.met]
        table.add_row(
            figure.figure, figure.name, f"{figure.value:.5g} {figure.unit}", figure.spread, figure.target, met
        )
    Console(width=150).print(table)


def read(text: str) -> list[Figure]:
    """The figures of another program's --json output (its last line)."""
    last = text.strip().splitlines()[-1]
    return [Figure(**figure) for figure in json.loads(last)["figures"]]
