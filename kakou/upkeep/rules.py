"""From what on something is worth a look, and from what on an alarm. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from statistics import median
from typing import TypeVar

from croniter import croniter

MINUTE = dt.timedelta(minutes=1)
GIGABYTE = 1_000_000_000


class Level(IntEnum):
    """How bad it is."""

    FINE = 0
    LOOK = 1  # this week
    ALARM = 2  # now: something is not done, or is about to be lost


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `what`: a key of `pages.WORDS`; `of`: which one of several; `code`: what is wrong
    with it, "" where nothing is; `facts`: numbers and names of ours, nothing about a person."""

    what: str
    of: str = ""
    level: Level = Level.FINE
    code: str = ""
    facts: Mapping[str, int | float | str] = field(default_factory=dict)

    @property
    def cause(self) -> str:
        """By what an order about it is known."""
        return f"{self.what}:{self.of}"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one number: at or beyond `alarm` it is one."""

    look: float
    alarm: float


FREE_SHARE = Limits(0.10, 0.03)
FREE_BYTES = Limits(5 * GIGABYTE, GIGABYTE)
WAITS = Limits(60.0, 110.0)  # seconds that a job has waited since it was due
CERTIFICATE_DAYS = Limits(21.0, 7.0)
CLOCK_OFF = Limits(30.0, 120.0)  # seconds: from two minutes on every passage is flagged (`ledger.rules`)
FEWEST_PHONES = 3  # which must agree before the fault is looked for in this machine
HEARTBEAT = dt.timedelta(seconds=45)  # of a worker of jobs, which gives one every ten seconds
Number = TypeVar("Number", int, float)


def rising(value: float, limits: Limits) -> Level:
    """Of a number that is bad when large."""
    return Level.ALARM if value >= limits.alarm else Level.LOOK if value >= limits.look else Level.FINE


def falling(value: float, limits: Limits) -> Level:
    """Of a number that is bad when small."""
    return Level.ALARM if value <= limits.alarm else Level.LOOK if value <= limits.look else Level.FINE


def of_disk(name: str, *, free: int | None, total: int) -> Finding:
    """Bytes; `free` None: nobody can read it. A large disk may be fuller than a small one: both must be short."""
    if free is None:
        return Finding("disk", name, Level.ALARM, "disk-unread")
    level = min(falling(free / max(total, 1), FREE_SHARE), falling(free, FREE_BYTES))
    return Finding("disk", name, level, "disk-short" if level else "", {"free": free, "total": total})


@dataclass(frozen=True, slots=True)
class Sign:
    """A pulse as it was last felt. See `models.Pulse`."""

    name: str
    at: dt.datetime
    late_after: dt.timedelta
    failures: int


def of_sign(sign: Sign, *, now: dt.datetime) -> Finding:
    """Silent too long, or failing again and again."""
    silent = now - sign.at
    facts = {"silent": int(silent.total_seconds()), "failures": sign.failures}
    if silent > sign.late_after:
        return Finding("work", sign.name, Level.ALARM, "work-silent", facts)
    if sign.failures:
        return Finding("work", sign.name, Level.ALARM if sign.failures > 2 else Level.LOOK, "work-fails", facts)
    return Finding("work", sign.name, facts=facts)


def of_queue(queue: str, *, waiting: int, oldest: dt.timedelta) -> Finding:
    """Jobs that are due, and how long the oldest of them has been."""
    level = rising(oldest.total_seconds(), WAITS) if waiting else Level.FINE
    facts = {"waiting": waiting, "oldest": int(oldest.total_seconds()) if waiting else 0}
    return Finding("queue", queue, level, "queue-waits" if level else "", facts)


@dataclass(frozen=True, slots=True)
class Regular:
    """A job that comes by the clock (`cron`, UTC). `done`: when it last ran to its end, None where it never did;
    `since`: how long anybody has looked; `failed`: times in the last day; `busy`: one of its queue is under way."""

    name: str
    cron: str
    done: dt.datetime | None
    since: dt.datetime
    failed: int
    busy: bool


def of_regular(job: Regular, *, now: dt.datetime) -> Finding:
    """Not done when it was due. A failure that a later run has made good is worth a look for a day."""
    due = last_due(job.cron, now)
    facts: dict[str, int | float | str] = {"failed": job.failed}
    if job.done:
        facts["done"] = job.done.isoformat()
    missed = job.since < due and (job.done is None or job.done < due)
    if missed and not job.busy:
        return Finding("job", job.name, Level.ALARM, "job-missed", facts)
    if job.failed:
        return Finding("job", job.name, Level.LOOK, "job-failed", facts)
    return Finding("job", job.name, facts=facts)


def last_due(cron: str, now: dt.datetime) -> dt.datetime:
    """When it should have run by now, with time to do it: of what comes every minute less than that, else half of the
    time between two, at most half an hour."""
    times = croniter(cron, now)
    last: dt.datetime = times.get_prev(dt.datetime)
    every = last - times.get_prev(dt.datetime)
    patience = dt.timedelta(seconds=45) if every <= MINUTE else min(every / 2, 30 * MINUTE)
    found: dt.datetime = croniter(cron, now - patience).get_prev(dt.datetime)
    return found


def of_certificate(name: str, *, until: dt.datetime | None, now: dt.datetime) -> Finding:
    """Days until phones refuse to talk to us; `until` None: nobody can read it."""
    if until is None:
        return Finding("certificate", name, Level.ALARM, "certificate-unread")
    days = (until - now).total_seconds() / 86_400
    level = falling(days, CERTIFICATE_DAYS)
    return Finding("certificate", name, level, "certificate-ends" if level else "", {"days": round(days, 1)})


def of_clock(*, synchronised: bool | None, offsets: Sequence[float]) -> Finding:
    """`synchronised`: by the kernel, None where it does not say. `offsets`: seconds, this machine minus each phone
    heard of late: one phone is wrong by itself, most of them are not."""
    off = median(offsets) if len(offsets) >= FEWEST_PHONES else 0.0
    level = rising(abs(off), CLOCK_OFF)
    facts = {"off": round(off, 1), "phones": len(offsets)}
    if level:
        return Finding("clock", "", level, "clock-off", facts)
    if synchronised is False:
        return Finding("clock", "", Level.LOOK, "clock-alone", facts)
    return Finding("clock", facts=facts)


def of_keys(back: int | None, *, closed: int = 0) -> Finding:
    """How many keys of people's data live although they were destroyed, None: the key store cannot be read; and how
    many keys do not open."""
    if back is None:
        return Finding("keys", "", Level.ALARM, "keys-unread")
    code = "keys-closed" if closed else "keys-back" if back else ""
    return Finding("keys", "", Level.ALARM if code else Level.FINE, code, {"back": back, "closed": closed})


def of_workers(beats: Iterable[dt.datetime], *, now: dt.datetime) -> Finding:
    """Workers of jobs that gave a heartbeat of late."""
    alive = sum(now - beat <= HEARTBEAT for beat in beats)
    return Finding(
        "workers", "", Level.FINE if alive else Level.ALARM, "" if alive else "workers-none", {"alive": alive}
    )


def worst(findings: Iterable[Finding]) -> Level:
    """Of all of them."""
    return max((finding.level for finding in findings), default=Level.FINE)
