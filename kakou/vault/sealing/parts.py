"""Parts of backups: contents of some megabytes, sealed whole under one key and named by what they say.

A sealed part is `magic | nonce (12) | ciphertext | tag (16)`, AES-256-GCM over the compressed content, its name as
associated data. The name is HMAC-SHA-256 of the content: equal contents are one part, whoever lacks the key learns
nothing from it, and what opens is what was put in. Keys for contents and for names are derived apart (HKDF, RFC 5869).
"""

from __future__ import annotations

import os
import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kakou.vault.sealing.alike import NotOpened
from kakou.vault.sealing.blind import keyed

MAGIC = b"kakou part 1\n"
_NONCE = 12
_LEVEL = 1  # of zlib: four fifths of what the best level saves, for a fifth of its time


class Parts:
    """Seals, opens and names parts under `key`, 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(_derived(key, b"kakou backup contents"))
        self._names = _derived(key, b"kakou backup names")
        self.key_name = keyed(self._names, b"name of the key").hex()[:16]

    def name(self, plain: bytes) -> str:
        """64 hex digits that stand for this content."""
        return keyed(self._names, plain).hex()

    def seal(self, name: str, plain: bytes) -> bytes:
        """`plain`, opened again by whoever has the key and knows its name."""
        nonce = os.urandom(_NONCE)
        return MAGIC + nonce + self._cipher.encrypt(nonce, zlib.compress(plain, _LEVEL), MAGIC + name.encode())

    def open(self, name: str, sealed: bytes) -> bytes:
        """What was sealed under this name. Raises NotOpened."""
        nonce, locked = sealed[len(MAGIC) : len(MAGIC) + _NONCE], sealed[len(MAGIC) + _NONCE :]
        try:
            if not sealed.startswith(MAGIC):
                raise NotOpened
            return zlib.decompress(self._cipher.decrypt(nonce, locked, MAGIC + name.encode()))
        except (InvalidTag, ValueError, zlib.error) as bad:
            raise NotOpened from bad


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, purpose).derive(key)
