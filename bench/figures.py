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
from rich.markup import escape
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of an issue: `rounds` are all its measurements, `value` their median, None where nothing was measured.

    `target` is what it must show, in words (">= 0.7"); `met` is None where it is only told. `load`: the machine's, over
    the minute in which it was measured.
    """

    figure: str
    name: str
    value: float | None
    unit: str
    target: str = ""
    met: bool | None = None
    rounds: Sequence[float] = field(default_factory=tuple)
    load: float = field(default_factory=lambda: round(os.getloadavg()[0], 2))

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


def unmeasured(figure: str, why: str, target: str = "runs") -> Figure:
    """What could not be measured, and is not left out in silence: a figure that is not met."""
    return Figure(figure, why, None, "", target, False)


def are_met(figures: Iterable[Figure]) -> bool:
    """Was every figure that has a target measured, and does it keep to it?"""
    return all(figure.met is not False for figure in figures)


def machine(checkout: Path = ROOT) -> dict[str, str]:
    """Where and when this was measured, and of which commit."""
    ask = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(ask, cwd=checkout, capture_output=True, text=True, check=False)
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    return {
        "cores": str(os.cpu_count()), "processor": model, "python": platform.python_version(),
        "load": " ".join(f"{load:.2f}" for load in os.getloadavg()), "commit": commit.stdout.strip(),
    }  # fmt: skip


def tell(figures: Iterable[Figure], *, as_json: bool, checkout: Path = ROOT) -> None:
    """Print the figures as a table, or as JSON for the next program."""
    figures = list(figures)
    if as_json:
        print(as_text(figures, checkout))
        return
    table = Table(title=" · ".join(f"{key} {value}" for key, value in machine(checkout).items()))
    for heading in ("", "figure", "measured", "spread", "target", "met", "load"):
        table.add_column(heading, justify="right" if heading in ("measured", "load") else "left")
    for figure in figures:
        met = {True: "yes", False: "NO", None: ""}[figure.met]
        value = "—" if figure.value is None else f"{figure.value:.6g} {figure.unit}"
        table.add_row(
            figure.figure, escape(figure.name), value, figure.spread, figure.target, met, f"{figure.load:.2f}"
        )  # fmt: skip
    Console(width=150).print(table)


def as_text(figures: Iterable[Figure], checkout: Path = ROOT, indent: int | None = None) -> str:
    """The figures and the machine as JSON."""
    told = {"figures": [asdict(figure) for figure in figures], "machine": machine(checkout)}
    return json.dumps(told, indent=indent)


def read(text: str) -> list[Figure]:
    """The figures of another program's --json output (its last line)."""
    lines = text.strip().splitlines()
    if not lines:
        raise ValueError("no figures were printed")
    return [Figure(**figure) for figure in json.loads(lines[-1])["figures"]]
