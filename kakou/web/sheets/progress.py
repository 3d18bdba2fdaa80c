"""How far a sheet is that comes in: told row by row to whoever waits for it, who may stop it there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")
EVERY = 100  # rows


class Stage(StrEnum):
    """What is being done with the rows."""

    READING = "reading"
    COMPARING = "comparing"
    WRITING = "writing"


Progress = Callable[[Stage, int, int], None]
"""Told the stage, how many rows are done, and of how many; 0 where nobody knows that yet. What it raises ends the
work."""


class Stopped(Exception):
    """Somebody wants no more of it: raised by a Progress, no refusal of the sheet."""


def _untold(_stage: Stage, _done: int, _of: int) -> None:
    """Nobody waits."""


_PROGRESS: ContextVar[Progress] = ContextVar("progress of sheets", default=_untold)


@contextmanager
def telling(progress: Progress) -> Iterator[None]:
    """Inside, whoever goes through rows tells `progress`."""
    token = _PROGRESS.set(progress)
    try:
        yield
    finally:
        _PROGRESS.reset(token)


def counted(rows: Iterable[T], stage: Stage, of: int = 0) -> Iterator[T]:
    """`rows` as they are, told every hundredth of them and at the end."""
    progress, done = _PROGRESS.get(), 0
    for done, row in enumerate(rows, start=1):
        if done % EVERY == 1:
            progress(stage, done - 1, of)
        yield row
    progress(stage, done, of)


def tell(stage: Stage, done: int, of: int) -> None:
    """The same of rows that are done in portions."""
    _PROGRESS.get()(stage, done, of)
