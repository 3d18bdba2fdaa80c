"""Reading what strangers wrote, within bounds: inflate, CBOR, JSON, base64url, times. Whatever a library says of
hostile bytes becomes a refusal of the layer that asked.
"""

from __future__ import annotations

import base64
import json
import secrets
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NoReturn

from cbor2 import loads

from kakou.screening.credentials.refusals import Layer, damaged

MAX_TEXT = 8 * 1024  # characters of a code; the largest QR code holds 7,089 digits
MAX_INFLATED = 64 * 1024  # bytes
MAX_CERTIFICATE = 8 * 1024  # bytes of an EU certificate; 500 are usual. It keeps maps small whose keys collide
MAX_DEPTH = 16  # arrays and maps inside one another
ZLIB, RAW_DEFLATE = zlib.MAX_WBITS, -zlib.MAX_WBITS
_END_OF_TIME = 253_402_300_800  # the year 10000, in seconds


def inflated(packed: bytes, window: int, most: int = MAX_INFLATED) -> bytes:
    """The whole of `packed`, ZLIB or RAW_DEFLATE, and nothing after it. Never holds more than `most` bytes.

    Raises CredentialRefused (malformed, layer compression).
    """
    stream = zlib.decompressobj(window)
    try:
        plain = stream.decompress(packed, most + 1)
    except zlib.error:
        raise damaged(Layer.COMPRESSION) from None
    if not stream.eof or stream.unused_data or len(plain) > most:
        raise damaged(Layer.COMPRESSION)
    return plain


def _refuse_tag(_tagged: object, _immutable: bool) -> NoReturn:
    raise ValueError("a tag")


def _date_text(tagged: object, _immutable: bool) -> object:
    return tagged if type(tagged) is str else _refuse_tag(tagged, _immutable)


class _Tags(dict[int, Callable[[object, bool], object]]):
    """What to do about each tag: nothing of what the library would do, from numbers without end to regular expressions.
    A tagged date and time (tag 0) is its text, for verifiers shall accept any reasonable way to write one (hcert-spec
    3.3.7); all others are refused.
    """

    def __missing__(self, _tag: int) -> Callable[[object, bool], object]:
        return _refuse_tag


_END = secrets.token_bytes(16)
_STRICT: dict[str, Any] = {
    "semantic_decoders": _Tags({0: _date_text}),
    "max_depth": MAX_DEPTH + 1,
    "allow_indefinite": False,
    "allow_duplicate_keys": False,
}


def cbor(encoded: bytes, layer: Layer) -> Any:
    """One item of CBOR and nothing after it: no tags but of dates, no indefinite lengths, no key twice, at most
    MAX_DEPTH deep.

    Raises CredentialRefused (malformed) of `layer`.
    """
    try:  # the library says nothing of what follows an item, so the item is put before an end that nobody can guess
        item, end = loads(b"\x82" + encoded + b"\x50" + _END, **_STRICT)
    except Exception:  # noqa: BLE001 - whatever the library makes of hostile bytes
        raise damaged(layer) from None
    if end != _END:
        raise damaged(layer)
    return item


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError("NaN or Infinity")


_JSON = json.JSONDecoder(object_pairs_hook=_no_key_twice, parse_constant=_refuse_constant)


def json_object(encoded: bytes, layer: Layer) -> dict[str, Any]:
    """A JSON object in UTF-8 without a byte order mark, no key twice; its depth is Python's own limit.

    Raises CredentialRefused (malformed) of `layer`.
    """
    try:
        found = _JSON.decode(encoded.decode())
    except (ValueError, RecursionError):
        raise damaged(layer) from None
    if not isinstance(found, dict):
        raise damaged(layer)
    return found


def base64url(text: str, layer: Layer) -> bytes:
    """RFC 7515 section 2: without padding, and in the one way to write these bytes.

    Raises CredentialRefused (malformed) of `layer`.
    """
    try:
        decoded = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise damaged(layer) from None
    if base64.urlsafe_b64encode(decoded).rstrip(b"=") != text.encode():
        raise damaged(layer)
    return decoded


def moment(seconds: object) -> datetime | None:
    """A NumericDate (RFC 7519 section 2, RFC 8392 section 2): seconds since 1970, whole or not; None if it is none."""
    if type(seconds) not in (int, float) or not 0 <= seconds < _END_OF_TIME:  # type: ignore[operator]
        return None
    return datetime.fromtimestamp(seconds, UTC)  # type: ignore[arg-type]
