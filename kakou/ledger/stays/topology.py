"""Which gate leads into which enclosure, and which enclosure lies in which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

OUTSIDE = 0  # of everything


@dataclass(frozen=True, eq=False)
class Topology:
    """`gates`: gate → enclosure (`OUTSIDE` for a reader that stands in none). `outer`: enclosure → the one around it
    (`OUTSIDE` for none). `readers`: gates that nobody comes in or goes out by, whatever direction is written: all their
    readings are *through*. `visit_ms`, `absence_ms`: enclosure → allowance used where the crossing carries none; none:
    no limit. A gate that is not in `gates` is not known and says nothing. Raises ValueError on a circle.
    """

    gates: Mapping[int, int]
    outer: Mapping[int, int]
    readers: frozenset[int] = frozenset()
    visit_ms: Mapping[int, int] = field(default_factory=dict)
    absence_ms: Mapping[int, int] = field(default_factory=dict)
    paths: Mapping[int, frozenset[int]] = field(init=False)
    _homes: dict[frozenset[int], frozenset[int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        around = {enclosure: self.outer.get(enclosure, OUTSIDE) for enclosure in self.gates.values() if enclosure}
        for enclosure in [*self.outer]:
            around.setdefault(enclosure, self.outer[enclosure])
        object.__setattr__(self, "outer", around)
        object.__setattr__(self, "paths", {OUTSIDE: frozenset(), **{e: _path(e, around) for e in around}})

    @classmethod
    def of(
        cls,
        parents: Mapping[int, int | None],
        gates: Iterable[int],
        *,
        readers: Iterable[int] = (),
        visit_ms: Mapping[int, int] | None = None,
        absence_ms: Mapping[int, int] | None = None,
    ) -> Topology:
        """From a tree of nodes: a node with `gates` among its children is an enclosure, nodes without are passed over.
        `readers` (inner readers, place codes, road checkpoints) make no enclosure of their parent: they stand in the
        nearest one around them. Raises ValueError on a circle in `parents`.
        """
        gates, readers = frozenset(gates), frozenset(readers)
        enclosures = {parents[gate] for gate in gates} - {None}

        def nearest(node: int | None) -> int:
            seen: set[int] = set()
            while node is not None and node not in enclosures:
                if node in seen:
                    raise ValueError(f"node {node} lies in itself")
                seen.add(node)
                node = parents.get(node)
            return node or OUTSIDE

        return cls(
            gates={gate: nearest(parents[gate]) for gate in [*gates, *readers]},
            outer={enclosure: nearest(parents.get(enclosure)) for enclosure in enclosures if enclosure is not None},
            readers=frozenset(readers),
            visit_ms=visit_ms or {},
            absence_ms=absence_ms or {},
        )

    def path(self, position: int) -> frozenset[int]:
        """Every enclosure that one who stands at `position` stands in."""
        return self.paths[position]

    def homes(self, homes: frozenset[int]) -> frozenset[int]:
        """Every enclosure one lives in who lives in `homes`: these and those around them."""
        known = self._homes.get(homes)
        if known is None:
            known = self._homes[homes] = frozenset().union(*(self.paths.get(home, frozenset()) for home in homes))
        return known


def _path(enclosure: int, outer: Mapping[int, int]) -> frozenset[int]:
    path: set[int] = set()
    while enclosure != OUTSIDE:
        if enclosure in path:
            raise ValueError(f"enclosure {enclosure} lies in itself")
        path.add(enclosure)
        enclosure = outer.get(enclosure, OUTSIDE)
    return frozenset(path)
