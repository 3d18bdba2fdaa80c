"""Signing, sealing and checking one file. What it says is `papers`' business."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Any

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from kakou.kernel.errors import Refusal

HANDOVER, RECEIPT, CARD = "kakou-handover", "kakou-receipt", "kakou-card"
MOST_BYTES = 2 << 20  # two thousand people, and what a page may post beside a form
_SIGNED_BY, _SEALED_BY = ["Ed25519"], ["ECDH-ES", "A256GCM"]
_PUBLIC = {"kty", "crv", "x"}
_JWS_PARTS, _JWE_PARTS = 3, 5
Recipient = ECKey | OKPKey


class _Signing(jws.JWSRegistry):
    """The library's own bound is 125 KB, two hundred people."""

    max_payload_length = MOST_BYTES


class _Sealing(jwe.JWERegistry):
    """And 64 KB."""

    max_ciphertext_length = MOST_BYTES


_SIGNING, _SEALING = _Signing(algorithms=_SIGNED_BY), _Sealing(algorithms=_SEALED_BY)


class NotAFile(Refusal):
    """Something else than a file of ours."""

    code = "handover-not-a-file"


class FileTooLarge(Refusal):
    """More than any hand-over holds."""

    code = "handover-too-large"


class FileAltered(Refusal):
    """It is not as it was signed."""

    code = "handover-altered"


class ForAnother(Refusal):
    """It is sealed to a key that is not ours."""

    code = "handover-for-another"


def signed(payload: bytes, key: OKPKey, *, kind: str) -> str:
    """One line: `payload` under the signature of `key` (Ed25519, private), as a file of that kind."""
    public = {name: value for name, value in key.as_dict(private=False).items() if name in _PUBLIC}
    header = {"alg": "Ed25519", "typ": kind, "jwk": public}
    return jws.serialize_compact(header, payload, key, registry=_SIGNING)


def sealed(text: str, recipient: Recipient) -> str:
    """The same, readable with the private half of `recipient` (P-256 or X25519) alone."""
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "cty": "JWS"}
    return jwe.encrypt_compact(header, text.encode(), recipient, registry=_SEALING)


def read_file(content: bytes) -> str:
    """The line in a file. Raises FileTooLarge, NotAFile."""
    if len(content) > MOST_BYTES:
        raise FileTooLarge("This file is larger than 2 MB: no hand-over is. Ask the sender for the right one.")
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError:
        raise _not_a_file() from None
    if len(text.split(".")) not in (_JWS_PARTS, _JWE_PARTS) or not text.startswith("ey"):
        raise _not_a_file()
    if not all(map(_is_written_right, text.split("."))):
        raise _altered()
    return text


def is_sealed(text: str) -> bool:
    """Or readable by whoever has it."""
    return text.count(".") == _JWE_PARTS - 1


def opened_with(text: str, key: Recipient) -> str:
    """The signed line inside; one that is not sealed is given back. Raises ForAnother: sealed to another key, or
    altered, which cannot be told apart; FileAltered, NotAFile."""
    if not is_sealed(text):
        return text
    try:
        plain = jwe.decrypt_compact(text, key, registry=_SEALING).plaintext or b""
    except (JoseError, ValueError, KeyError, TypeError):
        raise ForAnother(
            "This file does not open here: it was made for another office, or altered on its way. Ask the sender."
        ) from None
    inner = read_file(plain)
    if is_sealed(inner):
        raise _not_a_file()
    return inner


def verified(text: str, *, kind: str) -> tuple[OKPKey, bytes]:
    """Whose key signed a line, and what. Raises FileAltered, NotAFile for a file of another kind."""
    header = _header_of(text)
    if header.get("typ") != kind:
        raise _not_a_file()
    if header.keys() != {"alg", "typ", "jwk"} or header["alg"] != "Ed25519":
        raise _altered()
    public = header["jwk"]
    if not isinstance(public, dict) or public.keys() != _PUBLIC or not _is_written_right(str(public["x"])):
        raise _altered()
    try:
        key = OKPKey.import_key(public)
        payload = jws.deserialize_compact(text, key, registry=_SIGNING).payload
    except (JoseError, ValueError, KeyError, TypeError):
        raise _altered() from None
    return key, payload


def digest_of(content: bytes) -> str:
    """SHA-256 of a file as it was given out, 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def _header_of(text: str) -> dict[str, Any]:
    try:
        header = json.loads(_decoded(text.partition(".")[0]))
    except (ValueError, RecursionError):
        raise _altered() from None
    if not isinstance(header, dict):
        raise _altered()
    return header


def _is_written_right(part: str) -> bool:
    """One text for one content: RFC 4648 lets the last character differ in bits that nobody reads."""
    try:
        return base64.urlsafe_b64encode(_decoded(part)).rstrip(b"=").decode() == part
    except ValueError:
        return False


def _decoded(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except binascii.Error as bad:
        raise ValueError from bad


def _altered() -> FileAltered:
    return FileAltered("This file was altered after it was signed, or damaged on its way. Ask the sender for it again.")


def _not_a_file() -> NotAFile:
    return NotAFile("This is no such file of a Kakou. Choose the file as it was sent, without opening it before.")
