"""The chain of one device: each item names the hash of the one before, over one canonical form."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

GENESIS = "0" * 64


def canonical(item: dict[str, Any]) -> bytes:
    """JSON in canonical form: sorted keys, no spaces, UTF-8 as it is."""
    return msgspec.json.encode(item, order="sorted")


def head_of(body: bytes) -> str:
    """The hash of a canonical item, in hex: what the next one names."""
    return hashlib.sha256(body).hexdigest()


class Chain:
    """Numbers items from `seq` + 1 on; `head` is the hash of the last one, in hex."""

    __slots__ = ("head", "seq")

    def __init__(self, seq: int = 0, head: str = GENESIS) -> None:
        self.seq, self.head = seq, head

    def add(self, item: dict[str, Any]) -> bytes:
        """The item as it travels: numbered, chained, canonical. `item` itself is changed."""
        self.seq += 1
        item["seq"] = self.seq
        item["prev_hash"] = self.head
        body = canonical(item)
        self.head = head_of(body)
        return body
