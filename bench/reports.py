"""What a run of tests reported, pytest's and vitest's alike: which passed, and what they counted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from bench.figures import ROOT


class Ran(NamedTuple):
    """One test: its file (pytest: its module), its name without parameters, whether it passed, and its counts."""

    file: str
    name: str
    outcome: str  # passed | failed | skipped
    counts: Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Report:
    """Every test of a run."""

    ran: Sequence[Ran]

    def passed(self, file: str = "", name: str = "") -> int:
        """How many passed, of a file and name that contain these."""
        return sum(one.outcome == "passed" and file in one.file and name in one.name for one in self.ran)

    def ran_in(self, file: str) -> int:
        """How many ran, of a file that contains this."""
        return sum(file in one.file for one in self.ran)

    def wrong(self) -> list[str]:
        """Those that failed or were skipped: either way they have shown nothing."""
        return [f"{one.name}: {one.outcome}" for one in self.ran if one.outcome != "passed"]

    def told(self, count: str, *, only_passed: bool = True) -> list[float]:
        """Every value of a count; [] when no test told it. Without `only_passed` also of tests that failed after."""
        return [
            value for one in self.ran if one.outcome == "passed" or not only_passed
            for name, value in one.counts if name == count
        ]  # fmt: skip

    def names(self) -> list[str]:
        """The names of all counts, in the order in which they were told."""
        return list(dict.fromkeys(name for one in self.ran for name, _ in one.counts))


def ran(*words: str, env: Mapping[str, str], timeout: float) -> Report:
    """Run tests of this checkout; what they reported, whether they passed or not. Raises RuntimeError if none ran."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "report.xml"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={told}", *words],
            cwd=ROOT, env={**os.environ, **env}, text=True, stdout=subprocess.PIPE, timeout=timeout, check=False,
        )  # fmt: skip
        print(done.stdout[-1_500:], file=sys.stderr)
        if not told.exists():
            raise RuntimeError(f"no test ran: {done.stdout[-300:]}")
        return of_pytest(told.read_text("utf-8"))


def of_pytest(text: str) -> Report:
    """A report that pytest wrote (--junitxml)."""
    root = ElementTree.fromstring(text)
    return Report([_of_case(case) for case in root.iter("testcase")])


def of_vitest(text: str) -> Report:
    """A report that vitest wrote (--reporter=json)."""
    return Report([ran for file in json.loads(text)["testResults"] for ran in _of_file(file)])


def _of_case(case: ElementTree.Element) -> Ran:
    wrong = next((part.tag for part in case if part.tag in ("failure", "error", "skipped")), None)
    outcome = "passed" if wrong is None else "skipped" if wrong == "skipped" else "failed"
    counts = [(told.get("name", ""), float(told.get("value", "nan"))) for told in case.iter("property")]
    return Ran(case.get("classname", ""), case.get("name", "").partition("[")[0], outcome, counts)


def _of_file(file: Mapping[str, Any]) -> Iterator[Ran]:
    for one in file["assertionResults"]:
        outcome = one["status"] if one["status"] in ("passed", "failed") else "skipped"
        yield Ran(file["name"], one["fullName"], outcome, list(one["meta"].get("counts", {}).items()))
    if file.get("status") == "failed" and not file["assertionResults"]:
        yield Ran(file["name"], "the file itself", "failed", [])
