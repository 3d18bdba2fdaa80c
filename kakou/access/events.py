"""What higher capabilities may tell access: which nodes are gates, and what gates and other places are called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from kakou.access.models import Staff
    from kakou.web.kit.importing import Done


class Gates(Protocol):
    """Of some nodes the entrances, by what a person calls them; with `staffed` only those where phones belong."""

    def __call__(self, nodes: frozenset[int], *, staffed: bool = False) -> dict[int, str]:
        """Node → name."""


def _no_gates(nodes: frozenset[int], *, staffed: bool = False) -> dict[int, str]:
    return {}


class Names(Protocol):
    """What a person calls the places on some nodes: a unit by its name, an entrance by its unit's and its own."""

    def __call__(self, nodes: frozenset[int]) -> dict[int, str]:
        """Node → name, of those that the reader may see."""


def _no_names(nodes: frozenset[int]) -> dict[int, str]:
    return {}


class Losses(Protocol):
    """Of some phones those that lost passages before they had sent them, as the numbers of their chain tell."""

    def __call__(self, phones: Collection[int], *, at: dt.datetime) -> dict[int, int]:
        """Phone → how many it lost."""


def _no_losses(phones: Collection[int], *, at: dt.datetime) -> dict[int, int]:
    return {}


@dataclass(frozen=True, slots=True)
class Export:
    """People that can be handed out unmasked: what it is called, and the address at which it is taken, by the node and
    which one of them it is."""

    msgid: str
    where: Callable[[int, str], str]


@dataclass(frozen=True, slots=True)
class Intake:
    """Lists of one kind that come in: what they are called, and what takes one whole or not at all. `take` is given its
    bytes, its name, what was chosen beside it (texts and numbers; `node`: whose list it is), whether it is only tried,
    by whom and when. It runs in the scope of whoever sent it, goes through rows by `web.sheets.counted`, and raises
    SheetProblems and other refusals."""

    msgid: str
    take: Callable[[bytes, str, Mapping[str, Any], bool, Staff, dt.datetime], Done]


class Registry:
    """One per process, filled at start by `kakou.config`."""

    def __init__(self) -> None:
        self.gates: Gates = _no_gates
        self.names: Names = _no_names
        self.losses: Losses = _no_losses
        self.exports: dict[str, Export] = {}
        self.sealed: dict[str, str] = {}  # table → what lies there that keys seal, as a msgid
        self.intakes: dict[str, Intake] = {}
        self.way_in: Callable[[], str] = lambda: ""  # where the first page leads while there is no account at all


registry = Registry()
