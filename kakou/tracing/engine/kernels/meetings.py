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
from kakou.tracing.engine.kernels.blocks import BLOCK, fitting, take
from kakou.tracing.engine.kernels.held import column

# a stay of the person asked about
SEGMENT, ROW, PLACE, BEGIN, END, UNSURE = range(6)
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
    """Lists the stays in a segment that meet one in its place, seen from `since` to `until`: enter, leave and who.
    Returns how many; the stay itself is among them.
    """
    table = column(held, segment, PLACES)
    place, soonest, latest = 2 * stay[PLACE], since + least, until - least
    if place + 2 >= len(table) or table[place] == table[place + 2] or table[place + 1] < soonest:
        return 0
    a, b = table[place], table[place + 2]
    columns = column(held, segment, ENTER), column(held, segment, LEAVE), column(held, segment, WHO)
    enter, leave, _ = columns
    peak, run = column(held, segment, PEAK), column(held, segment, RUN)
    block = b - 1 if segment < stay[SEGMENT] else stay[ROW] if segment == stay[SEGMENT] else a
    block //= BLOCK
    while (block + 1) * BLOCK < b and enter[(block + 1) * BLOCK] <= latest:
        block += 1
    many = 0
    while block * BLOCK + BLOCK > a:
        if peak[block] >= soonest:
            many = take(columns, block, fitting(enter, leave, block, a, b, soonest, latest, least), met, many)
        elif block * BLOCK + BLOCK <= b and run[block] < soonest:
            break
        block -= 1
    return many


@njit(cache=True, nogil=True)
def contacts(code, t0, t1, overlap, gap, held, spans, stands, met, told, at):
    """The contacts of one person are written to the columns `told`, from row `at` on; returns up to where.

    `stands` says in which row each person's contact stands, counted on from one question to the next: what is less than
    the first row of this one is of an earlier question, so that it is never cleared.
    """
    mine = stays_of(code, t0, t1, held)
    first = at
    for segment in range(len(spans)):
        for k in range(len(mine)):
            stay = mine[k]
            least = overlap[stay[PLACE] % len(overlap)]
            since, until = stay[BEGIN] - gap, stay[END] + gap
            if spans[segment, 0] > until - least or spans[segment, 1] < since + least or until - since < least:
                continue
            found = around(stay, segment, since, until, least, held, met)
            at = _added(code, found, met, (since, until, stay[UNSURE]), stands, first, told, at)
    return at


@njit(cache=True, nogil=True)
def _added(code, found, met, stay, stands, start, told, at):
    """What was found around a stay, added to the contacts from row `start` on; returns up to where those are then."""
    enter, leave, who = met
    since, until, unsure = stay
    row_of, before, ids, epoch = stands
    person, exposure, encounters, first, last, certain = told
    for k in range(found):
        other, begin, end = who[k] >> 1, max(since, enter[k]), min(until, leave[k])
        if other == code:
            continue
        sure, row = ((who[k] & 1) | unsure) == 0, row_of[other] - before
        if row >= start:
            exposure[row] = min(exposure[row] + (end - begin), _MOST)
            encounters[row] += 1
            first[row] = min(first[row], begin + epoch)
            last[row] = max(last[row], end + epoch)
            certain[row] |= sure
        else:
            row_of[other] = at + before
            person[at], exposure[at], encounters[at] = ids[other], min(end - begin, _MOST), 1
            first[at], last[at], certain[at] = begin + epoch, end + epoch, sure
            at += 1
    return at


@njit(cache=True, nogil=True)
def contacts_many(codes, begun, t0, t1, overlap, gap, held, spans, stands, met, told, case):
    """The contacts of codes[begun:], one after another, as long as there is room for everybody as a contact.

    Returns up to which code they are in, and how many rows they take.
    """
    at = 0
    for k in range(begun, len(codes)):
        if at + len(stands[0]) > len(case):
            return k, at
        first = at
        at = contacts(codes[k], t0, t1, overlap, gap, held, spans, stands, met, told, at)
        case[first:at] = k
    return len(codes), at
