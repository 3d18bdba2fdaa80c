"""A renewal of a lease as text, to be shown as a code and scanned by a phone that has no network.

    KL1:0R50 …     (148 of QR's alphanumeric set, printed without spaces: a version 6 code at level M)

`KL1:`, then in Crockford's base 32: version (1 byte, 1), id (8), node of the gate (4), number of the phone (4, 0 for
every phone of the gate), from and until when it may be scanned (4 each, seconds since 1970), hours (1), and r‖s of
ES256 (64) by the bundle key over the ASCII of `KL1:` and the 26 bytes before. All big endian.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from kakou.kernel import letters
from kakou.kernel.errors import Refusal

PREFIX = "KL1:"
HOURS = 24  # the longest lease
_VERSION = 1
_SAID = struct.Struct(">B8sIIIIB")
_SIGNATURE = 64


class RenewalMisread(Refusal):
    """The text renews nothing, or was misread."""

    code = "renewal-misread"


@dataclass(frozen=True, slots=True)
class Renewal:
    """What one says. `id`: 8 bytes, by which a phone knows that it was used; `device`: 0 for every phone of the gate;
    `starts`, `ends`: seconds since 1970.
    """

    id: bytes
    gate: int
    device: int
    starts: int
    ends: int
    hours: int = HOURS


def renewal_text(said: Renewal, sign: Callable[[bytes], bytes]) -> str:
    """The 148 characters. `sign` gives r‖s, 64 bytes. Raises ValueError for more hours than there are."""
    if not 1 <= said.hours <= HOURS or said.ends <= said.starts:
        raise ValueError("a lease is renewed by 1 to 24 hours, within a span that ends after it starts")
    content = _SAID.pack(_VERSION, said.id, said.gate, said.device, said.starts, said.ends, said.hours)
    return PREFIX + letters.written(content + sign(PREFIX.encode() + content))


def read_renewal(text: str, holds: Callable[[bytes, bytes], bool]) -> Renewal:
    """What a text says, if `holds` (message, signature) finds it signed. Raises RenewalMisread."""
    plain = letters.as_scanned(text)
    try:
        content = letters.read(plain.removeprefix(PREFIX), _SAID.size + _SIGNATURE)
    except letters.Misread:
        content = b""
    said, signature = content[: _SAID.size], content[_SAID.size :]
    if not plain.startswith(PREFIX) or not said or said[0] != _VERSION:
        raise RenewalMisread("This code renews no lease, or it was misread. Scan it again.")
    if not holds(PREFIX.encode() + said, signature):
        raise RenewalMisread("This code was not made here. Ask the lead of the gate for another.")
    _, id, gate, device, starts, ends, hours = _SAID.unpack(said)
    return Renewal(id, gate, device, starts, ends, min(hours, HOURS))
