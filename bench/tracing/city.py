"""A seeded city of stays, of the shape of the study that the engine was planned by.

Five stays a person and day for two weeks: work, three errands, home. Few places are visited by many (Zipf-Mandelbrot);
three persons in a thousand stay one to four days in one place. A person is in one place at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]

DAYS, STAYS_A_DAY = 14, 5
BEGIN = 1_628_438_400  # 2021-08-09 00:00 in Xuzhou
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Stays:
    """Columns of stays in the order of their enter."""

    person: Int64
    place: Int64
    enter: Int64
    leave: Int64

    def __len__(self) -> int:
        return len(self.person)

    @property
    def columns(self) -> tuple[Int64, Int64, Int64, Int64]:
        """As the engine takes them."""
        return self.person, self.place, self.enter, self.leave

    def on(self, day: int) -> Stays:
        """Those that enter on one day, counted from the first."""
        first, last = np.searchsorted(self.enter, [BEGIN + day * DAY, BEGIN + (day + 1) * DAY])
        return Stays(*(column[first:last] for column in self.columns))


def made(stays: int, *, seed: int = 42, days: int = DAYS) -> Stays:
    """About so many stays: days x 5 a person."""
    draw = np.random.default_rng(seed)
    persons = max(stays // (days * STAYS_A_DAY), 10)
    homes, works, shops = max(persons // 4, 1), max(persons // 25, 1), max(persons // 50, 1)
    ids = np.sort(draw.choice(np.int64(persons) * 1000, persons, replace=False)) + 10**12
    work = homes + _popular(draw, works, persons, shift=12.0, steepness=0.9)
    home = draw.integers(0, homes, persons)
    parts = []
    for day in range(days):
        shop = homes + works + _popular(draw, shops, 3 * persons, shift=5.0, steepness=1.0).reshape(3, persons)
        parts.append(_one_day(draw, day, ids, home, work, shop))
    person, place, enter, leave = (np.concatenate(column) for column in zip(*parts, strict=True))
    leave = _long(draw, person, enter, leave)
    order = np.argsort(enter, kind="stable")
    kept = order[_alone(person, enter, leave)[order]]
    return Stays(person[kept], place[kept] + 500, enter[kept], leave[kept])


def _one_day(
    draw: np.random.Generator, day: int, ids: Int64, home: Int64, work: Int64, shop: Int64
) -> tuple[Int64, Int64, Int64, Int64]:
    """Work, three errands (one in five is a visit at home), home until the morning after."""
    many = len(ids)
    midnight = BEGIN + day * DAY
    begins = midnight + 8 * 3600 + draw.integers(-2400, 2400, many)
    out = [(work, begins, begins + draw.integers(7 * 3600, 9 * 3600, many))]
    for errand in range(3):
        begin = out[-1][2] + draw.integers(300, 1500, many)
        place = np.where(draw.random(many) < 0.2, home, shop[errand])
        out.append((place, begin, begin + (draw.gamma(2.0, 900.0, many)).astype(np.int64).clip(120, 5400)))
    begin = out[-1][2] + draw.integers(300, 900, many)
    out.append((home, begin, np.maximum(midnight + DAY + 7 * 3600 - draw.integers(0, 3600, many), begin + 600)))
    place, enter, leave = (np.concatenate(column) for column in zip(*out, strict=True))
    return np.tile(ids, STAYS_A_DAY), place, enter, leave


def _popular(draw: np.random.Generator, places: int, many: int, *, shift: float, steepness: float) -> Int64:
    """Places by their rank, the first visited most."""
    weight = (np.arange(1, places + 1) + shift) ** -steepness
    return np.searchsorted(np.cumsum(weight) / weight.sum(), draw.random(many)).astype(np.int64).clip(0, places - 1)


def _long(draw: np.random.Generator, person: Int64, enter: Int64, leave: Int64) -> Int64:
    """Three persons in a thousand do not leave once for one to four days."""
    ids = np.unique(person)
    chosen = np.flatnonzero(np.isin(person, draw.choice(ids, max(len(ids) * 3 // 1000, 1), replace=False)))
    shuffled = draw.permutation(chosen)
    stuck = shuffled[np.unique(person[shuffled], return_index=True)[1]]  # one stay of each
    longer = leave.copy()
    longer[stuck] = enter[stuck] + draw.integers(DAY, 4 * DAY, len(stuck))
    return longer


def _alone(person: Int64, enter: Int64, leave: Int64) -> npt.NDArray[np.bool_]:
    """Which stays do not begin before an earlier one of the same person has ended."""
    order = np.lexsort((enter, person))
    p, e, latest = person[order], enter[order], leave[order].copy()
    for _ in range(40):  # a long stay covers no more than forty others
        before = np.where(p[1:] == p[:-1], latest[:-1], -1)
        grown = np.maximum(latest[1:], before)
        if (grown == latest[1:]).all():
            break
        latest[1:] = grown
    kept = np.ones(len(p), bool)
    kept[1:] = (p[1:] != p[:-1]) | (e[1:] > latest[:-1])
    result = np.empty(len(p), bool)
    result[order] = kept
    return result
