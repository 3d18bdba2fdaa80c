"""How long an index takes to open, and a day of stays to come into it, in memory and for good."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from bench.figures import Figure, measured
from bench.tracing import city
from bench.tracing.contender import COLUMNS
from kakou.tracing.engine import TraceIndex

APPENDED, ROUNDS = 570_000, 5
OPEN = """import sys, time
began = time.perf_counter()
from kakou.tracing.engine import TraceIndex
index = TraceIndex.open(sys.argv[1])
took = time.perf_counter() - began
assert len(index) == int(sys.argv[2])
print(took, time.process_time())"""


def disk(folder: Path, many: int) -> list[Figure]:
    """Of the stays that lie in a folder; an index is written there."""
    stays = city.Stays(*(np.load(folder / f"{name}.npy", mmap_mode="r") for name in COLUMNS))
    index = TraceIndex.from_arrays(*stays.columns)
    _append(index, stays, 0)  # compiled
    memory = [_append(index, stays, number)[0] for number in range(1, ROUNDS + 1)]
    index = TraceIndex(index.days[:1], persons=index.persons, places=index.places)
    index.save(folder / "index")
    opened = [_opened(folder / "index", many) for _ in range(ROUNDS + 1)][1:]
    durable = [_append(index, stays, number)[1] for number in range(ROUNDS)]
    words, given = f"{many:,} stays: ", f"append {min(APPENDED, len(stays.on(7))):,}"
    return [
        measured("3", words + "import and open, warm, wall", [wall for wall, _ in opened], "s", most=0.5),
        measured("3", words + "the same, CPU of all of the process", [cpu for _, cpu in opened], "s"),
        measured("3", words + f"{given} in memory, CPU", memory, "s", most=0.1),
        measured("3", words + f"{given} for good, wall", durable, "s", most=0.6),
    ]


def _append(index: TraceIndex, stays: city.Stays, number: int) -> tuple[float, float]:
    """A day after all that are there: CPU and wall seconds."""
    day = stays.on(7)
    rows = np.sort(np.random.default_rng(number).permutation(len(day))[:APPENDED])
    later = (city.DAYS + number) * city.DAY
    begin = city.BEGIN + 7 * city.DAY + later
    given = day.person[rows], day.place[rows], day.enter[rows] + later, day.leave[rows] + later
    cpu, wall = time.process_time(), time.perf_counter()
    index.append_day(*given, span=(begin, begin + city.DAY))
    return time.process_time() - cpu, time.perf_counter() - wall


def _opened(path: Path, many: int) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-c", OPEN, str(path), str(many)], check=True, capture_output=True, text=True
    )
    wall, cpu = map(float, done.stdout.split())
    return wall, cpu
