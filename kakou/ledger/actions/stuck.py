"""An order for each phone whose passages grow old on it while it is heard; closed by itself when they are sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from kakou.access.models import Device, PhoneState
from kakou.access.rules import UNHEARD
from kakou.access.scope import acting_as_system
from kakou.ledger.checks.kinds import QUEUE_STUCK
from kakou.ledger.checks.stuck import stuck_since
from kakou.workorders.actions import Cause, Matter, close_causes, open_many
from kakou.workorders.queries import open_causes, settled_by_hand

SENT, REVOKED = "sent", "revoked"


def open_stuck(*, at: dt.datetime) -> int:
    """Look at what each phone that is heard said last; how many orders were opened. Every minute.

    Of a phone that went silent nothing new is known: its order stays as it is, and its gate has another. What somebody
    has looked into and closed opens no other order as long as the same passages lie there.
    """
    with acting_as_system():
        states = PhoneState.objects.filter(heard_at__gt=at - UNHEARD, device__revoked_at=None)
        heard = {str(state.device_id): state for state in states}
        known = open_causes(QUEUE_STUCK.name)[QUEUE_STUCK.name]
        if revoked := _revoked(known):
            close_causes(QUEUE_STUCK.name, revoked, at=at, healed=REVOKED)
        found = {phone: since for phone, state in heard.items() if (since := _since(state)) is not None}
        healed: list[Cause] = [*(known & heard.keys()) - found.keys()]
        if healed:
            close_causes(QUEUE_STUCK.name, healed, at=at, healed=SENT)
        fresh = {phone: since for phone, since in found.items() if phone not in known}
        looked_into = settled_by_hand(QUEUE_STUCK.name, fresh) if fresh else set()
        matters = [_matter(heard[phone], fresh[phone]) for phone in fresh.keys() - looked_into]
        return len(open_many(QUEUE_STUCK.name, matters, at=at)) if matters else 0


def _revoked(phones: Collection[str]) -> list[Cause]:
    """What it holds is no longer waited for: whether anything is lost is asked elsewhere (`actions.lost`)."""
    gone = Device.objects.filter(pk__in=phones, revoked_at__isnull=False) if phones else Device.objects.none()
    return [str(id) for id in gone.values_list("pk", flat=True)]


def _since(state: PhoneState) -> dt.datetime | None:
    return stuck_since(
        queue=state.queue, oldest_at=state.oldest_at, reached_since=state.reached_since, heard_at=state.heard_at
    )


def _matter(state: PhoneState, since: dt.datetime) -> Matter:
    device, unsent = state.device_id, state.queue
    facts: dict[str, int | str] = {"device": device, "unsent": unsent, "since": since.isoformat(timespec="seconds")}
    return Matter(device, state.node_id, facts)
