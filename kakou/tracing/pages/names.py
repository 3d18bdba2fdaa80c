"""Asking for names, agreeing to it, confirming it afterwards."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.tracing.actions.names import ask_names, settle_names
from kakou.tracing.forms.cases import NamesForm
from kakou.tracing.pages.outbreaks import page
from kakou.tracing.queries import cases as queries
from kakou.tracing.queries import names
from kakou.tracing.rules.names import ReleaseMove, ReleaseState
from kakou.web.refusals.answers import of_refusal

DONE = {
    ReleaseState.GRANTED: lambda: _("Released for 72 hours. What is shown is audited."),
    ReleaseState.REFUSED: lambda: _("Refused: the names stay masked."),
    ReleaseState.CONFIRMED: lambda: _("Confirmed: the glass was rightly broken."),
    ReleaseState.ENDED: lambda: _("Given back: the names are masked again."),
    ReleaseState.BROKEN_GLASS: lambda: _("It stays open until somebody has confirmed or refused it."),
}


@require_POST
@require_permission(Permission.TRACE)
def ask(request: StaffRequest, id: UUID) -> HttpResponse:
    """Ask for the names of an outbreak, or break the glass."""
    found, form = queries.outbreak_at(id), NamesForm(request.POST)
    if form.is_valid():
        broken = request.POST.get("break_glass") == "1"
        try:
            ask_names(found, reason=form.cleaned_data["reason"], break_glass=broken, by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error("reason", of_refusal(refusal).text)
        else:
            messages.success(
                request,
                _("Names are open. Somebody else confirms it within 12 hours, or it is reported.")
                if broken
                else _("Asked for. Somebody else who may release names has to agree."),
            )
            return HttpResponseRedirect(reverse("tracing:outbreak", args=[found.pk]))
    return page(request, found, names_form=form)


@require_POST
@require_permission(Permission.TRACE, Permission.RELEASE_NAMES)
def settle(request: StaffRequest, id: UUID) -> HttpResponse:
    """Grant, refuse, confirm, or give back."""
    given = request.POST.get("move", "")
    move = ReleaseMove(given) if given in set(ReleaseMove) else ReleaseMove.REFUSE
    then = settle_names(names.release_at(id), move, by=request.staff, at=request.now)
    messages.success(request, DONE[ReleaseState(then.state)]())
    return HttpResponseRedirect(reverse("tracing:outbreak", args=[then.outbreak_id]))
