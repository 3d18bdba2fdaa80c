"""The keys of people's data, day by day: what each seals, and its destruction by two administrators."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import now as clock_now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kakou.access.destroying import DestructionState, ask, settle
from kakou.access.destroying.models import KeyDestruction
from kakou.access.destroying.queries import KeyDay, key_day, key_days, sealed_on, tops_of_site
from kakou.access.events import registry as known
from kakou.access.forms import DestroyForm, DestructionForm
from kakou.access.pages.guard import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.time import day_in
from kakou.web.kit.lists import page_of
from kakou.web.kit.signs import Sign
from kakou.web.queries import site_zone
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

IN_USE = Sign(gettext_noop("in use"), "go", "check")
DUE = Sign(gettext_noop("due: to be destroyed"), "look", "clock")
WAITING = Sign(gettext_noop("waits for a second person"), "look", "clock")
GONE = Sign(gettext_noop("destroyed"), "plain", "octagon")


@require_safe
@require_permission(Permission.MANAGE_STAFF)
def keys(request: StaffRequest) -> HttpResponse:
    """Every day that has a key, or those whose keys are gone, the nearest first."""
    found, show = key_days(at=request.now), request.GET.get("show", "")
    gone = show == GONE.msgid
    page = page_of([one for one in found if bool(one.living) is not gone], request.GET.get("page", ""))
    context = {
        "now": request.now,
        "page": page,
        "rows": [(one, sign_of(one, today(request))) for one in page.rows],
        "show": show if gone else "",
        "shows": [("", _("In use")), (GONE.msgid, _("Destroyed"))],
        "is_whole": _is_whole(),
    }
    return render(request, "access/keys.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.MANAGE_STAFF)
def key(request: StaffRequest, day: str) -> HttpResponse:
    """What would become unreadable, and the next step towards it: to ask, to wait, or to do it."""
    found = _day_named(day, request.now)
    given = request.POST if request.method == "POST" else None
    form = DestructionForm(given) if found.waits is None else DestroyForm(given)
    if form.is_valid() and _done(request, found, form):
        place = place_of(request)
        return redirect(reverse("access:key", args=[day]) + query_of(place=place.id if place else None))
    context = {
        "now": request.now,
        "one": found,
        "sign": sign_of(found, today(request)),
        "sealed": [(_(known.sealed.get(table, table)), many) for table, many in sealed_on(found).items()],
        "form": form,
        "asker": _name(found.waits),
        "is_own": found.waits is not None and found.waits.asked_by_id == request.staff.pk,
        "is_early": found.day > today(request),
        "settled": _settled(found),
    }
    return render(request, "access/key.html", context, status=422 if form.errors else 200)


def line(request: HttpRequest) -> str:
    """The line of the first page for whoever may destroy: nothing as long as nothing waits."""
    at = getattr(request, "now", None) or clock_now()
    many = KeyDestruction.waiting(at).exclude(asked_by_id=request.user.pk).count()
    return render_to_string("access/keys_line.html", {"many": many}, request) if many and _is_whole() else ""


def sign_of(one: KeyDay, day: dt.date) -> Sign:
    """Where it stands."""
    if not one.living:
        return GONE
    if one.waits is not None:
        return WAITING
    return DUE if one.day < day else IN_USE


def today(request: StaffRequest) -> dt.date:
    """The site's."""
    return day_in(site_zone(), request.now)


def _done(request: StaffRequest, found: KeyDay, form: DestructionForm | DestroyForm) -> bool:
    """Do the step; False where it cannot be done: then the form says why."""
    try:
        messages.success(request, _step(request, found, form))
    except Refusal as refusal:
        if refusal.status not in (403, 409, 422):
            raise
        field = {"reason-unfit": "reason", "key-day-not-typed": "typed"}.get(refusal.code)
        form.add_error(field, of_refusal(refusal).text)
        return False
    return True


def _step(request: StaffRequest, found: KeyDay, form: DestructionForm | DestroyForm) -> str:
    """What was done, in words."""
    by, at = request.staff, request.now
    if found.waits is None:
        ask(found.day, reason=form.cleaned_data["reason"], by=by, at=at)
        return _("Asked. Another administrator of the whole site must do it, within three days.")
    if request.POST.get("decision") == "refuse":
        settle(found.waits, typed=None, by=by, at=at, today=today(request))
        return _("Refused: everything stays readable.")
    gone = len(settle(found.waits, typed=form.cleaned_data["typed"], by=by, at=at, today=today(request)))
    done = ngettext("%(n)s key is destroyed.", "%(n)s keys are destroyed.", gone) % {"n": gone}
    return f"{done} " + _("Now wipe it from every copy of the key store: kakou keys export FOLDER")


def _settled(found: KeyDay) -> list[tuple[KeyDestruction, str, str]]:
    """What was asked for this day and decided, the latest first: (request, who asked, who decided)."""
    rows = KeyDestruction.objects.filter(day=found.day).exclude(state=DestructionState.ASKED)
    rows = rows.select_related("asked_by", "settled_by").order_by("-asked_at")[:10]
    return [(one, _name(one), str(one.settled_by.display or one.settled_by.username)) for one in rows if one.settled_by]


def _day_named(text: str, at: dt.datetime) -> KeyDay:
    """Raises NotFound, also for whoever does not administer the whole site."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not _is_whole():
        raise NotFound("There is no key for this day, or you do not administer the whole site.")
    return key_day(day, at=at)


def _is_whole() -> bool:
    return tops_of_site() <= set(nodes_held(Permission.MANAGE_STAFF))


def _name(asked: KeyDestruction | None) -> str:
    return (asked.asked_by.display or asked.asked_by.username) if asked else ""
