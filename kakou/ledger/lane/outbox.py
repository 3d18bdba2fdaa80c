"""The file in which a phone exports its outbox. The specification is contracts/README.md; vectors/outbox binds both.

    kakou-outbox 1 <device> <key>\\n       a line of ASCII, bound as associated data
    point (65) ‖ nonce (12) ‖ ciphertext ‖ tag (16)

ECDH on P-256 between the file's own key and the site's, HKDF-SHA-256 salted with the hash of the phone's token, and
AES-256-GCM: whoever carries the file reads nothing, and nobody makes one in the name of a phone whose token he has not.
"""

from __future__ import annotations

import re
import zlib
from typing import Annotated, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Meta, Struct

from kakou.kernel.errors import Refusal
from kakou.ledger.lane.wire import Moment
from kakou.vault.keys.outboxes import POINT_BYTES, agreed, point_of

FORMAT = 1
LARGEST_FILE = 16 << 20  # bytes
LARGEST_TEXT = 64 << 20  # bytes, inflated: more than a phone keeps
MOST_ITEMS = 50_000
_NONCE = 12
_INFO = b"kakou outbox 1\0"
_HEADER = re.compile(rb"kakou-outbox ([1-9][0-9]{0,5}) ([1-9][0-9]{0,9}) ([0-9a-f]{16})\n")


class NoOutbox(Refusal):
    """Something else was chosen, or a form of a later time."""

    code = "no-outbox"


class OutboxAltered(Refusal):
    """It does not open with the right key: not what the phone wrote."""

    code = "outbox-altered"


class Header(NamedTuple):
    """What everybody may read: whose outbox it is, and the name of the key to which it is encrypted. `line`: whole."""

    device: int
    key: str
    line: bytes


class Outbox(Struct, gc=False):
    """What it says: as an envelope of the intake, with the number of the phone. Items are unread."""

    contract: Annotated[int, Meta(ge=0, le=1_000_000)]
    device: int
    items: Annotated[list[msgspec.Raw], Meta(max_length=MOST_ITEMS)]
    sent_at: Moment


_OUTBOX = msgspec.json.Decoder(Outbox)


def read_header(content: bytes) -> Header:
    """The first line. Raises NoOutbox."""
    found = _HEADER.match(content[:64])
    if found is None:
        raise NoOutbox("This is not an outbox of a gate phone. Choose a file whose name ends in .kko.")
    if int(found[1]) != FORMAT:
        raise NoOutbox("This outbox was written by an app newer than this server. Update Kakou, then try again.")
    return Header(int(found[2]), found[3].decode(), found[0])


def opened(content: bytes, header: Header, *, key: EllipticCurvePrivateKey, token_hash: bytes) -> Outbox:
    """What the phone wrote. `token_hash`: SHA-256 of its token. Raises OutboxAltered."""
    body = content[len(header.line) :]
    point, nonce, sealed = body[:POINT_BYTES], body[POINT_BYTES : POINT_BYTES + _NONCE], body[POINT_BYTES + _NONCE :]
    try:
        derived = file_key(agreed(key, point), point=point, site=point_of(key), token_hash=token_hash)
        said = _OUTBOX.decode(_inflated(AESGCM(derived).decrypt(nonce, sealed, header.line)))
    except (InvalidTag, ValueError, zlib.error, msgspec.MsgspecError) as bad:
        raise _altered() from bad
    if said.device != header.device:
        raise _altered()
    return said


def file_key(shared: bytes, *, point: bytes, site: bytes, token_hash: bytes) -> bytes:
    """32 bytes: HKDF-SHA-256 (RFC 5869) of what ECDH agreed on, bound to both points."""
    return HKDF(SHA256(), 32, salt=token_hash, info=_INFO + point + site).derive(shared)


def _inflated(packed: bytes) -> bytes:
    if packed.startswith(b"{"):
        return packed  # a browser that cannot pack
    stream = zlib.decompressobj(wbits=31)
    text = stream.decompress(packed, LARGEST_TEXT)
    if not stream.eof or stream.unused_data:
        raise ValueError("cut off, too long, or more than one")
    return text


def _altered() -> OutboxAltered:
    return OutboxAltered(
        "This outbox does not open: it was changed or cut off on its way, or the phone that it names did not write it. "
        "Nothing of it was taken. Export it again on the phone."
    )
