"""One row of the sheet: what it says, and how that is written. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from kakou.ledger.gatesheet import words
from kakou.ledger.gatesheet.numbering import State
from kakou.ledger.gatesheet.words import COLUMNS, Language, word_of
from kakou.people.rules import DocumentKind
from kakou.people.rules.document_words import DOCUMENTS
from kakou.vault.rules import hushed, mask


@dataclass(frozen=True, slots=True)
class Line:
    """What one passage says, in plain. `number`: of the sheet, the same for a row and those it replaced. `checks`: as
    on the wire. `standing`: a key of `words.STANDINGS`. `reasons`: in words. `free`: what somebody wrote at the gate,
    which may name people. `note`: a key of `words.NOTES` and the moment it tells of; `why`: the words of a desk."""

    id: UUID
    number: int
    state: State
    date: str
    time: str
    way: str
    standing: str
    checks: Mapping[str, Any]
    name: str = ""
    document: str = ""
    document_kind: str = ""
    phone: str = ""
    address: str = ""
    coming_from: str = ""
    plate: str = ""
    aboard: int | None = None
    reasons: tuple[str, ...] = ()
    free: str = ""
    by_hand: str = ""
    recorder: str = ""
    note: str = ""
    note_at: str = ""
    why: str = ""


Write = Callable[[Line, Language, bool], str]
MASKED: Final = frozenset({"name", "document", "phone", "address", "origin", "plate", "reason"})
"""Columns that say less in a masked sheet."""


def cells_of(line: Line, language: Language, *, masked: bool) -> list[str]:
    """The row as text, one for each of `COLUMNS`."""
    return [_plain(_CELLS[name](line, language, masked)) for name in COLUMNS]


def _plain(text: str) -> str:
    """No line breaks, no double spaces: what Excel, LibreOffice and a copy by hand leave as it is."""
    return " ".join(text.split())


def _hidden(kind: str) -> Write:
    def write(line: Line, _language: Language, masked: bool) -> str:
        text: str = getattr(line, kind)
        return mask(kind, text) if masked else text

    return write


def _document(line: Line, language: Language, masked: bool) -> str:
    number = mask("document", line.document) if masked else line.document
    if not number or line.document_kind in ("", DocumentKind.RESIDENT_ID.value):
        return number
    return f"{DOCUMENTS[DocumentKind(line.document_kind)][0 if language == 'zh' else 1]} {number}"


def _origin(line: Line, language: Language, masked: bool) -> str:
    told = line.coming_from
    parts = (
        word_of(words.ORIGIN, line.checks.get("origin"), language), str(line.checks.get("origin_from", "")),
        mask("address", told) if masked else told,
    )  # fmt: skip
    return " ".join(filter(None, parts))


def _doses(line: Line, language: Language, _masked: bool) -> str:
    doses = line.checks.get("doses")
    word = word_of(words.VACCINATION, line.checks.get("vaccination"), language)
    return f"{word} {'' if doses is None else doses}"


def _look(name: str) -> Write:
    return lambda line, language, _: word_of(words.LOOKS[name], line.checks.get(name), language)


def _temperature(line: Line, _language: Language, _masked: bool) -> str:
    tenths = line.checks.get("temperature")
    return "" if tenths is None else f"{tenths // 10}.{tenths % 10}"


def _reason(line: Line, language: Language, masked: bool) -> str:
    told = (*line.reasons, hushed(line.by_hand) if masked else line.by_hand, "" if masked else line.free)
    return ("；" if language == "zh" else "; ").join(filter(None, told))


def _correction(line: Line, language: Language, _masked: bool) -> str:
    if not line.note:
        return ""
    note = words.NOTES[line.note][0 if language == "zh" else 1] % {"at": line.note_at}
    return f"{note}{'：' if language == 'zh' else ': '}{line.why}" if line.why else note


_CELLS: Final[Mapping[str, Write]] = {
    "number": lambda line, *_: str(line.number),
    "date": lambda line, *_: line.date,
    "time": lambda line, *_: line.time,
    "name": _hidden("name"),
    "document": _document,
    "phone": _hidden("phone"),
    "address": _hidden("address"),
    "origin": _origin,
    "plate": _hidden("plate"),
    "aboard": lambda line, *_: "" if line.aboard is None else str(line.aboard),
    "temperature": _temperature,
    "health": _look("health"),
    "travel": _look("travel"),
    "doses": _doses,
    "mask": _look("mask"),
    "way": lambda line, language, _: word_of(words.WAYS, line.way, language),
    "passed": lambda line, language, _: word_of(words.STANDINGS, line.standing, language),
    "reason": _reason,
    "recorder": lambda line, *_: line.recorder,
    "correction": _correction,
    "id": lambda line, *_: str(line.id),
}
