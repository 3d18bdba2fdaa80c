"""Whom a chain of meetings reaches, hop by hop, without listing pairs where many are on the way. Compiled.

A few who pass it on are followed stay by stay. Are they many, each place is gone through once: whoever comes in is
reached at his own enter if somebody who passes it on stays long enough, and else when the next begins to. Both tell the
same: of all ways to reach somebody first the one whose source stays longest, then the one with the smallest code.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from kakou.tracing.engine.columns import ENTER, LEAVE, PLACES, WHO
from kakou.tracing.engine.kernels.blocks import BLOCK, WIDE, lowest, take
from kakou.tracing.engine.kernels.held import column
from kakou.tracing.engine.kernels.meetings import BEGIN, END, PLACE, around, stays_of

NEVER = 2147483647
_FAR = 16  # rows that a source may be moved on the average, before they are sorted otherwise


@njit(cache=True, nogil=True)
def _longer(end, source, other_end, other):
    return end > other_end or (end == other_end and source < other)


@njit(cache=True, nogil=True)
def better(best, code, at, end, source):
    """Keeps a way to reach somebody if it is sooner, else of a longer stay, else of a smaller code."""
    if at > best[code, 0] or (at == best[code, 0] and not _longer(end, source, best[code, 1], best[code, 2])):
        return
    best[code, 0], best[code, 1], best[code, 2] = at, end, source


@njit(cache=True, nogil=True)
def follow(frontier, passes_on, time, until, overlap, held, spans, met):
    """One hop from a few: each of their stays is walked from.

    Returns the best way to each person: time, end of stay, source.
    """
    best = np.full((len(time), 3), NEVER, np.int32)
    enter, _, who = met
    for source in frontier:
        mine = stays_of(source, passes_on[source], until, held)
        for segment in range(len(spans)):
            for k in range(len(mine)):
                stay = mine[k]
                least = overlap[stay[PLACE] % len(overlap)]
                since, end = np.int64(stay[BEGIN]), np.int64(stay[END])
                if spans[segment, 0] > end - least or spans[segment, 1] < since + least or end - since < least:
                    continue
                for at in range(around(stay, segment, since, end, least, held, met)):
                    begin = max(since, enter[at])
                    if begin < time[who[at] >> 1]:
                        better(best, who[at] >> 1, begin, end, source)
    return best


@njit(cache=True, nogil=True)
def _read(rows, of, until, block):
    """At most 64 rows, as begin, end, code and what `of` knows of the person; the rest of the block lasts less than
    nothing."""
    enter, leave, who = rows
    begins, ends, codes, known = block
    for k in range(len(enter)):
        code = who[k] >> np.int32(1)
        begins[k], ends[k], codes[k], known[k] = enter[k], min(leave[k], until), code, of[code]
    for k in range(len(enter), BLOCK):
        begins[k], ends[k] = 1, 0


@njit(cache=True, nogil=True)
def _passing(block, least):
    """Who of a block is there for long enough after he passes it on, as bits; he begins when he does both."""
    begins, ends, _, passes_on = block
    bits = np.uint64(0)
    for k in range(BLOCK):
        begins[k] = max(begins[k], passes_on[k])
        bits |= np.uint64(_lasts(begins[k], ends[k], least)) << np.uint64(k)
    return bits


@njit(cache=True, nogil=True)
def _coming(block, least):
    """Who of a block stays for long enough and was not reached before he came in, as bits."""
    begins, ends, _, soonest = block
    bits = np.uint64(0)
    for k in range(BLOCK):
        comes = (begins[k] <= soonest[k]) & _lasts(begins[k], ends[k], least)
        bits |= np.uint64(comes) << np.uint64(k)
    return bits


@njit(cache=True, nogil=True)
def _lasts(begin, end, least):
    return (end >= begin) & (np.uint32(np.uint32(end) - np.uint32(begin)) >= least)


@njit(cache=True, nogil=True)
def _sources(place, least, passes_on, until, held, sources, block):
    """Who passes it on in a place, in the order in which he begins to: begin, end, code. Returns how many."""
    begins, ends, codes = sources
    many, moved, latest = 0, 0, np.int32(-NEVER)
    for segment in range(len(held)):
        table = column(held, segment, PLACES)
        if 2 * place + 2 >= len(table):
            continue
        enter, leave, who = column(held, segment, ENTER), column(held, segment, LEAVE), column(held, segment, WHO)
        b = table[2 * place + 2]
        for first in range(table[2 * place], b, BLOCK):
            rows = slice(first, min(first + BLOCK, b))
            _read((enter[rows], leave[rows], who[rows]), passes_on, np.int32(until), block)
            new, many = many, take(block[:3], 0, _passing(block, np.uint32(least)), sources, many)
            for at in range(new, many):
                if begins[at] < latest:
                    moved = _placed(begins, ends, codes, at, moved)
                latest = max(latest, begins[at])
    if moved > _FAR * many:
        order = np.argsort(begins[:many], kind="mergesort")
        begins[:many], ends[:many], codes[:many] = begins[:many][order], ends[:many][order], codes[:many][order]
    return many


@njit(cache=True, nogil=True)
def _placed(begins, ends, codes, at, moved):
    """Moves the last source, who may have been there before he could pass it on, to where he belongs."""
    while at > 0 and begins[at - 1] > begins[at] and moved <= _FAR * at:
        begins[at], begins[at - 1] = begins[at - 1], begins[at]
        ends[at], ends[at - 1] = ends[at - 1], ends[at]
        codes[at], codes[at - 1] = codes[at - 1], codes[at]
        at -= 1
        moved += 1
    return moved


@njit(cache=True, nogil=True)
def through(first, last, passes_on, time, until, overlap, held, longest):
    """One hop from many, in the places [first, last): each place is gone through once. Returns the same."""
    best = np.full((len(time), 3), NEVER, np.int32)
    soonest = time.copy()  # by now, of each person
    room = longest + WIDE
    sources = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.int32)
    block = (np.empty(BLOCK, np.int32), np.empty(BLOCK, np.int32), np.empty(BLOCK, np.int32), np.empty(BLOCK, np.int32))
    for place in range(first, last):
        least = overlap[place % len(overlap)]
        many = _sources(place, least, passes_on, until, held, sources, block)
        if many == 0:
            continue
        sources[0][many] = NEVER
        state = (0, -1)
        for segment in range(len(held)):
            table = column(held, segment, PLACES)
            if 2 * place + 2 < len(table):
                rows = (segment, table[2 * place], table[2 * place + 2])
                state = _comers(rows, state, least, soonest, until, held, many, sources, block, best)
    return best


@njit(cache=True, nogil=True)
def _comers(rows, state, least, soonest, until, held, many, sources, block, best):
    """Whoever comes into a place in one segment, in order; `state` goes on from one segment to the next.

    That is how many sources have begun, and of them the one who stays longest (-1: nobody yet).
    """
    segment, a, b = rows
    come, stands = state
    enter, leave, who = column(held, segment, ENTER), column(held, segment, LEAVE), column(held, segment, WHO)
    begins, ends, codes = sources
    stay_until = np.int64(ends[stands]) if stands >= 0 else np.int64(-NEVER) * 4
    for first in range(a, b, BLOCK):
        here = slice(first, min(first + BLOCK, b))
        _read((enter[here], leave[here], who[here]), soonest, np.int32(until), block)
        bits = _coming(block, np.uint32(least))
        while bits != 0:
            k = lowest(bits)
            bits &= bits - np.uint64(1)
            begin, end, target = np.int64(block[0][k]), np.int64(block[1][k]), block[2][k]
            if begin > soonest[target]:  # he was reached within this block
                continue
            while begins[come] <= begin:
                if stands < 0 or _longer(ends[come], codes[come], ends[stands], codes[stands]):
                    stands = come
                    stay_until = np.int64(ends[come])
                come += 1
            is_met = stay_until - begin >= least
            at = begin if is_met else np.int64(begins[come])
            if at > soonest[target] or end - at < least:
                continue
            if is_met:
                _sooner(best, soonest, target, at, ends[stands], codes[stands])
            else:
                _by_all(best, soonest, target, at, come, many, sources)
    return come, stands


@njit(cache=True, nogil=True)
def _by_all(best, soonest, target, at, come, many, sources):
    """Of all who begin at that moment the best: whom a comer waited for."""
    begins, ends, codes = sources
    while come < many and begins[come] == at:
        _sooner(best, soonest, target, at, ends[come], codes[come])
        come += 1


@njit(cache=True, nogil=True)
def _sooner(best, soonest, target, at, end, source):
    """Keeps a way that is sooner than what the person was reached by before this hop, and better than others of it."""
    if at < soonest[target] or best[target, 0] == at:
        better(best, target, at, end, source)
        soonest[target] = at


@njit(cache=True, nogil=True)
def join(best, other):
    """Of two best ways the better, into the first."""
    for code in range(len(best)):
        if other[code, 0] != NEVER:
            better(best, code, other[code, 0], other[code, 1], other[code, 2])
