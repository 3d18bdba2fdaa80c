"""Sheets that pages hand out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils import timezone

from kakou.web.sheets import write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_sheet(rows: Iterable[Sequence[str | int | None]], columns: Sequence[str], *, name: str) -> HttpResponse:
    """A workbook to be saved as `name`.xlsx."""
    return sheet_answer(write_xlsx(rows, columns), name=name)


def sheet_answer(workbook: bytes, *, name: str) -> HttpResponse:
    """The same of one that is written already."""
    answer = HttpResponse(workbook, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


def moment(at: dt.datetime) -> str:
    """2021-08-10 12:45, in the site's zone."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
