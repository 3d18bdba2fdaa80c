"""What everybody shared with everybody, place by place and without looking at a pair. Compiled.

Two stays share at least m seconds if each still lasts when the other begins, once all leaves are moved m earlier. So
one pass over the enters and the moved leaves of a place, both in order, tells for each stay how many it met (those
begun until its end, less those ended before its beginning) and how long (the integral of how many were there). A
person's own stays that overlap are taken out afterwards.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from kakou.tracing.engine.columns import AGAIN, BY_LEAVE, ENTER, LEAVE, OFFSETS, PLACES, STAYS, WHO
from kakou.tracing.engine.kernels.held import column

_NEVER = np.int32(2147483647)


@njit(cache=True, nogil=True)
def _gather(place, least, t0, t1, held, scratch, marks, twice):
    """The enters and the moved leaves of one place over all segments, in order, of stays that last long enough; each
    leave knows where the enter of its stay stands.

    Notes in `twice` (segment, row) whoever may still be there from an earlier segment. Returns how many stays.
    """
    begins, comers, ends, leavers, stands = scratch
    many = 0
    for segment in range(len(held)):
        table = column(held, segment, PLACES)
        if 2 * place + 2 >= len(table) or table[2 * place] == table[2 * place + 2]:
            continue
        a, b, before = table[2 * place], table[2 * place + 2], many
        enter, leave = column(held, segment, ENTER), column(held, segment, LEAVE)
        who, order = column(held, segment, WHO), column(held, segment, BY_LEAVE)
        for row in range(a, b):
            begin = max(enter[row], t0)
            lasts = min(leave[row], t1) - least >= begin
            begins[many], comers[many] = begin, who[row] >> 1
            stands[row - a] = many if lasts else -1
            many += lasts
        at = before
        for k in range(a, b):
            row = order[k]
            ends[at], leavers[at] = min(leave[row], t1) - least, stands[row - a]
            at += stands[row - a] >= 0
        pending = before
        while pending > 0 and ends[pending - 1] + least >= enter[a]:
            pending -= 1
        if pending < before:
            for k in range(pending, before):
                marks[comers[leavers[k]]] = place + 1
            _note(segment, a, b, who, stands, place + 1, marks, twice)
            _merge(ends, leavers, pending, before, many)
    return many


@njit(cache=True, nogil=True)
def _note(segment, a, b, who, stands, mark, marks, twice):
    """Notes the rows of whoever is marked."""
    for row in range(a, b):
        if stands[row - a] >= 0 and marks[who[row] >> 1] == mark:
            twice.append((segment, row))


@njit(cache=True, nogil=True)
def _merge(ends, leavers, a, b, c):
    """[a, b) and [b, c) are in order; afterwards [a, c) is."""
    if a == b or b == c or ends[b - 1] <= ends[b]:
        return
    early, early_leavers = ends[a:b].copy(), leavers[a:b].copy()
    i, j, k = 0, b, a
    while i < len(early):
        if j < c and ends[j] < early[i]:
            ends[k], leavers[k] = ends[j], leavers[j]
            j += 1
        else:
            ends[k], leavers[k] = early[i], early_leavers[i]
            i += 1
        k += 1


@njit(cache=True, nogil=True)
def _pass(many, least, begins, ends, leavers, before, until):
    """Enters and leaves in order of time: for each stay what ended `before` it began, and what began `until` it ends,
    both as seconds and stays.

    Which comes next cannot be foreseen, so nothing branches on it: both are written, and the one that was not next is
    written again.
    """
    begins[many] = _NEVER  # all have come before the last has gone
    come, gone, area = np.int64(0), np.int64(0), np.int64(0)
    for _ in range(2 * many):
        begin, end, leaver = np.int64(begins[come]), np.int64(ends[gone]), leavers[gone]
        comes = begin <= end
        seconds = (come - gone - 1) * min(begin, end) + area  # that others were there until now
        before[come, 0], before[come, 1] = seconds + least * (gone + 1), gone + 1
        until[leaver, 0], until[leaver, 1] = seconds + least * come, come
        area += -begin if comes else end
        come += comes
        gone += not comes


@njit(cache=True, nogil=True)
def sweep(first, last, t0, t1, overlap, held, longest, persons):
    """Seconds and encounters of everybody in the places [first, last): int64[persons, 2]; and who to look at again."""
    found = np.zeros((persons, 2), np.int64)
    marks = np.zeros(persons, np.int32)
    twice = [(np.int64(0), np.int64(0)) for _ in range(0)]
    begins, comers, stands = np.empty(longest, np.int32), np.empty(longest, np.int32), np.empty(longest, np.int32)
    ends, leavers = np.empty(longest, np.int32), np.empty(longest, np.int32)
    before, until = np.empty((longest, 2), np.int64), np.empty((longest, 2), np.int64)
    for place in range(first, last):
        least = overlap[place % len(overlap)]
        many = _gather(place, least, t0, t1, held, (begins, comers, ends, leavers, stands), marks, twice)
        if many < 2:
            continue
        _pass(many, least, begins, ends, leavers, before, until)
        for k in range(many):
            one = found[comers[k]]
            one[0] += until[k, 0] - before[k, 0]
            one[1] += until[k, 1] - before[k, 1]
    pairs = np.empty((len(twice), 2), np.int64)
    for k in range(len(twice)):
        pairs[k, 0], pairs[k, 1] = twice[k]
    return found, pairs


@njit(cache=True, nogil=True)
def take_out(found, twice, t0, t1, overlap, held):
    """Takes out what a person shared with himself: pairs of his own stays in one place, within a segment and across."""
    for segment in range(len(held)):
        for row in column(held, segment, AGAIN):
            _own(found, segment, row, segment, t0, t1, overlap, held)
    for k in range(len(twice)):
        for earlier in range(twice[k, 0]):
            _own(found, twice[k, 0], twice[k, 1], earlier, t0, t1, overlap, held)


@njit(cache=True, nogil=True)
def _own(found, segment, row, earlier, t0, t1, overlap, held):
    """One stay against those of the same person, in the same place, in an earlier segment or before it in its own."""
    code = column(held, segment, WHO)[row] >> 1
    offset, before = column(held, segment, OFFSETS), column(held, earlier, OFFSETS)
    here, there = column(held, segment, STAYS), column(held, earlier, STAYS)
    enter, leave = column(held, earlier, ENTER), column(held, earlier, LEAVE)
    if code + 1 >= len(before):
        return
    place = -1
    for k in range(offset[code], offset[code + 1]):
        if here[2 * k] == row:
            place = here[2 * k + 1]
    least = overlap[place % len(overlap)]
    begin, end = max(column(held, segment, ENTER)[row], t0), min(column(held, segment, LEAVE)[row], t1)
    for k in range(before[code], before[code + 1]):
        other = there[2 * k]
        if there[2 * k + 1] != place or (earlier == segment and other >= row):
            continue
        since, until = max(begin, enter[other], t0), min(end, leave[other], t1)
        if until >= since and until - since >= least:
            found[code, 0] -= 2 * (until - since)
            found[code, 1] -= 2
