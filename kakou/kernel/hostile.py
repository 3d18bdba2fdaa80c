"""What can be known of a stranger's JSON or ZIP before it is read: how much memory it would take."""

from __future__ import annotations

import json
import struct
import zipfile
from typing import IO, Any

MOST_VALUES = 1_000_000
METERED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # others are unpacked at one go, past any meter
_END = b"PK\x05\x06"  # end of central directory, APPNOTE 4.3.16
_END_64 = b"PK\x06\x06"  # its 64-bit form, 4.3.14
_TAIL = 65_557 + 76  # bytes: the longest end, with its comment


class TooManyValues(ValueError):
    """The JSON has so many that they would fill the memory: an empty list takes three bytes of text, and 64 here."""


def read_json(data: str | bytes, *, most: int = MOST_VALUES) -> Any:
    """JSON of at most about `most` lists, objects and values. Raises ValueError (TooManyValues), also for what is no
    JSON or is nested too deeply.
    """
    counted = data.encode(errors="replace") if isinstance(data, str) else data
    if sum(map(counted.count, (b"[", b"{", b","))) > most:
        raise TooManyValues("too many values")
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def directory_bytes(stream: IO[bytes], size: int) -> int:
    """How long the directory of a ZIP says it is, so that nobody makes an object of each of a million entries. Leaves
    the stream at its beginning. Raises zipfile.BadZipFile.
    """
    tail_size = min(size, _TAIL)
    stream.seek(size - tail_size)
    tail = stream.read(tail_size)
    stream.seek(0)
    end = tail.rfind(_END)
    if end < 0 or end + 22 > len(tail):
        raise zipfile.BadZipFile("no end of directory")
    length = int(struct.unpack_from("<I", tail, end + 12)[0])
    wide = tail.rfind(_END_64, 0, end)
    if wide >= 0 and wide + 48 <= len(tail):
        length = max(length if length != 0xFFFFFFFF else 0, int(struct.unpack_from("<Q", tail, wide + 40)[0]))
    return length
