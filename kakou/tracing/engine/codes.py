"""Ids as small numbers in the order of their coming: an append-only dictionary of int64 ids, looked up by hash.

Compiled inside.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

UNKNOWN = -1


class Codes:
    """int64 ids <-> codes 0, 1, 2, …; a code once given stays."""

    def __init__(self, ids: npt.NDArray[np.int64] | None = None) -> None:
        """With the ids known so far, in the order of their codes."""
        self._ids = np.empty(0, np.int64) if ids is None else np.asarray(ids, np.int64)
        self._many = 0
        self._table = np.empty(0, np.int32)
        known = self._ids
        self._ids = np.empty(max(16, len(known)), np.int64)
        self._give(known)

    def __len__(self) -> int:
        return self._many

    @property
    def ids(self) -> npt.NDArray[np.int64]:
        """The ids, by code."""
        return self._ids[: self._many]

    def find(self, ids: npt.ArrayLike) -> npt.NDArray[np.int32]:
        """The codes of ids; UNKNOWN for those never given one."""
        wanted = np.array(ids, np.int64)  # a copy: one kind of array to compile for
        return _find(wanted, self._ids, self._table)  # type: ignore[no-any-return]

    def give(self, ids: npt.ArrayLike) -> npt.NDArray[np.int32]:
        """The codes of ids; whoever has none is given the next."""
        return self._give(np.array(ids, np.int64))

    def _give(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        codes = np.empty(len(ids), np.int32)
        done = 0
        while done < len(ids):
            if self._many * 2 >= len(self._table):
                self._grow()
            done, self._many = _give(ids, done, codes, self._ids, self._table, self._many)
            if self._many == len(self._ids):
                self._ids = np.concatenate([self._ids, np.empty(max(16, self._many), np.int64)])
        return codes

    def _grow(self) -> None:
        self._table = np.full(max(64, 4 * len(self._table)), UNKNOWN, np.int32)
        _fill(self._ids, self._table, self._many)


def _jit(function: Any) -> Any:
    return njit(cache=True, nogil=True)(function)


@_jit
def _slot(key: Any, table: Any) -> Any:
    """Where the search for an id begins (Fibonacci hashing over a power of two)."""
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    return np.int64((mixed ^ (mixed >> np.uint64(32))) & np.uint64(len(table) - 1))


@_jit
def _find(wanted: Any, ids: Any, table: Any) -> Any:
    codes = np.full(len(wanted), UNKNOWN, np.int32)
    if len(table) == 0:
        return codes
    for k in range(len(wanted)):
        slot = _slot(wanted[k], table)
        while table[slot] != UNKNOWN:
            if ids[table[slot]] == wanted[k]:
                codes[k] = table[slot]
                break
            slot = (slot + 1) & (len(table) - 1)
    return codes


@_jit
def _give(wanted: Any, begun: Any, codes: Any, ids: Any, table: Any, many: Any) -> Any:
    """Codes for wanted[begun:], until table or ids are full; returns how far it came and how many ids there are."""
    for k in range(begun, len(wanted)):
        slot = _slot(wanted[k], table)
        while table[slot] != UNKNOWN and ids[table[slot]] != wanted[k]:
            slot = (slot + 1) & (len(table) - 1)
        if table[slot] == UNKNOWN:
            if many == len(ids) or many * 2 >= len(table):
                return k, many
            table[slot] = many
            ids[many] = wanted[k]
            many += 1
        codes[k] = table[slot]
    return len(wanted), many


@_jit
def _fill(ids: Any, table: Any, many: Any) -> None:
    for code in range(many):
        slot = _slot(ids[code], table)
        while table[slot] != UNKNOWN:
            slot = (slot + 1) & (len(table) - 1)
        table[slot] = code
