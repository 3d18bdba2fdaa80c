"""What higher capabilities tell notices: the events of which a group may want to hear. Registered in `kakou.config`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

GATHERED = dt.timedelta(minutes=5)  # so long what happens is gathered into one message
AT_ONCE = dt.timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that may happen. `title` is a msgid; `wait`: how long more of it is gathered; `wakes`: it is told in
    quiet hours too; `page`: the path on which more is seen after a login."""

    name: str
    title: str
    page: str
    wait: dt.timedelta = GATHERED
    wakes: bool = False


_EVENTS: dict[str, Event] = {}
EVENTS: Mapping[str, Event] = MappingProxyType(_EVENTS)


def register_event(event: Event) -> Event:
    """Make `event` known; the same once more changes nothing. Raises ValueError when its name means another."""
    if _EVENTS.setdefault(event.name, event) != event:
        raise ValueError(f"two events are called {event.name}")
    return event
