"""Compiles the engine ahead, so that nobody waits for it at his first question: `python -m kakou.tracing.engine.warm`.

What is compiled is kept on disk: in the folder that NUMBA_CACHE_DIR names; else in `__pycache__` beside the kernels;
where that cannot be written to, in the user's own folder for caches (`~/.cache/numba`). It holds for this processor and
these files: after either has changed it is compiled again. Where none of these can be written, each process compiles.
"""

from __future__ import annotations

import numpy as np

from kakou.tracing.engine.index import TraceIndex

_DAY = 86_400
_BEGIN = 1_628_438_400


def warm() -> None:
    """Asks every question of a small index, in every way: takes about a minute once, and a second when all is kept."""
    one, several = _index([range(200)]), _index([range(100), range(100, 200)])
    for index in (one, several):
        index.contacts(1, _BEGIN, _BEGIN + _DAY, min_overlap=0)
        index.contacts_many([1, 2], _BEGIN, _BEGIN + _DAY, min_overlap=0)
        index.exposure(min_overlap=0)
        for seeds in ([1], range(10)):  # few are followed, of many every place is gone through
            index.reach(seeds, _BEGIN, hops=2, latency=0, min_overlap=0).evidence(2)


def _index(days: list[range]) -> TraceIndex:
    """A hundred persons and three places, each long enough to be sorted by digits, some of the rows out of order."""
    index = TraceIndex(threads=2)
    for number, rows in enumerate(days):
        row = np.array(rows, np.int64)
        enter = _BEGIN + number * _DAY + row * 7919 % _DAY
        begin = _BEGIN + number * _DAY
        index.append_day(row % 100, row % 3, enter, enter + 2 * _DAY, span=(begin, begin + _DAY))
    return index


if __name__ == "__main__":
    warm()
