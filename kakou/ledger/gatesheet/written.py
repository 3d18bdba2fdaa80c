"""What a line of paper says, cell by cell, once it was typed in. Pure: every cell that is wrong is told."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from kakou.kernel.errors import Refusal
from kakou.ledger.gatesheet import moments, words
from kakou.ledger.gatesheet.forms import LineRef
from kakou.people.rules import Document, DocumentKind, check_document, check_name, normalise_phone, parse_plate
from kakou.people.rules.document_words import DOCUMENT_OF
from kakou.people.rules.persons import check_address
from kakou.screening.rules import TEMPERATURE_RANGE
from kakou.web.sheets import Cell, CellProblem, Problems

T = TypeVar("T")
STAR: Final = "*"
LONGEST: Final = 200
_DIVISION = re.compile(r"[0-9]{6}(?:[0-9]{3}(?:[0-9]{3})?)?", re.ASCII)
_COUNT = re.compile(r"[1-9][0-9]?", re.ASCII)
_DOSE = re.compile(r"([0-9])\s*(?:剂|针|doses?)?", re.ASCII)
_NEXT_DAY: Final = dt.timedelta(days=1)
_NO_DAY: Final = dt.date(1904, 1, 1)  # of a time alone, in a workbook that counts from there


@dataclass(frozen=True, slots=True)
class Hand:
    """One line. `ms`: epoch milliseconds, to the minute or second that was written. `checks`: as on the wire.
    `address`, `coming_from`, `reason`, `recorder`: what the paper says and a passage has no place for."""

    ms: int
    way: str
    crossed: bool
    checks: Mapping[str, Any]
    name: str = ""
    document: Document | None = None
    phone: str = ""
    plate: str = ""
    aboard: int | None = None
    address: str = ""
    coming_from: str = ""
    reason: str = ""
    recorder: str = ""

    @property
    def is_person(self) -> bool:
        """Or is the vehicle alone told?"""
        return bool(self.name or self.document or self.phone)


@dataclass(frozen=True, slots=True)
class Site:
    """Where the paper lay: the zone of its clock; `now_ms`: nothing on it happened later; `on`: nobody on it was born
    later."""

    zone: ZoneInfo
    now_ms: int
    on: dt.date


Cells = Mapping[str, Cell]


def read_line(cells: Cells, ref: LineRef, site: Site, problems: Problems) -> Hand | None:
    """None when a cell is wrong: each is noted in `problems`."""
    before, told = problems.count, dict[str, Any]()
    for name, read in _READS.items():
        with problems.collect():
            told[name] = read(cells, ref, site)
    with problems.collect():
        _agrees(cells, told)
    if problems.count > before:
        return None
    checks = {name: value for part in ("looks", "doses", "temperature") for name, value in told.pop(part).items()}
    word, division, text = told.pop("origin")
    checks |= ({"origin": word} if word else {}) | ({"origin_from": division} if division else {})
    return Hand(checks=checks, coming_from=text, **told)


def _agrees(cells: Cells, told: Mapping[str, Any]) -> None:
    if {"name", "document", "phone", "plate", "aboard"} - set(told):
        return  # a cell of these is told already
    if told["aboard"] is not None and not told["plate"]:
        raise cells["aboard"].problem(words.ABOARD_ALONE, fix=words.FIX_ABOARD, field="aboard")
    if not (told["name"] or told["document"] or told["phone"] or told["plate"]):
        at = next(cells[name] for name in ("name", "document", "phone", "plate", "time") if name in cells)
        raise at.problem(words.NOBODY, fix=words.FIX_NOBODY, field="name")


def _ms(cells: Cells, ref: LineRef, site: Site) -> int:
    cell = cells["time"]
    told, day = cell.moment(), _day(cells.get("date"), ref.form.day)
    if isinstance(told, dt.datetime):
        day, told = _day_of_time(cell, told, cells.get("date"), ref.form.day), told.time()
    text = told.isoformat() if isinstance(told, dt.time) else told or cell.required_text()
    try:
        ms = moments.read(day, text, site.zone)
    except moments.MomentRefused as refused:
        raise cell.problem(refused.text, fix=refused.fix, field="time", **refused.params) from refused
    if ms > site.now_ms:
        raise cell.problem(words.NOT_YET, fix=words.FIX_NOT_YET, field="time")
    return ms


def _day_of_time(cell: Cell, told: dt.datetime, beside: Cell | None, day: dt.date) -> dt.date:
    """A time that Excel keeps with its day: that is the day, and none other stands beside it."""
    if told.date() == _NO_DAY:
        return _day(beside, day)
    if told.year < _NO_DAY.year:  # 24:10 in a cell is ten minutes past the first midnight that Excel knows
        raise cell.problem(words.NOT_A_TIME, fix=words.FIX_TIME, field="time", value=f"{told:%H:%M} + 24:00")
    is_empty = beside is None or beside.moment() is None
    if told.date() not in ((day, day + _NEXT_DAY) if is_empty else (_day(beside, day),)):
        raise cell.problem(words.OTHER_DAY, fix=words.FIX_OTHER_DAY, field="time")
    return told.date()


def _day(cell: Cell | None, day: dt.date) -> dt.date:
    """That of the form, or the one after it: a night goes on past midnight."""
    told = cell.moment() if cell is not None else None
    if cell is None or told is None:
        return day
    found = told.date() if isinstance(told, dt.datetime) else moments.day_of(str(told))
    if found is None or found not in (day, day + _NEXT_DAY):
        raise cell.problem(words.OTHER_DAY, fix=words.FIX_OTHER_DAY, field="date")
    return found


def _word(cell: Cell | None, table: Mapping[str, tuple[str, ...]], *offered: str) -> str | None:
    text = cell.text() if cell is not None else ""
    if cell is None or not text:
        return None
    found = words.meant(table).get(text.casefold())
    if found is None or (offered and found not in offered):
        known = ", ".join(f"{told[0]} ({told[1]})" for name, told in table.items() if not offered or name in offered)
        raise cell.problem(words.NO_WORD, fix=words.FIX_WORD, word=text[:40], words=known)
    return found


def _way(cells: Cells, *_: object) -> str:
    cells["way"].required_text()
    return _word(cells["way"], words.WAYS) or ""


def _crossed(cells: Cells, *_: object) -> bool:
    return _word(cells.get("passed"), words.STANDINGS, *words.BY_HAND) != "turned_back"


def _looks(cells: Cells, *_: object) -> dict[str, str]:
    return {name: told for name, table in words.LOOKS.items() if (told := _word(cells.get(name), table)) is not None}


def _temperature(cells: Cells, *_: object) -> dict[str, int]:
    cell = cells.get("temperature")
    text = cell.text().rstrip("℃°Cc ") if cell is not None else ""
    if cell is None or not text:
        return {}
    tenths = round(float(text) * 10) if re.fullmatch(r"[0-9]{2}(\.[0-9]{1,2})?", text, re.ASCII) else 0
    coldest, hottest = TEMPERATURE_RANGE
    if not coldest <= tenths <= hottest:
        raise cell.problem(words.NOT_A_TEMPERATURE, fix=words.FIX_TEMPERATURE, field="temperature", value=text[:40])
    return {"temperature": tenths}


def _doses(cells: Cells, *_: object) -> dict[str, Any]:
    """A number, a word, or both: 全程 2."""
    cell = cells.get("doses")
    text = cell.text() if cell is not None else ""
    if cell is None or not text:
        return {}
    table, found = words.meant(words.VACCINATION), dict[str, Any]()
    for part in text.casefold().split() if text.casefold() not in table else [text.casefold()]:
        count = _DOSE.fullmatch(part)
        if part in table:
            found["vaccination"] = table[part]
        elif count:
            found["doses"] = int(count[1])
        else:
            raise cell.problem(words.NO_DOSES, fix=words.FIX_DOSES, field="doses", value=text[:40])
    return found


def _origin(cells: Cells, *_: object) -> tuple[str, str, str]:
    """(word of risk, division code, any other text)."""
    cell = cells.get("origin")
    text = _free("origin")(cells) if cell is not None else ""
    table, word, code, rest = words.meant(words.ORIGIN), "", "", []
    if text.casefold() in table:
        return table[text.casefold()], "", ""
    for part in text.split():
        if part.casefold() in table and not word:
            word = table[part.casefold()]
        elif _DIVISION.fullmatch(part) and not code:
            code = part
        else:
            rest.append(part)
    return word, code, " ".join(rest)


def _aboard(cells: Cells, *_: object) -> int | None:
    cell = cells.get("aboard")
    text = cell.text() if cell is not None else ""
    if cell is None or not text:
        return None
    if not _COUNT.fullmatch(text):
        raise cell.problem(words.NOT_A_COUNT, fix=words.FIX_COUNT, field="aboard", value=text[:40])
    return int(text)


def _document(cells: Cells, _ref: LineRef, site: Site) -> Document | None:
    """A number alone is a resident identity card's; any other kind stands before it: 护照 E12345678."""
    cell, text = _identifier(cells, "document")
    if cell is None:
        return None
    kind, _, number = text.rpartition(" ")
    known = DOCUMENT_OF.get(kind.strip().casefold()) if kind else DocumentKind.RESIDENT_ID
    if known is None:
        known, number = DocumentKind.RESIDENT_ID, text
    return _told_at(cell, lambda: check_document(known, number, on=site.on))


