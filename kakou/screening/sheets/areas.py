"""From lines to risk areas: everything checked first, then written in one transaction, or nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from kakou.access.models import Staff
from kakou.audit import actions as audit
from kakou.screening.actions.permits import id_of, require_rules_for_all
from kakou.screening.models import RiskArea
from kakou.screening.sheets import words
from kakou.web.sheets import Cell, Column, Notice, Problems, Row, Sheet, SheetRefused, read_sheet, wording

EARLIEST = dt.date(2000, 1, 1)
AHEAD = dt.timedelta(days=366)
_CODE = re.compile(r"[0-9]{6}(?:[0-9]{3}(?:[0-9]{3})?)?", re.ASCII)
_FACTS = ("name", "ends_on", "source")


@dataclass(slots=True)
class Outcome:
    """What an import did, or would do: how many rows came, changed, were the same already."""

    added: int = 0
    changed: int = 0
    same: int = 0
    notices: Sequence[Notice] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Line:
    """What one row says."""

    row: int
    code: str
    name: str
    level: str
    starts_on: dt.date
    ends_on: dt.date | None
    source: str

    @property
    def key(self) -> tuple[str, str, dt.date]:
        """What makes it one and the same area."""
        return self.code, self.level, self.starts_on


def import_areas(
    data: Path | bytes, *, filename: str, by: Staff | None, at: dt.datetime, dry_run: bool = False
) -> Outcome:
    """Take the whole file or nothing. Raises NotAllowed, SheetRefused for a file that cannot be read or has no row,
    SheetProblems with every cell that is wrong.
    """
    node = require_rules_for_all(by)
    problems, lines = Problems(), []
    with problems.collect():  # a cell that cannot even be kept ends the sheet
        sheet = read_sheet(data, filename=filename)
        reader = _Reader(sheet, latest=at.date() + AHEAD)
        for row in sheet.rows():
            with problems.collect():
                lines.append(reader.read(row))
    problems.refuse_if_any()
    if not lines:
        raise SheetRefused(wording.NO_ROWS)
    outcome = Outcome(notices=sheet.notices)
    with transaction.atomic():
        _take(lines, outcome, by, at)
        if outcome.added or outcome.changed:
            figures = {"added": outcome.added, "changed": outcome.changed}
            audit.record("areas.imported", subject=None, by=id_of(by), at=at, node=node, **figures)
        if dry_run:
            transaction.set_rollback(True)
    return outcome


def _take(lines: Sequence[Line], outcome: Outcome, by: Staff | None, at: dt.datetime) -> None:
    codes = {line.code for line in lines}
    known = {(a.code, a.level, a.starts_on): a for a in RiskArea.objects.filter(code__in=codes).select_for_update()}
    fresh = []
    for line in lines:
        facts = {name: getattr(line, name) for name in _FACTS}
        area = known.get(line.key)
        if area is None:
            stamp = {"recorded_at": at, "recorded_by": by}
            fresh.append(RiskArea(code=line.code, level=line.level, starts_on=line.starts_on, **facts, **stamp))
        elif any(getattr(area, name) != value for name, value in facts.items()):
            RiskArea.objects.filter(pk=area.pk).update(**facts, recorded_at=at, recorded_by=by)
            outcome.changed += 1
        else:
            outcome.same += 1
    RiskArea.objects.bulk_create(fresh, batch_size=2000)
    outcome.added = len(fresh)


class _Reader:
    """Reads rows of one sheet. Raises SheetRefused when a needed column is missing."""

    def __init__(self, sheet: Sheet, *, latest: dt.date) -> None:
        self._sheet, self._latest = sheet, latest
        self._columns: dict[str, Column] = sheet.find({name: words.COLUMNS[name] for name in words.REQUIRED})
        if (column := sheet.column(*words.COLUMNS["ends_on"])) is not None:
            self._columns["ends_on"] = column
        self._seen: dict[tuple[str, str, dt.date], int] = {}

    def read(self, row: Row) -> Line:
        """Raises CellProblem at the first cell that cannot be used."""
        cells = {name: self._sheet.cell(row, column) for name, column in self._columns.items()}
        line = Line(
            row=row.number,
            code=_code(cells["code"]),
            name=_short(cells["name"], 100),
            level=_level(cells["level"]),
            starts_on=self._day(cells["starts_on"]),
            ends_on=self._last_day(cells),
            source=_short(cells["source"], 200),
        )
        if line.ends_on is not None and line.ends_on < line.starts_on:
            raise cells["ends_on"].problem(words.ENDS_BEFORE, fix=words.FIX_ENDS, field="ends_on")
        first = self._seen.setdefault(line.key, line.row)
        if first != line.row:
            raise cells["code"].problem(words.TWICE, fix=words.FIX_TWICE, field="code", first=first)
        return line

    def _last_day(self, cells: Mapping[str, Cell]) -> dt.date | None:
        cell = cells.get("ends_on")
        return self._day(cell) if cell is not None and cell.plain() not in (None, "") else None

    def _day(self, cell: Cell) -> dt.date:
        day = _date(cell)
        if not EARLIEST <= day <= self._latest:
            raise cell.problem(words.TOO_FAR, fix=words.FIX_DATE, field="date")
        return day


def _date(cell: Cell) -> dt.date:
    told = cell.moment()
    if isinstance(told, dt.datetime):
        return told.date()
    text = re.sub(r"[/.年月]", "-", str(told or "").removesuffix("日")).strip("-")
    found = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text, re.ASCII)
    try:
        return dt.date(*map(int, found.groups())) if found else dt.date.fromisoformat(cell.required_text())
    except ValueError:
        raise cell.problem(words.BAD_DATE, fix=words.FIX_DATE, field="date") from None


def _code(cell: Cell) -> str:
    code = cell.required_identifier()
    if not _CODE.fullmatch(code):
        raise cell.problem(words.BAD_CODE, fix=words.FIX_CODE, field="code")
    return code


def _level(cell: Cell) -> str:
    word = cell.required_text().lower()
    if word not in words.LEVELS:
        raise cell.problem(words.NO_LEVEL, fix=words.FIX_LEVEL, field="level", word=word[:40])
    return words.LEVELS[word]


def _short(cell: Cell, most: int) -> str:
    text = cell.required_text()
    if len(text) > most or not text.isprintable():
        raise cell.problem(words.TOO_LONG, fix=words.FIX_SHORTER, most=most)
    return text
