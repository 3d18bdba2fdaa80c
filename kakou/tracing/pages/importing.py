"""Line lists: rows out of Excel or a sheet are checked, shown beside what is known, taken, and taken back. And the list
of contacts as a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.ledger.pages.frame import where_names
from kakou.people import queries as people
from kakou.people.queries import PersonShown
from kakou.tracing.actions.importing import Looked, import_list, look_at, note_contacts_handed_out, undo_import
from kakou.tracing.forms.importing import LineListForm
from kakou.tracing.models import Outbreak
from kakou.tracing.pages.frame import number_of, somebodies
from kakou.tracing.pages.interview import units_to_register_at
from kakou.tracing.pages.words import GRADES, ORIGINS
from kakou.tracing.queries import cases as queries
from kakou.tracing.queries import lists
from kakou.tracing.rules.standing import Origin
from kakou.tracing.sheets import ContactRow, Line, as_text, contacts_sheet, read_list
from kakou.vault.rules import mask
from kakou.web.kit.importing import worded
from kakou.web.kit.signs import Sign
from kakou.web.queries import site_zone
from kakou.web.refusals.answers import of_refusal
from kakou.web.sheets import CellProblem, SheetProblems

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 200  # rows of a preview: the rest is counted


class Row(NamedTuple):
    """One row of the preview."""

    looked: Looked
    name: str
    grade: Sign
    place: str


@never_cache
@require_http_methods(["GET", "POST"])
@require_permission(Permission.TRACE)
def line_list(request: StaffRequest, id: UUID) -> HttpResponse:
    """The box, what would come in, and the lists that came in before."""
    outbreak = queries.outbreak_at(id)
    form = _form(request, outbreak)
    problems: list[tuple[str, str, str]] = []
    looked: list[Looked] = []
    lines: list[Line] = []
    if form.is_valid():
        try:
            lines = _read(request, form)
            if request.POST.get("act") == "take":
                return _take(request, outbreak, form, lines)
            looked = look_at(outbreak, lines, form.otherwise(), by=request.staff, at=request.now)
        except Refusal as refused:
            if refused.status not in (409, 422):
                raise
            if isinstance(refused, SheetProblems):
                problems = [worded(one) for one in refused.problems if isinstance(one, CellProblem)]
            form.add_error(None, of_refusal(refused).text)
    text = as_text(lines, chinese=_chinese()) if lines else None
    context = {
        "now": request.now, "outbreak": outbreak, "form": form, "problems": problems, "text": text,
        "rows": _rows(looked[:SHOWN]), "many": len(looked), "more": len(looked) - SHOWN,
        "twice": sum(bool(one.first) for one in looked), "known": sum(one.known is not None for one in looked),
        "fresh": sum(one.person is None and not one.first for one in looked), "lists": lists.lists_of(outbreak),
    }  # fmt: skip
    return render(request, "tracing/line_list.html", context, status=422 if form.errors else 200)


@require_POST
@require_permission(Permission.TRACE)
def undo(request: StaffRequest, id: UUID) -> HttpResponse:
    """A list is taken back."""
    found = lists.list_at(id)
    told = undo_import(found, reason=_("The line list was taken back."), by=request.staff, at=request.now)
    messages.success(
        request, _("Taken back: %(gone)d are no contacts any more, %(kept)d stay as somebody decided since.")
        % {"gone": told.gone, "kept": told.kept},
    )  # fmt: skip
    return HttpResponseRedirect(reverse("tracing:line_list", args=[found.outbreak_id]))


@never_cache
@require_safe
@require_permission(Permission.SEE_CASES)
def contacts_file(request: StaffRequest, id: UUID) -> HttpResponse:
    """The list of contacts as a sheet: masked, but for names that are released to the reader."""
    outbreak = queries.outbreak_at(id)
    rows = list(queries.contacts_of(outbreak))
    exposures = queries.strongest_exposure(rows)
    shown = people.shown_many([row.subject for row in rows])
    sheet = [
        ContactRow(
            mark=one.row.subject.hex[-4:], name=one.name,
            document=_masked(shown.get(one.row.subject), "document"),
            phone=one.phone or _masked(shown.get(one.row.subject), "phone"),
            grade=one.sign.word, standing=one.standing.word, origin=_(ORIGINS[Origin(one.row.origin)]),
            case=number_of(one.exposure.source) if one.exposure else "", since=one.row.since_at, last=one.row.last_at,
            unit=one.place,
        )
        for one in somebodies(request, rows, outbreak=outbreak, exposures=exposures)
    ]  # fmt: skip
    note_contacts_handed_out(outbreak, many=len(sheet), by=request.staff, at=request.now)
    content = contacts_sheet(sheet, zone=site_zone(), chinese=_chinese(), gettext=gettext)
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="contacts.xlsx"'
    return answer


def _form(request: StaffRequest, outbreak: Outbreak) -> LineListForm:
    posted = request.method == "POST"
    cases = [(str(one.pk), number_of(one)) for one in queries.cases_of(outbreak)]
    return LineListForm(
        request.POST if posted else None, request.FILES if posted else None, cases=cases,
        units=units_to_register_at(),
        initial={"node": outbreak.node_id, "case": cases[-1][0] if cases else ""},
    )  # fmt: skip


def _read(request: StaffRequest, form: LineListForm) -> list[Line]:
    file = form.cleaned_data["file"]
    content, name = (file.read(), file.name) if file else (form.cleaned_data["text"].encode(), "paste.txt")
    return read_list(content, filename=name, zone=site_zone(), at=request.now).lines


def _take(request: StaffRequest, outbreak: Outbreak, form: LineListForm, lines: Sequence[Line]) -> HttpResponse:
    done = import_list(
        outbreak, lines, form.otherwise(), again=_("Came in again with a line list."), by=request.staff, at=request.now
    )
    messages.success(
        request,
        _(
            "%(added)d came in to be decided about; %(known)d were in the outbreak before, %(registered)d are new in "
            "the register."
        )
        % {"added": done.added, "known": done.known, "registered": done.registered},
    )
    return HttpResponseRedirect(reverse("tracing:line_list", args=[outbreak.pk]))


def _rows(looked: Sequence[Looked]) -> list[Row]:
    names = where_names({one.node for one in looked})
    return [Row(one, mask("name", one.line.checked.name), GRADES[one.grade], names.get(one.node, "")) for one in looked]


def _masked(shown: object, field: str) -> str:
    return str(getattr(shown, field)) if isinstance(shown, PersonShown) else ""


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")
