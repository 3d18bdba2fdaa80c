"""Sealed alike: what is sealed for a phone is the same bytes as long as it says the same, so that an etag can name it.

A sealed text is `nonce (12) | ciphertext | tag (16)`, AES-256-GCM, as WebCrypto opens it.

GCM falls apart when one key meets one nonce with two contents, and a random nonce would change with every asking. So
the nonce is made of what is sealed: HMAC-SHA-256, under a secret of the key store that goes nowhere, over key, place
and the very bytes that are encrypted, cut to 96 bits. Equal nonces under one key then mean equal contents, which give
equal bytes and tell nothing but that. That two contents share one is as likely as with random nonces: of the 43,200
bundles that a phone may ask for in a day, under the key of that day, 10^-20. The bytes encrypted, and not what they
mean: another version of a compressor makes other bytes of the same text, and has to get another nonce.
"""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kakou.vault.keys import KeyStore
from kakou.vault.sealing.blind import keyed

NONCE = 12
_PURPOSE = "nonce"


class NotOpened(Exception):
    """Another key, another place, or damaged."""


def seal_alike(store: KeyStore, key: bytes, *, place: bytes, plain: bytes) -> bytes:
    """`plain` under `key` (32 bytes), readable only where the reader names the same `place` (associated data)."""
    nonce = _nonce(store.index_key(_PURPOSE), key, place, plain)
    return nonce + AESGCM(key).encrypt(nonce, plain, place)


def open_alike(key: bytes, *, place: bytes, sealed: bytes) -> bytes:
    """What was sealed. Raises NotOpened."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], place)
    except (InvalidTag, ValueError) as bad:
        raise NotOpened from bad


def _nonce(secret: bytes, key: bytes, place: bytes, plain: bytes) -> bytes:
    # every part has a fixed length, so that no two triples give the same text
    parts = (hashlib.sha256(part).digest() for part in (key, place, plain))
    return keyed(secret, b"".join(parts))[:NONCE]
