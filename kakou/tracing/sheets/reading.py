"""One row of a line list as what it says: every cell checked by itself, nothing looked up."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from kakou.kernel.errors import Refusal
from kakou.people.rules import Checked, DocumentKind, Facts, check_facts, check_name
from kakou.people.rules import check_document as read_document
from kakou.people.rules import normalise_phone as read_phone
from kakou.tracing.policy import Grade
from kakou.tracing.sheets import words
from kakou.tracing.sheets.moments import MomentRefused, read_moment
from kakou.web.sheets import (
    Cell,
    CellProblem,
    Column,
    Limits,
    Notice,
    Problems,
    Row,
    Sheet,
    SheetRefused,
    read_sheet,
    wording,
)
from kakou.web.sheets.cells import shortened

T = TypeVar("T")
MOST_ROWS = 2_000
LONGEST = 200
LIMITS = Limits(rows=10 * MOST_ROWS)


@dataclass(frozen=True, slots=True)
class Line:
    """What one row says. `case`, `unit`: as written, "" for not said; `grade` None: not said; `relation`: the kind of
    place that it means, "" for none that is known."""

    row: int
    facts: Facts
    checked: Checked
    grade: Grade | None
    relation: str
    case: str
    unit: str
    since: dt.datetime | None
    last: dt.datetime
    cells: Mapping[str, Cell]
    texts: Mapping[str, str]

    def problem(self, column: str, text: str, *, fix: str, **params: object) -> CellProblem:
        """A problem of that cell, or of the name's where the sheet has no such column."""
        cell = self.cells.get(column) or self.cells["name"]
        return cell.problem(text, fix=fix, field=column, **params)


@dataclass(frozen=True, slots=True)
class Told:
    """A list as read: its rows, and what is worth knowing of the sheet."""

    lines: list[Line]
    notices: list[Notice]


def read_list(data: Path | bytes, *, filename: str, zone: ZoneInfo, at: dt.datetime) -> Told:
    """Every row. Raises SheetRefused for what cannot be read or has no row, SheetProblems with every bad cell."""
    problems = Problems()
    lines: list[Line] = []
    with problems.collect():  # a cell that cannot even be kept ends the sheet
        sheet = read_sheet(data, filename=filename, limits=LIMITS)
        reader = _Reader(sheet, zone, at)
        for row in sheet.rows():
            if len(lines) + problems.count >= MOST_ROWS:
                raise SheetRefused(words.TOO_MANY, most=MOST_ROWS)
            with problems.collect():
                lines.append(reader.read(row))
    problems.refuse_if_any()
    if not lines:
        raise SheetRefused(wording.NO_ROWS)
    return Told(lines, sheet.notices)


def as_text(lines: Iterable[Line], *, chinese: bool) -> str:
    """The rows as they would be copied out of Excel, with our titles: what a page keeps between check and import."""
    rows = [line.texts for line in lines]
    wanted = [name for name in words.COLUMNS if any(row.get(name) for row in rows)]
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter="\t", lineterminator="\n")
    writer.writerow([words.COLUMNS[name][0 if chinese else 1] for name in wanted])
    writer.writerows([row.get(name, "") for name in wanted] for row in rows)
    return target.getvalue()


class _Reader:
    def __init__(self, sheet: Sheet, zone: ZoneInfo, at: dt.datetime) -> None:
        self._sheet, self._zone, self._at = sheet, zone, at
        self._columns: dict[str, Column] = sheet.find({name: words.COLUMNS[name] for name in words.REQUIRED})
        for name, titles in words.COLUMNS.items():
            if name not in self._columns and (column := sheet.column(*titles)) is not None:
                self._columns[name] = column

    def read(self, row: Row) -> Line:
        """Raises CellProblem at the first cell that cannot be used."""
        cells = {name: self._sheet.cell(row, column) for name, column in self._columns.items()}
        facts, checked = self._person(cells)
        last, since = self._moment(cells["last"]), None
        if last is None:
            raise cells["last"].problem(wording.EMPTY_CELL, fix=wording.FIX_EMPTY, field="last")
        if "since" in cells and (since := self._moment(cells["since"])) is not None and since > last:
            raise cells["since"].problem(words.BACKWARDS, fix=words.FIX_BACKWARDS, field="since")
        relation = _short(cells, "relation")
        return Line(
            row=row.number, facts=facts, checked=checked, since=since, last=last, cells=cells,
            grade=_word(cells, "grade", words.GRADES, words.NO_GRADE, words.FIX_GRADE),
            relation=words.RELATIONS.get(relation.casefold(), ""),
            case=_short(cells, "case", number=True), unit=_short(cells, "unit"),
            texts=self._texts(cells),
        )  # fmt: skip

    def _person(self, cells: Mapping[str, Cell]) -> tuple[Facts, Checked]:
        kind = _word(cells, "document_kind", words.DOCUMENTS, words.NO_DOCUMENT_KIND, words.FIX_DOCUMENT_KIND)
        document = cells["document"].identifier() if "document" in cells else ""
        phone = cells["phone"].identifier() if "phone" in cells else ""
        name = _checked(cells["name"], check_name, cells["name"].required_text())
        kind = kind or DocumentKind.RESIDENT_ID
        if document:
            _checked(cells["document"], lambda text: read_document(kind, text, on=self._at.date()), document)
        if phone:
            _checked(cells["phone"], read_phone, phone)
        address = _short(cells, "address")
        facts = Facts(name, (kind.value, document) if document else None, phone or None, address or None)
        return facts, check_facts(facts, on=self._at.date())

    def _moment(self, cell: Cell) -> dt.datetime | None:
        told = cell.moment()
        if told is None:
            return None
        if isinstance(told, dt.time):
            raise cell.problem(words.NO_TIME, fix=words.FIX_TIME, field="time", value=told.isoformat("minutes"))
        try:
            return read_moment(told, zone=self._zone, at=self._at)
        except MomentRefused as refused:
            raise cell.problem(refused.text, fix=refused.fix, **refused.params) from refused  # type: ignore[arg-type]

    def _texts(self, cells: Mapping[str, Cell]) -> dict[str, str]:
        texts = {}
        for name, cell in cells.items():
            if name in ("last", "since"):
                told = cell.moment()
                texts[name] = told.isoformat(" ", "minutes") if isinstance(told, dt.datetime) else str(told or "")
            else:
                texts[name] = cell.identifier() if name in ("document", "phone", "case") else cell.text()
        return texts


def _checked(cell: Cell, read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except Refusal as refusal:
        raise cell.problem(refusal.text, fix=words.FIX_PERSON, **refusal.params) from refusal  # type: ignore[arg-type]


def _word(cells: Mapping[str, Cell], column: str, known: Mapping[str, T], text: str, fix: str) -> T | None:
    """What the word in that cell means; None where nothing is said."""
    said = cells[column].text() if column in cells else ""
    if said and said.casefold() not in known:
        raise cells[column].problem(text, fix=fix, field=column, value=shortened(said))
    return known[said.casefold()] if said else None


def _short(cells: Mapping[str, Cell], column: str, *, number: bool = False) -> str:
    if column not in cells:
        return ""
    text = cells[column].identifier() if number else cells[column].text()
    if len(text) > LONGEST or not text.isprintable():
        raise cells[column].problem(words.TOO_LONG, fix=words.FIX_SHORTER, field=column, most=LONGEST)
    return text
