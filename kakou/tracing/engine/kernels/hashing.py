"""A table from ids to codes, open and addressed by hash. Compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

UNKNOWN = -1


@njit(cache=True, nogil=True)
def _slot(key, table):
    """Where the search for an id begins (Fibonacci hashing over a power of two)."""
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    return np.int64((mixed ^ (mixed >> np.uint64(32))) & np.uint64(len(table) - 1))


@njit(cache=True, nogil=True)
def find(wanted, ids, table):
    """The codes of ids; UNKNOWN for those that are not in the table."""
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


@njit(cache=True, nogil=True)
def give(wanted, begun, codes, ids, table, many):
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


@njit(cache=True, nogil=True)
def fill(ids, table, many):
    """Puts the codes of so many ids into an empty table."""
    for code in range(many):
        slot = _slot(ids[code], table)
        while table[slot] != UNKNOWN:
            slot = (slot + 1) & (len(table) - 1)
        table[slot] = code
