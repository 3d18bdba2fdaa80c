"""Passages that stay on a phone although it is heard. Pure.

A phone without a network grows an old queue, and nobody is to blame: it sends when it is back. One that is heard all
the while and still does not send has a fault that no waiting mends.
"""

from __future__ import annotations

import datetime as dt

TOO_LONG = dt.timedelta(minutes=30)  # a phone sends its queue of days within minutes once it has a network


def stuck_since(
    *, queue: int, oldest_at: dt.datetime | None, reached_since: dt.datetime, heard_at: dt.datetime
) -> dt.datetime | None:
    """Since when its oldest passage lay there while it was heard; None where that is no matter.

    `queue`: passages it holds unsent, `oldest_at`: when the oldest of them happened, as it said at `heard_at`;
    `reached_since`: since when it is heard without a longer pause.
    """
    if not queue or oldest_at is None:
        return None
    since = max(oldest_at, reached_since)
    return since if heard_at - since >= TOO_LONG else None
