"""Photos as strangers send them: only pictures, only so large, and without what a camera writes beside the picture.

A phone writes where and when it stood into EXIF, and its whole library's notes into XMP. Nothing of that is kept but,
of a JPEG, which way up it was held. The picture itself is not decoded: the parts of the file are taken one by one, what
is not needed to show it is left behind, and whatever lies behind its end too. Sources: ITU-T T.81 annex B, PNG (ISO
15948), RFC 9649 (WebP).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

from kakou.kernel.errors import Refusal

MOST_BYTES = 8 << 20
LONGEST_SIDE = 20_000  # pixels
MOST_PARTS = 10_000
_EOI, _SOS, _APP0, _APP1, _APP14 = 0xD9, 0xDA, 0xE0, 0xE1, 0xEE
_RESTARTS = range(0xD0, 0xD8)
_JFIF, _ADOBE = 16, 14  # bytes of these segments behind the marker, without a thumbnail
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_DECODE = _FRAMES | {0xC4, 0xCC, _SOS, 0xDB, 0xDC, 0xDD}  # tables, lines, restarts: what it takes to show it
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"IDAT", b"IEND"})
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"})
_TELLS_OF_NOTES = 0x08 | 0x04 | 0x02  # of VP8X: EXIF, XMP, animation


Part = TypeVar("Part")


class PhotoRefused(Refusal):
    """No picture that is kept."""

    code = "photo-refused"


class Picture(NamedTuple):
    """`kind`: jpeg, png or webp; `content`: a file that shows the picture and says nothing else."""

    kind: str
    content: bytes

    @property
    def media_type(self) -> str:
        """As HTTP calls it."""
        return f"image/{self.kind}"


def check_bytes(size: int) -> None:
    """Raises PhotoRefused for what is too large, before anybody reads it."""
    if size > MOST_BYTES:
        raise PhotoRefused("The photo is larger than %(most)d MB. Send a smaller one.", most=MOST_BYTES >> 20)


def picture_of(content: bytes) -> Picture:
    """The picture alone. Raises PhotoRefused."""
    check_bytes(len(content))
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return Picture("jpeg", _jpeg(content))
        if content.startswith(_PNG):
            return Picture("png", _png(content))
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return Picture("webp", _webp(content))
    except (IndexError, struct.error) as cut:
        raise _damaged() from cut
    raise PhotoRefused(
        "Send the photo as JPEG, PNG or WebP. Phones call it “most compatible” in the camera's settings."
    )


def _damaged() -> PhotoRefused:
    return PhotoRefused("The photo is damaged. Take it anew, or send the report without it.")


def _check_size(width: int, height: int) -> None:
    if not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE):
        raise PhotoRefused("The photo has too many pixels on a side. Send a smaller one.")


def _few(parts: Iterable[Part]) -> Iterator[Part]:
    """No picture has more parts than this; millions of empty ones would take the memory of a small machine."""
    for number, part in enumerate(parts):
        if number == MOST_PARTS:
            raise _damaged()
        yield part


def _jpeg(content: bytes) -> bytes:
    segments = list(_few(_segments(content)))
    frames = [segment for marker, segment in segments if marker in _FRAMES]
    if not frames:
        raise _damaged()
    for frame in frames:
        _check_size(*struct.unpack_from(">HH", frame, 5))
    notes = [_orientation(segment[4:]) for marker, segment in segments if marker == _APP1]
    turned = next((told for told in notes if told is not None and told != 1), None)
    kept = [needed for marker, segment in segments if (needed := _needed(marker, segment))]
    return b"".join([b"\xff\xd8", *([_turned(turned)] if turned else []), *kept, b"\xff\xd9"])


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and segment, one after the other up to the end of the picture; a scan with all of its data."""
    at = _past_padding(content, 2)
    while (marker := content[at + 1]) != _EOI:
        end = at + 2 + int(struct.unpack_from(">H", content, at + 2)[0])
        if end > len(content) or end < at + 4:
            raise _damaged()
        if marker == _SOS:
            end = _end_of_scan(content, end)
        yield marker, content[at:end]
        at = _past_padding(content, end)


