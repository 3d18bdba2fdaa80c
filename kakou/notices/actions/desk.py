"""The desk of what cannot be sent: a person has it tried again, or discards it and says why."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import NotFound
from kakou.notices.models import Channel, Message
from kakou.notices.rules import NoticeRefused, State, check_move


@transaction.atomic
def retry(message: Message, *, by: Staff, at: dt.datetime) -> None:
    """Put a dead message back into its old place of the row: before everything that was told later. Raises
    NoticeRefused, NotAllowed."""
    now = _locked(message, by)
    check_move(State(now.state), State.WAITING)
    _put_back([now.pk], at)
    audit.record("notice.retried", subject=str(now.pk), by=by.pk, at=at, node=now.node_id, channel=now.channel_id)


@transaction.atomic
def retry_all(channel: Channel, *, by: Staff, at: dt.datetime) -> int:
    """Every dead message of the channel; how many. Raises NotAllowed."""
    access.require(by, Permission.MANAGE_NOTICES, channel.node_id)
    dead = Message.objects.select_for_update().filter(channel=channel, state=State.DEAD.value)
    found = list(dead.values_list("id", flat=True))
    if found:
        _put_back(found, at)
        audit.record("notices.retried", subject=str(channel.pk), by=by.pk, at=at, node=channel.node_id, rows=len(found))
    return len(found)


@transaction.atomic
def discard(message: Message, *, reason: str, by: Staff, at: dt.datetime) -> None:
    """It is not sent any more. Raises NoticeRefused for one that has been settled or is under way, ReasonUnfit,
    NotAllowed."""
    now = _locked(message, by)
    check_move(State(now.state), State.DISCARDED)
    if now.begun_at is not None:
        raise NoticeRefused("This message is on its way. Look again in a minute.")
    said = checked_reason(reason)
    Message.objects.filter(pk=now.pk).update(state=State.DISCARDED.value, settled_at=at, settled_by=by, reason=said)
    audit.record(
        "notice.discarded", subject=str(now.pk), by=by.pk, at=at, node=now.node_id, channel=now.channel_id, reason=said
    )


def _put_back(messages: list[int], at: dt.datetime) -> None:
    Message.objects.filter(pk__in=messages).update(
        state=State.WAITING.value, tries=0, waits_since=at, next_at=at, settled_at=None, settled_by=None
    )


def _locked(message: Message, by: Staff) -> Message:
    now = Message.objects.select_for_update().filter(pk=message.pk).first()
    if now is None:
        raise NotFound("There is no such message, or it is not at one of your places.")
    access.require(by, Permission.MANAGE_NOTICES, now.node_id)
    return now
