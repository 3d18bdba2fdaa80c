"""COSE_Sign1 (RFC 9052 section 4.2) as the EU certificate uses it: one signer, ES256 or PS256, a key id of 8 bytes."""

from __future__ import annotations

from binascii import b2a_base64
from functools import lru_cache
from typing import Any, NamedTuple

from kakou.screening.credentials.bounded import cbor
from kakou.screening.credentials.refusals import Layer, damaged, unknown_way
from kakou.screening.credentials.trust.keys import Algorithm

_HEADS = (b"\xd2", b"\xd8\x3d\xd2")  # tag 18, COSE_Sign1; or that within tag 61, CWT (RFC 8392 section 6)
LABELS = {int, str}  # what may be a key (RFC 9052 section 1.4): 4.0 or True merely equal one
_SHAPE = [bytes, dict, bytes, bytes]
_ALG, _KID = 1, 4
_ALGORITHMS = {-7: Algorithm.ES256, -37: Algorithm.PS256}


class Sign1(NamedTuple):
    """One signed message: its headers told, its bytes as they came."""

    algorithm: Algorithm
    key_id: str  # base64
    protected: bytes
    payload: bytes
    signature: bytes

    @property
    def signed(self) -> bytes:
        """The bytes the signature is over (RFC 9052 section 4.4)."""
        return b"\x84\x6aSignature1" + _byte_string(self.protected) + b"\x40" + _byte_string(self.payload)


def _byte_string(content: bytes) -> bytes:
    size = len(content)  # of at most 64 kB
    head = bytes([0x40 | size]) if size < 24 else b"\x58%c" % size if size < 256 else b"\x59" + size.to_bytes(2, "big")
    return head + content


def read(message: bytes) -> Sign1:
    """A COSE_Sign1 message: tagged, tagged within a CWT, or untagged. Algorithm and key id may stand in either header;
    the protected one wins (hcert-spec 3.3.2, 3.3.3). The algorithm only ever refuses: what verifies is the key's own.
    A key id in neither header is malformed, for the specification asks for one.

    Raises CredentialRefused (malformed or unsupported, layer cose).
    """
    for head in _HEADS:
        if message.startswith(head):
            message = message[len(head) :]
            break
    parts = cbor(message, Layer.COSE)
    if type(parts) is not list or list(map(type, parts)) != _SHAPE:
        raise damaged(Layer.COSE)
    protected, unprotected, payload, signature = parts
    headers = {**_headers(unprotected), **_protected(protected)}
    key_id = headers.get(_KID)
    if type(key_id) is not bytes:
        raise damaged(Layer.COSE)
    return Sign1(
        _algorithm(headers.get(_ALG)), b2a_base64(key_id, newline=False).decode(), protected, payload, signature
    )


@lru_cache(maxsize=128)
def _protected(encoded: bytes) -> dict[int | str, Any]:
    # an issuer writes the same header into each of its certificates
    return _headers(cbor(encoded, Layer.COSE)) if encoded else {}


def _headers(found: object) -> dict[int | str, Any]:
    if type(found) is not dict or not set(map(type, found)) <= LABELS:
        raise damaged(Layer.COSE)
    return found


def _algorithm(label: object) -> Algorithm:
    if type(label) is not int:
        raise damaged(Layer.COSE)
    if label not in _ALGORITHMS:
        raise unknown_way(Layer.COSE)
    return _ALGORITHMS[label]
