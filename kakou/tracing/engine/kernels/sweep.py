"""What everybody shared with everybody, place by place and without looking at a pair. Compiled.

Two stays share at least m seconds if each still lasts when the other begins, once all leaves are moved m earlier. So
one pass over the enters and the moved leaves of a place, both in order, tells for each stay how many it met (those
begun until its end, less those ended before its beginning) and how long (the integral of how many were there). A
person's own stays that overlap are taken out afterwards.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from kakou.tracing.engine.columns import AGAIN, BY_LEAVE, ENTER, LEAVE, OFFSETS, PLACES, STAYS, WHO, WIDTH


@njit(cache=True, nogil=True)
def gather(place, least, t0, t1, held, scratch, marks, twice):
    """The enters and the moved leaves of one place over all segments, in order, of stays that last long enough.

    Notes in `twice` (segment, row) whoever may still be there from an earlier segment. Returns how many stays.
    """
    begins, comers, ends, leavers = scratch
    many = 0
    for segment in range(len(held) // WIDTH):
        table = held[segment * WIDTH + PLACES]
        if 2 * place + 2 >= len(table) or table[2 * place] == table[2 * place + 2]:
            continue
        enter, leave, who = held[segment * WIDTH + ENTER], held[segment * WIDTH + LEAVE], held[segment * WIDTH + WHO]
        a, b, before = table[2 * place], table[2 * place + 2], many
        pending = before
        while pending > 0 and ends[pending - 1] + least >= enter[a]:
            pending -= 1
            marks[leavers[pending]] = place + 1
        at = before
        for row in range(a, b):
            begin = max(enter[row], t0)
            if min(leave[row], t1) - least >= begin:
                begins[at], comers[at] = begin, who[row] >> 1
                at += 1
                if pending < before and marks[who[row] >> 1] == place + 1:
                    twice.append((segment, row))
        many = _leavers(held[segment * WIDTH + BY_LEAVE][a:b], least, t0, t1, enter, leave, who, ends, leavers, before)
        _merge(ends, leavers, pending, before, many)
    return many


@njit(cache=True, nogil=True)
def _leavers(order, least, t0, t1, enter, leave, who, ends, leavers, many):
    for row in order:
        end = min(leave[row], t1) - least
        if end >= max(enter[row], t0):
            ends[many], leavers[many] = end, who[row] >> 1
            many += 1
    return many


@njit(cache=True, nogil=True)
def _merge(ends, leavers, a, b, c):
    """[a, b) and [b, c) are in order; afterwards [a, c) is."""
    if a == b or b == c or ends[b - 1] <= ends[b]:
        return
    early, early_who = ends[a:b].copy(), leavers[a:b].copy()
    i, j, k = 0, b, a
    while i < len(early):
        if j < c and ends[j] < early[i]:
            ends[k], leavers[k] = ends[j], leavers[j]
            j += 1
        else:
            ends[k], leavers[k] = early[i], early_who[i]
            i += 1
        k += 1


@njit(cache=True, nogil=True)
def sweep(first, last, t0, t1, overlap, held, longest, persons):
    """Seconds and encounters of everybody in the places [first, last): int64[persons, 2]; and who to look at again."""
    found = np.zeros((persons, 2), np.int64)
    marks = np.zeros(persons, np.int32)
    twice = [(np.int64(0), np.int64(0)) for _ in range(0)]
    begins, comers = np.empty(longest, np.int32), np.empty(longest, np.int32)
    ends, leavers = np.empty(longest, np.int32), np.empty(longest, np.int32)
    for place in range(first, last):
        least = overlap[place % len(overlap)]
        many = gather(place, least, t0, t1, held, (begins, comers, ends, leavers), marks, twice)
        if many < 2:
            continue
        area = np.int64(0)  # seconds that all were there until `now`
        now = np.int64(begins[0])
        come = 0
        for gone in range(many):
            end = np.int64(ends[gone])
            while come < many and begins[come] <= end:
                area += (come - gone) * (begins[come] - now)
                now = np.int64(begins[come])
                one = found[comers[come]]
                one[0] -= area - now + np.int64(least) * (gone + 1)
                one[1] -= gone + 1
                come += 1
            area += (come - gone) * (end - now)
            now = end
            one = found[leavers[gone]]
            one[0] += area - now + np.int64(least) * come
            one[1] += come
    pairs = np.empty((len(twice), 2), np.int64)
    for k in range(len(twice)):
        pairs[k, 0], pairs[k, 1] = twice[k]
    return found, pairs


@njit(cache=True, nogil=True)
def take_out(found, twice, t0, t1, overlap, held):
    """Takes out what a person shared with himself: pairs of his own stays in one place, within a segment and across."""
    for segment in range(len(held) // WIDTH):
        for row in held[segment * WIDTH + AGAIN]:
            _own(found, segment, row, segment, t0, t1, overlap, held)
    for k in range(len(twice)):
        for earlier in range(twice[k, 0]):
            _own(found, twice[k, 0], twice[k, 1], earlier, t0, t1, overlap, held)


@njit(cache=True, nogil=True)
def _own(found, segment, row, earlier, t0, t1, overlap, held):
    """One stay against those of the same person, in the same place, in an earlier segment or before it in its own."""
    here, there = segment * WIDTH, earlier * WIDTH
    code = held[here + WHO][row] >> 1
    offset, before = held[here + OFFSETS], held[there + OFFSETS]
    if code + 1 >= len(before):
        return
    place = -1
    for k in range(offset[code], offset[code + 1]):
        if held[here + STAYS][2 * k] == row:
            place = held[here + STAYS][2 * k + 1]
    least = overlap[place % len(overlap)]
    begin, end = max(held[here + ENTER][row], t0), min(held[here + LEAVE][row], t1)
    for k in range(before[code], before[code + 1]):
        other = held[there + STAYS][2 * k]
        if held[there + STAYS][2 * k + 1] != place or (earlier == segment and other >= row):
            continue
        since, until = max(begin, held[there + ENTER][other], t0), min(end, held[there + LEAVE][other], t1)
        if until >= since and until - since >= least:
            found[code, 0] -= 2 * (until - since)
            found[code, 1] -= 2
