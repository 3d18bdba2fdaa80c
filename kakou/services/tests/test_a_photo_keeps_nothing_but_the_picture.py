"""A photo loses where it was taken, and everything else that is no picture; what is no picture is refused."""

import contextlib
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.services.rules import MOST_BYTES, PhotoRefused, picture_of

WHERE = b"GPS 34.0012 N 117.9456 E"
SCAN = b"\x01\x02\xff\x00\x03\xff\xd0\x04"


def segment(marker, body):
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def exif(orientation, order=">"):
    mark = b"MM" if order == ">" else b"II"
    tiff = mark + struct.pack(order + "HI", 42, 8) + struct.pack(order + "H", 1)
    return b"Exif\0\0" + tiff + struct.pack(order + "HHIHHI", 0x0112, 3, 1, orientation, 0, 0) + WHERE


def jpeg(*extra, side=(40, 30), tail=b""):
    frame = b"\x08" + struct.pack(">HH", *side) + b"\x01\x01\x11\x00"
    parts = [segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"), *extra, segment(0xDB, b"\0" + b"\x01" * 64)]
    parts += [segment(0xC2, frame), segment(0xDA, b"\x01\x01\0\0\x3f\0") + SCAN, segment(0xC4, b"\x10\x01")]
    parts += [segment(0xDA, b"\x01\x01\0\0\x3f\0") + SCAN]  # a progressive picture has several scans
    return b"\xff\xd8" + b"".join(parts) + b"\xff\xd9" + tail


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*extra):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 3, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + chunk(b"IDAT", zlib.compress(b"\0" * 39)) + chunk(b"IEND", b"")
    )


def webp(*extra):
    def part(name, body):
        return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)

    whole = b"WEBP" + part(b"VP8X", bytes([0x0C, 0, 0, 0, 39, 0, 0, 29, 0, 0])) + part(b"VP8 ", b"\x01\x02\x03")
    whole += b"".join(part(name, body) for name, body in extra)
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


@pytest.mark.parametrize("many", [
    jpeg(*[segment(0xDB, b"")] * 20_000), png(*[chunk(b"tEXt", b"")] * 20_000), webp(*[(b"VP8 ", b"")] * 20_000),
])  # fmt: skip
def test_no_picture_has_so_many_parts(many):
    with pytest.raises(PhotoRefused):
        picture_of(many)


def test_a_jpeg_without_notes_stays_as_it_was():
    assert picture_of(jpeg()) == ("jpeg", jpeg())


def test_a_jpeg_keeps_no_thumbnail_and_no_part_that_shows_nothing():
    thumbnail = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x02\x02" + WHERE)
    colours = segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01")
    odd = [segment(marker, WHERE) for marker in (0xE0, 0xEE, 0xF0, 0xFD, 0xC8, 0xDE, 0xDF, 0x02, 0xBF)]
    kept = picture_of(jpeg(thumbnail, *odd, segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01" + WHERE))).content
    bare = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    assert kept == jpeg(bare, colours)


@pytest.mark.parametrize("order", [">", "<"])
def test_a_jpeg_keeps_which_way_up_it_was_held_and_nothing_else_of_exif(order):
    notes = [segment(0xE1, exif(6, order)), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + WHERE)]
    notes += [segment(0xFE, WHERE), segment(0xED, WHERE), segment(0xE2, b"MPF\0" + WHERE)]
    kept = picture_of(jpeg(*notes, tail=WHERE)).content
    assert WHERE not in kept
    bare = picture_of(jpeg()).content
    assert len(kept) - len(bare) == 36
    assert kept[2:38].endswith(struct.pack(">HHIHHI", 0x0112, 3, 1, 6, 0, 0))
    assert picture_of(kept).content == kept  # and once more changes nothing


@given(st.lists(st.tuples(st.sampled_from([*range(0xE1, 0xEE), 0xEF, 0xFE]), st.binary(max_size=60)), max_size=5))
def test_no_note_of_any_kind_stays(notes):
    marked = [segment(marker, body + WHERE) for marker, body in notes]
    assert WHERE not in picture_of(jpeg(*marked)).content


def test_png_and_webp_lose_their_notes_too():
    kept = picture_of(png(chunk(b"eXIf", WHERE), chunk(b"tEXt", b"Comment\0" + WHERE), chunk(b"tIME", b"1234567")))
    assert (kept.kind, kept.content) == ("png", png())
    kept = picture_of(webp((b"EXIF", WHERE), (b"XMP ", WHERE)))
    assert kept.kind == "webp"
    assert WHERE not in kept.content
    assert kept.content[20] == 0  # it says so in its head
    assert len(kept.content) == 8 + struct.unpack_from("<I", kept.content, 4)[0]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"GIF89a" + b"\0" * 40, b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe1\x00\x01", jpeg()[:-30], jpeg(side=(0, 30)), png()[:-12], png(b"\0\0\0\x01eXIf"), webp()[:-2],
        b"\x89PNG\r\n\x1a\n", jpeg() [:4] + b"x" + jpeg()[4:], b"x" * (MOST_BYTES + 1),
    ],
)  # fmt: skip
def test_what_is_no_whole_picture_is_refused(content):
    with pytest.raises(PhotoRefused):
        picture_of(content)


@given(st.binary(max_size=400), st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBP", b""]))
def test_whatever_is_sent_is_a_picture_or_refused(content, start):
    with contextlib.suppress(PhotoRefused):
        picture_of(start + content)