def _phone(cells: Cells, *_: object) -> str:
    cell, text = _identifier(cells, "phone")
    return "" if cell is None else _told_at(cell, lambda: normalise_phone(text))


def _plate(cells: Cells, *_: object) -> str:
    cell, text = _identifier(cells, "plate")
    return "" if cell is None else _told_at(cell, lambda: parse_plate(text).text)


def _name(cells: Cells, *_: object) -> str:
    cell = cells.get("name")
    text = cell.text() if cell is not None else ""
    return _told_at(_unmasked(cell, text), lambda: check_name(text)) if cell is not None and text else ""


def _address(cells: Cells, *_: object) -> str:
    text = _free("address")(cells)
    return _told_at(cells["address"], lambda: check_address(text)) if text else ""


def _free(name: str) -> Callable[..., str]:
    def read(cells: Cells, *_: object) -> str:
        cell = cells.get(name)
        text = " ".join(cell.text().split()) if cell is not None else ""
        if cell is not None and len(text) > LONGEST:
            raise cell.problem(words.TOO_LONG, fix=words.FIX_LONG, field=name, most=LONGEST)
        return text if cell is None or not text else _masked_not(cell, text)

    return read


def _identifier(cells: Cells, name: str) -> tuple[Cell | None, str]:
    cell = cells.get(name)
    text = cell.identifier() if cell is not None else ""
    if cell is None or not text or text.casefold() in words.NOBODY_HAS:
        return None, ""
    return _unmasked(cell, text), text


def _unmasked(cell: Cell, text: str) -> Cell:
    _masked_not(cell, text)
    return cell


def _masked_not(cell: Cell, text: str) -> str:
    if STAR * 2 in text or text.endswith(STAR):
        raise cell.problem(words.MASKED, fix=words.FIX_MASKED)
    return text


def _told_at(cell: Cell, read: Callable[[], T]) -> T:
    """What `read` gives; its refusal is told at the cell."""
    try:
        return read()
    except CellProblem:
        raise
    except Refusal as refusal:
        raise cell.problem(refusal.text, fix=words.FIX_CELL, **refusal.params) from refusal  # type: ignore[arg-type]


_READS: Final[Mapping[str, Callable[..., Any]]] = {
    "ms": _ms, "way": _way, "crossed": _crossed, "looks": _looks, "doses": _doses, "temperature": _temperature,
    "origin": _origin, "name": _name, "document": _document, "phone": _phone, "plate": _plate, "aboard": _aboard,
    "address": _address, "reason": _free("reason"), "recorder": _free("recorder"),
}  # fmt: skip
