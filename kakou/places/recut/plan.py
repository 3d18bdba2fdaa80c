"""What of the tree hangs elsewhere after a cut, and what entrances are called then. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kakou.places.rules import LONGEST_NAME


@dataclass(frozen=True, slots=True)
class Part:
    """`node` hung under `was` and hangs under `now`. An entrance was `called` so, and is from now on (`calls`)."""

    node: int
    was: int
    now: int
    called: str = ""
    calls: str = ""

    def back(self) -> Part:
        """The opposite."""
        return Part(self.node, self.now, self.was, self.calls, self.called)

    def kept(self) -> list[int | str]:
        """As it is kept."""
        return [self.node, self.was, self.now, self.called, self.calls]


def parts_of(kept: Iterable[Sequence[int | str]]) -> list[Part]:
    """The opposite of `Part.kept`."""
    return [Part(int(node), int(was), int(now), str(a), str(b)) for node, was, now, a, b in kept]


def renamed(names: Mapping[int, str], taken: Collection[str], prefix: str) -> dict[int, str]:
    """Node → name, free of those `taken`: a south gate that comes to a south gate is called after its former unit."""
    found: dict[int, str] = {}
    used = set(taken)
    for node, name in names.items():
        free = name
        number = 1
        while free in used:
            tail = name if number == 1 else f"{name}{number}"
            free = prefix[: LONGEST_NAME - len(tail)] + tail
            number += 1
        used.add(free)
        found[node] = free
    return found
