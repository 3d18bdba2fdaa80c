"""The ZIP around an XLSX: judged by its directory before anything is unpacked, and counted while it is."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any
from xml.parsers import expat

from kakou.kernel.hostile import METERED, directory_bytes
from kakou.web.sheets import wording
from kakou.web.sheets.limits import Limits
from kakou.web.sheets.problems import SheetRefused
from kakou.web.sheets.source import CHUNK, Meter, Source

_OLD_MACROS = "xl/macrosheets/"  # of Excel 4, which Excel still runs
_DIRECTORY_BYTES_PER_ENTRY = 1024
_TOKEN = 4 << 20  # XML read without a single event, bytes
_ENCRYPTED = 0x1

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class Package:
    """The parts of one workbook."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self._archive = archive
        self._limits = limits
        self._meter = Meter(limits)
        self.names = {info.filename for info in archive.infolist()}

    def parse(self, part: str, *, start: Start, end: End | None = None, text: Text | None = None) -> Iterator[None]:
        """Feed one part to the handlers; yields after each piece of about 1 MiB so that the caller may hand on rows.

        Handlers get local names without namespaces. Raises SheetRefused on entities, damage or anything too large.
        """
        parser = _parser(part, start, end, text)
        info = self._archive.getinfo(part)
        with _damage_told(), self._archive.open(info) as stream:
            inflated = 0
            while data := stream.read(CHUNK):
                inflated += len(data)
                self._meter.count(len(data), part=part, inflated=inflated, packed=max(info.compress_size, 1))
                parser.Parse(data, False)
                if inflated - parser.CurrentByteIndex > _TOKEN:
                    raise SheetRefused(wording.PIECE_TOO_LONG, part=part, limit=_TOKEN >> 20)
                yield
            parser.Parse(b"", True)
            yield

    def parse_whole(self, part: str, *, start: Start, end: End | None = None, text: Text | None = None) -> None:
        """Like `parse`, at one go."""
        for _ in self.parse(part, start=start, end=end, text=text):
            pass


def _parser(part: str, start: Start, end: End | None, text: Text | None) -> Any:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    local: dict[str, str] = {}

    def name_of(name: str) -> str:
        known = local.get(name)
        if known is None:
            known = local[name] = name.rpartition(" ")[2]
        return known

    def refuse_doctype(*_: object) -> None:
        raise SheetRefused(wording.DOCTYPE, part=part)

    parser.StartElementHandler = lambda name, attributes: start(name_of(name), attributes)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name_of(name))
    if text is not None:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse_doctype
    return parser


@contextmanager
def open_package(source: Source, limits: Limits) -> Iterator[Package]:
    """The workbook's parts. Raises SheetRefused for what is damaged, too much, or not a plain .xlsx."""
    with source.open() as stream, _damage_told():
        _check_directory(stream, source.size(), limits)
        with zipfile.ZipFile(stream) as archive:
            _check_entries(archive.infolist(), limits)
            yield Package(archive, limits)


def _check_directory(stream: IO[bytes], size: int, limits: Limits) -> None:
    """Before zipfile makes an object of every entry, be sure that there are few."""
    if directory_bytes(stream, size) > limits.entries * _DIRECTORY_BYTES_PER_ENTRY:
        raise SheetRefused(wording.TOO_MANY_ENTRIES, limit=limits.entries)


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.entries:
        raise SheetRefused(wording.TOO_MANY_ENTRIES, limit=limits.entries)
    seen: set[str] = set()
    for entry in entries:
        if entry.filename.lower() in seen:
            raise SheetRefused(wording.TWICE_THE_SAME_PART, part=entry.filename)
        seen.add(entry.filename.lower())
        if entry.flag_bits & _ENCRYPTED:
            raise SheetRefused(wording.LOCKED)
        if entry.compress_type not in METERED:
            raise SheetRefused(wording.PACKED_OTHERWISE, part=entry.filename)
    _check_kind(seen)
    if sum(entry.file_size for entry in entries) > limits.inflated_bytes:
        raise SheetRefused(wording.INFLATES_TOO_FAR, limit=limits.inflated_bytes >> 20)


def _check_kind(names: set[str]) -> None:
    for name in sorted(names):
        if name.rpartition("/")[2].startswith("vbaproject") or name.startswith(_OLD_MACROS):
            raise SheetRefused(wording.MACROS, part=name)
        if name.startswith("xl/externallinks/") or name == "xl/connections.xml":
            raise SheetRefused(wording.EXTERNAL, part=name)
    if "xl/workbook.bin" in names:
        raise SheetRefused(wording.BINARY_EXCEL)
    if "content.xml" in names and "mimetype" in names:
        raise SheetRefused(wording.OPEN_DOCUMENT)
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise SheetRefused(wording.NOT_A_WORKBOOK)


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error) as error:
        raise SheetRefused(wording.DAMAGED, detail=str(error)[:80] or type(error).__name__) from error
    except (expat.ExpatError, ValueError, OverflowError) as error:  # what no handler foresaw is the file's fault
        raise SheetRefused(wording.DAMAGED, detail=str(error)[:80]) from error
