"""`make show-ledger`: every figure that the ledger must show, in one run, from a fresh clone of this commit.

Prints as it goes and ends with one table (median, spread, load, commit), kept in build/show-ledger.json too. What could
not be measured is a row that says so; nothing is left out in silence.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from bench.figures import ROOT, Figure, exactly, machine, measured, read, tell

TESTDATA = Path(os.environ.get("KAKOU_TESTDATA", ROOT.parent / "shared" / "data"))
LEKAGUL = TESTDATA / "lekagul" / "sensor-data.csv.gz"
PORT = 8917


class Clone:
    """A fresh clone of this commit with homes of its own, removed at the end; nothing is set up in it yet."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kakou-show-"))
        self.folder.chmod(0o755)
        self.checkout = self.folder / "kakou"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(self.checkout)], check=True)
        self.homes = 0
        self.env = {**os.environ, "KAKOU_TESTDATA": str(TESTDATA)}
        for name in ("KAKOU_HOME", "KAKOU_PG_SOCKET", "KAKOU_KEYS", "DATABASE_URL", "VIRTUAL_ENV"):
            self.env.pop(name, None)

    def set_up(self) -> Clone:
        """All that the tests need."""
        subprocess.run([sys.executable, "scripts/setup.py", "--dev"], cwd=self.checkout, env=self.env, check=True)
        return self

    def remove(self) -> None:
        """Nothing of it is left."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def fresh_home(self) -> Path:
        """An empty home."""
        self.homes += 1
        return self.folder / f"h{self.homes}"

    def kakou(self, *arguments: str, home: Path, timeout: float = 3600) -> str:
        """Run the command in the clone; its standard output."""
        done = subprocess.run(
            [self.checkout / ".venv" / "bin" / "kakou", *arguments], cwd=self.checkout, text=True, timeout=timeout,
            env={**self.env, "KAKOU_HOME": str(home)}, stdout=subprocess.PIPE, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"kakou {' '.join(arguments)} ended with {done.returncode}: {done.stdout[-500:]}")
        return done.stdout


@contextlib.contextmanager
def serving(clone: Clone, argv: list[str], home: Path, path: str | None = None) -> Iterator[float]:
    """Run a server until the block ends; yields the seconds until it printed its address."""
    env = {**clone.env, "KAKOU_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    if path is not None:  # as on a machine with Python and nothing else
        env |= {"PATH": path, "KAKOU_PG": "wheel"}
    began = time.monotonic()
    child = subprocess.Popen(
        argv, cwd=clone.checkout, env=env, text=True, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        assert child.stdout
        for line in child.stdout:
            print("   ", line, end="")
            if re.search(r"http://127\.0\.0\.1:\d+\s", line) and "Ctrl-C" in line:
                break
        else:
            raise RuntimeError("the server ended before it printed its address")
        yield time.monotonic() - began
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        child.wait(60)


def bare_path(folder: Path) -> str:
    """A PATH on which Python, make, git and a shell can be found, and neither Node nor PostgreSQL."""
    folder.mkdir(exist_ok=True)
    names = "make sh bash env git uname cat ls cp mv rm mkdir dirname sed tar gzip chmod ln id grep"
    for name in names.split():
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    (folder / "python3").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    return str(folder)


def answers(path: str) -> int:
    """The status of a page."""
    with urllib.request.urlopen(f"http://127.0.0.1:8000{path}", timeout=20) as answer:
        return int(answer.status)


def first_start(_: Clone) -> list[Figure]:
    """5.1: `make run` in a clone where nothing is set up, with no package in any cache; then again."""
    clone = Clone()
    path, home = bare_path(clone.folder / "bin"), clone.fresh_home()
    own = clone.folder / "own"
    own.mkdir()
    clone.env |= {"HOME": str(own), "XDG_CACHE_HOME": str(own / "cache"), "npm_config_cache": str(own / "npm")}
    for name in ("UV_CACHE_DIR", "PIP_CACHE_DIR"):
        clone.env.pop(name, None)
    make, seconds = shutil.which("make") or "make", []
    try:
        with serving(clone, [make, "run"], home, path) as first:
            status = answers("/accounts/login/")
        for _ in range(3):
            with serving(clone, [make, "run"], home, path) as again:
                seconds.append(again)
    finally:
        clone.remove()
    return [
        exactly("5.1", "a page answers on a fresh machine (status)", status, 200),
        measured("5.1", "first start, nothing installed, empty package caches", [first], "s", most=300),
        measured("5.1", "second start", seconds, "s", most=10),
    ]


LEKAGUL_COUNTS = (
    ("vehicles", 18_708), ("outer_closed", 17_713), ("outer_open", 34), ("camping_closed", 10_051),
    ("camping_missed", 371), ("camping_open", 32), ("absences_closed", 998), ("absences_open", 0),
    ("outer_open_since_june_2015", 1), ("its_timeline_page", 200),
)  # fmt: skip


def real_year(clone: Clone) -> list[Figure]:
    """5.2: a year of real passages through the normal checks, and what becomes of them."""
    if not LEKAGUL.exists():
        return [Figure("5.2", f"NOT RUN: no test data at {TESTDATA}", 0, "", "runs", False)]
    home = clone.fresh_home()
    clone.kakou("migrate", home=home)
    arguments = ["ledger", "import", str(LEKAGUL), "--mapping", "lekagul", "--make-places", "--json"]
    began = time.monotonic()
    first = json.loads(clone.kakou(*arguments, home=home).strip().splitlines()[-1])
    seconds = time.monotonic() - began
    again = json.loads(clone.kakou(*arguments, home=home).strip().splitlines()[-1])
    counts = json.loads(clone.kakou("bench", "lekagul-counts", "--json", home=home).strip().splitlines()[-1])
    return [
        measured("5.2", "import of a year, folded, the command's whole time", [seconds], "s", most=60),
        exactly("5.2", "passages stored", first["stored"], 171_477),
        *(exactly("5.2", name.replace("_", " "), counts[name], expected) for name, expected in LEKAGUL_COUNTS),
        exactly("5.2", "stored by importing it again", again["stored"], 0),
    ]


def bench(name: str) -> Callable[[Clone], list[Figure]]:
    """5.3, 5.4: a benchmark's own figures."""

    def run(clone: Clone) -> list[Figure]:
        return read(clone.kakou("bench", name, "--json", home=clone.fresh_home()))

    return run


