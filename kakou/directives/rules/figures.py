"""How far a directive has come, and how long it took until every unit had acknowledged it (R09)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple


class Receipt(NamedTuple):
    """When one unit acknowledged and when it was done; None: not yet."""

    acknowledged_at: dt.datetime | None
    done_at: dt.datetime | None


class Figures(NamedTuple):
    """Of `units`, how many have acknowledged, in time of these, and have done it. `full`: from the issue to the last
    acknowledgement, None while one is missing."""

    units: int
    acknowledged: int
    in_time: int
    done: int
    full: dt.timedelta | None

    @property
    def missing(self) -> int:
        """Units that have not acknowledged."""
        return self.units - self.acknowledged


def figures_of(receipts: Sequence[Receipt], *, issued_at: dt.datetime, acknowledge_by: dt.datetime) -> Figures:
    """The figures of one directive."""
    times = [one.acknowledged_at for one in receipts if one.acknowledged_at is not None]
    is_full = bool(receipts) and len(times) == len(receipts)
    return Figures(
        len(receipts), len(times), sum(at <= acknowledge_by for at in times),
        sum(one.done_at is not None for one in receipts), max(times) - issued_at if is_full else None,
    )  # fmt: skip
