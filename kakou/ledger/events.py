"""What other capabilities hang into the ledger: sections of the bundle that gate phones are given, pages to which
orders lead, and who hears when it says something else of where somebody was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Gate:
    """Which phone asks, at which gate: nodes of the gate, of the unit it leads into, of all around it in reach."""

    device: int
    node: int
    unit: int
    unit_kind: str
    nodes: frozenset[int]
    at: dt.datetime


Section = Callable[[Gate], Any]
"""Makes one section: JSON of strings, whole numbers, lists and objects, the same as long as nothing changed."""

_SECTIONS: dict[str, Section] = {}


def add_section(name: str, make: Section) -> None:
    """Every bundle has a member `name` from now on; adding it again replaces it."""
    _SECTIONS[name] = make


def sections() -> Mapping[str, Section]:
    """Every section."""
    return MappingProxyType(_SECTIONS)


QUARTER = 900_000  # ms. Wherever the site stands, its days begin with a quarter of an hour


class Listener(Protocol):
    """Hears what the ledger says anew of where somebody was, in the transaction in which it comes to say so. A quarter
    is the number of a quarter of an hour since the epoch. Whoever listens must be quick: the fold waits."""

    def folded(self, begun: Collection[tuple[int, bytes]], seen: tuple[int, int] | None) -> None:
        """Stays were put or taken away: `begun` is (quarter, subject) of when the time began that they tell of (see
        `stays.touched`). And the passages of transactions > `seen[0]` and <= `seen[1]` were seen, if there were any."""

    def folded_again(self, keys: Collection[bytes]) -> None:
        """These keys may belong to another subject than before."""

    def forgotten(self, quarters: Collection[int]) -> None:
        """Something that happened or began in these quarters was destroyed."""


class OrderDoor(NamedTuple):
    """The page of a higher capability on which what an order is about is settled: its words, and the name of the URL,
    which is given the cause (a UUID) of the order."""

    words: str
    url_name: str


_DOORS: dict[str, OrderDoor] = {}
DOORS: Mapping[str, OrderDoor] = MappingProxyType(_DOORS)


def add_order_door(kind: str, door: OrderDoor) -> None:
    """Orders of `kind` lead there. Twice is once."""
    _DOORS[kind] = door


_LISTENERS: list[Listener] = []


def listen(listener: Listener) -> None:
    """Tell it from now on. Twice is once."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


def listeners() -> Collection[Listener]:
    """Everyone who wants to hear."""
    return _LISTENERS


def tell_folded(begun: Collection[tuple[int, bytes]], seen: tuple[int, int] | None = None) -> None:
    """Tell everyone of a step of the fold."""
    for listener in _LISTENERS if begun or seen else ():
        listener.folded(begun, seen)
