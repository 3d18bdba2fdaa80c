"""Segments: the ledger as columns in files, one for each day of the site, that the engine asks.

Owns: the folder `tracing` in the home (mode 0700), the codes by which it names people, and when a day is built again.
Promises: built bit by bit or from nothing, a day is the same; an answer is never older than what the ledger knew; what
is destroyed in the ledger is gone from the files. Never: writes a name, is part of a backup, or loads in a web process.
The engine is loaded when it is asked for and not before: `marks` and `files` are for every process.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kakou.tracing.segments.building import Progress
    from kakou.tracing.segments.warm import Warm

__all__ = ["Warm", "prepare", "warm_index"]


def prepare() -> None:
    """Load the engine and open the folder, before somebody waits for it."""
    from kakou.tracing.segments.warm import prepare as begin

    begin()


def warm_index(at: dt.datetime, *, progress: Progress | None = None) -> Warm:
    """The index of this installation, every changed day built first. Only in the tracer or a command."""
    from kakou.tracing.segments.warm import warm_index as index

    return index(at, progress=progress)
