"""What higher capabilities hang into the shell: entries of the rail, the book of places, who looks, live topics.

Web knows no roles and no places. Whoever knows registers here, once, from `kakou.config`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from django.http import HttpRequest


class Stroke(StrEnum):
    """The four strokes of the navigation, in their order. Source: the article's 严、细、服、实."""

    GUARD = "严"
    DETAIL = "细"
    SERVE = "服"
    GROUND = "实"


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the left rail, shown to whoever holds `permission` somewhere. `msgid` is translated when shown."""

    stroke: Stroke
    msgid: str
    url_name: str
    permission: str
    order: int = 100
    thumb: bool = False  # also in the bar at the thumb on a phone


@dataclass(frozen=True, slots=True)
class Place:
    """A place as the shell shows it: node id, name, what kind of place in the reader's words."""

    id: int
    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the page: a name to show and, for each permission held, the nodes over which it is held."""

    name: str = ""
    nodes: Mapping[str, frozenset[int]] = field(default_factory=dict)
    idle: int = 0  # seconds after which somebody who is away is logged out; 0: nobody is logged in
    looks_as: str = ""  # whose pages these are while he only looks; until then
    looks_until: dt.datetime | None = None

    def holds(self, permission: str) -> bool:
        """Does the viewer hold `permission` anywhere?"""
        return bool(self.nodes.get(permission))


@dataclass(frozen=True, slots=True)
class Tiding:
    """One line of the first page for whoever holds `permission` somewhere; `told` gives it as HTML."""

    permission: str
    told: Callable[[HttpRequest], str]


class PlaceBook(Protocol):
    """Where the shell looks up places; every answer is already within what the viewer may see."""

    def named(self, request: HttpRequest, node: int) -> Place | None:
        """The place at `node`, None when it is missing or not theirs."""

    def path(self, request: HttpRequest, node: int) -> Sequence[Place]:
        """From the topmost place they see down to `node` itself."""

    def below(self, request: HttpRequest, node: int | None) -> Sequence[Place]:
        """The places directly below `node`; with None the topmost they see."""

    def search(self, request: HttpRequest, words: str, limit: int) -> Sequence[Place]:
        """At most `limit` places whose name contains `words`."""


class NoPlaces:
    """Before anybody registered a book."""

    def named(self, request: HttpRequest, node: int) -> Place | None:
        """None."""
        return None

    def path(self, request: HttpRequest, node: int) -> Sequence[Place]:
        """Nothing."""
        return ()

    def below(self, request: HttpRequest, node: int | None) -> Sequence[Place]:
        """Nothing."""
        return ()

    def search(self, request: HttpRequest, words: str, limit: int) -> Sequence[Place]:
        """Nothing."""
        return ()


def _nobody(request: HttpRequest) -> Viewer:
    return Viewer()


class Registry:
    """What was hung into the shell. One per process, filled at start, read by every page."""

    def __init__(self) -> None:
        self.entries: list[NavEntry] = []
        self.places: PlaceBook = NoPlaces()
        self.viewer: Callable[[HttpRequest], Viewer] = _nobody
        self.topics: dict[str, str] = {}
        self.tidings: list[Tiding] = []

    def add_entries(self, *entries: NavEntry) -> None:
        """Add to the rail; an entry for a URL already there replaces it."""
        new = {entry.url_name: entry for entry in entries}
        self.entries = [entry for entry in self.entries if entry.url_name not in new] + list(entries)
        self.entries.sort(key=lambda entry: (list(Stroke).index(entry.stroke), entry.order))

    def add_tidings(self, *tidings: Tiding) -> None:
        """Add to the first page. Twice is once."""
        self.tidings += [tiding for tiding in tidings if tiding not in self.tidings]

    def add_topics(self, **permissions: str) -> None:
        """Declare live topics: the part of a topic before the first dot → the permission that may hear it."""
        self.topics.update(permissions)


registry = Registry()
