"""Which rows of a block fit, as one bit for each: no branch for a row, and the compiler takes many at once."""

from __future__ import annotations

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

BLOCK = 64  # rows: as many as a number has bits
_MOST = 2147483647


@intrinsic
def lowest(typing, bits):
    """The number of the lowest bit that is set."""

    def made(context, builder, signature, arguments):
        return builder.cttz(arguments[0], context.get_constant(types.boolean, 1))

    return types.int64(types.uint64), made


@njit(cache=True, nogil=True)
def fitting(enter, leave, block, a, b, soonest, latest, least):
    """The rows of a block within [a, b) that enter by `latest`, leave at `soonest` or later and last `least`."""
    soonest, latest = np.int32(max(soonest, -_MOST)), np.int32(min(latest, _MOST))
    first, last = max(block * BLOCK, a), min(block * BLOCK + BLOCK, b)
    if last - first == BLOCK:
        return _whole(enter[first:last], leave[first:last], soonest, latest, np.uint32(least))
    bits = _bits(enter[first:last], leave[first:last], soonest, latest, np.uint32(least))
    return bits << np.uint64(first - block * BLOCK)


@njit(cache=True, nogil=True)
def _fits(enter, leave, soonest, latest, least):
    return (enter <= latest) & (leave >= soonest) & (np.uint32(np.uint32(leave) - np.uint32(enter)) >= least)


@njit(cache=True, nogil=True)
def _whole(enter, leave, soonest, latest, least):
    """The same loop as below, of a length that the compiler knows."""
    bits = np.uint64(0)
    for k in range(BLOCK):
        bits |= np.uint64(_fits(enter[k], leave[k], soonest, latest, least)) << np.uint64(k)
    return bits


@njit(cache=True, nogil=True)
def _bits(enter, leave, soonest, latest, least):
    bits = np.uint64(0)
    for k in range(len(enter)):
        bits |= np.uint64(_fits(enter[k], leave[k], soonest, latest, least)) << np.uint64(k)
    return bits
