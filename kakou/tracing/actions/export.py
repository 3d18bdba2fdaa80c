"""What leaves the ledger's index by the owner of the machine: answers under codes, and stays for a cluster. Each with a
reason, told to the audit before anything is shown or stands in its folder.

Whoever calls decides whether he may: the command line is the machine's owner. Only where the engine runs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from kakou.access.destroying.queries import top_of_site
from kakou.access.models import Staff
from kakou.access.queries import seat_of
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason

if TYPE_CHECKING:
    from kakou.tracing.sources import Gathered, Partitioned

_NAMED = 100  # subjects that one event names at most


@transaction.atomic
def note_look(
    question: str, subjects: Collection[UUID], *, since: int | None, until: int | None, reason: str, by: Staff | None,
    at: dt.datetime,
) -> None:  # fmt: skip
    """Somebody is about to be told the contacts, reach or exposure of these. Raises ReasonUnfit."""
    audit.record(
        "trail.traced", subject=None, by=by.pk if by else None, at=at, node=_where(by), reason=checked_reason(reason),
        question=question, of=list(subjects)[:_NAMED], many=len(subjects), since=_moment(since), until=_moment(until),
    )  # fmt: skip


def export_stays(
    stays: Gathered, folder: Path, *, zone: ZoneInfo, buckets: int, reason: str, by: Staff | None, at: dt.datetime,
    draw: Callable[[int], bytes], progress: Callable[[float], None] = lambda _: None,
) -> Partitioned:  # fmt: skip
    """Writes the ledger's stays as folders of Parquet (see `sources.partitions`) under codes drawn for this export.

    The folder takes its name only after the audit holds the event; what fails leaves neither. Raises ReasonUnfit,
    SourceUnfit for a folder that is there.
    """
    from kakou.tracing.sources import spread_out, whole_or_nothing

    why = checked_reason(reason)
    with whole_or_nothing(folder) as beside:
        written = spread_out(stays, beside, zone=zone, buckets=buckets, draw=draw, progress=progress)
        with transaction.atomic():
            audit.record(
                "trail.exported", subject=None, by=by.pk if by else None, at=at, node=_where(by), reason=why,
                stays=written.stays, persons=written.persons, days=written.days,
            )  # fmt: skip
    return written


def _where(by: Staff | None) -> int | None:
    """Where the auditor reads of it: the owner of the machine looks at the whole site."""
    return seat_of(by) if by else top_of_site()


def _moment(seconds: int | None) -> dt.datetime | None:
    return None if seconds is None else dt.datetime.fromtimestamp(min(seconds, 2**33), dt.UTC)
