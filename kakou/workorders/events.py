"""What higher capabilities tell work orders: the kinds of matter that may open. Registered in `kakou.config`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kakou.workorders.rules import Kind, without_limit

_KINDS: dict[str, Kind] = {}
KINDS: Mapping[str, Kind] = MappingProxyType(_KINDS)


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
