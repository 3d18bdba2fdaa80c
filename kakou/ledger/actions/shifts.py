"""An order for each gate, recorder and day of which passages were recorded while he had no shift open on their phone;
closed by itself when the phone tells of the shift after all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db import connection

from kakou.access.models import PhoneState
from kakou.kernel.ids import floor_of
from kakou.kernel.time import day_in, from_ms, to_ms
from kakou.ledger.actions.backlog import LATE
from kakou.ledger.actions.cursors import Reach, at_cursor
from kakou.ledger.checks.kinds import NO_SHIFT
from kakou.ledger.checks.rows import Checked
from kakou.ledger.checks.shifts import SLACK_MS, Opened, Recorded, Shifts, is_covered
from kakou.ledger.queries.checked import MARGIN, Chains, rows_where
from kakou.web.queries import site_zone
from kakou.workorders.actions import Cause, Matter, close_causes, open_many
from kakou.workorders.queries import open_causes

CURSOR, CURSOR_OF_SHIFTS = "recorders", "recorders shifts"
BATCH = 20_000  # passages of one transaction
PATIENCE = LATE  # a phone tells of its shift a minute after it sent the first passage of it
TOLD = "shift_told"
ONE_DAY = dt.timedelta(days=1)
SLACK = dt.timedelta(milliseconds=SLACK_MS)
MOST_SHIFTS = 200  # of one look back
MOST_DAYS = 9  # of a shift: a badge that nobody handed over
# up to before the first passage that came in too recently: transactions of one moment commit in any order
_UPTO = """select coalesce(min(xid::text::bigint) filter (where recorded_at > %(limit)s) - 1,
    max(xid::text::bigint)) from (select xid, recorded_at from ledger_passage
    where xid > %(after)s::text::xid8 and xid < %(below)s::text::xid8 order by xid limit %(most)s) news"""
_NEWS = """p.xid > %s::text::xid8 and p.xid <= %s::text::xid8
  and ((p.recorder is not null and p.device_id = any(%s)) or p.corrects is not null)"""
_MS = "(extract(epoch from {}) * 1000)::int8"
_SHIFT = f"device_id, staff_id, {_MS.format('opened_at')}, {_MS.format('closed_at')}, began, ended"
_SHIFTS = f"""select xid::text::bigint, node_id, {_SHIFT} from access_phoneshift
  where xid > %s::text::xid8 and xid < %s::text::xid8 order by xid fetch first {MOST_SHIFTS} rows with ties"""  # noqa: S608
_AROUND = f"""select {_SHIFT} from access_phoneshift
  where device_id = any(%(devices)s) and staff_id = any(%(recorders)s)
    and ((opened_at <= %(last)s and (closed_at is null or closed_at >= %(first)s))
      or (began <= %(ended)s and (ended is null or ended >= %(began)s)))"""  # noqa: S608
_THERE = """p.node_id = %s and p.happened_at >= %s and p.happened_at < %s and p.id >= %s and p.id < %s
  and p.recorder = %s and p.device_id = any(%s)"""


class _Told(NamedTuple):
    """The phones that tell their shifts, with since when they do; as of a moment."""

    since: Mapping[int, dt.datetime]
    at: dt.datetime

    @property
    def devices(self) -> list[int]:
        """Which they are."""
        return [*self.since]

    def asks_about(self, row: Checked) -> bool:
        """Is this passage to have its shift by now? What corrects another is written by whoever stands there now, in
        the name of who wrote the first."""
        since = self.since.get(row.device) if row.device is not None and row.recorder is not None else None
        return row.corrects is None and since is not None and since <= row.recorded_at <= self.at - PATIENCE


def fold_recorders(*, at: dt.datetime, most: int = BATCH) -> int:
    """Look at what was recorded since the last call and a quarter of an hour ago at least, then again at the days of
    shifts that were told since; one portion of either, 0 when nothing was left. Every minute.

    Of phones that tell no shifts nothing is asked, nor of what came in before they did; nor of imports.
    """
    if _portion(at, most):
        return 1
    with at_cursor(CURSOR_OF_SHIFTS) as reach:
        reach.nothing_new = not _look_again(reach, at)
    return int(not reach.nothing_new)


def _portion(at: dt.datetime, most: int) -> bool:
    with at_cursor(CURSOR) as reach:
        upto = _upto(reach, at - PATIENCE, most)
        if upto is None or upto <= reach.after:
            reach.nothing_new = True
            return False
        told = _told(at)
        rows = rows_where(_NEWS, [reach.after, upto, told.devices])
        corrected = Chains([row for row in rows if row.corrects]).chained
        new = [row for row in (*rows, *corrected) if row.recorder is not None]
        shifts = _shifts_of(new)
        replaced = {row.corrects for row in rows if row.corrects}
        asked = {_recorded(row) for row in new if row.id in replaced or not is_covered(row, shifts)}
        _settle(asked, told)
        reach.move(upto)
    return True


def _upto(reach: Reach, limit: dt.datetime, most: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_UPTO, {"limit": limit, "after": reach.after, "below": reach.below, "most": most})
        found: int | None = cursor.fetchone()[0]
    if found is None and reach.restored:
        reach.start_anew()
        return _upto(reach, limit, most)
    return found


def _look_again(reach: Reach, at: dt.datetime) -> bool:
    """The days of shifts that were told or closed since the last time; False when there were none."""
    news = _news(reach)
    if not news and reach.restored:
        reach.start_anew()
        news = _news(reach)
    if not news:
        return False
    _settle({one for _, node, shift in news for one in _days_of(node, shift, at)}, _told(at))
    reach.move(max(xid for xid, _, _ in news))
    return True


def _news(reach: Reach) -> list[tuple[int, int, Opened]]:
    """(transaction, gate, shift) of each."""
    with connection.cursor() as cursor:
        cursor.execute(_SHIFTS, [reach.after, reach.below])
        return [(xid, node, Opened(*shift)) for xid, node, *shift in cursor.fetchall()]


def _days_of(node: int, shift: Opened, at: dt.datetime) -> Iterable[Recorded]:
    """The days that a shift may tell of, and one around it: clocks are off, and what lies behind its end has none."""
    zone = site_zone()
    until = at if shift.closed is None else min(from_ms(shift.closed), at)
    last = day_in(zone, until) + ONE_DAY
    first = max(day_in(zone, from_ms(shift.opened)) - ONE_DAY, last - MOST_DAYS * ONE_DAY)
    return [Recorded(node, shift.staff, first + n * ONE_DAY) for n in range((last - first).days + 1)]


def _told(at: dt.datetime) -> _Told:
    known = PhoneState.objects.filter(shifts_since__isnull=False).values_list("device_id", "shifts_since")
    return _Told({device: since for device, since in known if since is not None}, at)


def _settle(asked: Iterable[Recorded], told: _Told) -> None:
    """Open and close what all that these people recorded at these gates on these days says."""
    rows = {row.id: row for one in asked for row in _there(one, told.devices)}
    held = Chains([*rows.values()]).held
    shifts = _shifts_of(held)
    without: dict[Recorded, list[Checked]] = {}
    for row in sorted(held, key=lambda row: (row.happened_at, row.id)):
        if told.asks_about(row) and not is_covered(row, shifts):
            without.setdefault(_recorded(row), []).append(row)
    causes = {_cause(one) for one in asked}
    known = open_causes(NO_SHIFT.name)[NO_SHIFT.name] & causes
    healed: list[Cause] = [*known - {_cause(one) for one in without}]
    if healed:
        close_causes(NO_SHIFT.name, healed, at=told.at, healed=TOLD)
    if matters := [_matter(one, some) for one, some in without.items() if _cause(one) in causes]:
        open_many(NO_SHIFT.name, matters, at=told.at)


def _there(one: Recorded, devices: Collection[int]) -> list[Checked]:
    zone = site_zone()
    first = dt.datetime.combine(one.day, dt.time(), zone).astimezone(dt.UTC)
    last = dt.datetime.combine(one.day + ONE_DAY, dt.time(), zone).astimezone(dt.UTC)
    floors = floor_of((first - MARGIN).date()), floor_of((last + 2 * MARGIN).date())
    return rows_where(_THERE, [one.node, first, last, *floors, one.recorder, list(devices)])


def _shifts_of(rows: Collection[Checked]) -> Shifts:
    """The shifts that may cover these passages: on their phones, by who recorded them, around their time by either
    clock."""
    shifts: dict[tuple[int, int], list[Opened]] = {}
    if not rows:
        return shifts
    with connection.cursor() as cursor:
        cursor.execute(
            _AROUND,
            {
                "devices": list({row.device for row in rows}),
                "recorders": list({row.recorder for row in rows}),
                "first": min(row.happened_at for row in rows) - SLACK,
                "last": max(row.happened_at for row in rows) + SLACK,
                "began": to_ms(min(row.device_at for row in rows)) - SLACK_MS,
                "ended": to_ms(max(row.device_at for row in rows)) + SLACK_MS,
            },
        )
        for shift in map(Opened._make, cursor.fetchall()):
            shifts.setdefault((shift.device, shift.staff), []).append(shift)
    return shifts


def _recorded(row: Checked) -> Recorded:
    assert row.recorder is not None
    return Recorded(row.node, row.recorder, day_in(site_zone(), row.happened_at))


def _cause(one: Recorded) -> str:
    return f"{one.node}:{one.recorder}:{one.day.isoformat()}"


def _matter(one: Recorded, rows: Sequence[Checked]) -> Matter:
    facts: dict[str, str | int] = {
        "recorder": one.recorder, "day": one.day.isoformat(), "many": len(rows), "passage": str(rows[0].id),
    }  # fmt: skip
    return Matter(_cause(one), one.node, facts)
