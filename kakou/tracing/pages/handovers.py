"""Handing contacts over to another area: the file, its receipt, how long that is missing; offices and their keys."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.tracing import handing
from kakou.tracing.actions import offices as keys
from kakou.tracing.actions.handovers import Wording, bring_receipt, make_handover
from kakou.tracing.actions.offices import OfficeUnknown
from kakou.tracing.forms.handovers import KEY, FileForm, HandoverForm, TrustForm
from kakou.tracing.handing.files import Recipient
from kakou.tracing.models import Office, Outbreak
from kakou.tracing.pages.frame import somebodies
from kakou.tracing.pages.words import FINDINGS, MOVES, TASKS, reasons_of
from kakou.tracing.queries import cases as queries
from kakou.tracing.queries import handovers as files
from kakou.tracing.queries.names import open_release
from kakou.tracing.rules.following import Finding, Task
from kakou.tracing.rules.standing import STILL_OPEN, Move
from kakou.web.refusals.answers import of_refusal

FILE = "application/jose"
MOST_SHOWN = 500
Told = tuple[str, str]  # what became of an uploaded file: tone and words
WORDING = Wording(
    reasons=reasons_of,
    step=lambda move, reason: f"{_(MOVES[Move(move)])} {reason}".strip(),
    told=lambda task, finding: f"{_(TASKS[Task(task)])}: {FINDINGS[Finding(finding)].word}",
)


@require_safe
@require_permission(Permission.TRACE)
def handovers(request: StaffRequest) -> HttpResponse:
    """What was handed over and waits for its receipt, the oldest first; what came in; the offices."""
    return _page(request)


@never_cache
@require_http_methods(["GET", "POST"])
@require_permission(Permission.TRACE)
def hand_over(request: StaffRequest, id: UUID) -> HttpResponse:
    """Choose contacts, say to whom: the answer is the file."""
    outbreak = queries.outbreak_at(id)
    release = open_release(outbreak, request.staff, request.now)
    known = [one for one in files.offices() if one.ended_at is None and one.open_key]
    form = HandoverForm(
        request.POST if request.method == "POST" else None, may_open=release is not None,
        offices=[(str(one.pk), _("Only %(office)s") % {"office": one.name}) for one in known],
        initial={"to": str(known[0].pk) if known else KEY},
    )  # fmt: skip
    ticked = request.POST.getlist("who")
    if form.is_valid():
        try:
            return _made(request, outbreak, form, ticked)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.add_error(None, of_refusal(refusal).text)
    mine = nodes_held(Permission.TRACE)
    rows = list(queries.contacts_of(outbreak).filter(node_id__in=mine, standing__in=STILL_OPEN)[:MOST_SHOWN])
    context = {
        "now": request.now, "outbreak": outbreak, "form": form, "release": release, "known": known, "ticked": ticked,
        "rows": somebodies(request, rows, outbreak=outbreak),
    }  # fmt: skip
    return render(request, "tracing/handover.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@require_permission(Permission.TRACE)
def receipt(request: StaffRequest) -> HttpResponse:
    """A receipt was brought back."""
    form = FileForm(request.POST, request.FILES, label=_("Receipt"), auto_id="receipt_%s")
    if not form.is_valid():
        return _page(request, receipt_form=form)
    reason = _("The recipient has taken them over.")
    try:
        done = bring_receipt(_read(form), reason=reason, by=request.staff, at=request.now)
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        form.add_error("file", _said(refusal))
        return _page(request, receipt_form=form)
    messages.success(
        request, _("%(area)s has them: %(moved)d stand as handed over, %(left)d were decided about since.")
        % {"area": done.handover.area, "moved": done.moved, "left": done.left},
    )  # fmt: skip
    return HttpResponseRedirect(reverse("tracing:handovers"))


@never_cache
@require_POST
@require_permission(Permission.TRACE)
def card(request: StaffRequest) -> HttpResponse:
    """Our own card, to be sent to others."""
    return _file(keys.give_card(by=request.staff, at=request.now), "kakou.kkcard")


@never_cache
@require_POST
@require_permission(Permission.TRACE)
def office(request: StaffRequest) -> HttpResponse:
    """A card of another office: looked at first, trusted once somebody has compared the fingerprint."""
    trust = TrustForm(request.POST) if "content" in request.POST else None
    form = (
        FileForm(request.POST, request.FILES, label=_("Card of an office"), auto_id="card_%s")
        if trust is None
        else None
    )
    try:
        if trust is not None:
            found = handing.read_card(request.POST["content"].encode("utf-8", "replace"))
            if trust.is_valid():
                made = keys.trust_card(found, by=request.staff, at=request.now)
                messages.success(request, _("Files for %(office)s can be sealed now.") % {"office": made.name})
                return HttpResponseRedirect(reverse("tracing:handovers"))
        elif form is not None and form.is_valid():
            content = _read(form)
            found = handing.read_card(content)
            trust = TrustForm(initial={"content": content.decode("ascii")})
        else:
            return _page(request, card_form=form)
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        form = form or FileForm({}, label=_("Card of an office"), auto_id="card_%s")
        form.add_error("file", _said(refusal))
        return _page(request, card_form=form)
    context = {
        "now": request.now, "form": trust, "card": found,
        "fingerprint": handing.grouped(handing.fingerprint(found.signs)),
    }  # fmt: skip
    return render(request, "tracing/handover_office.html", context, status=422 if trust.errors else 200)


@require_POST
@require_permission(Permission.TRACE)
def end_office(request: StaffRequest, id: UUID) -> HttpResponse:
    """Its key was lost: nothing signed with it is taken any more."""
    found = files.office_at(id)
    keys.end_trust(found, by=request.staff, at=request.now)
    messages.success(request, _("Nothing that %(office)s signs is taken any more.") % {"office": found.name})
    return HttpResponseRedirect(reverse("tracing:handovers"))


def _made(request: StaffRequest, outbreak: Outbreak, form: HandoverForm, ticked: list[str]) -> HttpResponse:
    chosen = queries.contacts_of(outbreak).filter(pk__in=[one for one in ticked if _is_id(one)])
    made = make_handover(
        outbreak, list(chosen), area=form.cleaned_data["area"], recipient=_recipient(form),
        reason=form.cleaned_data["reason"], wording=WORDING, by=request.staff, at=request.now,
    )  # fmt: skip
    return _file(made.content, f"kakou-{made.handover.pk.hex[-8:]}.kkhand")


def _recipient(form: HandoverForm) -> Recipient | None:
    id = form.office()
    if id is None:
        return form.recipient()
    found: Office = files.office_at(id)
    return handing.read_recipient(json.dumps(found.open_key))


def _page(request: StaffRequest, **forms: FileForm | None) -> HttpResponse:
    context = {
        "now": request.now, "made": files.handovers(), "taken": files.handed_in(), "offices": files.offices(),
        "outbreaks": [one for one in queries.outbreaks() if one.closed_at is None],
        "fingerprint": handing.grouped(handing.fingerprint(keys.our_keys().signs)),
        "receipt_form": forms.get("receipt_form") or FileForm(label=_("Receipt"), auto_id="receipt_%s"),
        "card_form": forms.get("card_form") or FileForm(label=_("Card of an office"), auto_id="card_%s"),
    }  # fmt: skip
    wrong = any(form is not None and form.errors for form in forms.values())
    return render(request, "tracing/handovers.html", context, status=422 if wrong else 200)


def _read(form: FileForm) -> bytes:
    file: UploadedFile[bytes] = form.cleaned_data["file"]
    return bytes(file.read())


def _said(refusal: Refusal) -> str:
    words = of_refusal(refusal).text
    if isinstance(refusal, OfficeUnknown):
        return f"{refusal.told}: {words} " + _("Then bring in his card below, and this file again.")
    return words


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=FILE)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