def tests(figure: str, name: str, *arguments: str) -> Callable[[Clone], list[Figure]]:
    """5.5, 5.6: tests that are the proof; the figure is how many passed and that none failed or was skipped."""

    def run(clone: Clone) -> list[Figure]:
        python = clone.checkout / ".venv" / "bin" / "python"
        done = subprocess.run(
            [python, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", *arguments], cwd=clone.checkout, text=True,
            env=clone.env, capture_output=True, check=False,
        )  # fmt: skip
        print(done.stdout[-1500:])
        found = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|error|skipped)", done.stdout)}
        bad = found.get("failed", 0) + found.get("error", 0) + found.get("skipped", 0)
        return [
            Figure(figure, f"{name}: passed", found.get("passed", 0), "", ">= 1", found.get("passed", 0) > 0),
            exactly(figure, f"{name}: failed or skipped", bad, 0),
        ]

    return run


WHAT_A_GATE_SENDS = "kakou/ledger/lane/tests/test_what_a_gate_sends_is_kept.py"
CANARIES = [str(file.relative_to(ROOT)) for file in sorted(ROOT.glob("tests/test_canaries_*.py"))]
STEPS: tuple[tuple[str, Callable[[Clone], list[Figure]]], ...] = (
    ("5.1", first_start),
    ("5.2", real_year),
    ("5.3", bench("intake")),
    ("5.4", bench("stays")),
    ("5.5", tests("5.5", "gates and nemesis, short", "tests/chaos", WHAT_A_GATE_SENDS, "-m", "not chaos")),
    ("5.5", tests("5.5", "gates and nemesis, long", "tests/chaos", "-m", "chaos", "--timeout", "3600")),
    ("5.6", tests("5.6", "role matrix, second wall and canaries", "tests/matrix", *CANARIES)),
)


def main(chosen: list[str]) -> int:
    """Run every step, or those chosen ("5.3"); a step that breaks is a row that says so. 0 when every figure is met."""
    began, figures = time.monotonic(), []
    clone = Clone()
    try:
        clone.set_up()
        for name, step in STEPS:
            if chosen and name not in chosen:
                continue
            print(f"\n=== {name} {(step.__doc__ or '').strip()}", flush=True)
            try:
                found = step(clone)
            except Exception as broken:  # noqa: BLE001 - told as a figure that is not met
                found = [Figure(name, f"BROKEN: {broken}"[:110], 0, "", "runs", False)]
            figures += found
            tell(found, as_json=False)
    finally:
        clone.remove()
    minutes = (time.monotonic() - began) / 60
    figures.append(measured("all", "the whole run", [minutes], "min", most=90))
    tell(figures, as_json=False)
    kept = ROOT / "build" / "show-ledger.json"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps({"figures": [asdict(figure) for figure in figures], "machine": machine()}, indent=1))
    return 0 if all(figure.met is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
