"""A channel that does not get its messages out is an open matter, until it does."""

from __future__ import annotations

import datetime as dt

from kakou.access.scope import acting_as_system
from kakou.notices.queries import stuck_channels
from kakou.workorders.actions.opening import Matter, close_causes, open_many
from kakou.workorders.events import register_kind
from kakou.workorders.queries import open_causes
from kakou.workorders.rules import Kind, within

NOTICES_STUCK = register_kind(
    Kind("notices_stuck", "Notices do not get out", within(days=1), recurs=True, by_hand=False)
)


def watch_notices(*, at: dt.datetime) -> int:
    """Open an order for every channel with messages that cannot be sent or have waited for an hour; close those of
    channels that are free again. How many were opened."""
    with acting_as_system():
        wanted = [Matter(channel, node, {"channel": channel}) for channel, node in stuck_channels(at)]
        opened = open_many(NOTICES_STUCK.name, wanted, at=at)
        healed = open_causes(NOTICES_STUCK.name)[NOTICES_STUCK.name] - {str(matter.cause) for matter in wanted}
        if healed:
            close_causes(NOTICES_STUCK.name, healed, at=at, healed="sent_or_decided")
    return len(opened)
