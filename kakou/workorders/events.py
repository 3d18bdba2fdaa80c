"""What higher capabilities tell work orders: the kinds of matter that may open, the holes by which open ones are looked
over, and who wants to hear of steps. Registered in `kakou.config`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from kakou.workorders.rules import Kind, StepKind, Urgency, without_limit

_KINDS: dict[str, Kind] = {}
KINDS: Mapping[str, Kind] = MappingProxyType(_KINDS)


@dataclass(frozen=True, slots=True)
class Hole:
    """One way in which control leaks (漏洞): `name` in an address, `words` (a msgid) on a page, and which of the open
    orders lie in it at a moment."""

    name: str
    words: str
    holds: Callable[[dt.datetime], Q]


_HOLES: dict[str, Hole] = {}
HOLES: Mapping[str, Hole] = MappingProxyType(_HOLES)


def register_hole(hole: Hole) -> Hole:
    """Make `hole` known, after those that are; the same once more changes nothing. Raises ValueError when its name
    means another."""
    if _HOLES.setdefault(hole.name, hole) != hole:
        raise ValueError(f"two holes are called {hole.name}")
    return hole


def of_kinds(name: str, words: str, *kinds: str) -> Hole:
    """The hole of all open orders of some kinds."""
    return Hole(name, words, lambda _at: Q(kind__in=kinds))


@dataclass(frozen=True, slots=True)
class Happened:
    """Orders of one kind that took the same step at once."""

    kind: str
    step: StepKind
    orders: tuple[UUID, ...]
    places: tuple[int, ...]  # of each the node where it is handled
    at: dt.datetime
    urgency: Urgency = Urgency.NORMAL  # in which they were opened


Listener = Callable[[Happened], None]
_LISTENERS: list[Listener] = []


def listen(listener: Listener) -> None:
    """Call it in the transaction of every step that moves an order: what it raises undoes the step. Twice is once."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


def tell_listeners(happened: Happened) -> None:
    """Everyone who wants to hear."""
    for listener in _LISTENERS:
        listener(happened)


class Tally(NamedTuple):
    """Of one kind's orders: so many of so many."""

    kind: str
    part: int
    whole: int

    def of(self, kind: str | None) -> tuple[int, int]:
        """Part and whole of one kind's orders, None: of all of them."""
        return (self.part, self.whole) if kind in (None, self.kind) else (0, 0)


@dataclass(frozen=True, slots=True)
class Opinion:
    """A rate that somebody above counts of orders: `words` and `formula` are msgids; `count`: of what was opened from
    the first moment until before the second, at a node and below or everywhere, within the reader's walls."""

    name: str
    words: str
    formula: str
    count: Callable[[dt.datetime, dt.datetime, int | None], Tally]


_OPINIONS: dict[str, Opinion] = {}
OPINIONS: Mapping[str, Opinion] = MappingProxyType(_OPINIONS)


def register_opinion(opinion: Opinion) -> Opinion:
    """Have `opinion` stand among the rates; the same once more changes nothing. Raises ValueError when its name means
    another."""
    if _OPINIONS.setdefault(opinion.name, opinion) != opinion:
        raise ValueError(f"two rates are called {opinion.name}")
    return opinion


def register_kind(kind: Kind) -> Kind:
    """Make `kind` known; the same kind twice changes nothing. Raises ValueError when the name means another kind, or
    when it has no limit for a state in which an order of it may stand open."""
    for limits in (kind.limits, *kind.sooner.values()):
        if left := without_limit(kind.flow, limits):
            raise ValueError(f"{kind.name} has no limit for an order that is {', '.join(left)}")
    if _KINDS.setdefault(kind.name, kind) != kind:
        raise ValueError(f"two kinds of work order are called {kind.name}")
    return kind


def kind_of(name: str) -> Kind:
    """The kind called `name`. Raises KeyError with the known names."""
    try:
        return _KINDS[name]
    except KeyError:
        raise KeyError(f"no kind of work order is called {name}; known: {', '.join(sorted(_KINDS))}") from None
