"""Who is told of what: said by whoever manages channels, for their own places and channels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound
from kakou.notices.events import EVENTS
from kakou.notices.models import Channel, Telling
from kakou.notices.rules import NoticeRefused

Quiet = tuple[dt.time, dt.time]


@transaction.atomic
def add_tellings(
    events: Collection[str], *, channel: Channel, node: int, quiet: Quiet | None, by: Staff, at: dt.datetime
) -> int:
    """From now on the channel hears of these events at `node` and below; how many it did not hear of before. What was
    said before keeps its quiet hours until it is taken back. Raises NoticeRefused, NotAllowed."""
    for place in (node, channel.node_id):
        access.require(by, Permission.MANAGE_NOTICES, place)
    if not events or not set(events) <= EVENTS.keys():
        raise NoticeRefused("Choose at least one of the events.")
    if quiet is not None and quiet[0] == quiet[1]:
        raise NoticeRefused("Quiet hours end at another time than they begin.")
    since, until = quiet or (None, None)
    told = dict.fromkeys(events)
    known = set(Telling.objects.filter(channel=channel, node=node, event__in=told).values_list("event", flat=True))
    rows = [
        Telling(
            node_id=node, channel=channel, event=event, quiet_from=since, quiet_until=until, made_at=at, made_by=by
        )
        for event in told if event not in known
    ]  # fmt: skip
    Telling.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:
        _record("telling.added", row, by, at)
    return len(rows)


@transaction.atomic
def remove_telling(id: int, *, by: Staff, at: dt.datetime) -> None:
    """The channel hears of it no more; what it heard already is told. Raises NotFound, NotAllowed."""
    row = Telling.objects.filter(pk=id).first()
    if row is None:
        raise NotFound("This was taken back already, or is not at one of your places.")
    access.require(by, Permission.MANAGE_NOTICES, row.node_id)
    _record("telling.removed", row, by, at)
    row.delete()


def _record(act: str, row: Telling, by: Staff, at: dt.datetime) -> None:
    audit.record(act, subject=str(row.channel_id), by=by.pk, at=at, node=row.node_id, event=row.event)
