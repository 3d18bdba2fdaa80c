"""One row of the list as what it says: every cell checked by itself, and every one that is wrong told."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from kakou.kernel.errors import Refusal
from kakou.people.census import words
from kakou.people.census.units import Units
from kakou.people.rules import (
    Category,
    Document,
    DocumentKind,
    Relation,
    Sex,
    Special,
    check_document,
    check_name,
    normalise_name,
    normalise_phone,
)
from kakou.people.rules.persons import check_address
from kakou.web.sheets import (
    Cell,
    CellProblem,
    Column,
    Problems,
    Row,
    Sheet,
    SheetRefused,
    Stage,
    counted,
    wording,
)

T = TypeVar("T")
STAR = "*"
_DAY = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?", re.ASCII)
_RANGE = re.compile(r"([A-Z]+)([0-9]+)(?::[A-Z]+[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Line:
    """What one row says; empty or None: nothing. `masked`: cells with stars, as our own masked sheets have them."""

    row: int
    cells: Mapping[str, Cell]
    id: UUID | None = None
    unit: int | None = None
    name: str = ""
    document: Document | None = None
    phone: str = ""
    no_phone: bool = False
    door: str = ""
    relation: Relation | None = None
    head: str = ""
    category: Category | None = None
    special: frozenset[Special] | None = None
    masked: Mapping[str, str] = field(default_factory=dict)

    def cell(self, *columns: str) -> Cell:
        """The first of these cells that the sheet has, else that of the name, which it always has."""
        return next((self.cells[column] for column in columns if column in self.cells), self.cells["name"])


class Reader:
    """Reads the rows of one sheet. Raises SheetRefused when there is no column of names. `on`: the last day on which
    anybody on the list can have been born."""

    def __init__(self, sheet: Sheet, units: Units, *, on: dt.date) -> None:
        self._sheet, self._units, self._on = sheet, units, on
        self.unread: set[str] = set()  # names, as they are compared, in rows of which a cell is wrong
        self._columns: dict[str, Column] = sheet.find({"name": words.COLUMNS["name"]})
        for name, titles in words.COLUMNS.items():
            if name not in self._columns and (column := sheet.column(*titles)) is not None:
                self._columns[name] = column
        self._reads: Mapping[str, Callable[[Mapping[str, Cell]], object]] = {
            "id": _id,
            "unit": lambda cells: units.called(cells["unit"]) if "unit" in cells else None,
            "name": lambda cells: _kept(cells["name"], cells["name"].required_text(), check_name),
            "document": self._document,
            "phone": _phone,
            "door": _door,
            "relation": lambda cells: _word(cells.get("relation"), words.RELATION_OF, words.RELATIONS),
            "head": lambda cells: cells["head"].text() if "head" in cells else "",
            "category": lambda cells: _word(cells.get("category"), words.CATEGORY_OF, words.CATEGORIES),
            "special": _special,
        }

    def read(self, row: Row, problems: Problems) -> Line | None:
        """None when a cell of the row is wrong: each is noted in `problems`."""
        cells = {name: self._sheet.cell(row, column) for name, column in self._columns.items()}
        told: dict[str, object] = {}
        before = problems.count
        for name, read in self._reads.items():
            with problems.collect():
                told[name] = read(cells)
        with problems.collect():
            _fits_sex(cells.get("sex"), told.get("document"))
        with problems.collect():
            _fits_birth(cells.get("birth"), told.get("document"))
        if problems.count > before:
            self.unread.add(normalise_name(str(cells["name"].value or "")))
            return None
        masked = {name: text for name in ("name", "document", "phone", "door") if (text := _stars(told[name]))}
        told |= dict.fromkeys(masked.keys() - {"document"}, "") | ({"document": None} if "document" in masked else {})
        no_phone = told["phone"] is None
        told["phone"] = told["phone"] or ""
        return Line(row.number, cells, masked=masked, no_phone=no_phone, **told)  # type: ignore[arg-type]

    def _document(self, cells: Mapping[str, Cell]) -> Document | str | None:
        """A text when it is masked."""
        kind = _word(cells.get("document_kind"), words.DOCUMENT_OF, words.DOCUMENTS)
        text = cells["document"].identifier() if "document" in cells else ""
        if not text:
            if kind is not None and "document" in cells and kind is not DocumentKind.RESIDENT_ID:
                raise cells["document_kind"].problem(words.KIND_ALONE, fix=words.FIX_KIND_ALONE, field="document")
            return None
        if STAR in text:
            return text
        return _told_at(cells["document"], lambda: check_document(kind or DocumentKind.RESIDENT_ID, text, on=self._on))


def rows_read(sheet: Sheet, reader: Reader, problems: Problems) -> list[Line]:
    """Every row that is right; merged cells, which are told last, stand among the problems by their first cell."""
    lines: list[Line] = []
    try:
        lines.extend(
            line for row in counted(sheet.rows(), Stage.READING) if (line := reader.read(row, problems)) is not None
        )
    except CellProblem as problem:  # a cell that cannot even be kept ends the sheet
        problems.add(problem)
    except SheetRefused as refused:
        if refused.text != wording.MERGED:
            raise
        for found in _RANGE.finditer(str(refused.params["ranges"])):
            problems.add(_merged(found))
    return lines


def _merged(found: re.Match[str]) -> CellProblem:
    return CellProblem(words.MERGED, row=int(found[2]), letter=found[1], fix=words.FIX_MERGED, range=found[0])


def _stars(told: object) -> str:
    return told if isinstance(told, str) and STAR in told else ""


def _told_at(cell: Cell, read: Callable[[], T]) -> T:
    """What `read` gives; its refusal is told at the cell."""
    try:
        return read()
    except CellProblem:
        raise
    except Refusal as refusal:
        raise cell.problem(refusal.text, fix=words.FIX_CELL, **refusal.params) from refusal  # type: ignore[arg-type]


def _kept(cell: Cell, text: str, check: Callable[[str], str]) -> str:
    return text if STAR in text else _told_at(cell, lambda: check(text))


def _id(cells: Mapping[str, Cell]) -> UUID | None:
    text = cells["id"].identifier() if "id" in cells else ""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise cells["id"].problem(words.NO_SUCH_NUMBER, fix=words.FIX_NUMBER, field="id") from None


def _phone(cells: Mapping[str, Cell]) -> str | None:
    """ "" when nothing is said, None when it is said that there is none."""
    text = cells["phone"].identifier() if "phone" in cells else ""
    if text.casefold() in words.NOBODY_HAS:
        return None
    return _kept(cells["phone"], text, normalise_phone) if text else ""


def _door(cells: Mapping[str, Cell]) -> str:
    parts = [cells[name].text() for name in ("building", "stair", "room") if name in cells]
    text = "-".join(filter(None, parts))
    first = next((cells[name] for name in ("room", "building", "stair", "door") if name in cells), None)
    if not text and "door" in cells:
        first, text = cells["door"], cells["door"].text()
    return _kept(first, text, check_address) if first is not None and text else ""


def _word(cell: Cell | None, table: Mapping[str, T], offered: Mapping[T, tuple[str, ...]]) -> T | None:
    word = cell.identifier() if cell is not None else ""
    if not word or cell is None:
        return None
    meant = table.get(word.casefold())
    if meant is None:
        known = words.sample(offered.values())
        raise cell.problem(words.NO_WORD, fix=words.FIX_WORD, word=word[:40], words=known)
    return meant


def _special(cells: Mapping[str, Cell]) -> frozenset[Special] | None:
    if "special" not in cells or not (text := cells["special"].text()):
        return None
    said = [word.strip().casefold() for word in re.split(f"[{re.escape(words.PARTED_BY)}]", text)]
    for word in filter(None, said):
        if word not in words.SPECIAL_OF:
            known = words.sample(words.SPECIALS.values())
            raise cells["special"].problem(words.NO_WORD, fix=words.FIX_WORD, word=word[:40], words=known)
    return frozenset(words.SPECIAL_OF[word] for word in said if word)


def _fits_sex(cell: Cell | None, document: object) -> None:
    said = _word(cell, words.SEX_OF, words.SEXES)
    known = document.sex if isinstance(document, Document) else Sex.NOT_STATED
    if cell is not None and said is not None and Sex.NOT_STATED not in (said, known) and said is not known:
        raise cell.problem(words.OTHER_SEX, fix=words.FIX_BIRTH, field="sex")


def _fits_birth(cell: Cell | None, document: object) -> None:
    told = cell.moment() if cell is not None and not isinstance(cell.value, int) else cell and cell.identifier()
    if cell is None or not told:
        return
    day = told.date() if isinstance(told, dt.datetime) else _day(cell, str(told))
    known = document.birth if isinstance(document, Document) else None
    if known is not None and day != known:
        raise cell.problem(words.OTHER_BIRTH, fix=words.FIX_BIRTH, field="birth")


def _day(cell: Cell, text: str) -> dt.date:
    found = _DAY.fullmatch(text.strip())
    try:
        if found:
            return dt.date(*map(int, found.groups()))
    except ValueError:
        pass
    raise cell.problem(words.BAD_DATE, fix=words.FIX_DATE, field="birth")
