"""Identifiers that sort by time: UUIDv7 (RFC 9562), whose first 48 bits are milliseconds since 1970 UTC."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

import uuid_utils

_VERSION_7 = 0x7 << 76
_VARIANT = 0x2 << 62
_RANDOM_A = ((1 << 12) - 1) << 64
_RANDOM_B = (1 << 62) - 1


def new_id() -> uuid.UUID:
    """A fresh UUIDv7 as the standard type."""
    return uuid.UUID(int=uuid_utils.uuid7().int)


def id_at(ms: int, seed: bytes) -> uuid.UUID:
    """The UUIDv7-shaped id of something that happened at `ms` (epoch milliseconds, 0 <= ms < 2^48) and is named by
    `seed`: the same time and seed give the same id, so that importing a file twice adds nothing.
    """
    tail = int.from_bytes(hashlib.sha256(seed).digest()[:16], "big")
    return uuid.UUID(int=(ms << 80) | _VERSION_7 | _VARIANT | (tail & (_RANDOM_A | _RANDOM_B)))


def ms_of(id: uuid.UUID) -> int | None:
    """Epoch milliseconds inside a UUIDv7, None for any other version."""
    return id.int >> 80 if id.version == 7 else None


def floor_of(day: dt.date) -> uuid.UUID:
    """The smallest UUID whose leading 48 bits are the first millisecond (UTC) of `day`: a partition's lower bound."""
    start = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    return uuid.UUID(int=int(start.timestamp() * 1000) << 80)
