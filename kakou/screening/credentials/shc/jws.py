"""A JWS in its compact form (RFC 7515), as a SMART Health Card uses it: ES256, a compressed payload, a key id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kakou.screening.credentials.bounded import base64url, json_object
from kakou.screening.credentials.refusals import Layer, damaged, unknown_way
from kakou.screening.credentials.trust.keys import Algorithm

_KNOWN = {"alg", "kid", "zip", "typ"}


@dataclass(frozen=True, slots=True)
class Jws:
    """A signed text in its parts."""

    key_id: str
    packed: bytes  # the payload, raw DEFLATE
    signature: bytes
    signed: bytes  # what the signature is over (RFC 7515 section 5.2)
    algorithm: Algorithm = Algorithm.ES256  # the only one: "alg" may say nothing else


def read(token: str) -> Jws:
    """The parts of `header.payload.signature`. Keys or certificates that a header brings along (`jwk`, `x5c`, ...),
    and what it declares critical, are refused rather than passed over.

    Raises CredentialRefused (malformed or unsupported; layer jws, compression or signature).
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise damaged(Layer.JWS)
    header = json_object(base64url(parts[0], Layer.JWS), Layer.JWS)
    key_id = _checked(header)
    return Jws(
        key_id=key_id,
        packed=base64url(parts[1], Layer.JWS),
        signature=base64url(parts[2], Layer.SIGNATURE),
        signed=f"{parts[0]}.{parts[1]}".encode("ascii"),
    )


def _checked(header: dict[str, Any]) -> str:
    key_id = header.get("kid")
    if type(key_id) is not str or type(header.get("alg")) is not str:
        raise damaged(Layer.JWS)
    if header["alg"] != Algorithm.ES256 or not set(header) <= _KNOWN:
        raise unknown_way(Layer.JWS)
    if header.get("zip") != "DEF":
        raise damaged(Layer.COMPRESSION)
    return key_id
