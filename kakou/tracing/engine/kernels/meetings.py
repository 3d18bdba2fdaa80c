"""Who met one person: a walk from each of his stays through its place, forwards and backwards in time. Compiled.

The segments lie one after another in time: every row of a later one enters after every row of an earlier one. So in the
stay's own segment the walk begins at the stay itself, in a later one at the first row of the place, in an earlier one
at the last, and nothing is searched. Forwards it ends at the first row that enters too late; backwards at the first
block up to which nobody left late enough.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from kakou.tracing.engine.columns import ENTER, LEAVE, OFFSETS, PEAK, PLACES, RUN, STAYS, WHO, WIDTH
from kakou.tracing.engine.kernels.sorting import BLOCK

# a stay of the person asked about
SEGMENT, ROW, PLACE, BEGIN, END, UNSURE = range(6)
# a contact
PERSON, EXPOSURE, ENCOUNTERS, FIRST, LAST, CERTAIN = range(6)
_MOST = 2147483647


@njit(cache=True, nogil=True)
def stays_of(code, t0, t1, held):
    """The stays of one person, cut to [t0, t1]: int32[k, 6]."""
    most = 0
    for first in range(0, len(held), WIDTH):
        offset = held[first + OFFSETS]
        if 0 <= code < len(offset) - 1:
            most += offset[code + 1] - offset[code]
    mine = np.empty((most, 6), np.int32)
    many = 0
    for segment in range(len(held) // WIDTH):
        offset = held[segment * WIDTH + OFFSETS]
        if code < 0 or code + 1 >= len(offset):
            continue
        enter, leave, who = held[segment * WIDTH + ENTER], held[segment * WIDTH + LEAVE], held[segment * WIDTH + WHO]
        rows = held[segment * WIDTH + STAYS]
        for k in range(offset[code], offset[code + 1]):
            row = rows[2 * k]
            begin, end = max(enter[row], t0), min(leave[row], t1)
            if begin <= end:
                mine[many, SEGMENT], mine[many, ROW], mine[many, PLACE] = segment, row, rows[2 * k + 1]
                mine[many, BEGIN], mine[many, END], mine[many, UNSURE] = begin, end, who[row] & 1
                many += 1
    return mine[:many]


@njit(cache=True, nogil=True)
def _back(a, down, soonest, leave, peak, run, rows, many):
    """Rows of [a, down], which all entered in time, that left no sooner than `soonest`."""
    while down >= a:
        block = down // BLOCK
        first = block * BLOCK
        if peak[block] >= soonest:
            if down == first + BLOCK - 1 and run[block] < soonest:
                break
            for row in range(down, max(first, a) - 1, -1):
                rows[many] = row
                many += leave[row] >= soonest
        down = first - 1
    return many


@njit(cache=True, nogil=True)
def around(stay, segment, soonest, latest, held, rows):
    """Lists a segment's rows of the stay's place that enter by `latest` and leave at `soonest` or later."""
    table = held[segment * WIDTH + PLACES]
    place = 2 * stay[PLACE]
    if place + 2 >= len(table):
        return 0
    a, b = table[place], table[place + 2]
    if a == b or table[place + 1] < soonest:
        return 0
    enter, leave = held[segment * WIDTH + ENTER], held[segment * WIDTH + LEAVE]
    if segment == stay[SEGMENT]:
        up, down = stay[ROW] + 1, stay[ROW] - 1
    elif segment > stay[SEGMENT]:
        up, down = a, a - 1
    else:
        up, down = b, b - 1
    many = 0
    while up < b and enter[up] <= latest:
        rows[many] = up
        many += leave[up] >= soonest
        up += 1
    while down >= a and enter[down] > latest:
        down -= 1
    return _back(a, down, soonest, leave, held[segment * WIDTH + PEAK], held[segment * WIDTH + RUN], rows, many)


@njit(cache=True, nogil=True)
def contacts(code, t0, t1, overlap, gap, held, spans, slot, rows, out):
    """The contacts of one person are written to `out`; returns how many.

    `slot` says where each person's contact stands; it is believed if that person does stand there, so that it is never
    cleared.
    """
    mine = stays_of(code, t0, t1, held)
    many = 0
    for segment in range(len(spans)):
        enter, leave, who = held[segment * WIDTH + ENTER], held[segment * WIDTH + LEAVE], held[segment * WIDTH + WHO]
        for k in range(len(mine)):
            stay = mine[k]
            least = overlap[stay[PLACE] % len(overlap)]
            since, until = stay[BEGIN] - gap, stay[END] + gap
            if spans[segment, 0] > until - least or spans[segment, 1] < since + least or until - since < least:
                continue
            for at in range(around(stay, segment, since + least, until - least, held, rows)):
                row = rows[at]
                begin, end = max(since, enter[row]), min(until, leave[row])
                other = who[row] >> 1
                if end - begin < least or other == code:
                    continue
                certain = 1 - ((who[row] & 1) | stay[UNSURE])
                place = slot[other]
                if 0 <= place < many and out[place, PERSON] == other:
                    out[place, EXPOSURE] = min(out[place, EXPOSURE] + (end - begin), _MOST)
                    out[place, ENCOUNTERS] += 1
                    out[place, FIRST] = min(out[place, FIRST], begin)
                    out[place, LAST] = max(out[place, LAST], end)
                    out[place, CERTAIN] |= certain
                else:
                    slot[other] = many
                    out[many, PERSON], out[many, EXPOSURE], out[many, ENCOUNTERS] = other, min(end - begin, _MOST), 1
                    out[many, FIRST], out[many, LAST], out[many, CERTAIN] = begin, end, certain
                    many += 1
    return many


@njit(cache=True, nogil=True)
def tell(found, out, at, ids, epoch, told):
    """Contacts as they are told: int64 persons and times, from row `at` of the columns on."""
    person, exposure, encounters, first, last, certain = told
    for k in range(found):
        person[at + k] = ids[out[k, PERSON]]
        exposure[at + k] = out[k, EXPOSURE]
        encounters[at + k] = out[k, ENCOUNTERS]
        first[at + k] = out[k, FIRST] + epoch
        last[at + k] = out[k, LAST] + epoch
        certain[at + k] = out[k, CERTAIN]


@njit(cache=True, nogil=True)
def contacts_many(codes, begun, t0, t1, overlap, gap, held, spans, slot, rows, out, ids, epoch, case, told):
    """The contacts of codes[begun:], one after another, until the next do not fit into the columns.

    Returns up to which code they are in, and how many rows they take.
    """
    many = 0
    for k in range(begun, len(codes)):
        found = contacts(codes[k], t0, t1, overlap, gap, held, spans, slot, rows, out)
        if many + found > len(case):
            return k, many
        case[many : many + found] = k
        tell(found, out, many, ids, epoch, told)
        many += found
    return len(codes), many
