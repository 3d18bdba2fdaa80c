"""The page before the first account, and the list of first steps after it."""

from __future__ import annotations

import os

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from kakou.access.models import Device
from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.site import read_site
from kakou.kernel.time import now
from kakou.ledger.pages.limits import TooOften, count
from kakou.places.models import Unit
from kakou.places.queries import unit_at
from kakou.places.rules import UnitKind
from kakou.setup import actions, queries
from kakou.setup.forms import GateForm, OpeningForm, SiteForm
from kakou.setup.rules import TRIES
from kakou.web.refusals.answers import of_refusal

MODEL = "django.contrib.auth.backends.ModelBackend"


@never_cache
@sensitive_post_parameters("code", "password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def opening(request: HttpRequest) -> HttpResponse:
    """The first administrator, by the code from the console. Gone once there is any account: 404 like any other
    address that is none."""
    if not queries.is_empty():
        raise NotFound("There is nothing at this address.")
    form = OpeningForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":  # before anything is looked at: what is tried is a code
        _count(request)
    if form.is_valid() and _opened(request, form):
        return redirect("setup:steps")
    return render(request, "setup/opening.html", {"form": form}, status=422 if form.errors else 200)


def _count(request: HttpRequest) -> None:
    """One more try. Raises TooOften, in words for whoever stands before an empty installation."""
    try:
        count(request, "setup", client=TRIES)
    except TooOften:
        raise TooOften(
            "Too many tries from here. Wait a minute, or make the first account on the machine's console: `kakou places"
            " import`, then `kakou staff add`."
        ) from None


def _opened(request: HttpRequest, form: OpeningForm) -> bool:
    given = form.cleaned_data
    said = actions.Opening(
        username=given["username"], password=given["password"], site=given["site"].strip(), kind=given["kind"],
        zone=given["zone"],
    )  # fmt: skip
    try:
        first = actions.open_site(said, code=given["code"], home=settings.HOME, at=now())
    except Refusal as refusal:
        wrong_code = isinstance(refusal, actions.CodeUnusable)
        form.add_error("code" if wrong_code else "site", of_refusal(refusal).text)
        return False
    login(request, first, backend=MODEL)
    record_authentication(request, first, "password", username=first.username)
    return True


@require_safe
@require_permission(Permission.MANAGE_STAFF)
def steps(request: StaffRequest) -> HttpResponse:
    """What is done and what comes next; every step can be left and come back to."""
    found = queries.steps()
    following = next((step for step in found if not step.done), None)
    context = {"steps": found, "next": following, "now": request.now}
    return render(request, "setup/steps.html", context)


@require_http_methods(["GET", "POST"])
@require_permission(Permission.MANAGE_STAFF)
def site(request: StaffRequest) -> HttpResponse:
    """What the installation is called and where its days begin."""
    unit = _root(request)
    fixed = "KAKOU_ZONE" in os.environ or Device.objects.exists()
    form = SiteForm(request.POST if request.method == "POST" else None, initial={"site": unit.name}, fixed=fixed)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.name_site(
                name=given["site"].strip(), zone=given.get("zone", ""), unit=unit, home=settings.HOME,
                by=request.staff, at=request.now,
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error("site", of_refusal(refusal).text)
        else:
            messages.success(request, _("Kept, with your name and the time."))
            return redirect("setup:steps")
    zone = read_site(settings.HOME).zone if not fixed else ""
    context = {"form": form, "fixed": fixed, "zone": zone or settings.SITE_ZONE}
    return render(request, "setup/site.html", context, status=422 if form.errors else 200)


def _root(request: StaffRequest) -> Unit:
    unit = queries.root()
    if unit is None or unit.node_id not in nodes_held(Permission.MANAGE_STAFF):
        raise NotFound("There is no such place, or it is not one of yours.")
    return unit


@require_http_methods(["GET", "POST"])
@require_permission(Permission.EDIT_PLACES)
def place(request: StaffRequest) -> HttpResponse:
    """One place with its gate, by hand; many come by a sheet."""
    mine = set(nodes_held(Permission.EDIT_PLACES))
    units = list(Unit.objects.filter(node_id__in=mine).order_by("node__parent_id", "code", "name", "pk"))
    form = GateForm(request.POST if request.method == "POST" else None, units=units)
    if form.is_valid() and _added(request, form):
        return redirect("setup:steps" if form.cleaned_data["entrance"] else "setup:place")
    return render(request, "setup/place.html", {"form": form, "units": units}, status=422 if form.errors else 200)


def _added(request: StaffRequest, form: GateForm) -> bool:
    given = form.cleaned_data
    try:
        actions.add_first_gate(
            inside=unit_at(given["inside"]), kind=UnitKind(given["kind"]) if given["kind"] else None,
            name=given["name"].strip(), entrance=given["entrance"].strip(), by=request.staff, at=request.now,
        )  # fmt: skip
    except Refusal as refusal:
        form.add_error(None, of_refusal(refusal).text)
        return False
    messages.success(request, _("Added, with your name and the time."))
    return True


def line(request: HttpRequest) -> str:
    """The line of the first page: which step comes next. Nothing once all are done."""
    following = queries.next_step()
    return render_to_string("setup/line.html", {"step": following}, request) if following else ""


def way_in() -> str:
    """Where the first page leads somebody nobody knows: to the code while there is no account; "" otherwise."""
    return reverse("setup:opening") if queries.is_empty() else ""
