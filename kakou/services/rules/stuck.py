"""Mails that could not be fetched: known by their numbers, tried after all others, put aside after some tries. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Stuck:
    """How often each was tried. `validity`: under which a server gave the numbers (RFC 3501, 2.3.1.1)."""

    validity: str
    tries: Mapping[str, int]

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Stuck:
        """As it was kept; nothing of {}."""
        return cls(kept.get("validity", ""), kept.get("tries", {}))

    @property
    def kept(self) -> dict[str, Any]:
        """To be kept."""
        return {"validity": self.validity, "tries": dict(self.tries)} if self.tries else {}

    @property
    def put_aside(self) -> int:
        """How many are tried no more."""
        return sum(many >= MOST_TRIES for many in self.tries.values())

    def still(self, validity: str, unseen: Collection[str]) -> Stuck:
        """Without those that somebody has read or taken away, and without all when the numbers are others now."""
        known = self.tries if validity == self.validity else {}
        there = set(unseen)
        return Stuck(validity, {uid: many for uid, many in known.items() if uid in there})

    def in_turn(self, unseen: Collection[str]) -> list[str]:
        """Whom to try: the oldest first, what is stuck after all others, what is put aside not at all."""
        able = [uid for uid in unseen if self.tries.get(uid, 0) < MOST_TRIES]
        return sorted(able, key=lambda uid: (self.tries.get(uid, 0), int(uid)))

    def tried(self, uid: str) -> Stuck:
        """Once more."""
        return Stuck(self.validity, {**self.tries, uid: self.tries.get(uid, 0) + 1})

    def spared(self, uid: str) -> Stuck:
        """Tried, but not for the last time."""
        return Stuck(self.validity, {**self.tries, uid: min(self.tries.get(uid, 0), MOST_TRIES - 1)})

    def done(self, uid: str) -> Stuck:
        """It came in."""
        return Stuck(self.validity, {other: many for other, many in self.tries.items() if other != uid})
