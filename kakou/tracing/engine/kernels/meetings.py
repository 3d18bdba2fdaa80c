"""Who met one person: a walk from each of his stays through its place, forwards and backwards in time. Compiled.

The segments lie one after another in time: every row of a later one enters after every row of an earlier one. So in the
stay's own segment the walk begins at the stay itself, in a later one at the first row of the place, in an earlier one
at the last, and nothing is searched. It goes by blocks: forwards to the first that enters too late, and from there back
to the first up to which nobody left late enough.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from kakou.tracing.engine.columns import ENTER, LEAVE, OFFSETS, PEAK, PLACES, RUN, STAYS, WHO
from kakou.tracing.engine.kernels.blocks import BLOCK, fitting, lowest
from kakou.tracing.engine.kernels.held import column

# a stay of the person asked about
SEGMENT, ROW, PLACE, BEGIN, END, UNSURE = range(6)
# a contact
PERSON, EXPOSURE, ENCOUNTERS, FIRST, LAST, CERTAIN = range(6)
_MOST = 2147483647


@njit(cache=True, nogil=True)
def stays_of(code, t0, t1, held):
    """The stays of one person, cut to [t0, t1]: int32[k, 6]."""
    most = 0
    for segment in range(len(held)):
        offset = column(held, segment, OFFSETS)
        if 0 <= code < len(offset) - 1:
            most += offset[code + 1] - offset[code]
    mine = np.empty((most, 6), np.int32)
    many = 0
    for segment in range(len(held)):
        offset = column(held, segment, OFFSETS)
        if code < 0 or code + 1 >= len(offset):
            continue
        enter, leave, who = column(held, segment, ENTER), column(held, segment, LEAVE), column(held, segment, WHO)
        rows = column(held, segment, STAYS)
        for k in range(offset[code], offset[code + 1]):
            row = rows[2 * k]
            begin, end = max(enter[row], t0), min(leave[row], t1)
            if begin <= end:
                mine[many, SEGMENT], mine[many, ROW], mine[many, PLACE] = segment, row, rows[2 * k + 1]
                mine[many, BEGIN], mine[many, END], mine[many, UNSURE] = begin, end, who[row] & 1
                many += 1
    return mine[:many]


@njit(cache=True, nogil=True)
def around(stay, segment, since, until, least, held, met):
    """Lists whose stays in a segment meet one in its place, seen from `since` to `until`: who, and begin and end of
    what they share. Returns how many; the stay itself is among them.
    """
    table = column(held, segment, PLACES)
    place, soonest, latest = 2 * stay[PLACE], since + least, until - least
    if place + 2 >= len(table) or table[place] == table[place + 2] or table[place + 1] < soonest:
        return 0
    a, b = table[place], table[place + 2]
    enter, leave, who = column(held, segment, ENTER), column(held, segment, LEAVE), column(held, segment, WHO)
    peak, run = column(held, segment, PEAK), column(held, segment, RUN)
    block = b - 1 if segment < stay[SEGMENT] else stay[ROW] if segment == stay[SEGMENT] else a
    block //= BLOCK
    while (block + 1) * BLOCK < b and enter[(block + 1) * BLOCK] <= latest:
        block += 1
    met_who, begins, ends = met
    many = 0
    while block * BLOCK + BLOCK > a:
        if peak[block] >= soonest:
            rows = fitting(enter, leave, block, a, b, soonest, latest, least)
            while rows != 0:
                row = block * BLOCK + lowest(rows)
                rows &= rows - np.uint64(1)
                met_who[many], begins[many], ends[many] = who[row], max(since, enter[row]), min(until, leave[row])
                many += 1
        elif block * BLOCK + BLOCK <= b and run[block] < soonest:
            break
        block -= 1
    return many


@njit(cache=True, nogil=True)
def contacts(code, t0, t1, overlap, gap, held, spans, slot, met, out):
    """The contacts of one person are written to `out`; returns how many.

    `slot` says where each person's contact stands; it is believed if that person does stand there, so that it is never
    cleared.
    """
    mine = stays_of(code, t0, t1, held)
    many = 0
    for segment in range(len(spans)):
        for k in range(len(mine)):
            stay = mine[k]
            least = overlap[stay[PLACE] % len(overlap)]
            since, until = stay[BEGIN] - gap, stay[END] + gap
            if spans[segment, 0] > until - least or spans[segment, 1] < since + least or until - since < least:
                continue
            found = around(stay, segment, since, until, least, held, met)
            many = _added(code, found, met, stay[UNSURE], slot, out, many)
    return many


@njit(cache=True, nogil=True)
def _added(code, found, met, unsure, slot, out, many):
    """What was found around a stay, added to the contacts; returns how many those are then."""
    who, begins, ends = met
    for k in range(found):
        other, begin, end = who[k] >> 1, begins[k], ends[k]
        if other == code:
            continue
        certain = 1 - ((who[k] & 1) | unsure)
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
    """Contacts as they are told: int64 persons and times, from row `at` of the columns on. Column by column, which the
    compiler makes into wide moves."""
    person, exposure, encounters, first, last, certain = told
    for k in range(found):
        person[at + k] = ids[out[k, PERSON]]
    for k in range(found):
        exposure[at + k], encounters[at + k] = out[k, EXPOSURE], out[k, ENCOUNTERS]
    for k in range(found):
        first[at + k], last[at + k] = out[k, FIRST] + epoch, out[k, LAST] + epoch
    for k in range(found):
        certain[at + k] = out[k, CERTAIN]


@njit(cache=True, nogil=True)
def contacts_many(codes, begun, t0, t1, overlap, gap, held, spans, slot, met, out, ids, epoch, case, told):
    """The contacts of codes[begun:], one after another, until the next do not fit into the columns.

    Returns up to which code they are in, and how many rows they take.
    """
    many = 0
    for k in range(begun, len(codes)):
        found = contacts(codes[k], t0, t1, overlap, gap, held, spans, slot, met, out)
        if many + found > len(case):
            return k, many
        case[many : many + found] = k
        tell(found, out, many, ids, epoch, told)
        many += found
    return len(codes), many
