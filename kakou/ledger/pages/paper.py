"""Paper of a gate: blank forms, the lines that were written on them typed in, and taken back."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.pages.incoming import take_or_set_aside
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.kernel.time import from_ms
from kakou.ledger.actions.gate_sheets import form_paper, make_forms
from kakou.ledger.actions.paper import LIST, Outcome
from kakou.ledger.actions.taking_back import in_the_way, take_back
from kakou.ledger.forms.paper import FormsForm, TakeBackForm, TypeInForm
from kakou.ledger.gatesheet import words
from kakou.ledger.gatesheet.papers import blank_of
from kakou.ledger.gatesheet.reading import PaperRow
from kakou.ledger.models import PaperEntry, PaperForm
from kakou.ledger.pages import frame
from kakou.ledger.pages.gate_sheet import gate_at, language, pdf_answer, printing
from kakou.ledger.queries.paper import entries_of, entry_at, form_at, forms_of, ref_of
from kakou.ledger.queries.where import Gate
from kakou.vault.rules import mask
from kakou.web.kit.handing_out import sheet_answer
from kakou.web.kit.importing import Done, SheetForm, bring_in_sheet
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

AHEAD = dt.timedelta(days=31)
SHOWN = 50  # lines of a preview


@require_safe
@require_permission(Permission.CORRECT_LEDGER)
def paper(request: StaffRequest, node: int) -> HttpResponse:
    """Forms of a day, each with how much of it was typed in, and what was typed in lately."""
    return _page(request, _mine(node))


@require_POST
@require_permission(Permission.CORRECT_LEDGER)
def forms(request: StaffRequest, node: int) -> HttpResponse:
    """New blank sheets as a PDF."""
    gate = _mine(node)
    form = FormsForm(request.POST, last=timezone.localdate(request.now) + AHEAD)
    if not form.is_valid():
        return _page(request, gate, form)
    given = form.cleaned_data
    try:
        made, pdf = make_forms(
            node, given["day"], printing(request, gate), many=given["many"], by=request.staff, at=request.now
        )
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        form.add_error(None, of_refusal(refusal).text)
        return _page(request, gate, form)
    return pdf_answer(pdf, str(ref_of(made[0])))


@require_safe
@require_permission(Permission.CORRECT_LEDGER)
def form_sheet(request: StaffRequest, form: UUID) -> HttpResponse:
    """XLSX to type one form in."""
    found = _form(form)
    return sheet_answer(blank_of(ref_of(found), language()), name=str(ref_of(found)))


@require_safe
@require_permission(Permission.CORRECT_LEDGER)
def form_again(request: StaffRequest, form: UUID) -> HttpResponse:
    """One form as a PDF once more: the same sheet under the same number."""
    found = _form(form)
    return pdf_answer(form_paper([found], printing(request, _mine(found.node_id)), request.now), str(ref_of(found)))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.CORRECT_LEDGER)
def typing(request: StaffRequest, node: int) -> HttpResponse:
    """What was written, from a file or from the clipboard: all of it or nothing, problems by row and column."""
    gate = _mine(node)
    day = frame.day_asked(request, ahead=AHEAD.days).day
    choices = [(str(ref_of(form)), str(ref_of(form))) for form, _ in forms_of(node, day)]
    form: list[TypeInForm] = []
    context: dict[str, object] = {"now": request.now, "gate": gate, "day": day}

    def asks(*given: object) -> SheetForm:
        form.append(TypeInForm(*given, choices=choices, initial={"form": request.GET.get("form", "")}))
        return form[0]

    place = place_of(request)
    then = reverse("ledger:paper", args=[node]) + query_of(place=place.id if place else None, day=day)

    def take(content: bytes, name: str, dry_run: bool) -> Done | HttpResponse:
        chosen = {"node": node, "form": form[0].cleaned_data["form"]}
        done = take_or_set_aside(request, LIST, content, name, chosen, is_try=dry_run, then=then)
        if isinstance(done, Outcome):
            context["lines"] = [_shown(line, is_new) for line, is_new in done.lines[:SHOWN]]
            context["more"] = max(0, len(done.lines) - SHOWN)
        return done

    return bring_in_sheet(request, take, template="ledger/paper_in.html", then=then, asks=asks, context=context)


@require_safe
@require_permission(Permission.CORRECT_LEDGER)
def entry(request: StaffRequest, entry: UUID) -> HttpResponse:
    """One entry: how much it brought, and whether it can be taken back."""
    return _entry_page(request, entry_at(entry), TakeBackForm())


@require_POST
@require_permission(Permission.CORRECT_LEDGER)
def undo(request: StaffRequest, entry: UUID) -> HttpResponse:
    """Take it back."""
    found = entry_at(entry)
    form = TakeBackForm(request.POST)
    if not form.is_valid():
        return _entry_page(request, found, form, status=422)
    try:
        take_back(found, reason=form.cleaned_data["reason"], by=request.staff, at=request.now)
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        form.add_error("reason" if refusal.code == "reason-unfit" else None, of_refusal(refusal).text)
        return _entry_page(request, found, form, status=refusal.status)
    messages.success(request, gettext("Taken back: its rows stay in the ledger, struck through and counted nowhere."))
    place = place_of(request)
    return HttpResponseRedirect(
        reverse("ledger:paper_entry", args=[found.pk]) + query_of(place=place.id if place else None)
    )


def _mine(node: int) -> Gate:
    return gate_at(node, Permission.CORRECT_LEDGER)


def _form(id: UUID) -> PaperForm:
    found = form_at(id)
    _mine(found.node_id)
    return found


def _page(request: StaffRequest, gate: Gate, form: FormsForm | None = None) -> HttpResponse:
    asked = frame.day_asked(request, ahead=AHEAD.days)
    last = timezone.localdate(request.now) + AHEAD
    found = forms_of(gate.node_id, asked.day)
    context = {
        "now": request.now, "gate": gate, "asked": asked, "last": last,
        "forms": [(one, ref_of(one), typed) for one, typed in found], "entries": entries_of(gate.node_id),
        "form": form or FormsForm(initial={"day": asked.day}, last=last),
    }  # fmt: skip
    return render(request, "ledger/paper.html", context, status=422 if form is not None and form.errors else 200)


def _entry_page(request: StaffRequest, found: PaperEntry, form: TakeBackForm, *, status: int = 200) -> HttpResponse:
    context = {
        "now": request.now, "entry": found, "gate": frame.where_names({found.node_id}).get(found.node_id, ""),
        "form": form, "against": None if found.undone_at else in_the_way(found),
        "forms": sorted({ref_of(row.form) for row in found.lines.select_related("form")}),
    }  # fmt: skip
    return render(request, "ledger/paper_entry.html", context, status=status)


def _shown(line: PaperRow, is_new: bool) -> dict[str, object]:
    """One line as it was read, masked: whoever typed it has it before him."""
    hand, told = line.hand, language()
    number = hand.document.number if hand.document else ""
    return {
        "ref": line.ref, "row": line.row, "is_new": is_new, "at": timezone.localtime(from_ms(hand.ms)),
        "who": mask("name", hand.name) or mask("plate", hand.plate), "plate": mask("plate", hand.plate),
        "number": mask("document", number) or mask("phone", hand.phone),
        "way": words.word_of(words.WAYS, hand.way, told),
        "passed": words.word_of(words.STANDINGS, "passed" if hand.crossed else "turned_back", told),
    }  # fmt: skip
