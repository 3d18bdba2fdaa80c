"""Whom a chain of meetings reaches, hop by hop, without listing pairs where many are on the way. Compiled.

A few who pass it on are followed stay by stay. Are they many, each place is gone through once: whoever comes in is
reached at his own enter if somebody who passes it on stays long enough, and else when the next begins to. Both tell the
same: of all ways to reach somebody first the one whose source stays longest, then the one with the smallest code.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from kakou.tracing.engine.columns import ENTER, LEAVE, PLACES, WHO, WIDTH
from kakou.tracing.engine.kernels.meetings import BEGIN, END, PLACE, around, stays_of

NEVER = 2147483647


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
def follow(frontier, passes_on, time, until, overlap, held, spans, rows):
    """One hop from a few: each of their stays is walked from.

    Returns the best way to each person: time, end of stay, source.
    """
    best = np.full((len(time), 3), NEVER, np.int32)
    for source in frontier:
        mine = stays_of(source, passes_on[source], until, held)
        for segment in range(len(spans)):
            enter, leave, who = (
                held[segment * WIDTH + ENTER],
                held[segment * WIDTH + LEAVE],
                held[segment * WIDTH + WHO],
            )
            for k in range(len(mine)):
                stay = mine[k]
                least = overlap[stay[PLACE] % len(overlap)]
                soonest, latest = np.int64(stay[BEGIN]) + least, np.int64(stay[END]) - least
                if stay[END] < soonest or spans[segment, 0] > latest or spans[segment, 1] < soonest:
                    continue
                for at in range(around(stay, segment, soonest, latest, held, rows)):
                    row = rows[at]
                    begin = max(stay[BEGIN], enter[row])
                    target = who[row] >> 1
                    if begin < time[target] and min(stay[END], leave[row]) - begin >= least:
                        better(best, target, begin, stay[END], source)
    return best


@njit(cache=True, nogil=True)
def _sources(place, least, passes_on, until, held, scratch):
    """Who passes it on in a place, in the order in which he begins to: begin, end, code. Returns how many."""
    begins, ends, codes = scratch
    many, is_sorted = 0, True
    for segment in range(len(held) // WIDTH):
        table = held[segment * WIDTH + PLACES]
        if 2 * place + 2 >= len(table):
            continue
        enter, leave, who = held[segment * WIDTH + ENTER], held[segment * WIDTH + LEAVE], held[segment * WIDTH + WHO]
        for row in range(table[2 * place], table[2 * place + 2]):
            since = passes_on[who[row] >> 1]
            if since == NEVER:
                continue
            begin, end = max(enter[row], since), min(leave[row], until)
            if end >= begin and end - begin >= least:
                begins[many], ends[many], codes[many] = begin, end, who[row] >> 1
                is_sorted = is_sorted and (many == 0 or begins[many - 1] <= begin)
                many += 1
    if not is_sorted:
        order = np.argsort(begins[:many], kind="mergesort")
        begins[:many], ends[:many], codes[:many] = begins[:many][order], ends[:many][order], codes[:many][order]
    return many


@njit(cache=True, nogil=True)
def through(first, last, passes_on, time, until, overlap, held, longest):
    """One hop from many, in the places [first, last): each place is gone through once. Returns the same."""
    best = np.full((len(time), 3), NEVER, np.int32)
    sources = np.empty(longest, np.int32), np.empty(longest, np.int32), np.empty(longest, np.int32)
    for place in range(first, last):
        least = overlap[place % len(overlap)]
        many = _sources(place, least, passes_on, until, held, sources)
        if many == 0:
            continue
        state = (0, -1)
        for segment in range(len(held) // WIDTH):
            table = held[segment * WIDTH + PLACES]
            if 2 * place + 2 < len(table):
                rows = (segment, table[2 * place], table[2 * place + 2])
                state = _comers(rows, state, least, time, until, held, many, sources, best)
    return best


@njit(cache=True, nogil=True)
def _comers(rows, state, least, time, until, held, many, sources, best):
    """Whoever comes into a place in one segment, in order; `state` goes on from one segment to the next.

    That is how many sources have begun, and of them the one who stays longest (-1: nobody yet).
    """
    segment, a, b = rows
    come, stands = state
    begins, ends, codes = sources
    enter, leave, who = held[segment * WIDTH + ENTER], held[segment * WIDTH + LEAVE], held[segment * WIDTH + WHO]
    for row in range(a, b):
        while come < many and begins[come] <= enter[row]:
            if stands < 0 or _longer(ends[come], codes[come], ends[stands], codes[stands]):
                stands = come
            come += 1
        target, end = who[row] >> 1, min(leave[row], until)
        if stands >= 0 and min(ends[stands], end) - enter[row] >= least:
            if enter[row] < time[target]:
                better(best, target, enter[row], ends[stands], codes[stands])
        elif come < many and begins[come] < time[target] and end - begins[come] >= least:
            k = come
            while k < many and begins[k] == begins[come]:
                better(best, target, begins[k], ends[k], codes[k])
                k += 1
    return come, stands


@njit(cache=True, nogil=True)
def join(best, other):
    """Of two best ways the better, into the first."""
    for code in range(len(best)):
        if other[code, 0] != NEVER:
            better(best, code, other[code, 0], other[code, 1], other[code, 2])
