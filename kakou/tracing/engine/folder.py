"""An index on disk: one file for each segment, the ids, and a manifest that says which of them count.

A segment is written beside, flushed and renamed before the manifest names it, and the manifest is replaced in one step:
whoever is killed at any moment leaves what was there before or what is there now. Files that the manifest does not name
are nothing, and are deleted by the next write. All are for their owner only (0600), without names: ids mean nothing
without the database that gave them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import xxhash

from kakou.tracing.engine.codes import Codes
from kakou.tracing.engine.columns import COLUMNS, Segment

MANIFEST, PERSONS, PLACES = "manifest.json", "persons.i64", "places.i64"
FORMAT = 1
_ALIGN = 64  # bytes
_FLAT = {"places", "stays"}  # of two numbers a row


class Damaged(Exception):
    """Files of an index are not what was written: `spans` are those of the segments, to be built again (none: all)."""

    def __init__(self, folder: Path, spans: Sequence[tuple[int, int]], what: str) -> None:
        """Says which files, and what to do."""
        super().__init__(f"{folder}: {what} is not what was written: build it again from the ledger")
        self.spans = tuple(spans)


class Overtaken(Exception):
    """Somebody else has written to the folder since it was read here: what is known here of it no longer holds."""

    def __init__(self, folder: Path) -> None:
        """Says what to do."""
        super().__init__(f"{folder} was written by another process: open it again, and let one process write to it")


@dataclass(frozen=True, slots=True)
class Day:
    """A segment and the time it is for: all its stays enter in [begin, end), seconds of the epoch."""

    begin: int
    end: int
    segment: Segment


class Folder:
    """The files of one index. One process writes at a time; it is up to its owner to see to that."""

    def __init__(self, path: Path) -> None:
        """A folder that is there or will be made by the first write."""
        self.path = path
        self._manifest = self._read_manifest()

    def _read_manifest(self) -> dict[str, Any]:
        """Its first line is the hash of the rest."""
        try:
            told, _, content = (self.path / MANIFEST).read_bytes().partition(b"\n")
        except FileNotFoundError:
            return {"format": FORMAT, "ids": {}, "segments": []}
        if told.decode("ascii", "replace") != _hash(content):
            raise Damaged(self.path, (), MANIFEST)
        manifest: dict[str, Any] = json.loads(content)
        if manifest["format"] != FORMAT:
            raise Damaged(self.path, (), f"{MANIFEST} (format {manifest['format']}, this is {FORMAT})")
        return manifest

    @property
    def is_new(self) -> bool:
        """Nothing was ever written here."""
        return not self._manifest["ids"]

    def read(self) -> tuple[Codes, Codes, list[Day]]:
        """Persons, places and segments, mapped into memory.

        Raises Damaged naming every segment whose bytes have changed.
        """
        persons, places = (Codes(self._ids(name)) for name in (PERSONS, PLACES))
        days, wrong = [], []
        for told in self._manifest["segments"]:
            with suppress(OSError, ValueError):
                data = np.memmap(self.path / told["file"], np.uint8, "c")
                if _hash(data) == told["hash"]:
                    begin, end = told["span"]
                    days.append(Day(begin, end, _segment(data, told["columns"])))
                    continue
            wrong.append(tuple(told["span"]))
        if wrong:
            raise Damaged(self.path, wrong, f"segment {wrong[0]}" + (f" and {len(wrong) - 1} more" * (len(wrong) > 1)))
        return persons, places, days

    def _ids(self, name: str) -> npt.NDArray[np.int64]:
        told = self._manifest["ids"].get(name, {"many": 0, "hash": _hash(np.empty(0, np.int64))})
        with suppress(OSError, ValueError):
            ids = np.fromfile(self.path / name, np.int64, told["many"]) if told["many"] else np.empty(0, np.int64)
            if len(ids) == told["many"] and _hash(ids) == told["hash"]:
                return ids
        raise Damaged(self.path, (), name)

    def put(self, day: Day, persons: Codes, places: Codes) -> None:
        """Adds a segment, or replaces the one of the same span, and the ids that are new with it. Raises Overtaken."""
        self._refuse_overtaken()
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        ids = {name: self._append(name, codes.ids) for name, codes in ((PERSONS, persons), (PLACES, places))}
        others = [told for told in self._manifest["segments"] if told["span"] != [day.begin, day.end]]
        segments = sorted([*others, self._write(day)], key=lambda told: told["span"])
        self._replace({"format": FORMAT, "ids": ids, "segments": segments})

    def keep(self, spans: Iterable[tuple[int, int]]) -> None:
        """Deletes the files of every other segment. The ids stay: they mean nothing by themselves. Raises Overtaken."""
        self._refuse_overtaken()
        wanted = [list(span) for span in spans]
        kept = [told for told in self._manifest["segments"] if told["span"] in wanted]
        self._replace(self._manifest | {"segments": kept})

    def drop(self, spans: Iterable[tuple[int, int]]) -> None:
        """Deletes the files of these segments."""
        lost = [list(span) for span in spans]
        self.keep(told["span"] for told in self._manifest["segments"] if told["span"] not in lost)

    def _refuse_overtaken(self) -> None:
        if self._read_manifest() != self._manifest:
            raise Overtaken(self.path)

    def _append(self, name: str, ids: npt.NDArray[np.int64]) -> dict[str, Any]:
        """New ids go behind those that count; what a killed write left there is cut off first."""
        told = self._manifest["ids"].get(name, {"many": 0})
        with os.fdopen(os.open(self.path / name, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            file.truncate(8 * told["many"])
            file.seek(0, os.SEEK_END)
            file.write(ids[told["many"] :].tobytes())
            file.flush()
            os.fsync(file.fileno())
        return {"many": len(ids), "hash": _hash(ids)}

    def _write(self, day: Day) -> dict[str, Any]:
        columns, at = {}, 0
        for name in COLUMNS:
            size = int(getattr(day.segment, name).size)
            columns[name] = [at, size]
            at += -(-4 * size // _ALIGN) * _ALIGN
        data = np.zeros(at, np.uint8)
        for name, (begin, size) in columns.items():
            data[begin : begin + 4 * size] = getattr(day.segment, name).ravel().view(np.uint8)
        file = f"{day.begin}-{day.end}-{_hash(data)}.seg"
        self._flush(file, data.tobytes())
        return {
            "span": [day.begin, day.end],
            "rows": day.segment.size,
            "file": file,
            "hash": _hash(data),
            "columns": columns,
        }

    def _replace(self, manifest: dict[str, Any]) -> None:
        """The new manifest counts from now on; what it does not name is deleted."""
        content = json.dumps(manifest).encode()
        self._flush(MANIFEST, _hash(content).encode() + b"\n" + content)
        self._manifest = json.loads(content)
        named = {MANIFEST, PERSONS, PLACES, *(told["file"] for told in manifest["segments"])}
        for file in self.path.iterdir():
            if file.name not in named:
                file.unlink()

    def _flush(self, name: str, data: bytes) -> None:
        """Written beside, flushed, renamed, and the folder flushed."""
        beside = self.path / f"{name}.new"
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path / name)
        folder = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _segment(data: npt.NDArray[np.uint8], columns: dict[str, list[int]]) -> Segment:
    parts = {name: np.asarray(data[at : at + 4 * size]).view(np.int32) for name, (at, size) in columns.items()}
    return Segment(**{name: part.reshape(-1, 2) if name in _FLAT else part for name, part in parts.items()})


def _hash(data: npt.NDArray[Any] | bytes) -> str:
    return xxhash.xxh3_64_hexdigest(memoryview(data))  # type: ignore[arg-type]


def clear(path: Path) -> None:
    """Deletes an index of which nothing can be trusted, whatever its files hold."""
    for file in path.iterdir():
        if file.name in {MANIFEST, PERSONS, PLACES} or file.suffix in {".seg", ".new"}:
            file.unlink()
