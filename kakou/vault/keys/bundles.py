"""The pen for what gate phones are given: packs, lists, passes. ES256, which the phone's own browser can check."""

from __future__ import annotations

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from kakou import vault

SIDE = 32  # bytes of r, of s, of a coordinate


def sign(message: bytes) -> bytes:
    """r‖s, 64 bytes, by this installation's bundle key (as JWS and WebCrypto write ES256)."""
    r, s = decode_dss_signature(vault.store().bundle_key().sign(message, ECDSA(SHA256())))
    return r.to_bytes(SIDE, "big") + s.to_bytes(SIDE, "big")


def holds(message: bytes, signature: bytes) -> bool:
    """Did this installation sign exactly these bytes?"""
    return verifies(vault.store().bundle_key().public_key(), message, signature)


def verifies(public: EllipticCurvePublicKey, message: bytes, signature: bytes) -> bool:
    """Did the holder of this key?"""
    if len(signature) != 2 * SIDE:
        return False
    r, s = int.from_bytes(signature[:SIDE], "big"), int.from_bytes(signature[SIDE:], "big")
    try:
        public.verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def public_jwk() -> dict[str, str]:
    """The public half as JWK (RFC 7517), which a phone pins when it is enrolled."""
    numbers = vault.store().bundle_key().public_key().public_numbers()
    x, y = (_base64url(side.to_bytes(SIDE, "big")) for side in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
