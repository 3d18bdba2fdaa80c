"""`make show-loops`: every figure that work orders, services, deliveries and notices must show, in one run, from a
fresh clone of this commit.

Prints as it goes and ends with one table (median, spread, target, load, commit), kept in build/show-loops.json too.
`make show-loops STEPS="1 3"` runs some of the steps only.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

from bench.figures import ROOT, Figure, read
from bench.show import HOUR, Clone, Step, all_passed, show

LONGEST = 90  # minutes
PICTURES = "docs/loops"
CLOCKS = {
    "clocks over China's calendar, pauses, zones and DST": ("kakou/workorders/clocks/tests",),
    "what is late is passed on": ("kakou/workorders/tests/test_what_is_late_is_passed_on.py",),
}
OPEN311 = {
    "a client of another hand; every answer against the schemas": ("-m", "not chaos", "tests/open311"),
    "schemathesis: doors, Open311 and every page as every role, a sample": ("-m", "not chaos", "tests/questions"),
    "the same, whole": ("-m", "chaos", "-n", "2", "--timeout", "3600", "tests/questions"),
}
ROBOTS = {
    "robots of another hand check signature, size and rate": ("tests/robots",),
    "an outage of an hour; a killed worker; rates": (
        "kakou/notices/tests/test_nothing_is_lost_in_an_outage.py",
        "kakou/notices/tests/test_a_killed_worker_loses_nothing.py",
        "kakou/notices/tests/test_a_channel_keeps_its_rate.py",
    ),
}


def program(clone: Clone, module: str, *arguments: str) -> list[Figure]:
    """The figures of a program of bench/loops, met or not."""
    words = [clone.python, "-m", f"bench.loops.{module}", *arguments, "--json"]
    done = subprocess.run(
        words, cwd=clone.checkout, env=clone.env, text=True, stdout=subprocess.PIPE, timeout=HOUR, check=False
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{module} ended with {done.returncode}: {done.stdout[-300:]}")
    return read(done.stdout)


def day(clone: Clone) -> list[Figure]:
    """1: a day of 2,000 causes from every source, failures, retries, kill -9"""
    return program(clone, "day")


def clocks(clone: Clone) -> list[Figure]:
    """2: clocks, and a hundred thousand open orders"""
    return [*program(clone, "clocks"), *_ran(clone, "2", CLOCKS)]


def open311(clone: Clone) -> list[Figure]:
    """3: Open311 by another hand, and schemathesis over the whole API"""
    return _ran(clone, "3", OPEN311)


def robots(clone: Clone) -> list[Figure]:
    """4: robots, and an outage of an hour"""
    return _ran(clone, "4", ROBOTS)


def journeys(clone: Clone) -> list[Figure]:
    """5 and 6: the article's two stories, and every page of them; the pictures that they take are brought here."""
    found = program(clone.with_browser(), "journeys")
    shutil.rmtree(ROOT / PICTURES, ignore_errors=True)
    shutil.copytree(clone.checkout / PICTURES, ROOT / PICTURES)
    return found


def _ran(clone: Clone, figure: str, tests: Mapping[str, Sequence[str]]) -> list[Figure]:
    return [one for name, files in tests.items() for one in all_passed(figure, name, clone.pytest(*files))]


STEPS: tuple[tuple[str, Step], ...] = (
    ("1", day), ("2", clocks), ("3", open311), ("4", robots), ("5", journeys),
)  # fmt: skip


if __name__ == "__main__":
    sys.exit(show("loops", STEPS, sys.argv[1:], longest=LONGEST))
