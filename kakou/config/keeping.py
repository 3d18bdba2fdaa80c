"""Backups by themselves: the worker looks every minute whether one is due, and makes it in a process of its own."""

from __future__ import annotations

import datetime as dt
import signal
import sys

import structlog
from django.conf import settings

from kakou.backup import journal, queries, rules
from kakou.backup.actions import watch_backups
from kakou.config.launcher import launch
from kakou.config.processes import ROOT
from kakou.ledger.folding import Fold
from kakou.web.queries import site_zone

log = structlog.get_logger("kakou.backup")


def keeping() -> list[Fold]:
    """What a thread of its own does, since a backup takes minutes."""
    return [
        Fold("backups", lambda at: back_up_when_due(at=at), every=60),
        Fold("late backups", lambda at: watch_backups(at=at), every=60),
    ]


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
