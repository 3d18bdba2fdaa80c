"""Memory for long answers, used again once nobody holds what was in it: to get fresh pages from the system takes longer
than to write an answer into them."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt


class Rooms:
    """Rooms for so many rows (or a few more) of columns of these kinds. What is not written to takes no memory. `most`
    rooms are kept when nobody holds them, all others are given back. Threads may share it."""

    def __init__(self, rows: int, kinds: Sequence[npt.DTypeLike], most: int) -> None:
        """None is there yet."""
        self.rows = -(-rows // 8) * 8  # so that every column is aligned
        self.kinds, self.most = [np.dtype(kind) for kind in kinds], most
        self._spare: list[npt.NDArray[np.uint8]] = []

    def columns(self) -> list[npt.NDArray[Any]]:
        """A room that nobody else holds; it is held as long as any of its columns, or of what was made of them, is."""
        try:
            memory = self._spare.pop()
        except IndexError:
            memory = np.empty(self.rows * sum(kind.itemsize for kind in self.kinds), np.uint8)
        held = np.frombuffer(memory.data, np.uint8)  # the base of all that is made of it
        weakref.finalize(held, self._give_back, memory).atexit = False
        found, at = [], 0
        for kind in self.kinds:
            end = at + self.rows * kind.itemsize
            found.append(held[at:end].view(kind))
            at = end
        return found

    def _give_back(self, memory: npt.NDArray[np.uint8]) -> None:
        if len(self._spare) < self.most:
            self._spare.append(memory)
