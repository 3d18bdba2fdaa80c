"""Ways in: the robots and mailboxes of my places, set up by whoever may manage notices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.ledger.pages import frame
from kakou.services import actions
from kakou.services.forms import InletForm
from kakou.services.models import Inlet
from kakou.services.queries import inlets as queries
from kakou.services.rules import WAYS, InletKind
from kakou.web.kit.signs import Sign
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

Result = TypeVar("Result")
PERMISSION = Permission.MANAGE_NOTICES
ON, OFF = Sign(gettext_noop("switched on"), "go", "check"), Sign(gettext_noop("switched off"), "plain", "ring")
TROUBLES = {
    "not-connected": gettext_noop("no connection"),
    "tls": gettext_noop("the certificate of the server is not trusted"),
    "name-unknown": gettext_noop("the name of the server is unknown"),
    "address-refused": gettext_noop("the address lies in a private network"),
    "refused": gettext_noop("the server takes neither this account nor this password"),
    "no-folder": gettext_noop("there is no such folder"),
    "cut-off": gettext_noop("the connection broke off"),
    "too-slow": gettext_noop("the server takes too long"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A way in, in the list."""

    inlet: Inlet
    kind: str
    place: str
    sign: Sign
    trouble: str
    aside: int


@require_safe
@require_permission(PERMISSION)
def inlets(request: StaffRequest) -> HttpResponse:
    """Every way in at the place and below it, and when something last came by it."""
    place = place_of(request)
    found = list(queries.inlets_below(place.id if place else None))
    names = frame.where_names({one.node_id for one in found})
    rows = [_row(one, names.get(one.node_id, "")) for one in found]
    kinds = [(kind.value, gettext(way.title), gettext(way.hint)) for kind, way in WAYS.items()]
    return render(request, "services/inlets.html", {"now": request.now, "rows": rows, "kinds": kinds})


def _row(inlet: Inlet, place: str) -> Row:
    return Row(
        inlet, gettext(WAYS[InletKind(inlet.kind)].title), place, ON if inlet.enabled else OFF,
        gettext(TROUBLES[inlet.trouble]) if inlet.trouble in TROUBLES else inlet.trouble,
        queries.put_aside(inlet),
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PERMISSION)
def new(request: StaffRequest, kind: str) -> HttpResponse:
    """Set one up."""
    if kind not in set(InletKind):
        return HttpResponseRedirect(reverse("services:inlets"))
    place, wanted = place_of(request), InletKind(kind)
    form = InletForm(
        request.POST if request.method == "POST" else None, kind=wanted, initial={"unit": place.id if place else None}
    )

    def add() -> Inlet:
        return actions.add_inlet(
            node=form.cleaned_data["unit"], kind=wanted, name=form.cleaned_data["name"], known=form.known,
            by=request.staff, at=request.now,
        )  # fmt: skip

    made = _done(form, add)
    if made is not None:
        messages.success(request, gettext("It is set up. What comes in waits for a person to decide."))
        return _to(request, made.pk)
    context = {"form": form, "title": gettext(WAYS[wanted].title), "hint": gettext(WAYS[wanted].hint)}
    return render(request, "services/inlet_new.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PERMISSION)
def inlet(request: StaffRequest, id: int) -> HttpResponse:
    """One of them: its address, changed, switched off."""
    found = queries.inlet_at(id)
    kind = InletKind(found.kind)
    told = {"name": found.name, **queries.told_of(found)}
    form = InletForm(request.POST if request.method == "POST" else None, kind=kind, is_set_up=True, initial=told)

    def change() -> bool:
        actions.change_inlet(found, name=form.cleaned_data["name"], known=form.known, by=request.staff, at=request.now)
        return True

    if _done(form, change):
        messages.success(request, gettext("Kept, with your name and the time."))
        return _to(request, id)
    address = ""
    if kind is not InletKind.MAILBOX:
        address = request.build_absolute_uri(reverse("services:door", args=[found.row]))
    place = frame.where_names({found.node_id}).get(found.node_id, "")
    context = {"now": request.now, "row": _row(found, place), "form": form, "address": address}
    return render(request, "services/inlet.html", context, status=422 if form.errors else 200)


@require_POST
@require_permission(PERMISSION)
def switch(request: StaffRequest, id: int) -> HttpResponse:
    """On or off, as the form says."""
    found, on = queries.inlet_at(id), request.POST.get("on") == "yes"
    actions.switch_inlet(found, on=on, by=request.staff, at=request.now)
    told = gettext("%(name)s is switched on.") if on else gettext("%(name)s is switched off: nothing comes in by it.")
    messages.success(request, told % {"name": found.name})
    return _to(request, id)


def _done(form: InletForm, act: Callable[[], Result]) -> Result | None:
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return act()
    except Refusal as refusal:
        form.add_error(None, of_refusal(refusal).text)
        return None


def _to(request: StaffRequest, id: int) -> HttpResponse:
    place = place_of(request)
    return HttpResponseRedirect(reverse("services:inlet", args=[id]) + query_of(place=place.id if place else None))
