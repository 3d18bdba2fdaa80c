"""Files as people and attackers send them, made on the spot from one seed: nothing hostile lies in the repository."""

from __future__ import annotations

import gzip
import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import cache

from kakou.web.sheets.tests.files import HEADER, MAIN, by_hand
from tests.hostile.doors import Reads

SEED = 26
MEGA = 1 << 20
JPEG = (
    b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\0\x0b\x08\0\1\0\1\1\1\x11\0"
    b"\xff\xda\0\x08\1\1\0\0?\0\0\xff\xd9"
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, *, packed: bytes | None = None) -> bytes:
    """One colour, packed once however large."""
    if packed is None:
        maker, line = zlib.compressobj(9), b"\0" * (width // 8 + 2)
        packed = b"".join([*(maker.compress(line) for _ in range(height)), maker.flush()])
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def zipped(parts: Mapping[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def sheet_of(rows: str, **parts: bytes) -> bytes:
    return by_hand(rows, parts=parts or None)


def _bomb() -> bytes:
    """420 KB that unpack to a sheet of 400 MB."""
    maker, row = zlib.compressobj(9, wbits=-15), b'<row><c t="str"><v>%b</v></c></row>' % (b"A" * 32_000)
    target = io.BytesIO(by_hand())
    with zipfile.ZipFile(target) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    head = f'<worksheet xmlns="{MAIN}"><sheetData>{HEADER}'.encode()
    made = [maker.compress(head), *(maker.compress(row) for _ in range(400 * 10**6 // len(row))), maker.flush()]
    return _with_packed(parts, "xl/worksheets/sheet1.xml", b"".join(made), size=400 * 10**6)


def _with_packed(parts: Mapping[str, bytes], name: str, packed: bytes, *, size: int) -> bytes:
    """The ZIP of `parts`, one of which is packed already and says that it has `size` bytes."""
    data = bytearray(zipped({**{key: value for key, value in parts.items() if key != name}, name: packed}, 0))
    for mark, method, sizes in ((b"PK\x03\x04", 8, 18), (b"PK\x01\x02", 10, 20)):
        at = data.rindex(mark, 0, data.rindex(name.encode()) if mark[2] == 1 else data.index(name.encode()))
        struct.pack_into("<H", data, at + method, 8)
        struct.pack_into("<II", data, at + sizes, len(packed), size)
    return bytes(data)


def _laughs() -> bytes:
    entities = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    return by_hand(parts={"xl/worksheets/sheet1.xml": f'{entities}]><worksheet xmlns="{MAIN}">&j;</worksheet>'})


def _lying() -> bytes:
    """The directory says 100 bytes; there are 50 MB."""
    data = bytearray(by_hand("".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, 50_000))))
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(b"xl/worksheets/sheet1.xml"))
    struct.pack_into("<I", data, entry + 24, 100)
    return bytes(data)


def _columns() -> bytes:
    return by_hand(f'<row r="2">{"<c><v>1</v></c>" * 1_000_000}</row>')


def _many_entries(count: int) -> bytes:
    return zipped({f"xl/x{number}": b"" for number in range(count)}, 0)


def _crowd() -> bytes:
    """20 MB of nothing but a directory."""
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"a"
    many = (20 * MEGA - 64) // len(entry)
    return entry * many + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, many * len(entry), 0, 0)


def _bzipped() -> bytes:
    """Zeros that bzip2 packs so that a few hundred bytes unpack to 256 MB at one go."""
    return zipped({"trust.json": bytes(256 * MEGA)}, zipfile.ZIP_BZIP2)


def _nested() -> bytes:
    inner = zipped({"trust.json": bytes(100 * MEGA)})
    for depth in range(6):
        inner = zipped({f"{depth}-{number}.zip": inner for number in range(4)})
    return inner


def _gzip_bomb() -> bytes:
    return gzip.compress(bytes(64 * MEGA), mtime=0)


def _points() -> bytes:
    dice = random.Random(SEED)
    line = ",".join(f"[{118 + dice.random():.5f},{33 + dice.random():.5f}]" for _ in range(1_000_000))
    return (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"path":"garden"},"geometry":'
        '{"type":"Polygon","coordinates":[[' + line + "]]}}]}"
    ).encode()[: 19 * MEGA]


def _whole_points() -> bytes:
    """A million points that end as they should, below 20 MB."""
    line = ",".join(f"[{118 + n % 999 / 999:.3f},{33 + n % 997 / 997:.3f}]" for n in range(1_000_000))
    head = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"path":"garden"},"geometry":'
    return f'{head}{{"type":"Polygon","coordinates":[[{line}]]}}}}]}}'.encode()


