"""What is looked at, now: signs of life, jobs, disk, clock, certificate. Numbers and names of ours only."""

from __future__ import annotations

import ctypes
import datetime as dt
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app

from kakou import vault
from kakou.access.models import Device
from kakou.access.scope import acting_as_system
from kakou.kernel.errors import Refusal
from kakou.upkeep import rules
from kakou.upkeep.models import Pulse
from kakou.upkeep.rules import Finding, Regular, Sign
from kakou.vault.queries import survivors

HEARD_OF_LATE = dt.timedelta(minutes=15)
_UNSYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)
_QUEUES = """select queue_name, count(*), min(due) from (
    select j.queue_name, coalesce(j.scheduled_at, (select min(e.at) from procrastinate_events e where e.job_id = j.id))
      as due from procrastinate_jobs j where j.status = 'todo') waiting
  where due <= %s group by queue_name order by queue_name"""
_DONE = """select j.task_name, max(e.at) filter (where e.type = 'succeeded'),
    count(*) filter (where e.type = 'failed' and e.at > %s)
  from procrastinate_jobs j join procrastinate_events e on e.job_id = j.id
  where e.type in ('succeeded', 'failed') and j.task_name = any(%s) group by j.task_name"""
_SINCE = "select min(at) from procrastinate_events"
_BUSY = """select distinct j.queue_name from procrastinate_jobs j join procrastinate_workers w on w.id = j.worker_id
  where j.status = 'doing' and w.last_heartbeat > %s"""


def findings(*, at: dt.datetime) -> list[Finding]:
    """Everything that is looked at, the worst first."""
    found = [*_disks(), *_signs(at), *_jobs(at), *_certificates(at), _clock(at), _keys()]
    return sorted(found, key=lambda one: (-one.level, one.what, one.of))


def _disks() -> Iterator[Finding]:
    """Of the data, and of the backups where they lie on another disk."""
    seen = set()
    for name, folder in (("data", settings.HOME), ("backups", settings.BACKUP_FOLDER)):
        try:
            there = next((one for one in (folder, *folder.parents) if one.exists()), Path("/"))
            disk, usage = there.stat().st_dev, shutil.disk_usage(there)
        except OSError:  # a mount that broke: told, and no page falls by it
            yield rules.of_disk(name, free=None, total=0)
            continue
        if disk not in seen:
            seen.add(disk)
            yield rules.of_disk(name, free=usage.free, total=usage.total)


def _signs(at: dt.datetime) -> Iterator[Finding]:
    for pulse in Pulse.objects.all():
        sign = Sign(pulse.name, pulse.at, dt.timedelta(seconds=pulse.late_after), pulse.failures)
        yield rules.of_sign(sign, now=at)


def _jobs(at: dt.datetime) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("select last_heartbeat from procrastinate_workers")
        yield rules.of_workers([beat for (beat,) in cursor.fetchall()], now=at)
        cursor.execute(_QUEUES, [at])
        waiting = {queue: (many, at - due) for queue, many, due in cursor.fetchall()}
        cursor.execute(_BUSY, [at - rules.HEARTBEAT])
        busy = {queue for (queue,) in cursor.fetchall()}
        cursor.execute(_SINCE)
        (since,) = cursor.fetchone()
        registered = app.periodic_registry.periodic_tasks.values()
        regular = {(one.task.name, one.cron): one.task.queue for one in registered}
        cursor.execute(_DONE, [at - dt.timedelta(days=1), [name for name, _ in regular]])
        done = {name: (last, failed) for name, last, failed in cursor.fetchall()}
    for queue in sorted(waiting):
        yield rules.of_queue(queue, waiting=waiting[queue][0], oldest=waiting[queue][1])
    for (name, cron), queue in sorted(regular.items()):
        last, failed = done.get(name, (None, 0))
        job = Regular(name, cron, last, since or at, failed, busy=queue in busy)
        yield rules.of_regular(job, now=at)


def _certificates(at: dt.datetime) -> Iterator[Finding]:
    """That of the local network, which `kakou serve --lan` keeps."""
    if file := os.environ.get("KAKOU_TLS_CERT"):
        try:
            leaf = x509.load_pem_x509_certificate(Path(file).read_bytes())
        except (OSError, ValueError):  # told, and no page falls by it
            yield rules.of_certificate("TLS", until=None, now=at)
            return
        yield rules.of_certificate(leaf.subject.rfc4514_string() or "TLS", until=leaf.not_valid_after_utc, now=at)


def _clock(at: dt.datetime) -> Finding:
    with acting_as_system():
        heard = Device.objects.filter(last_seen_at__gt=at - HEARD_OF_LATE)
        offsets = [offset / 1000 for offset in heard.values_list("clock_offset_ms", flat=True) if offset is not None]
    return rules.of_clock(synchronised=_synchronised(), offsets=offsets)


def _keys() -> Finding:
    """The audit is asked as whoever has jobs, over every place: what it told before there was one is for the night."""
    try:
        closed = sum(trouble == "unreadable" for _, trouble in vault.store().troubles())
        with acting_as_system():
            return rules.of_keys(len(survivors("default")), closed=closed)
    except (Refusal, OSError):  # told, and no page falls by it
        return rules.of_keys(None)


def _synchronised() -> bool | None:
    """Does the kernel say that somebody keeps its clock? (adjtimex(2), with nothing changed)"""
    try:
        state: int = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(512))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != _UNSYNCHRONISED
