"""Which units have a loop that closes: those that somebody can only enter and leave by their gates. Pure."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from kakou.places.rules import EntranceKind, UnitKind

_NEVER = frozenset({UnitKind.COUNTY, UnitKind.STREET})  # no checkpoint closes a whole sub-district
_LARGE = frozenset({UnitKind.ZONE, UnitKind.COMMUNITY_URBAN, UnitKind.COMMUNITY_RURAL})


def encloses(unit: UnitKind, entrances: AbstractSet[EntranceKind]) -> bool:
    """Does a `unit` with these kinds of entrance have stays of its own?

    A checkpoint on the main road closes a village or compound, but only watches a road of a community, a zone or a
    street: who came by another road has missed nothing. Its readings are then signs of where somebody was.
    Source: article line 21 (checkpoints on the villages' main roads).
    """
    if unit in _NEVER or not entrances:
        return False
    return unit not in _LARGE or entrances != {EntranceKind.ROAD_CHECKPOINT}
