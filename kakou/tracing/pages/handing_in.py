"""Taking in what another office handed over: checked, shown, taken once; its receipt, as often as it is asked for."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.tracing import handing
from kakou.tracing.actions.handing_in import AlreadyTaken, Opened, bring_in, look_in
from kakou.tracing.forms.handovers import FileForm, TakeForm
from kakou.tracing.handing import HandedPerson
from kakou.tracing.models import Outbreak
from kakou.tracing.pages.interview import units_to_register_at
from kakou.tracing.pages.words import GRADES
from kakou.tracing.policy import Grade
from kakou.tracing.queries import cases as queries
from kakou.tracing.queries import handovers as files
from kakou.vault.rules import mask
from kakou.web.kit.signs import Sign
from kakou.web.refusals.answers import of_refusal

SHOWN = 200


class Row(NamedTuple):
    """One person of the file, masked: here nobody has asked for names yet."""

    told: HandedPerson
    name: str
    phone: str
    sign: Sign


@never_cache
@require_http_methods(["GET", "POST"])
@require_permission(Permission.TRACE)
def hand_in(request: StaffRequest, id: UUID) -> HttpResponse:
    """Choose the file; look at what it says and at who signed it; take it."""
    outbreak = queries.outbreak_at(id)
    if request.method != "POST":
        return _choose(request, outbreak, FileForm(label=_("File of the other office")))
    if "content" in request.POST:
        return _take(request, outbreak, request.POST["content"])
    form = FileForm(request.POST, request.FILES, label=_("File of the other office"))
    if form.is_valid():
        content: bytes = form.cleaned_data["file"].read()
        try:
            return _look(request, outbreak, content.decode("ascii", "replace"), look_in(content))
        except Refusal as refusal:
            return _refused(request, outbreak, form, refusal)
    return _choose(request, outbreak, form)


@never_cache
@require_safe
@require_permission(Permission.TRACE)
def receipt_file(request: StaffRequest, id: UUID) -> HttpResponse:
    """The receipt of a file that was taken, to be sent back; nothing of anybody is in it."""
    found = files.handed_in_at(id)
    answer = HttpResponse(found.receipt, content_type="application/jose")
    answer["Content-Disposition"] = f'attachment; filename="kakou-{found.pk.hex[-8:]}.kkreceipt"'
    return answer


def _take(request: StaffRequest, outbreak: Outbreak, text: str) -> HttpResponse:
    content = text.encode("utf-8", "replace")
    try:
        opened = look_in(content)
        form = TakeForm(request.POST, units=units_to_register_at(), known=opened.office is not None)
        if opened.office is None and form.is_valid() and not form.cleaned_data["trust"]:
            form.add_error("trust", _("Call the sender and compare first: anybody can write his name on a file."))
        if not form.is_valid():
            return _look(request, outbreak, text, opened, form)
        made = bring_in(
            outbreak, content, node=form.cleaned_data["node"], trust=bool(form.cleaned_data.get("trust")),
            by=request.staff, at=request.now,
        )  # fmt: skip
    except Refusal as refusal:
        return _refused(request, outbreak, FileForm({}, label=_("File of the other office")), refusal)
    messages.success(request, _("%(many)d came in to be decided about. Send the receipt back.") % {"many": made.many})
    return HttpResponseRedirect(reverse("tracing:handovers"))


def _look(
    request: StaffRequest, outbreak: Outbreak, text: str, opened: Opened, form: TakeForm | None = None
) -> HttpResponse:
    known = opened.office is not None
    form = form or TakeForm(
        units=units_to_register_at(), known=known, initial={"content": text, "node": outbreak.node_id}
    )
    people = opened.paper.people
    context = {
        "now": request.now, "outbreak": outbreak, "form": form, "paper": opened.paper, "office": opened.office,
        "sealed": handing.is_sealed(text), "fingerprint": handing.grouped(handing.fingerprint(opened.signer)),
        "rows": [_row(one) for one in people[:SHOWN]], "more": len(people) - SHOWN, "many": len(people),
    }  # fmt: skip
    return render(request, "tracing/handover_look.html", context, status=422 if form.errors else 200)


def _row(one: HandedPerson) -> Row:
    return Row(one, mask("name", one.name), mask("phone", one.phone), GRADES[Grade(one.grade)])


def _choose(request: StaffRequest, outbreak: Outbreak, form: FileForm, taken: UUID | None = None) -> HttpResponse:
    context = {"now": request.now, "outbreak": outbreak, "form": form, "taken": taken}
    return render(request, "tracing/handover_in.html", context, status=422 if form.errors else 200)


def _refused(request: StaffRequest, outbreak: Outbreak, form: FileForm, refusal: Refusal) -> HttpResponse:
    if refusal.status not in (409, 422):
        raise refusal
    form.add_error("file", of_refusal(refusal).text)
    taken = refusal.taken if isinstance(refusal, AlreadyTaken) else None
    return _choose(request, outbreak, form, taken)
