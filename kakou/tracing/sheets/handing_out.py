"""Lists of contacts and of follow-up as XLSX: every cell is text, nothing in them runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kakou.tracing.sheets.words import COLUMNS, N_
from kakou.web.sheets import write_xlsx

Gettext = Callable[[str], str]
MARK, STANDING, ORIGIN, DAY, TASK, FINDING, NOTE = (
    N_("Mark"), N_("Standing"), N_("Known by"), N_("Day"), N_("What is due"), N_("What came of it"), N_("Note"),
)  # fmt: skip
_CONTACT = ("name", "document", "phone", "grade", "case", "since", "last", "unit")


class ContactRow(NamedTuple):
    """One contact; texts as they may be shown to whoever asks. `mark`: tells two of one name apart."""

    mark: str
    name: str
    document: str
    phone: str
    grade: str
    standing: str
    origin: str
    case: str
    since: dt.datetime | None
    last: dt.datetime | None
    unit: str


class DueRow(NamedTuple):
    """One thing that is due, or was done."""

    day: dt.date
    mark: str
    name: str
    phone: str
    unit: str
    task: str
    finding: str
    note: str


def contacts_sheet(rows: Iterable[ContactRow], *, zone: ZoneInfo, chinese: bool, gettext: Gettext) -> bytes:
    """The list of contacts; columns are called as in line lists, so that it can be read beside one."""
    titles = {name: COLUMNS[name][0 if chinese else 1] for name in _CONTACT}
    columns = [
        gettext(MARK), titles["name"], titles["document"], titles["phone"], titles["grade"], gettext(STANDING),
        gettext(ORIGIN), titles["case"], titles["since"], titles["last"], titles["unit"],
    ]  # fmt: skip
    cells = ((*row[:8], _moment(row.since, zone), _moment(row.last, zone), row.unit) for row in rows)
    return write_xlsx(cells, columns)


def due_sheet(rows: Iterable[DueRow], *, chinese: bool, gettext: Gettext) -> bytes:
    """What is due and what came of it, by day."""
    name, phone, unit = (COLUMNS[column][0 if chinese else 1] for column in ("name", "phone", "unit"))
    columns = [
        gettext(DAY), gettext(MARK), name, phone, unit, gettext(TASK), gettext(FINDING), gettext(NOTE),
    ]  # fmt: skip
    return write_xlsx(((row.day.isoformat(), *row[1:]) for row in rows), columns)


def _moment(at: dt.datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""
