"""The ticket of a live stream: which nodes each topic may speak of. Made by the pages, read by the hub."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core import signing

COOKIE = "kakou_live"
SALT = "kakou.web.sse"
LASTS = 300  # seconds: so long may a stream outlive a logout or a role that was taken back


@dataclass(frozen=True, slots=True)
class Ticket:
    """Topic head → nodes; good until `expires` (epoch seconds). `holder`: the account it was made for."""

    scopes: Mapping[str, frozenset[int]]
    expires: float
    holder: int

    @property
    def nodes(self) -> list[int]:
        """Every node that any topic may speak of."""
        return sorted(frozenset().union(*self.scopes.values()))

    def hears(self, topic: str, node: int) -> bool:
        """May the holder hear this?"""
        return node in self.scopes.get(topic.partition(".")[0], ())


def spans(nodes: Iterable[int]) -> list[list[int]]:
    """Sorted runs [first, last]: a subtree's nodes are mostly neighbours, so a county fits into a cookie."""
    runs: list[list[int]] = []
    for node in sorted(set(nodes)):
        if runs and runs[-1][1] == node - 1:
            runs[-1][1] = node
        else:
            runs.append([node, node])
    return runs


def issue(scopes: Mapping[str, Iterable[int]], *, holder: int, now: float) -> str:
    """Sign a ticket for these scopes, good for LASTS seconds from `now` (epoch seconds)."""
    runs = {head: spans(nodes) for head, nodes in scopes.items()}
    packed = {"until": int(now) + LASTS, "scopes": runs, "holder": holder}
    return signing.dumps(packed, salt=SALT, compress=True)


def read(value: str, *, now: float) -> Ticket | None:
    """The ticket, or None when it is forged, broken or too old."""
    try:
        packed = signing.loads(value, salt=SALT)
    except signing.BadSignature:
        return None
    if packed["until"] <= now:
        return None
    return Ticket({head: _nodes(runs) for head, runs in packed["scopes"].items()}, packed["until"], packed["holder"])


def _nodes(runs: Iterable[list[int]]) -> frozenset[int]:
    return frozenset(node for first, last in runs for node in range(first, last + 1))
