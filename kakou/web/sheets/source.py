"""Bytes of a stranger's file: opened again for each pass, counted while they are unpacked."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from kakou.web.sheets import wording
from kakou.web.sheets.limits import Limits
from kakou.web.sheets.problems import SheetRefused

CHUNK = 1 << 20
_RATIO_FROM = 1 << 20  # small parts pack well without being an attack


class Meter:
    """Counts unpacked bytes against the limits, whatever sizes the file declares."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._total = 0

    def count(self, more: int, *, part: str, inflated: int, packed: int) -> None:
        """`more` new bytes of `part`, which has given `inflated` bytes from `packed` so far. Raises SheetRefused."""
        self._total += more
        if self._total > self._limits.inflated_bytes:
            raise SheetRefused(wording.INFLATES_TOO_FAR, limit=self._limits.inflated_bytes >> 20)
        if inflated > _RATIO_FROM and inflated > packed * self._limits.ratio:
            raise SheetRefused(wording.RATIO_TOO_HIGH, part=part, ratio=self._limits.ratio)


@dataclass(frozen=True, slots=True)
class Source:
    """A file on disk or in memory, with the name its sender gave it."""

    data: Path | bytes
    filename: str

    def size(self) -> int:
        """Bytes as packed."""
        return len(self.data) if isinstance(self.data, bytes) else self.data.stat().st_size

    def open(self) -> IO[bytes]:
        """A fresh binary stream from the start."""
        return io.BytesIO(self.data) if isinstance(self.data, bytes) else self.data.open("rb")

    def head(self, count: int = 4096) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return stream.read(count)


class _Counted(io.RawIOBase):
    """A gzip stream whose output is metered."""

    def __init__(self, packed: IO[bytes], limits: Limits) -> None:
        self._packed = packed
        self._stream = gzip.GzipFile(fileobj=packed)
        # a packed text may be as long as a plain one
        self._meter = Meter(replace(limits, inflated_bytes=max(limits.inflated_bytes, limits.file_bytes)))
        self._inflated = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(min(len(buffer), CHUNK))
        buffer[: len(data)] = data
        self._inflated += len(data)
        self._meter.count(len(data), part="gz", inflated=self._inflated, packed=self._packed.tell())
        return len(data)


@contextmanager
def unpacked(source: Source, limits: Limits) -> Iterator[IO[bytes]]:
    """The plain bytes of a text file, gzip taken off. Raises SheetRefused when damaged or beyond the limits."""
    with source.open() as packed:
        if source.head(2) != b"\x1f\x8b":
            yield packed
            return
        try:
            yield io.BufferedReader(_Counted(packed, limits), CHUNK)
        except (OSError, EOFError, zlib.error) as error:
            raise SheetRefused(wording.DAMAGED_GZ) from error
