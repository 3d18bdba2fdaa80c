"""每户每N天一人外出: which ways out went beyond the quota of a household, by the rules that each names. Pure.

Source: domain.md 3.4. Two gates without a network could not know of one another; here both are known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from kakou.kernel.time import day_in
from kakou.ledger.checks.cases import purpose_of
from kakou.ledger.checks.rows import Checked
from kakou.ledger.rules import Direction
from kakou.screening.rules import STOPPED, Pack
from kakou.screening.rules.afterwards import counts_for_quota
from kakou.screening.rules.quotas import Exit, breaches

PERSONS, DAYS = "quota_persons", "quota_days"  # of a pack
PackOf = Callable[[str], Pack | None]


class Member(NamedTuple):
    """Somebody who has a pass of a household: the days on which it holds (`until` None: no last one), and when it was
    cancelled."""

    person: UUID
    household: bytes
    since: dt.date
    until: dt.date | None
    cancelled_at: dt.datetime | None

    def is_one(self, at: dt.datetime, zone: ZoneInfo) -> bool:
        """Did the pass hold at that moment?"""
        day = day_in(zone, at)
        over = (self.until is not None and day > self.until) or (
            self.cancelled_at is not None and at >= self.cancelled_at
        )
        return self.since <= day and not over


class Beyond(NamedTuple):
    """A way out beyond the quota of `persons` within `days`, and the one before it that used the quota up."""

    row: Checked
    before: UUID
    persons: int
    days: int


def by_household(
    rows: Iterable[Checked], members: Mapping[UUID, Sequence[Member]], pack_of: PackOf, zone: ZoneInfo
) -> dict[bytes, list[Checked]]:
    """Household → the ways out among `rows` that use up its quota. `members`: key of somebody → his passes."""
    found: dict[bytes, list[Checked]] = {}
    counting: dict[tuple[str, str | None, int], bool] = {}
    for row in rows:
        if not row.crossed or row.direction != Direction.OUT:
            continue
        kind = row.pack, row.detail.get("who"), row.purpose
        if kind not in counting:
            pack = pack_of(row.pack)
            counting[kind] = pack is not None and counts_for_quota(pack, who=kind[1], purpose=purpose_of(row))
        if counting[kind]:
            mine = {one.household for one in members.get(row.subject, ()) if one.is_one(row.happened_at, zone)}
            for household in mine:
                found.setdefault(household, []).append(row)
    return found


def beyond(rows: Sequence[Checked], pack_of: PackOf) -> list[Beyond]:
    """Of the ways out of one household those beyond its quota, each by the numbers of its own rules. Who was let out
    against the verdict, for a reason, is left out: that is known."""
    exits = [Exit(row.happened_at, row.id) for row in rows]
    found = []
    for version in sorted({row.pack for row in rows}):
        pack = pack_of(version)
        if pack is None or not (persons := pack.params.get(PERSONS, 0)):
            continue
        days = pack.params.get(DAYS, 1)
        over = {exit.passage for exit in breaches(exits, persons=persons, days=days)}
        counted = [exit for exit in exits if exit.passage not in over]
        for row in rows:
            if row.pack == version and row.id in over and row.verdict not in STOPPED:
                before = max(exit for exit in counted if exit.at < row.happened_at)
                found.append(Beyond(row, before.passage, persons, days))
    return found
