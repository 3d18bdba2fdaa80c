"""Passages that a phone said it had made and that are neither with it nor here. Pure.

A gap in a phone's chain is told when something after it arrives. What a phone loses at the end of its chain, because
its storage was wiped or a faulty app dropped it, leaves no gap: only what the phone said of itself tells of it.
"""

from __future__ import annotations


def lost(*, most_seq: int, last_seq: int, queue: int, known: int) -> int:
    """How many. `most_seq`: the highest number that the phone ever named; `last_seq`, `queue`: the last one it made and
    how many it holds unsent, as it said last; `known`: how many of its numbers have arrived, counted later than that.

    Numbers count from 1, so `last_seq` − `queue` have left the phone. One that counts from the beginning again holds
    none of those that it named before.
    """
    left = most_seq if last_seq < most_seq else last_seq - queue
    return max(0, left - known)
