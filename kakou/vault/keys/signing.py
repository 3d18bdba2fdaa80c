"""The pen of the audit's head: `kakou.config` hands these to the audit, which may not know the vault."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature

from kakou import vault
from kakou.vault.keys.store import fingerprint, public_pem, read_public


def sign(message: bytes) -> bytes:
    """64 bytes of Ed25519 by this installation's key."""
    return vault.store().signing_key().sign(message)


def holds(message: bytes, signature: bytes, public: bytes | None) -> bool:
    """Whether `signature` is right, by the key in the PEM text `public` or, for None, by this installation's own."""
    key = read_public(public) if public is not None else vault.store().signing_key().public_key()
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def name() -> str:
    """A short name of the signing key: 16 hex digits of the SHA-256 of its public half."""
    return fingerprint(public_pem(vault.store().signing_key().public_key()))
