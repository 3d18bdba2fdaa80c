"""劝返之后: whom a gate persuaded back, and who is seen again. Pure.

Whoever was sent away at one gate may try the next, or come in where nobody looks. That he is let in then may be right
(he has a mask now), but somebody is to know of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from kakou.kernel.time import day_in
from kakou.ledger.checks.rows import Checked
from kakou.ledger.rules import SubjectKind
from kakou.screening.rules import STOPPED, Verdict

WITHIN = dt.timedelta(hours=24)  # of being persuaded back


class SeenAgain(NamedTuple):
    """A passage of somebody, and the latest one before it at which he was persuaded back."""

    row: Checked
    before: Checked


def is_persuaded_back(row: Checked) -> bool:
    """Was a person persuaded back, and did not go through all the same?"""
    return row.verdict == Verdict.PERSUADE_BACK and not row.crossed and row.subject_kind == SubjectKind.PERSON


def is_seen(row: Checked) -> bool:
    """Was somebody there? A row that takes another back says that nobody was."""
    return row.crossed or row.verdict in STOPPED


def seen_again(
    rows: Iterable[Checked], together: Callable[[UUID], Collection[UUID]], zone: ZoneInfo
) -> dict[dt.date, list[SeenAgain]]:
    """Day of the site → how one person was seen after he was persuaded back, in order of time.

    `rows`: those of his that hold, in any order; `together`: a passage and all that correct it or are corrected by it,
    which are one sight of him.
    """
    found: dict[dt.date, list[SeenAgain]] = {}
    sent_away: list[Checked] = []
    for row in sorted(rows, key=lambda row: (row.happened_at, row.id)):
        before = _latest(sent_away, row, together(row.id))
        if before is not None and is_seen(row):
            found.setdefault(day_in(zone, row.happened_at), []).append(SeenAgain(row, before))
        if is_persuaded_back(row):
            sent_away.append(row)
    return found


def _latest(sent_away: Sequence[Checked], row: Checked, same: Collection[UUID]) -> Checked | None:
    within = (before for before in reversed(sent_away) if row.happened_at - before.happened_at <= WITHIN)
    return next((before for before in within if before.id not in same), None)
