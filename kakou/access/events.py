"""What higher capabilities may tell access: which nodes are gates, and what they are called."""

from __future__ import annotations

from typing import Protocol


class Gates(Protocol):
    """Of some nodes the entrances, by what a person calls them; with `staffed` only those where phones belong."""

    def __call__(self, nodes: frozenset[int], *, staffed: bool = False) -> dict[int, str]:
        """Node → name."""


def _no_gates(nodes: frozenset[int], *, staffed: bool = False) -> dict[int, str]:
    return {}


class Registry:
    """One per process, filled at start by `kakou.config`."""

    def __init__(self) -> None:
        self.gates: Gates = _no_gates


registry = Registry()
