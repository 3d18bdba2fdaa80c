"""`make show-tracing`: every figure that tracing must show, in one run, from a fresh clone of this commit.

Prints as it goes and ends with one table (median, spread, target, load, commit), kept in build/show-tracing.json too.
The engine is measured beside peers that are given the same stays and must say the same, and beside what this machine
could do at best. `make show-tracing STEPS="1 3"` runs some of the steps only.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache

from bench.figures import ROOT, Figure, read
from bench.show import HOUR, Clone, Step, show

LONGEST = 90  # minutes
PICTURE = "docs/images/tracing-growth.png"
PICTURES = "docs/tracing"


def program(clone: Clone, module: str, *arguments: str) -> list[Figure]:
    """The figures of a program of bench/tracing, met or not."""
    words = [clone.python, "-m", f"bench.tracing.{module}", *arguments, "--json"]
    done = subprocess.run(
        words, cwd=clone.checkout, env=clone.env, text=True, stdout=subprocess.PIPE, timeout=HOUR, check=False
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{module} ended with {done.returncode}: {done.stdout[-300:]}")
    return read(done.stdout)


@cache
def sides(clone: Clone) -> list[Figure]:
    """Figures 1 and 2 come of one run."""
    return program(clone, "sides")


def beside(figure: str, what: str) -> Step:
    """Of that run the one figure or the other."""

    def run(clone: Clone) -> list[Figure]:
        return [each for each in sides(clone) if each.figure == figure]

    run.__doc__ = f"{figure}: {what}, ten million stays"
    return run


def growth(clone: Clone) -> list[Figure]:
    """3: from one million stays to fifty; the picture of it is brought here."""
    found = program(clone, "growth", "--picture", PICTURE)
    (ROOT / PICTURE).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(clone.checkout / PICTURE, ROOT / PICTURE)
    return found


def through(module: str, figure: str, what: str, *, browser: bool = False) -> Step:
    """A figure of its own program."""

    def run(clone: Clone) -> list[Figure]:
        return program(clone.with_browser() if browser else clone, module)

    run.__doc__ = f"{figure}: {what}"
    return run


def journeys(clone: Clone) -> list[Figure]:
    """7: journeys in the browser; the pictures that they take of their pages are brought here."""
    found = program(clone.with_browser(), "journeys")
    shutil.rmtree(ROOT / PICTURES, ignore_errors=True)
    shutil.copytree(clone.checkout / PICTURES, ROOT / PICTURES)
    return found


STEPS: tuple[tuple[str, Step], ...] = (
    ("1", beside("1", "beside NCLS, DuckDB, Polars and PostgreSQL")),
    ("2", beside("2", "beside what this machine could do at best")),
    ("3", growth),
    ("4", through("product", "4", "through the product, 100,000 people and 14 days", browser=True)),
    ("5", through("lekagul", "5", "a vehicle at the camping places over a year")),
    ("6", through("outbreak", "6", "whole outbreaks in the ledgers of drills")),
    ("7", journeys),
)


if __name__ == "__main__":
    sys.exit(show("tracing", STEPS, sys.argv[1:], longest=LONGEST))
