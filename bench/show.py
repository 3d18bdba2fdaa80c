"""Shows: every figure of an issue in one run, from a fresh clone of this commit, and one table at the end.

What could not be measured is a row that says so; nothing is left out in silence, and nothing is told that was not
measured in this run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from bench.figures import ROOT, Figure, are_met, as_text, exactly, measured, read, tell, unmeasured
from bench.reports import Report, of_pytest, of_vitest

TESTDATA = Path(os.environ.get("KAKOU_TESTDATA", ROOT.parent / "shared" / "data"))
HOUR = 3600.0
LONGEST = 90  # minutes


class Clone:
    """A fresh clone of this commit with homes of its own, removed at the end; nothing is set up in it yet."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kakou-show-"))
        self.folder.chmod(0o755)
        self.checkout = self.folder / "kakou"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(self.checkout)], check=True)
        self.homes = 0
        self.reports = 0
        self.env = {**os.environ, "KAKOU_TESTDATA": str(TESTDATA)}
        for name in ("KAKOU_HOME", "KAKOU_PG_SOCKET", "KAKOU_KEYS", "DATABASE_URL", "VIRTUAL_ENV"):
            self.env.pop(name, None)

    @property
    def python(self) -> Path:
        """Its own Python."""
        return self.checkout / ".venv" / "bin" / "python"

    def set_up(self) -> Clone:
        """All that the tests need."""
        subprocess.run([sys.executable, "scripts/setup.py", "--dev"], cwd=self.checkout, env=self.env, check=True)
        return self

    def with_browser(self) -> Clone:
        """The same, and a Chromium on this machine; without one, what needs it says so."""
        subprocess.run([self.python, "scripts/browser.py"], cwd=self.checkout, env=self.env, check=False)
        return self

    def with_libreoffice(self) -> Clone:
        """The same, and a LibreOffice that opens sheets; without one, what needs it is skipped, which is a miss."""
        subprocess.run([self.python, "-m", "scripts.libreoffice"], cwd=self.checkout, env=self.env, check=False)
        return self

    def remove(self) -> None:
        """Nothing of it is left."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def fresh_home(self) -> Path:
        """An empty home."""
        self.homes += 1
        return self.folder / f"h{self.homes}"

    def kakou(self, *arguments: str, home: Path, timeout: float = HOUR, fine: Sequence[int] = (0,)) -> str:
        """Run the command in the clone; its standard output. Raises RuntimeError if its exit code is not `fine`."""
        done = subprocess.run(
            [self.checkout / ".venv" / "bin" / "kakou", *arguments], cwd=self.checkout, text=True, timeout=timeout,
            env={**self.env, "KAKOU_HOME": str(home)}, stdout=subprocess.PIPE, check=False,
        )  # fmt: skip
        if done.returncode not in fine:
            raise RuntimeError(f"kakou {' '.join(arguments)} ended with {done.returncode}: {done.stdout[-500:]}")
        return done.stdout

    def pytest(self, *arguments: str, env: Mapping[str, str] | None = None) -> Report:
        """Run tests in the clone; what they reported."""
        file = self._report()
        words = ["-q", "-rs", "-p", "no:cacheprovider", "--junitxml", str(file), *arguments]
        return of_pytest(self._reported(file, [self.python, "-m", "pytest", *words], env or {}))

    def vitest(self, *arguments: str) -> Report:
        """Run tests of the phone's code in the clone; what they reported."""
        file = self._report()
        words = ["gate", "test", "--", "--reporter=json", f"--outputFile={file}", *arguments]
        return of_vitest(self._reported(file, [sys.executable, "scripts/npm.py", *words], {}))

    def _report(self) -> Path:
        self.reports += 1
        return self.folder / f"report{self.reports}"

    def _reported(self, file: Path, argv: list[str | Path], env: Mapping[str, str]) -> str:
        done = subprocess.run(
            argv, cwd=self.checkout, env={**self.env, **env}, text=True, capture_output=True, timeout=HOUR, check=False
        )
        print(done.stdout[-1500:], done.stderr[-500:], sep="")
        if not file.exists():
            raise RuntimeError(f"no test ran: {(done.stderr or done.stdout).strip()[-300:]}")
        return file.read_text("utf-8")


Step: TypeAlias = Callable[[Clone], list[Figure]]


def bench(name: str) -> Step:
    """A benchmark's own figures, met or not."""

    def run(clone: Clone) -> list[Figure]:
        return read(clone.kakou("bench", name, "--json", home=clone.fresh_home(), fine=(0, 1)))

    return run


def tests(figure: str, name: str, *arguments: str) -> Step:
    """Tests that are the proof; the figure is how many passed and that none failed or was skipped."""

    def run(clone: Clone) -> list[Figure]:
        return all_passed(figure, name, clone.pytest(*arguments))

    return run


def all_passed(figure: str, name: str, report: Report) -> list[Figure]:
    """How many passed, and that none failed or was skipped."""
    passed, wrong = report.passed(), report.wrong()
    for one in wrong[:20]:
        print("   ", one)
    return [
        Figure(figure, f"{name}: passed", passed, "", ">= 1", passed > 0),
        exactly(figure, f"{name}: failed or skipped", len(wrong), 0),
    ]


def show(name: str, steps: Sequence[tuple[str, Step]], chosen: Sequence[str], longest: float = LONGEST) -> int:
    """Run every step, or those chosen ("5.3"); a step that breaks is a row that says so. Kept in build/show-NAME.json
    too. 0 when every figure is met, and the whole took no longer than `longest` minutes.
    """
    began, clone = time.monotonic(), Clone()
    known = {number for number, _ in steps}
    figures = [unmeasured(number, "NO SUCH STEP") for number in chosen if number not in known]
    try:
        clone.set_up()
        for number, step in steps:
            if not chosen or number in chosen:
                print(f"\n=== {(step.__doc__ or number).strip()}", flush=True)
                found = _figures_of(step, number, clone)
                figures += found
                tell(found, as_json=False, checkout=clone.checkout)
        minutes = (time.monotonic() - began) / 60
        figures.append(measured("all", "the whole run", [minutes], "min", most=longest))
        tell(figures, as_json=False, checkout=clone.checkout)
        kept = ROOT / "build" / f"show-{name}.json"
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(as_text(figures, clone.checkout, indent=1))
    finally:
        clone.remove()
    return 0 if are_met(figures) else 1


def _figures_of(step: Step, number: str, clone: Clone) -> list[Figure]:
    try:
        return step(clone) or [unmeasured(number, "NOTHING was measured")]
    except Exception as broken:  # noqa: BLE001 - told as a figure that is not met
        return [unmeasured(number, f"BROKEN: {broken}"[:140])]
