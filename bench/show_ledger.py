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
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench.figures import ROOT, Figure, exactly, measured, unmeasured
from bench.show import TESTDATA, Clone, Step, bench, show, tests

LEKAGUL = TESTDATA / "lekagul" / "sensor-data.csv.gz"
PORT = 8917


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
        return [unmeasured("5.2", f"NOT RUN: no test data at {TESTDATA}")]
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


WHAT_A_GATE_SENDS = "kakou/ledger/lane/tests/test_what_a_gate_sends_is_kept.py"
CANARIES = [str(file.relative_to(ROOT)) for file in sorted(ROOT.glob("tests/test_canaries_*.py"))]
STEPS: tuple[tuple[str, Step], ...] = (
    ("5.1", first_start),
    ("5.2", real_year),
    ("5.3", bench("intake")),
    ("5.4", bench("stays")),
    ("5.5", tests("5.5", "gates and nemesis, short", "tests/chaos", WHAT_A_GATE_SENDS, "-m", "not chaos")),
    ("5.5", tests("5.5", "gates and nemesis, long", "tests/chaos", "-m", "chaos", "--timeout", "3600")),
    ("5.6", tests("5.6", "role matrix, second wall and canaries", "tests/matrix", *CANARIES)),
)


if __name__ == "__main__":
    sys.exit(show("ledger", STEPS, sys.argv[1:]))
