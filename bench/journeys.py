"""Journeys in the browser as figures: which were walked, and the pictures that were taken on the way."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from bench.figures import ROOT, Figure, are_met, tell
from bench.reports import Report, ran

LANGUAGES = 2
MOST_PICTURE = 150_000  # bytes
LONGEST = 2_400.0  # seconds


def walked(names: Iterable[str], pictures: Path) -> Report:
    """Walk these journeys of tests/journeys; their pictures are taken anew. What went wrong is told as it is seen."""
    files = [f"tests/journeys/{name}.py" for name in names]
    report = ran("-rs", *files, env={"KAKOU_DOCS_PICTURES": str(pictures)}, timeout=LONGEST)
    for one in report.wrong()[:20]:
        print("   ", one, file=sys.stderr)
    return report


def at_least(figure: str, name: str, value: float, least: float) -> Figure:
    """So many or more."""
    return Figure(figure, name, value, "", f">= {least:g}", value >= least)


def taken(figure: str, pictures: Path, least: int) -> list[Figure]:
    """How many pictures lie there, and how large the largest is."""
    sizes = [file.stat().st_size for file in pictures.glob("*.png")]
    largest = max(sizes, default=0)
    return [
        at_least(figure, f"pictures in {pictures.relative_to(ROOT)}", len(sizes), least),
        Figure(figure, "largest of them", largest, "B", f"<= {MOST_PICTURE}", 0 < largest <= MOST_PICTURE),
    ]


def program(figures: Callable[[], list[Figure]], words: str) -> click.Command:
    """The command that walks them; exit code 1 when a figure is not met."""

    @click.command(help=words)
    @click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
    def main(as_json: bool) -> None:
        found = figures()
        tell(found, as_json=as_json)
        sys.exit(0 if are_met(found) else 1)

    return main
