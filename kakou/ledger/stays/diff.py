"""What a late passage changes: the stays as they stand against the stays as they should be."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from typing import NamedTuple

from kakou.ledger.stays.shapes import Stay

_VERSION_8 = 0x8 << 76
_VARIANT = 0x2 << 62
_FREE = ((1 << 128) - 1) ^ (0xF << 76) ^ (0x3 << 62)


class Changes(NamedTuple):
    """Rows to insert, to update (the new form; its `key` finds the old), to delete."""

    insert: list[Stay]
    update: list[Stay]
    delete: list[Stay]


def changes(old: Iterable[Stay], new: Iterable[Stay]) -> Changes:
    """The least that turns `old` into `new` (both of one subject). Equal stays are left alone."""
    before = {stay.key: stay for stay in old}
    insert, update = [], []
    for stay in new:
        was = before.pop(stay.key, None)
        if was is None:
            insert.append(stay)
        elif was != stay:
            update.append(stay)
    return Changes(insert, update, [*before.values()])


def stay_id(subject: uuid.UUID, stay: Stay) -> uuid.UUID:
    """The row's id: UUIDv8 (RFC 9562) of subject, enclosure, kind and the passage that began it, so that a rebuild
    gives every stay the id it had and a work order keeps pointing at it."""
    enclosure, kind, began = stay.key
    seed = b"%b%d%b%d" % (subject.bytes, enclosure, kind[:1].encode(), began)
    tail = int.from_bytes(hashlib.blake2b(seed, digest_size=16).digest(), "big")
    return uuid.UUID(int=(tail & _FREE) | _VERSION_8 | _VARIANT)
