"""What higher capabilities may hang onto a unit: ways to what they know of it, what follows it when the tree is cut
anew. Wired in `kakou.config`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from kakou.access.models import Staff
from kakou.access.rules import Permission


@dataclass(frozen=True, slots=True)
class UnitLink:
    """A page about one unit; `url_name` takes its node. `msgid` is translated when shown, to whoever may open it."""

    msgid: str
    url_name: str
    permission: Permission


_LINKS: list[UnitLink] = []


def add_unit_link(link: UnitLink) -> None:
    """Show `link` on the page of every unit. Twice is once."""
    if link not in _LINKS:
        _LINKS.append(link)


def unit_links() -> list[UnitLink]:
    """In the order in which they came."""
    return [*_LINKS]


@dataclass(frozen=True, slots=True)
class Follower:
    """Things that hang on nodes and go where these go; `msgid` names them, `count` says how many hang there."""

    msgid: str
    count: Callable[[Collection[int]], int]


@dataclass(frozen=True, slots=True)
class Buildings:
    """Residents who go to a new unit by their building: how many would, and that they do; needs `permission`."""

    permission: Permission
    count: Callable[[int, Sequence[str]], int]
    follow: Callable[[int, int, Sequence[str], Staff, dt.datetime], int]  # from the unit on node, to that on node


Heard = Callable[[Collection[int], Staff | None, dt.datetime], None]


class Registry:
    """Who follows, and who hears: `hearers` are called in the transaction of a cut with all nodes that hang elsewhere
    now, or that somebody else manages on behalf; None for who did it: the installation itself."""

    def __init__(self) -> None:
        self.followers: dict[str, Follower] = {}
        self.buildings: Buildings | None = None
        self.hearers: list[Heard] = []


registry = Registry()


def add_followers(*followers: Follower) -> None:
    """Count these in the preview of every cut. The same words again replace the former."""
    registry.followers |= {follower.msgid: follower for follower in followers}


def on_recut(hear: Heard) -> None:
    """Call `hear(nodes, by, at)` when the tree was cut. Twice is once."""
    if hear not in registry.hearers:
        registry.hearers.append(hear)
