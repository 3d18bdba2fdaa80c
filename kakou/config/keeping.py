"""What the worker does about Kakou itself: backups, each in a process of its own, and a watch over all that runs."""

from __future__ import annotations

import datetime as dt
import signal
import sys
from collections.abc import Sequence

import structlog
from django.conf import settings

from kakou.backup import journal, queries, rules
from kakou.backup.actions import watch_backups
from kakou.config.launcher import launch
from kakou.config.processes import ROOT
from kakou.ledger.folding import BEAT, Fold
from kakou.upkeep.actions import feel, watch
from kakou.upkeep.rules import Sign
from kakou.web.queries import site_zone

LONGEST_BACKUP = 6 * 3600.0  # seconds
log = structlog.get_logger("kakou.backup")


def keeping() -> list[Fold]:
    """What a thread of its own does, since a backup takes minutes."""
    return [
        Fold("backups", lambda at: back_up_when_due(at=at), every=60, takes=LONGEST_BACKUP),
        Fold("late backups", lambda at: watch_backups(at=at), every=60, takes=LONGEST_BACKUP),
    ]


def watching() -> list[Fold]:
    """Another one, which must not wait for a backup."""
    return [Fold("watch", lambda at: watch(at=at), every=30)]


def feel_folds(folds: Sequence[Fold], at: dt.datetime) -> None:
    """A thread of folds is alive; how each of them fares."""
    feel([Sign(fold.name, at, dt.timedelta(seconds=BEAT + fold.takes), fold.failures) for fold in folds])


def back_up_when_due(*, at: dt.datetime) -> int:
    """Make a backup, or prove one, when it is time. The process dies with the worker: what it had written is used by
    the next.
    """
    known, plan = journal.begin(settings.HOME, at=at), queries.plan()
    due = rules.backup_due(known.runs, plan, since=known.since, now=at, zone=site_zone())
    if due or rules.drill_due(known.runs, plan, now=at):
        made = launch([sys.executable, "-m", "kakou", "backup", "--when-due"], at_death=signal.SIGKILL, cwd=str(ROOT))
        if code := made.wait():
            log.error("a backup or its proof failed; the page Backups and the line above say why", code=code)
    return 0
