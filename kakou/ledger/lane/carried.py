"""What one phone brings of another at its gate: whose it is, by a proof that only its maker and the server can make.

Two phones without a network tell each other their passages, and whichever finds a network first brings both. An item
stands in the ledger as its maker's, whoever brought it; who brings one without its maker's proof has recorded nothing.
"""

from __future__ import annotations

import hmac
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from kakou.vault.keys import KeyStore
from kakou.vault.sealing import keyed

PROOF = 16  # bytes of the HMAC that are sent: 128 bits, tried online only


class Carried(Struct, gc=False):
    """An item, the number of the phone that made it, and its proof (32 hex digits)."""

    device: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    item: msgspec.Raw
    proof: Annotated[str, Meta(max_length=64)]


def proof_key(store: KeyStore, device: int) -> bytes:
    """32 bytes that a phone is given in its bundle and nobody else's holds."""
    return keyed(store.index_key("carried"), device.to_bytes(4, "big"))


def proof_of(key: bytes, digest: bytes) -> str:
    """HMAC-SHA-256 of an item's hash (32 bytes) under its maker's key, cut to 16 bytes, in hex."""
    return keyed(key, digest)[:PROOF].hex()


def is_proved(store: KeyStore, carried: Carried, digest: bytes) -> bool:
    """Did the phone that is named make the item of this hash?"""
    return hmac.compare_digest(proof_of(proof_key(store, carried.device), digest).encode(), carried.proof.encode())
