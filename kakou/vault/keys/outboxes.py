"""The key to which gate phones encrypt the outboxes that they export: anybody may carry one, only this installation
opens it. ECDH on P-256, which the browsers of old phones have.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kakou import vault
from kakou.vault.keys.store import fingerprint

POINT_BYTES = 65  # uncompressed (SEC 1, section 2.3.3), as WebCrypto exports a public key raw


def private_key() -> EllipticCurvePrivateKey:
    """The key itself: for `agreed`."""
    return vault.store().outbox_key()


def point_of(key: EllipticCurvePrivateKey) -> bytes:
    """Its public half, 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def name_of(point: bytes) -> str:
    """What a phone calls the key: 16 hex digits of the SHA-256 of its public half."""
    return fingerprint(point)


def agreed(key: EllipticCurvePrivateKey, point: bytes) -> bytes:
    """The secret that both ends come to, 32 bytes. Raises ValueError for what is no point of the curve."""
    return key.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point))
