"""Which places one map shows: those next below another, so that a finger finds each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mapped:
    """A place on the map. `office`: the unit around it; `above`: its ancestors, the nearest first; `area`: of its box,
    in square degrees."""

    node: int
    name: str
    office: str
    is_gate: bool
    above: tuple[int, ...]
    area: float


@dataclass(frozen=True, slots=True)
class Level:
    """What one map shows: `places` stand next below `around` (None: nothing is around them)."""

    around: Mapped | None
    places: list[Mapped]
    opens: frozenset[int]  # nodes of those that have a map of their own


def level_of(found: Iterable[Mapped], node: int | None) -> Level:
    """The map of `node`, or of everything. What nobody put on the map is passed over: what is below it is shown."""
    known = {place.node: place for place in found}
    inside: dict[int | None, list[Mapped]] = {}
    for place in known.values():
        around = next((one for one in place.above if one in known), None)
        inside.setdefault(around, []).append(place)
    at = node if node in known else None
    while node is None and len(inside.get(at, ())) == 1 and _holds_units(inside, inside[at][0]):
        at = inside[at][0].node  # a map of one place alone tells nothing
    return Level(
        known.get(at or 0), sorted(inside.get(at, ()), key=lambda one: (one.is_gate, one.office, one.name)),
        frozenset(one for one in inside if one),
    )  # fmt: skip


def _holds_units(inside: Mapping[int | None, list[Mapped]], place: Mapped) -> bool:
    return any(not one.is_gate for one in inside.get(place.node, ()))
