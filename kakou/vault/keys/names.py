"""The number and the name of a data key: which day it dies, and the how-many-th for that day it is.

`id = days since 1970-01-01 << 12 | generation`: the id alone says when its data is due for destruction, fits 32 bits,
and needs no counter that two processes could race for. The name, `2027-01-05.0`, is what people see and what the file
is called.
"""

from __future__ import annotations

import datetime as dt
import re

_EPOCH = dt.date(1970, 1, 1)
_NAME = re.compile(r"(\d{4}-\d\d-\d\d)\.(0|[1-9]\d{0,3})", re.ASCII)
GENERATIONS = 1 << 12


def key_id(due: dt.date, generation: int) -> int:
    """The id of the `generation`-th key (0-based) for data due on `due`. Raises ValueError past 4,096 a day."""
    days = due.toordinal() - _EPOCH.toordinal()
    if not (0 <= generation < GENERATIONS and 0 <= days < 1 << 20):
        raise ValueError(f"no data key can have due={due} generation={generation}")
    return days << 12 | generation


def due_of(id: int) -> dt.date:
    """The day on which everything under this key is due for destruction. Raises OverflowError for impossible ids."""
    return dt.date.fromordinal(_EPOCH.toordinal() + (id >> 12))


def generation_of(id: int) -> int:
    """0 for the first key of its day, one more for each rotation or for data that came after a destruction."""
    return id & (GENERATIONS - 1)


def name_of(id: int) -> str:
    """`2027-01-05.0`; an id out of the calendar is shown as its number, since it only ever stands in a refusal."""
    try:
        return f"{due_of(id).isoformat()}.{generation_of(id)}"
    except OverflowError:
        return str(id)


def id_of(name: str) -> int | None:
    """The id behind a name, None for anything that is no name (a temporary file, an editor's backup)."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        return key_id(dt.date.fromisoformat(found[1]), int(found[2]))
    except ValueError:
        return None
