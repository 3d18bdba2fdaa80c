"""How stays come into the order of a segment. Compiled; each is one pass or a sort of what is small."""

from __future__ import annotations

import numpy as np
from numba import njit

from kakou.tracing.engine.kernels.blocks import BLOCK

_FEW = 24  # rows that are sorted by insertion


@njit(cache=True, nogil=True)
def scatter(at, place, person, enter, leave, certain, epoch, columns):
    """Rows to their place, in the order in which they come: `at` says where the next of each place goes."""
    for k in range(len(place)):
        row = at[place[k]]
        at[place[k]] = row + 1
        columns[0, row] = enter[k] - epoch
        columns[1, row] = leave[k] - epoch
        columns[2, row] = person[k] * 2 + (1 - certain[k])


@njit(cache=True, nogil=True)
def sort_places(begin, columns):
    """Each place by (enter, leave, who): nothing to do where it is so already, and little where it nearly is."""
    for place in range(len(begin) - 1):
        a, b = begin[place], begin[place + 1]
        if not _inserted(columns, a, b):
            _sort_one(columns, a, b)


@njit(cache=True, nogil=True)
def _after(columns, row, enter, leave, who):
    if columns[0, row] != enter:
        return columns[0, row] > enter
    if columns[1, row] != leave:
        return columns[1, row] > leave
    return columns[2, row] > who


@njit(cache=True, nogil=True)
def _inserted(columns, a, b):
    """Sorts by insertion; gives up when the rows of a long place have far to go."""
    steps = 0
    for k in range(a + 1, b):
        enter, leave, who = columns[0, k], columns[1, k], columns[2, k]
        at = k - 1
        while at >= a and _after(columns, at, enter, leave, who):
            for column in range(3):
                columns[column, at + 1] = columns[column, at]
            at -= 1
            steps += 1
        columns[0, at + 1], columns[1, at + 1], columns[2, at + 1] = enter, leave, who
        if b - a > _FEW and steps > 16 * (b - a):
            return False
    return True


@njit(cache=True, nogil=True)
def _sort_one(columns, a, b):
    """A stable sort by the last key first: enter and leave in one number, after who."""
    order = np.argsort(columns[2, a:b], kind="mergesort")
    key = np.empty(b - a, np.int64)
    for k in range(b - a):
        key[k] = (np.int64(columns[0, a + order[k]]) << 32) + (np.int64(columns[1, a + order[k]]) + 2147483648)
    order = order[np.argsort(key, kind="mergesort")]
    for column in range(3):
        columns[column, a:b] = columns[column, a:b][order]


@njit(cache=True, nogil=True)
def maxima(begin, leave, places, peak, run):
    """The latest leave of each place, of each block, and of each place up to the end of a block."""
    peak[:] = -2147483648
    for place in range(len(begin) - 1):
        latest = np.int32(-2147483648)
        for row in range(begin[place], begin[place + 1]):
            latest = max(latest, leave[row])
            block = row // BLOCK
            peak[block] = max(peak[block], leave[row])
            run[block] = latest
        places[place, 0] = begin[place]
        places[place, 1] = latest
    places[len(begin) - 1, 0] = begin[-1]
    places[len(begin) - 1, 1] = -2147483648


@njit(cache=True, nogil=True)
def by_person(begin, who, persons):
    """The rows of each person: where they begin, int32[persons + 1], and (row, place), int32[n, 2]."""
    offsets = np.zeros(persons + 1, np.int32)
    for row in range(len(who)):
        offsets[(who[row] >> 1) + 1] += 1
    for k in range(persons):
        offsets[k + 1] += offsets[k]
    at = offsets[:-1].copy()
    stays = np.empty((len(who), 2), np.int32)
    for place in range(len(begin) - 1):
        for row in range(begin[place], begin[place + 1]):
            k = at[who[row] >> 1]
            at[who[row] >> 1] = k + 1
            stays[k, 0] = row
            stays[k, 1] = place
    return offsets, stays


@njit(cache=True, nogil=True)
def again(offsets, stays, enter, leave):
    """Rows that begin before an earlier stay of the same person in the same place has ended."""
    found = [np.int32(0) for _ in range(0)]
    for person in range(len(offsets) - 1):
        latest = np.int32(0)
        for k in range(offsets[person], offsets[person + 1]):
            row = stays[k, 0]
            if k > offsets[person] and stays[k, 1] == stays[k - 1, 1]:
                if enter[row] <= latest:
                    found.append(row)
                latest = max(latest, leave[row])
            else:
                latest = leave[row]
    return np.array(found, dtype=np.int32)


@njit(cache=True, nogil=True)
def by_leave(begin, leave):
    """The rows of each place in the order of their leave."""
    order = np.empty(len(leave), np.int32)
    longest = 0
    for place in range(len(begin) - 1):
        longest = max(longest, begin[place + 1] - begin[place])
    keys, others = np.empty(longest, np.uint64), np.empty(longest, np.uint64)
    for place in range(len(begin) - 1):
        a, b = begin[place], begin[place + 1]
        if b - a > _FEW:
            _by_digits(leave, a, b, order, keys, others)
            continue
        for k in range(a, b):
            j = k - 1
            while j >= a and leave[order[j]] > leave[k]:
                order[j + 1] = order[j]
                j -= 1
            order[j + 1] = k
    return order


@njit(cache=True, nogil=True)
def _by_digits(leave, a, b, order, keys, others):
    """Rows [a, b) by the digits of their leave, the lowest first; a digit has about as many values as rows."""
    least = np.int64(leave[a:b].min())
    span, wide = np.int64(leave[a:b].max()) - least, 4
    while wide < 11 and (b - a) >> wide > 1:
        wide += 1
    for k in range(b - a):
        keys[k] = np.uint64((leave[a + k] - least) << 32 | k)
    digit = 0
    while span >> digit > 0:
        _by_digit(keys[: b - a], others, np.uint64(32 + digit), wide)
        keys, others = others, keys
        digit += wide
    for k in range(b - a):
        order[a + k] = a + np.int64(keys[k] & np.uint64(0xFFFFFFFF))


@njit(cache=True, nogil=True)
def _by_digit(keys, sorted_keys, shift, wide):
    mask = np.uint64((1 << wide) - 1)
    at = np.zeros((1 << wide) + 1, np.int32)
    for key in keys:
        at[np.int64((key >> shift) & mask) + 1] += 1
    for k in range(1 << wide):
        at[k + 1] += at[k]
    for key in keys:
        value = np.int64((key >> shift) & mask)
        sorted_keys[at[value]] = key
        at[value] += 1