def _hollow(piece: bytes, size: int) -> bytes:
    """JSON of `size` bytes that is nothing but empty containers: each takes a few bytes here and 64 there."""
    head, tail = b'{"type":"FeatureCollection","features":[],"more":[', b"0]}"
    return head + piece * ((size - len(head) - len(tail)) // len(piece)) + tail


POLYGLOT = JPEG + b"<html><script>alert(1)</script>" + zipped({"x.js": b"alert(1)"})
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(document.domain)</script></svg>'
HTML = b"<!doctype html><table><tr><td>1</td></tr></table><script>alert(1)</script>"
EXE = b"MZ\x90\0" + bytes(60) + b"This program cannot be run in DOS mode.\r\n" + bytes(400)
DOCX = zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
GOOD_SHEET = by_hand('<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row>')
MACROS = by_hand(parts={"xl/vbaProject.bin": b"Attribute VB_Name"})

# what is sent to every door under the name that its own people would use. Makers, for some are large
EVERYWHERE: Mapping[str, Callable[[], bytes]] = {
    "an empty file": lambda: b"",
    "a program": lambda: EXE,
    "a PDF": lambda: PDF,
    "a letter of Word": lambda: DOCX,
    "a picture": lambda: png(8, 8),
    "a page with a script": lambda: HTML,
    "a drawing with a script": lambda: SVG,
    "a picture and an archive in one": lambda: POLYGLOT,
    "a picture of 30,000 × 30,000": lambda: png(30_000, 30_000),
    "a picture cut off": lambda: png(64, 64)[:-20],
    "a picture whose parts lie": lambda: png(8, 8).replace(struct.pack(">I", 13), struct.pack(">I", 2**31), 1),
    "a workbook of 400 MB in 420 KB": _bomb,
    "a billion laughs": _laughs,
    "a million columns": _columns,
    "a workbook with macros": lambda: MACROS,
    "a workbook that lies about its sizes": _lying,
    "a workbook cut off": lambda: GOOD_SHEET[:-40],
    "an archive of 10,000 parts": lambda: _many_entries(10_000),
    "archives inside archives": _nested,
    "an archive packed past any meter": _bzipped,
    "64 MB of zeros, gzipped": _gzip_bomb,
    "one line of ten million characters": lambda: b"a,b\n" + b"x" * 10_000_000,
    "one line of ten million columns": lambda: b"a" + b"," * 10_000_000,
    "a table with NUL in it": lambda: "姓名,电话\n张\0三,138\n".encode(),
    "a table in GB 18030": lambda: "姓名,电话,备注\n阿依古丽,13800138000,第三栋\n".encode("gb18030"),
    "a table in UTF-16": lambda: "姓名\t电话\n张三\t13800138000\n".encode("utf-16"),
    "bytes of no encoding": lambda: random.Random(SEED).randbytes(100_000),
    "JSON of 100,000 levels": lambda: b"[" * 100_000 + b"]" * 100_000,
    "objects of 100,000 levels": lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a number of a million digits": lambda: b'{"type":' + b"9" * 1_000_000 + b"}",
    "half a character in JSON": lambda: json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"path": "\ud83d"}, "geometry": None}], "text": "\ud83d", "look": "health",
        "shown": "\ud83d", "names": ["\ud83d"], "token": "\ud83d", "note": "\ud83d\0"}).encode(),
    "a map of a million points": _whole_points,
    "a map of a million points, cut off": _points,
    "20 MB of empty lists": lambda: _hollow(b"[],", 20 * MEGA - 1),
    "20 MB of empty objects": lambda: _hollow(b"{},", 20 * MEGA - 1),
    "20 MB of short texts": lambda: _hollow(b'"ab",', 20 * MEGA - 1),
    "a list of trust of empty objects": lambda: zipped({"list.json": _hollow(b"{},", 19 * MEGA)}),
    "an archive of 400,000 parts": _crowd,
    "1 MB of empty lists": lambda: _hollow(b"[],", MEGA - 1),
    "8 MB of empty parts of a picture": lambda: JPEG[:20] + b"\xff\xfe\0\2" * (2 * MEGA - 100) + JPEG[20:],
    "5 MB of noise": lambda: random.Random(SEED).randbytes(5 * MEGA),
    "59 MB of noise": lambda: random.Random(SEED).randbytes(59 * MEGA),
    "61 MB of noise": lambda: random.Random(SEED).randbytes(61 * MEGA),
}  # fmt: skip
QUICK = (
    "an empty file", "a workbook of 400 MB in 420 KB", "a table with NUL in it", "JSON of 100,000 levels",
    "an archive packed past any meter",
)  # fmt: skip
# the same, where no file is asked for; nobody reads the last to its end, and its answer must arrive all the same
OF_PROGRAMS = ("an empty file", "JSON of 100,000 levels", "half a character in JSON", "5 MB of noise")
# names that files have; the content is a good one of another kind
NAMES = {
    "a name with NUL": "li\0st.xlsx",
    "a name that climbs": "../../../../etc/cron.d/list.xlsx",
    "a name of 100,000 characters": "长" * 100_000 + ".xlsx",
    "a name that turns around": "list\u202excod.exe",
    "a name with a line break": 'list.xlsx"\r\nX-Bad: 1',
    "a name with half of its quotes": 'li"st.xlsx',
    "no name but dots": "...",
}
TABLES = {"a table in GB 18030", "a table in UTF-16"}
# honest, if odd: what is in it may be taken, whole
MAY_BE_TAKEN = {
    *((Reads.SHEET, name) for name in TABLES), (Reads.PICTURE, "a picture"),
    (Reads.PICTURE, "a picture and an archive in one"), (Reads.PAPER, "a PDF"), (Reads.PAPER, "a picture"),
    (Reads.PAPER, "a picture and an archive in one"),
}  # fmt: skip


@cache
def made(name: str) -> bytes:
    """The content of a file of EVERYWHERE."""
    return EVERYWHERE[name]()
