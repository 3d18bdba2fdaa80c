"""What other capabilities hang into the ledger: sections of the bundle that gate phones are given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


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
