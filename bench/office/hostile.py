"""Figure 4: hostile files at every door and hostile names at every field, as tests/hostile counted them.

`python -m bench.office.hostile` runs those tests here; `make show-office STEPS="4"` runs them in a fresh clone.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from bench.figures import Figure, are_met, exactly, measured, tell, unmeasured
from bench.reports import Report, of_pytest
from bench.show import all_passed

FIGURE = "4"
TESTS = ("--timeout", "3600", "tests/hostile")
ROOT = Path(__file__).parents[2]
MOST_MIB, MOST_CPU = 512, 30

Read = Callable[[Sequence[float]], float]
# what the tests counted, how several of them become one, and what it must be: nothing, none, or at most
COUNTED: tuple[tuple[str, str, Read, float | None, str], ...] = (
    ("hostile: doors", "doors by which a file or a body comes in", max, None, ""),
    ("hostile: files", "hostile files", max, None, ""),
    ("hostile: files at doors", "hostile files sent to doors, in both languages", sum, None, ""),
    ("hostile: 5xx", "answers of 500 and more to a file", sum, 0, ""),
    ("hostile: half done", "refused files that changed a row", sum, 0, ""),
    ("hostile: unfriendly", "files not refused in words of the reader's language", sum, 0, ""),
    ("hostile: MiB at the peak", "memory of one process at the most, bounded to 512", max, MOST_MIB, "MiB"),
    ("hostile: MiB over rest", "of that, over its rest before the first file", max, None, "MiB"),
    ("hostile: s of CPU for one", "CPU of all processes for one file at the most", max, MOST_CPU, "s"),
    ("hostile: fields", "fields of pages in which somebody types", max, None, ""),
    ("hostile: texts in fields", "hostile texts typed into them", sum, None, ""),
    ("hostile: texts that broke a page", "texts that broke a page, or were refused without a word", sum, 0, ""),
    ("hostile: names at doors", "names at doors that take one", sum, None, ""),
    ("hostile: names kept letter by letter", "of them kept letter by letter", sum, None, ""),
    ("hostile: names wrong", "of them neither kept nor refused in words", sum, 0, ""),
)


def figures_of(report: Report) -> list[Figure]:
    """What the tests counted, failed ones too: a hole is told, not left out."""
    return [
        *(_figure(report, *one) for one in COUNTED),
        *all_passed(FIGURE, "doors, files, names: sample and whole", report),
    ]


def _figure(report: Report, name: str, words: str, as_one: Read, most: float | None, unit: str) -> Figure:
    told = report.told(name, only_passed=False)
    if not told:
        return unmeasured(FIGURE, f"NOT MEASURED: {words}")
    if most == 0:
        return exactly(FIGURE, words, as_one(told), 0)
    return measured(FIGURE, words, [as_one(told)], unit, most=most)


@click.command()
@click.option("--json", "as_json", is_flag=True)
def main(as_json: bool) -> None:
    """Measure; exit code 1 when a bar is missed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.xml"
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml", str(file), *TESTS]
        subprocess.run(words, cwd=ROOT, stdout=sys.stderr, check=False)
        found = figures_of(of_pytest(file.read_text("utf-8")))
    tell(found, as_json=as_json)
    sys.exit(0 if are_met(found) else 1)


if __name__ == "__main__":
    main()