def _past_padding(content: bytes, at: int) -> int:
    if content[at] != 0xFF:
        raise _damaged()
    while content[at + 1] == 0xFF:
        at += 1
    return at


def _needed(marker: int, segment: bytes) -> bytes:
    """What of a segment it takes to show the picture: no thumbnail, which may show what was cut away from it, and
    nothing that stands behind."""
    if marker == _APP0 and segment[4:9] == b"JFIF\0" and len(segment) >= 2 + _JFIF:
        return segment[:2] + _JFIF.to_bytes(2, "big") + segment[4:_JFIF] + b"\0\0"
    if marker == _APP14 and segment[4:9] == b"Adobe" and len(segment) >= 2 + _ADOBE:  # how its colours are meant
        return segment[:2] + _ADOBE.to_bytes(2, "big") + segment[4 : 2 + _ADOBE]
    return segment if marker in _DECODE else b""


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker stands that is none of the scan's own. Raises IndexError when the file ends before."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0:
            raise IndexError
        follows = content[at + 1]
        if follows == 0xFF:
            at += 1
        elif follows == 0 or follows in _RESTARTS:
            at += 2
        else:
            return at


def _orientation(exif: bytes) -> int | None:
    """1 to 8 as EXIF tells it; None where it does not."""
    if exif[:6] != b"Exif\0\0":
        return None
    tiff = exif[6:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    try:
        start = struct.unpack_from(order + "I", tiff, 4)[0]
        for number in range(struct.unpack_from(order + "H", tiff, start)[0]):
            tag, kind, count, value = struct.unpack_from(order + "HHIH", tiff, start + 2 + 12 * number)
            if (tag, kind, count) == (0x0112, 3, 1) and 1 <= value <= 8:
                return int(value)
    except struct.error:
        return None
    return None


def _turned(orientation: int) -> bytes:
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(content: bytes) -> bytes:
    kept, names = [_PNG], []
    for name, chunk in _few(_png_chunks(content)):
        if name == b"IHDR":
            _check_size(*struct.unpack_from(">II", chunk, 8))
        if name in _PNG_KEPT:
            kept.append(chunk)
            names.append(name)
    if not names or names[0] != b"IHDR" or names[-1] != b"IEND" or b"IDAT" not in names:
        raise _damaged()
    return b"".join(kept)


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at < len(content):
        size = struct.unpack_from(">I", content, at)[0]
        chunk = content[at : at + 12 + size]
        name, told = chunk[4:8], chunk[8 + size :]
        if len(told) != 4 or zlib.crc32(chunk[4 : 8 + size]) != int.from_bytes(told, "big"):
            raise _damaged()
        yield name, chunk
        if name == b"IEND":
            return
        at += 12 + size


def _webp(content: bytes) -> bytes:
    kept: list[bytes] = []
    at, end = 12, 8 + struct.unpack_from("<I", content, 4)[0]
    if end > len(content):
        raise _damaged()
    parts = 0
    while at + 8 <= end:
        parts += 1
        if parts > MOST_PARTS:
            raise _damaged()
        name, size = content[at : at + 4], struct.unpack_from("<I", content, at + 4)[0]
        body = content[at + 8 : at + 8 + size]
        if len(body) != size or at + 8 + size > end:
            raise _damaged()
        if name == b"VP8X":
            body = bytes([body[0] & ~_TELLS_OF_NOTES]) + body[1:]
            _check_size(int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1)
        if name in _WEBP_KEPT:
            kept.append(name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1))
        at += 8 + size + (size & 1)
    if not any(part[:4] in (b"VP8 ", b"VP8L") for part in kept):
        raise _damaged()
    whole = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(whole)) + whole
