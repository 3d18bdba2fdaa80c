"""Which encoding a text file has: told by its mark, else the one that reads every byte. Never skips a bad byte."""

from __future__ import annotations

import codecs
from typing import IO

from kakou.web.sheets import wording
from kakou.web.sheets.limits import Limits
from kakou.web.sheets.problems import SheetRefused
from kakou.web.sheets.source import CHUNK, Source, unpacked

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_REPLACED = "\ufffd"


class _BadByteError(Exception):
    """The first byte that an encoding cannot read: `offset` from 0, `line` from 1, did the rest fit?"""

    def __init__(self, offset: int, line: int, fitted: bool) -> None:
        super().__init__(offset)
        self.offset = offset
        self.line = line
        self.fitted = fitted


def encoding_of(source: Source, limits: Limits) -> str:
    """The Python codec that reads the whole file. Raises SheetRefused naming the byte and line that none can read."""
    with unpacked(source, limits) as stream:
        head = stream.read(4096)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            _must_read(source, limits, codec)
            return codec
    if head.count(0) * 4 > len(head):
        raise SheetRefused(wording.NO_BOM_UTF16)
    try:
        _read_through(source, limits, "utf-8")
    except _BadByteError as bad:
        if bad.fitted:  # its Chinese read well as UTF-8 so far: a damaged file, not another encoding
            raise SheetRefused(wording.DAMAGED_UTF8, offset=bad.offset, line=bad.line) from bad
        _must_read(source, limits, "gb18030")
        return "gb18030"
    return "utf-8"


def _must_read(source: Source, limits: Limits, codec: str) -> None:
    try:
        _read_through(source, limits, codec)
    except _BadByteError as bad:
        text = {"utf-16": wording.DAMAGED_UTF16, "utf-8-sig": wording.DAMAGED_UTF8}.get(codec, wording.WRONG_ENCODING)
        raise SheetRefused(text, offset=bad.offset, line=bad.line) from bad


def _read_through(source: Source, limits: Limits, codec: str) -> None:
    with unpacked(source, limits) as stream:
        _decode_all(stream, codec)


def _decode_all(stream: IO[bytes], codec: str) -> None:
    decoder = codecs.getincrementaldecoder(codec)()
    done, lines = 0, 1
    while True:
        data = stream.read(CHUNK)
        held = len(decoder.getstate()[0])  # bytes of a character cut by the chunk before
        try:
            text = decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            before = error.object[: error.start]
            raise _BadByteError(done - held + error.start, lines + before.count(b"\n"), _fits(error, codec)) from None
        done += len(data)
        lines += text.count("\n")
        if not data:
            return


def _fits(error: UnicodeDecodeError, codec: str) -> bool:
    """Do the characters around the bad byte read well in this codec, four good ones to a bad one at least?"""
    around = codecs.getincrementaldecoder(codec)("replace").decode(error.object)
    bad = around.count(_REPLACED)
    good = sum(letter > "\x7f" for letter in around) - bad
    return good >= 4 * bad
