"""When the time began of which a change of stays says something else. Pure.

Where somebody was follows from his stays: a visit is time in the enclosure and begins with its entry; whoever lives
there is at home between two absences, so that time begins with the end of the one and ends with the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kakou.ledger.stays.diff import Changes
from kakou.ledger.stays.rows import span
from kakou.ledger.stays.shapes import ABSENCE, Stay


def touched(todo: Changes, was: Sequence[Stay], now: Sequence[Stay]) -> Iterator[int]:
    """Epoch ms, once or more. `todo` turns `was` into `now`, all of one subject; `now` as the fold gives them."""
    for stay in todo.insert:
        yield from _begun(stay)
        if stay.kind is ABSENCE:
            yield from _home_before(stay, reversed(now))
    for stay in todo.update:
        yield from _begun(stay)
        if stay.kind is ABSENCE:
            yield from (end for other in was if other.key == stay.key for end in _begun(other))
    for stay in todo.delete:
        yield from _begun(stay)
        if stay.kind is ABSENCE:
            yield from _home_before(stay, sorted(was, key=_ended, reverse=True))


def begun(stays: Iterable[Stay]) -> Iterator[int]:
    """The same of stays that go altogether."""
    return (moment for stay in stays for moment in _begun(stay))


def _begun(stay: Stay) -> Iterator[int]:
    since, until = span(stay)
    moment = until if stay.kind == ABSENCE else since
    if moment is not None:
        yield moment


def _ended(stay: Stay) -> int:
    return span(stay)[1] or 0


def _home_before(absence: Stay, ended_last_first: Iterable[Stay]) -> Iterator[int]:
    """When he had come home before he went away."""
    since, _ = span(absence)
    for stay in ended_last_first:
        if stay.kind == ABSENCE and stay.enclosure == absence.enclosure and stay.key != absence.key:
            until = span(stay)[1]
            if until is not None and since is not None and until <= since:
                yield until
                return
