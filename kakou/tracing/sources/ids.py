"""Ids as they come, numbers or texts, and as the engine takes them: numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kakou.tracing.sources.refusing import EMPTY, NO_IDS, CellUnfit, SourceUnfit

Int64 = npt.NDArray[np.int64]


class Ids:
    """What the numbers stand for: themselves, or texts by their place in a list."""

    def __init__(self, texts: Any = None) -> None:
        """`texts`: an Arrow array of them, None where numbers are ids themselves."""
        self.texts = texts

    def find(self, text: str) -> int | None:
        """The number of an id as somebody writes it; None if it is none that can be."""
        if self.texts is not None:
            at = int(pc.index(self.texts, pa.scalar(text, self.texts.type)).as_py())
            return None if at < 0 else at
        return int(text) if _is_number(text) else None

    def told(self, numbers: Int64) -> Any:
        """The ids, as an Arrow array."""
        return pa.array(numbers) if self.texts is None else self.texts.take(pa.array(numbers))


class IdColumn:
    """Gathers a column of ids part by part. Numbers written as texts are numbers, if all are."""

    def __init__(self, name: str) -> None:
        """`name`: as it is told in a refusal."""
        self.name = name
        self.parts: list[Any] = []

    def add(self, values: Any) -> None:
        """A part: an Arrow array. Raises CellUnfit for an empty value, SourceUnfit for what no id can be."""
        kind = values.type
        if pa.types.is_dictionary(kind):
            values, kind = values.dictionary_decode(), kind.value_type
        if not (pa.types.is_integer(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            raise SourceUnfit(NO_IDS, column=self.name, kind=str(kind))
        is_text = not pa.types.is_integer(kind)
        missing = pc.equal(pc.coalesce(values, ""), "") if is_text else pc.is_null(values)
        if pc.any(missing).as_py():
            raise CellUnfit(pc.index(missing, True).as_py(), EMPTY)
        self.parts.append(_numbers(values) if is_text else pc.cast(values, pa.int64()))

    def done(self) -> tuple[Int64, Ids]:
        """The numbers of all parts, and what they stand for."""
        if all(pa.types.is_integer(part.type) for part in self.parts):
            return _joined(self.parts), Ids()
        texts = pa.chunked_array([pc.cast(part, pa.string()) for part in self.parts])
        encoded = texts.dictionary_encode().unify_dictionaries()
        return _joined([part.indices for part in encoded.chunks]), Ids(encoded.chunk(0).dictionary)


def _numbers(texts: Any) -> Any:
    """As numbers, if every text is just how its number is written; else as they are."""
    try:
        numbers = pc.cast(texts, pa.int64())
    except pa.ArrowInvalid:
        return texts
    return numbers if pc.all(pc.equal(pc.cast(numbers, texts.type), texts), min_count=0).as_py() else texts


def _joined(parts: list[Any]) -> Int64:
    return np.concatenate([np.empty(0, np.int64), *(part.to_numpy(zero_copy_only=False) for part in parts)]).astype(
        np.int64
    )


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and str(int(text)) == text and -(2**63) <= int(text) < 2**63
