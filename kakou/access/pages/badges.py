"""Badges: my own, shown once when it is made; and those of whoever records at my gates."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access.badges import actions
from kakou.access.badges.queries import badge_for, badge_of, badges_over
from kakou.access.forms import BadgeForm
from kakou.access.models import Closure
from kakou.access.pages.guard import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.kernel.time import day_in
from kakou.web.kit.lists import page_of
from kakou.web.queries import site_zone
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of


@never_cache
@sensitive_post_parameters("pin", "again")
@require_http_methods(["GET", "POST"])
@require_permission(Permission.RECORD_PASSAGES)
def mine(request: StaffRequest) -> HttpResponse:
    """My badge and since when I have it; a PIN makes a new one, whose code is shown this once."""
    form = BadgeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            badge, text = actions.issue_badge(pin=form.cleaned_data["pin"], by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            return render(request, "access/badge_made.html", {"badge": badge, "text": text, "qr": code_of(text)})
    shown = {"badge": badge_of(request.staff), "form": form, "now": request.now}
    return render(request, "access/badge.html", shown, status=422 if form.errors else 200)


def code_of(text: str) -> SafeString:
    """A text of QR's alphanumeric set as SVG without inline styles."""
    code = segno.make(text, error="m", micro=False, mode="alphanumeric", boost_error=False)
    return mark_safe(code.svg_inline(scale=6, border=4, svgclass="qr", lineclass=None, omitsize=True))  # noqa: S308


@require_POST
@require_permission(Permission.RECORD_PASSAGES)
def revoke_mine(request: StaffRequest) -> HttpResponse:
    """Mine is lost: it opens nothing any more."""
    badge = badge_of(request.staff)
    if badge is None:
        messages.error(request, _("You have no badge that could be revoked."))
    else:
        actions.revoke_badge(badge, by=request.staff, at=request.now)
        messages.success(request, _("Your badge is revoked. Choose a PIN for a new one when you need it."))
    return redirect("access:badge")


@require_safe
@require_permission(Permission.ENROL_DEVICES)
def badges(request: StaffRequest) -> HttpResponse:
    """The badges of whoever records at the place and below it."""
    place, nodes = place_of(request), set(nodes_held(Permission.ENROL_DEVICES))
    if place is not None:
        nodes &= set(Closure.objects.filter(ancestor_id=place.id).values_list("descendant_id", flat=True))
    page = page_of(badges_over(nodes), request.GET.get("page", ""))
    return render(request, "access/badges.html", {"page": page, "today": day_in(site_zone(), request.now)})


@require_POST
@require_permission(Permission.ENROL_DEVICES)
def revoke(request: StaffRequest, id: int) -> HttpResponse:
    """From the next contact of each phone on, this badge opens no names there."""
    badge = badge_for(id, nodes_held(Permission.ENROL_DEVICES))
    actions.revoke_badge(badge, by=request.staff, at=request.now)
    told = {"number": badge.pk, "name": badge.staff.display or badge.staff.username}
    messages.success(request, _("Badge %(number)d of %(name)s is revoked.") % told)
    place = place_of(request)
    return redirect(reverse("access:badges") + query_of(place=place.id if place else None))
