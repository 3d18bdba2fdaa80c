"""Seeded chance: only `random.random()` is used, the one draw Python promises to repeat across its versions."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws for one question; two dice of the same seed give the same answers."""

    __slots__ = ("_draw", "_seed")

    def __init__(self, seed: int) -> None:
        source = random.Random(seed)
        self._draw = source.random
        self._seed = super(random.Random, source).seed  # for whole numbers the same, and quicker

    def again(self, seed: int) -> Dice:
        """The same dice thrown for another question: cheaper than new ones."""
        self._seed(seed)
        return self

    def chance(self, share: float) -> bool:
        """True in `share` (0 to 1) of the cases."""
        return self._draw() < share

    def between(self, low: int, high: int) -> int:
        """A whole number, low <= n <= high, all equally likely."""
        return low + int(self._draw() * (high - low + 1))

    def around(self, middle: int, spread: int) -> int:
        """A whole number near `middle`, never further than `spread`, heaped in the middle (three draws)."""
        return middle + int((self._draw() + self._draw() + self._draw() - 1.5) / 1.5 * spread)

    def pick(self, among: Sequence[T]) -> T:
        """One of them, all equally likely. Raises IndexError when there is none."""
        return among[int(self._draw() * len(among))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """All of them in another order (Fisher-Yates)."""
        order = list(items)
        for i in range(len(order) - 1, 0, -1):
            j = int(self._draw() * (i + 1))
            order[i], order[j] = order[j], order[i]
        return order


def number_of(*parts: object) -> int:
    """A 64-bit number named by `parts` (their text), the same on every machine."""
    text = "/".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


def dice_of(*parts: object) -> Dice:
    """Fresh dice for the question named by `parts`."""
    return Dice(number_of(*parts))
