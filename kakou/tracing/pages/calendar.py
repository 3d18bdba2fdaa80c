"""The calendar of follow-up: contact by day, a week at a time; as a page, as a picture, as a sheet. And today's list as
a sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound
from kakou.kernel.time import day_in
from kakou.tracing.actions.following import note_handed_out
from kakou.tracing.models import FollowUp, Involved
from kakou.tracing.pages.following_rows import answered, phones_of
from kakou.tracing.pages.frame import Somebody, somebodies
from kakou.tracing.pictures import followup
from kakou.tracing.pictures.followup import Calendar, Cell, Line, Sample, Sign
from kakou.tracing.pictures.parts import Part
from kakou.tracing.policy import Grade
from kakou.tracing.queries import following as queries
from kakou.tracing.rules.following import DAY, Finding, Task
from kakou.tracing.rules.standing import CaseState, Standing
from kakou.tracing.sheets.handing_out import DueRow, due_sheet
from kakou.web.kit.lists import Page, page_of
from kakou.web.queries import site_zone
from kakou.web.sheets import write_xlsx
from kakou.web.shell.here import place_of, query_of

ROWS, WEEK = 40, 7
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAMPLES: Mapping[Finding, Sample] = {
    Finding.NEGATIVE: Sample.NEGATIVE, Finding.POSITIVE: Sample.POSITIVE, Finding.UNCLEAR: Sample.UNCLEAR,
    Finding.NOT_TAKEN: Sample.NOT_TAKEN, Finding.DUE: Sample.DUE,
}  # fmt: skip
SIGNS: Mapping[Finding, Sign] = {
    Finding.NORMAL: Sign.NORMAL, Finding.SYMPTOMS: Sign.SYMPTOMS, Finding.FEVER: Sign.FEVER,
    Finding.NOT_REACHED: Sign.NOT_REACHED, Finding.REFUSED: Sign.REFUSED, Finding.DONE: Sign.RELEASED,
}  # fmt: skip
PARTS: Mapping[str, Part] = {
    CaseState.CONFIRMED: Part.CONFIRMED, CaseState.ASYMPTOMATIC: Part.ASYMPTOMATIC, CaseState.SUSPECTED: Part.SUSPECTED,
    Grade.CLOSE: Part.CLOSE, Grade.SECONDARY: Part.SECONDARY, Grade.COMPANION: Part.COMPANION,
}  # fmt: skip


@require_safe
@require_permission(Permission.FOLLOW_UP)
def calendar(request: StaffRequest) -> HttpResponse:
    """See the module."""
    monday, page = _monday(request), _page(request)
    shown = _calendar(request, monday, page)
    today = day_in(site_zone(), request.now)
    context = {
        "now": request.now, "page": page, "picture": followup.picture(shown, gettext), "monday": monday,
        "earlier": _address(request, monday - WEEK * DAY), "later": _address(request, monday + WEEK * DAY),
        "this_week": _address(request, today), "is_this_week": monday <= today < monday + WEEK * DAY,
        "files": [(form, _file(request, form)) for form in ("xlsx", "svg")],
    }  # fmt: skip
    return render(request, "tracing/follow_up_calendar.html", context)


@require_safe
@require_permission(Permission.FOLLOW_UP)
def calendar_file(request: StaffRequest, form: str) -> HttpResponse:
    """What the page shows as a picture or a sheet; masked as it is."""
    if form not in ("svg", "xlsx"):
        raise NotFound("There is no such file.")
    shown = _calendar(request, _monday(request), _page(request))
    _note(request, len(shown.lines))
    if form == "svg":
        answer = HttpResponse(followup.svg(shown, gettext), content_type="image/svg+xml")
    else:
        table = followup.table(shown, gettext)
        answer = HttpResponse(write_xlsx(table.rows, table.columns), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="follow-up-calendar.{form}"'
    return answer


@require_safe
@require_permission(Permission.FOLLOW_UP)
def sheet(request: StaffRequest) -> HttpResponse:
    """Today's list, masked: what is due, and what was told."""
    place, today, mine = place_of(request), day_in(site_zone(), request.now), nodes_held(Permission.FOLLOW_UP)
    node = place.id if place else None
    items: list[FollowUp] = [
        *queries.due(until=today, node=node).filter(node_id__in=mine),
        *queries.told_on(today, node=node).filter(node_id__in=mine),
    ]
    phones = phones_of(items)
    rows = [
        DueRow(
            row.item.day, row.item.involved.subject.hex[-4:], row.who.name, phones.get(row.item.involved.subject, ""),
            row.who.place, row.task, f"{row.sign.word} {row.degrees}".strip(), row.item.note,
        )
        for row in answered(request, items)
    ]  # fmt: skip
    _note(request, len(rows))
    chinese = (get_language() or "").startswith("zh")
    answer = HttpResponse(due_sheet(rows, chinese=chinese, gettext=gettext), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="follow-up-{today.isoformat()}.xlsx"'
    return answer


def _note(request: StaffRequest, many: int) -> None:
    place = place_of(request)
    note_handed_out(many=many, node=place.id if place else None, by=request.staff, at=request.now)


def _monday(request: StaffRequest) -> dt.date:
    """The week of `?day=`, else this one."""
    try:
        day = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = day_in(site_zone(), request.now)
    return day - day.weekday() * DAY


def _page(request: StaffRequest) -> Page[Involved]:
    place, monday = place_of(request), _monday(request)
    found = queries.followed_between(monday, monday + (WEEK - 1) * DAY, node=place.id if place else None)
    return page_of(found.filter(node_id__in=nodes_held(Permission.FOLLOW_UP)), request.GET.get("page", ""), size=ROWS)


def _address(request: StaffRequest, day: dt.date) -> str:
    return reverse("tracing:calendar") + query_of(place=request.GET.get("place", ""), day=day.isoformat())


def _file(request: StaffRequest, form: str) -> str:
    state = {key: request.GET.get(key, "") for key in ("place", "day", "page")}
    return reverse("tracing:calendar_file", args=[form]) + query_of(**state)


def _calendar(request: StaffRequest, monday: dt.date, page: Page[Involved]) -> Calendar:
    days = tuple(monday + number * DAY for number in range(WEEK))
    today = day_in(site_zone(), request.now)
    items = queries.items_of(page.rows)
    lines = [_line(one, items[one.row.pk], days, today) for one in somebodies(request, page.rows, outbreak=None)]
    title = _("Follow-up from %(first)s to %(last)s") % {"first": days[0].isoformat(), "last": days[-1].isoformat()}
    return Calendar(title, days, tuple(lines), today)


def _line(one: Somebody, items: Sequence[FollowUp], days: Sequence[dt.date], today: dt.date) -> Line:
    label = f"{one.number} {one.name}".strip()
    part = PARTS.get(one.row.case_state if one.row.is_case else one.row.grade or one.row.proposed, Part.NONE)
    by_day: dict[dt.date, list[FollowUp]] = {}
    for item in items:
        by_day.setdefault(item.day, []).append(item)
    cells = {day: _cell(by_day.get(day, ()), today) for day in days}
    if one.row.standing in (Standing.LOST, Standing.RELEASED) and one.row.decided_at is not None:
        ended = day_in(site_zone(), one.row.decided_at)
        sign = Sign.LOST if one.row.standing == Standing.LOST else Sign.RELEASED
        cells |= {day: Cell(sign, cells[day].sample) for day in days if day == ended}
    return Line(label, part, cells, reverse("tracing:person", args=[one.row.pk]))


def _cell(items: Sequence[FollowUp], today: dt.date) -> Cell:
    sign, sample = Sign.NONE, None
    for item in items:
        finding = Finding(item.finding)
        if item.task == Task.TEST:
            sample = SAMPLES[finding]
        elif finding is Finding.DUE:
            sign = Sign.OVERDUE if item.day < today else Sign.DUE
        else:
            sign = SIGNS[finding]
    return Cell(sign, sample)
