"""Days of the site: those on which it works or rests otherwise than the calendar of its country says."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.web.kit.lists import page_of
from kakou.web.queries import site_zone
from kakou.web.refusals.answers import of_refusal
from kakou.workorders.actions.days import forget_day, set_day
from kakou.workorders.clocks import calendar_of
from kakou.workorders.forms import WORKED, DayForm, ForgetForm
from kakou.workorders.models import SiteDay

ROWS = 50


class Told(NamedTuple):
    """A day of the site, and whether its country would work on it."""

    day: SiteDay
    else_worked: bool


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.MANAGE_RULES)
def days(request: StaffRequest) -> HttpResponse:
    """The days of which something was said, the latest first; and saying it of one."""
    form = DayForm(request.POST) if request.method == "POST" else DayForm()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            set_day(
                given["day"], is_worked=given["what"] == WORKED, note=given["note"], by=request.staff, at=request.now
            )
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            form.add_error("note", of_refusal(refusal).text)
        else:
            messages.success(request, gettext("Kept. Clocks that are set from now on count by it."))
            return HttpResponseRedirect(reverse("workorders:days"))
    page = page_of(SiteDay.objects.select_related("set_by").order_by("-day"), request.GET.get("page", ""), size=ROWS)
    context = {
        "now": request.now,
        "today": timezone.localdate(request.now),
        "form": form,
        "page": page,
        "rows": [Told(day, _else_worked(day.day)) for day in page.rows],
        "country": settings.SITE_COUNTRY,
    }
    return render(request, "workorders/days.html", context, status=422 if form.errors else 200)


@require_POST
@require_permission(Permission.MANAGE_RULES)
def forget(request: StaffRequest) -> HttpResponse:
    """A day is again as the calendar says."""
    form = ForgetForm(request.POST)
    if not form.is_valid():
        raise BadRequest("no day")
    forget_day(form.cleaned_data["day"], by=request.staff, at=request.now)
    messages.success(request, gettext("That day is as the calendar says again."))
    return HttpResponseRedirect(reverse("workorders:days"))


def _else_worked(day: dt.date) -> bool:
    return calendar_of(settings.SITE_COUNTRY, site_zone(), range(day.year, day.year + 1)).is_worked(day)
