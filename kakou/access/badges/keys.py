"""The key that a badge and its PIN make together.

A PIN of six digits alone is tried through in minutes, whatever the rounds; the secret on the badge alone is whoever's
who finds it. Together they are 128 random bits which only its holder can put to use. PBKDF2 and not Argon2: it is what
the browsers of old phones have. 600,000 rounds: OWASP, Password Storage Cheat Sheet (2023), for HMAC-SHA-256.
"""

from __future__ import annotations

import hashlib

ROUNDS = 600_000
KEY_BYTES = 32
SECRET_BYTES = 16


def badge_key(pin: str, *, badge: int, secret: bytes) -> bytes:
    """PBKDF2-HMAC-SHA-256 of the PIN, salted with secret ‖ number of the badge (4 bytes, big endian): 32 bytes.

    Takes about a fifth of a second.
    """
    return hashlib.pbkdf2_hmac("sha256", pin.encode("ascii"), secret + badge.to_bytes(4, "big"), ROUNDS, KEY_BYTES)
