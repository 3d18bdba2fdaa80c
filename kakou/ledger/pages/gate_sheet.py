"""The sheet of a gate and day: taken as a file, printed as a numbered copy, masked or for a reason in plain."""

from __future__ import annotations

import io
import zipfile
from typing import NamedTuple
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access.exporting import NeedsSecond
from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.pages.exports import ask_somebody
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.ledger.actions.gate_sheets import EXPORT, Printing, plain_sheet, print_plain, print_sheet
from kakou.ledger.forms.paper import PlainSheetForm
from kakou.ledger.gatesheet import Language
from kakou.ledger.gatesheet.papers import MOST_AT_ONCE, parts_of, sheet_of
from kakou.ledger.pages import frame
from kakou.ledger.queries import day as days
from kakou.ledger.queries.gate_sheet import DaySheet, day_sheet
from kakou.ledger.queries.paper import copies_of
from kakou.ledger.queries.where import Gate, gates_of
from kakou.places.models import Unit
from kakou.web.kit.handing_out import sheet_answer
from kakou.web.queries import site_zone
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of


class Part(NamedTuple):
    """Of a day too long for one printing."""

    number: int
    first: int
    last: int


@require_safe
@require_permission(Permission.SEE_LEDGER)
def gate_sheet(request: StaffRequest, node: int) -> HttpResponse:
    """What passed that day in figures, the ways in which its sheet goes out, every copy that was printed; of a unit its
    gates to choose from."""
    gates = _gates(node, Permission.SEE_LEDGER)
    asked = frame.day_asked(request)
    if not gates and not Unit.objects.filter(node_id=node).exists():
        raise NotFound("There is no such gate, or it is not one of yours.")
    if not gates or gates[0].node_id != node:
        return render(request, "ledger/gate_sheets.html", {"now": request.now, "gates": gates, "asked": asked})
    window = days.window([node], asked.start, asked.end)
    written = days.many_rows(window)
    context = {
        "now": request.now, "gate": gates[0], "asked": asked, "day": days.day_of(window), "written": written,
        "parts": [
            Part(part + 1, part * MOST_AT_ONCE + 1, min(written, (part + 1) * MOST_AT_ONCE))
            for part in range(parts_of(written))
        ],
        "copies": copies_of(node, asked.day), "may_unmask": node in nodes_held(Permission.REVEAL),
        "may_type_in": node in nodes_held(Permission.CORRECT_LEDGER),
    }  # fmt: skip
    return render(request, "ledger/gate_sheet.html", context)


@never_cache
@require_safe
@require_permission(Permission.SEE_LEDGER)
def sheet(request: StaffRequest, node: int) -> HttpResponse:
    """XLSX, masked; brought in again it changes nothing."""
    gate = gate_at(node, Permission.SEE_LEDGER)
    try:
        found = _day(request, gate)
    except Refusal as refusal:
        return _back(request, gate, refusal)
    return sheet_answer(sheet_of(found.lines, language(), masked=True), name=_name(found))


@require_POST
@require_permission(Permission.SEE_LEDGER)
def copy(request: StaffRequest, node: int) -> HttpResponse:
    """PDF, masked: the next copy of that day."""
    gate = gate_at(node, Permission.SEE_LEDGER)
    try:
        found = _day(request, gate)
        part = int(given) if (given := request.POST.get("part", "1")).isdecimal() and len(given) < 6 else 1
        pdf = print_sheet(found, printing(request, gate), part=part, by=request.staff, at=request.now)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _back(request, gate, refusal)
    return pdf_answer(pdf, _name(found))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.REVEAL)
def plain(request: StaffRequest, node: int) -> HttpResponse:
    """In plain, for a stated reason that stands in the audit."""
    gate = gate_at(node, Permission.REVEAL)
    form = PlainSheetForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        day = _day(request, gate)
        try:
            return _in_plain(request, gate, day, form)
        except NeedsSecond:
            reason, detail = form.cleaned_data["reason"], day.day.isoformat()
            return ask_somebody(request, EXPORT, node=node, detail=detail, count=len(day.lines), reason=reason)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.add_error("reason" if refusal.code == "reason-unfit" else None, of_refusal(refusal).text)
    asked = frame.day_asked(request)
    parts = parts_of(days.many_rows(days.window([node], asked.start, asked.end)))
    context = {"now": request.now, "form": form, "gate": gate, "asked": asked, "parts": parts}
    return render(request, "ledger/gate_sheet_plain.html", context, status=422 if form.errors else 200)


def _in_plain(request: StaffRequest, gate: Gate, day: DaySheet, form: PlainSheetForm) -> HttpResponse:
    reason, by, at = form.cleaned_data["reason"], request.staff, request.now
    if form.cleaned_data["form"] == "sheet":
        return sheet_answer(plain_sheet(day, language(), reason=reason, by=by, at=at), name=_name(day))
    parts = print_plain(day, printing(request, gate), reason=reason, by=by, at=at)
    return pdf_answer(parts[0], _name(day)) if len(parts) == 1 else _together(parts, _name(day))


def _together(parts: list[bytes], name: str) -> HttpResponse:
    """All parts of a long day in one archive, each by its number: what is taken once must be whole."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:  # a PDF is packed already
        for number, pdf in enumerate(parts, start=1):
            archive.writestr(f"{name}-{number}-{len(parts)}.pdf", pdf)
    answer = HttpResponse(held.getvalue(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    answer["Cache-Control"] = "no-store"
    return answer


def where_in_plain(node: int, day: str) -> str:
    """The page on which the sheet of that gate and day is taken unmasked."""
    return reverse("ledger:gate_sheet_plain", args=[node]) + query_of(day=day)


def gate_at(node: int, permission: Permission) -> Gate:
    """One gate over which the reader holds `permission`. Raises NotFound."""
    found = [gate for gate in _gates(node, permission) if gate.node_id == node]
    if not found:
        raise NotFound("There is no such gate, or it is not one of yours.")
    return found[0]


def _gates(node: int, permission: Permission) -> list[Gate]:
    held = set(nodes_held(permission))
    if node not in held:
        raise NotFound("There is no such gate, or it is not one of yours.")
    return [gate for gate in gates_of(node) if gate.node_id in held]


def printing(request: StaffRequest, gate: Gate) -> Printing:
    """How it goes onto paper for whoever asks."""
    return Printing(gate.title, frame.title_of(request.staff), language(), site_zone())


def language() -> Language:
    """The reader's."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


def pdf_answer(pdf: bytes, name: str) -> HttpResponse:
    """A PDF to be looked at and printed, kept by nobody on the way."""
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{quote(name)}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def _day(request: StaffRequest, gate: Gate) -> DaySheet:
    asked = frame.day_asked(request)
    return day_sheet(gate.node_id, asked.day, start=asked.start, end=asked.end, zone=site_zone(), language=language())


def _name(sheet: DaySheet) -> str:
    return f"gate-{sheet.gate}-{sheet.day}"


def _back(request: StaffRequest, gate: Gate, refusal: Refusal) -> HttpResponse:
    messages.error(request, gettext(of_refusal(refusal).text))
    place, asked = place_of(request), frame.day_asked(request)
    here = reverse("ledger:gate_sheet", args=[gate.node_id])
    return HttpResponseRedirect(here + query_of(place=place.id if place else None, day=asked.day))
