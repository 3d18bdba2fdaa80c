"""What was found out or done, written into the sheet of open loops and brought in again: all of its rows or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, gettext_noop, override

from kakou.access.models import Staff
from kakou.kernel.errors import Refusal
from kakou.ledger.forms import MOST
from kakou.ledger.forms.orders import EVIDENCE
from kakou.web.sheets import Cell, Column, Notice, Problems, Row, Sheet, SheetRefused, read_sheet, wording
from kakou.workorders import actions, queries
from kakou.workorders.events import KINDS
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import State, StepKind, steps_from

FINDING = "finding"
NUMBER = gettext_noop("Number of the order")
NO_NUMBER = gettext_noop("this is not the number of an order")
FIX_NUMBER = gettext_noop("Get the sheet again: the column holds the numbers as they must be.")
TWICE = gettext_noop("the order stands in row %(first)d already")
FIX_TWICE = gettext_noop("Keep one of the rows.")
TOO_LONG = gettext_noop("more than %(most)d characters")
FIX_SHORTER = gettext_noop("Say it shorter.")
NOT_KNOWN = gettext_noop("no open order of yours has this number")
FIX_NOT_KNOWN = gettext_noop("Leave the row out: it is closed already, or handled in another unit.")
FIX_REFUSED = gettext_noop("Open the order and close it there, or empty this row's answers.")


@dataclass(slots=True)
class Outcome:
    """What was done, or would be: orders that were closed or answered, and rows that say nothing and stay open."""

    changed: int = 0
    same: int = 0
    added: int = 0  # never: a sheet opens nothing
    notices: Sequence[Notice] = field(default_factory=list)


class Line(NamedTuple):
    """One row: the order, and what is said of it; the cells to name when it cannot be."""

    order: UUID
    said: Mapping[str, str]
    number: Cell


def facts_of(kinds: Collection[str]) -> list[str]:
    """The facts that closing these kinds must state: a column each."""
    return sorted({FINDING}.union(*(KINDS[kind].evidence for kind in kinds if kind in KINDS)))


def title_of_fact(fact: str) -> str:
    """Its question, as the head of a column."""
    return gettext(EVIDENCE.get(fact, fact))


def close_by_sheet(data: bytes, *, filename: str, by: Staff, at: dt.datetime, dry_run: bool = False) -> Outcome:
    """Close (or answer) every order of which a row says something; all or none. Raises SheetRefused for a file that
    cannot be read, SheetProblems with every cell that is wrong.
    """
    problems, lines = Problems(), []
    with problems.collect():
        sheet = read_sheet(data, filename=filename)
        reader = _Reader(sheet)
        for row in sheet.rows():
            with problems.collect():
                lines.append(reader.read(row))
    problems.refuse_if_any()
    if not lines:
        raise SheetRefused(wording.NO_ROWS)
    told = [line for line in lines if line.said]
    outcome = Outcome(changed=len(told), same=len(lines) - len(told), notices=sheet.notices)
    with transaction.atomic():
        orders = {order.pk: order for order in queries.orders_at([line.order for line in told])}
        for line in sorted(told, key=lambda line: line.order):
            with problems.collect():
                _lead_on(line, orders.get(line.order), by, at)
        problems.refuse_if_any()
        if dry_run:
            transaction.set_rollback(True)
    return outcome


def _lead_on(line: Line, order: WorkOrder | None, by: Staff, at: dt.datetime) -> None:
    if order is None or order.closed_at is not None:
        raise line.number.problem(NOT_KNOWN, fix=FIX_NOT_KNOWN, field="number")
    kind = KINDS.get(order.kind)
    if kind is None:  # opened by a version that had it: nobody knows any more what closing it must state
        raise line.number.problem(NOT_KNOWN, fix=FIX_NOT_KNOWN, field="number")
    closes = StepKind.CLOSED in steps_from(kind.flow, State(order.state))
    act = actions.close if closes else actions.answer
    try:
        with transaction.atomic():
            act(order, evidence=line.said, by=by, at=at)
    except Refusal as refusal:
        raise line.number.problem(refusal.text, fix=FIX_REFUSED, field="number", **refusal.params) from refusal


class _Reader:
    """Reads rows of one sheet. Raises SheetRefused when the column of numbers is missing."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._number = sheet.find({"number": _titles(NUMBER)})["number"]
        found = {fact: sheet.column(*_titles(EVIDENCE[fact])) for fact in EVIDENCE}
        self._facts: dict[str, Column] = {fact: column for fact, column in found.items() if column is not None}
        self._seen: dict[UUID, int] = {}

    def read(self, row: Row) -> Line:
        """Raises CellProblem at the first cell that cannot be used."""
        number = self._sheet.cell(row, self._number)
        try:
            order = UUID(number.required_text())
        except ValueError:
            raise number.problem(NO_NUMBER, fix=FIX_NUMBER, field="number") from None
        first = self._seen.setdefault(order, row.number)
        if first != row.number:
            raise number.problem(TWICE, fix=FIX_TWICE, field="number", first=first)
        cells = {fact: self._sheet.cell(row, column) for fact, column in self._facts.items()}
        return Line(order, {fact: text for fact, cell in cells.items() if (text := _short(cell, fact))}, number)


def _short(cell: Cell, fact: str) -> str:
    text = cell.text()
    if len(text) > MOST:
        raise cell.problem(TOO_LONG, fix=FIX_SHORTER, field=fact, most=MOST)
    return text


def _titles(msgid: str) -> list[str]:
    """A title in each language: sheets are filled in by others than who got them."""
    found = []
    for language, _ in settings.LANGUAGES:
        with override(language):
            found.append(gettext(msgid))
    return found
