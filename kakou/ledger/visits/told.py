"""What of an announced visit is sealed: who comes and to which door."""

from __future__ import annotations

import msgspec
from msgspec import Struct


class Told(Struct, frozen=True, omit_defaults=True, gc=False):
    """`number`: as `Number.text`."""

    number: str
    door: str
    name: str = ""


_TOLD = msgspec.json.Decoder(Told)


def write_told(told: Told) -> bytes:
    """To be sealed."""
    return msgspec.json.encode(told)


def read_told(text: bytes) -> Told:
    """What `write_told` wrote."""
    return _TOLD.decode(text)
