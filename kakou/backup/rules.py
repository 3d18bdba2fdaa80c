"""When a backup is due, when it is too old, and which may go. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from kakou.kernel.time import EPOCH

DAY = dt.timedelta(days=1)
RETRY = dt.timedelta(minutes=10)
GRACE = dt.timedelta(hours=1)  # what a large one may take


class Kind(StrEnum):
    """What was done."""

    BACKUP = "backup"
    DRILL = "drill"  # restored beside, compared, and thrown away again
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Run:
    """One try: `trouble` is the code of what was wrong, "" where it went well; `words` says it in English. `folder`:
    that of the backups, "" for a run of before it was written down."""

    kind: Kind
    backup: str
    began: dt.datetime
    ended: dt.datetime
    rows: int = 0
    bytes: int = 0
    written: int = 0
    trouble: str = ""
    words: str = ""
    folder: str = ""

    @property
    def well(self) -> bool:
        """Did it come to its end?"""
        return not self.trouble


@dataclass(frozen=True, slots=True)
class Plan:
    """How often a backup is made (None: somebody else makes them), when on the site's clock if once a day or more
    seldom, how long each is kept, how often one is proved by a drill.
    """

    every: dt.timedelta | None
    hour: dt.time
    keep: dt.timedelta
    prove: dt.timedelta


@dataclass(frozen=True, slots=True)
class Standing:
    """The last backup and the last proof that one can be restored (None: never), and whether each is too old."""

    backup: Run | None
    proof: Run | None
    failed: Run | None  # the newest try that went wrong and that no later one of its kind has made good
    backup_late: bool
    proof_late: bool


def backup_due(runs: Sequence[Run], plan: Plan, *, since: dt.datetime, now: dt.datetime, zone: ZoneInfo) -> bool:
    """Is it time? `since`: when the installation began. After a failure ten minutes pass."""
    runs = _until(runs, now)
    if plan.every is None or _tried(runs, Kind.BACKUP, now):
        return False
    last = last_well(runs, Kind.BACKUP)
    return now >= _next(last.began if last else _begun(since, now), plan, zone)


def drill_due(runs: Sequence[Run], plan: Plan, *, now: dt.datetime) -> bool:
    """Is it time to prove a backup? Never before there is one."""
    runs = _until(runs, now)
    if plan.every is None or last_well(runs, Kind.BACKUP) is None or _tried(runs, Kind.DRILL, now):
        return False
    proof = last_well(runs, Kind.DRILL, Kind.RESTORE)
    return proof is None or now - proof.began >= plan.prove


def standing(runs: Sequence[Run], plan: Plan, *, since: dt.datetime, now: dt.datetime) -> Standing:
    """How old the last backup and its last proof are."""
    runs, since = _until(runs, now), _begun(since, now)
    backup, proof = last_well(runs, Kind.BACKUP), last_well(runs, Kind.DRILL, Kind.RESTORE)
    failed = max((run for run in runs if _stands(run, runs)), key=lambda run: run.began, default=None)
    late = plan.every is not None and now - (backup.began if backup else since) > 2 * plan.every + GRACE
    unproved = plan.every is not None and now - (proof.began if proof else since) > plan.prove + 2 * DAY
    return Standing(backup, proof, failed, late, unproved)


def expired(backups: Iterable[tuple[str, dt.datetime]], plan: Plan, *, now: dt.datetime) -> list[str]:
    """Which of (id, moment) are older than they are kept; the newest stays whatever its age, and it is none that a
    clock which ran ahead has dated."""
    ordered = sorted(backups, key=lambda one: (one[1] <= now, one[1]))
    return [id for id, at in ordered[:-1] if now - at > plan.keep]


def is_unbroken(made: Iterable[dt.datetime], plan: Plan, *, now: dt.datetime) -> bool:
    """Were backups made for as long as each is kept, with no pause longer than the plan, or what was usual before,
    explains? Where not, the clock may have been put ahead, and by it all from before would be too old at once.
    """
    moments = [*sorted(at for at in made if at <= now), now]
    usual, since = plan.keep + (plan.every or DAY), moments[0]
    for before, after in pairwise(moments):
        if after - before > usual:
            since = after
        usual = max(usual, 2 * (after - before))
    return since == moments[0] or now - since > plan.keep


def last_well(runs: Sequence[Run], *kinds: Kind) -> Run | None:
    """The newest of these kinds that came to its end."""
    return max((run for run in runs if run.kind in kinds and run.well), key=lambda run: run.began, default=None)


def _until(runs: Sequence[Run], now: dt.datetime) -> list[Run]:
    """Without those that a clock which ran ahead has dated: else nothing would be due, or late, until that day."""
    return [run for run in runs if run.began <= now]


def _begun(since: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Likewise: nobody knows when what such a clock has dated began."""
    return since if since <= now else EPOCH


def _stands(failed: Run, runs: Sequence[Run]) -> bool:
    """Is what went wrong still so? A restore that went well proves what a drill does."""
    made_good = [Kind.BACKUP] if failed.kind is Kind.BACKUP else [Kind.DRILL, Kind.RESTORE]
    last = last_well(runs, *made_good)
    return not failed.well and (last is None or failed.began > last.began)


def _tried(runs: Sequence[Run], kind: Kind, now: dt.datetime) -> bool:
    return any(run.kind is kind and not run.well and abs(now - run.ended) < RETRY for run in runs)


def _next(last: dt.datetime, plan: Plan, zone: ZoneInfo) -> dt.datetime:
    assert plan.every is not None
    if plan.every < DAY:
        return last + plan.every
    day = last.astimezone(zone).date() + (plan.every // DAY - 1) * DAY
    first = dt.datetime.combine(day, plan.hour, zone)
    return first if first > last else dt.datetime.combine(day + DAY, plan.hour, zone)
