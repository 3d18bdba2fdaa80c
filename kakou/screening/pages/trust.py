"""Trust lists: whom gates believe about credentials, since when and until when; and looking at one code."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.screening.actions import trust as actions
from kakou.screening.actions.permits import decides_for_all
from kakou.screening.credentials import Credential, CredentialRefused, Kind, RecordKind, verify
from kakou.screening.forms.rules import CodeForm, TrustListForm
from kakou.screening.models import TrustList
from kakou.screening.pages.words import language, look_of
from kakou.screening.queries import trust as queries
from kakou.screening.queries.official import service_name
from kakou.screening.rules import Vaccination
from kakou.screening.vaccines import course_of, products
from kakou.web.kit.signs import Sign
from kakou.web.refusals.answers import of_refusal

STATES = {
    "counts": Sign(gettext_noop("Counts"), "go", "check"),
    "ends": Sign(gettext_noop("Ends soon"), "look", "clock"),
    "old": Sign(gettext_noop("Ended: renew it"), "stop", "triangle"),
    "replaced": Sign(gettext_noop("Replaced"), "plain", "ring"),
    "withdrawn": Sign(gettext_noop("Withdrawn"), "plain", "octagon"),
}
KINDS = {
    Kind.DCC: gettext_noop("EU Digital COVID Certificate"),
    Kind.SHC: gettext_noop("SMART Health Card"),
    Kind.PASS: gettext_noop("Pass of ours: only its form was looked at"),
}
VACCINATIONS = {
    Vaccination.FULL: gettext_noop("Complete"),
    Vaccination.BOOSTED: gettext_noop("Boosted"),
    Vaccination.PARTIAL: gettext_noop("Begun"),
    Vaccination.NONE: gettext_noop("No dose"),
    Vaccination.EXEMPT: gettext_noop("Exempt for medical reasons"),
    Vaccination.UNKNOWN: gettext_noop("How many doses are a whole course is not known here"),
}
RECORDS = {
    RecordKind.VACCINATION: gettext_noop("Vaccination"),
    RecordKind.TEST: gettext_noop("Test"),
    RecordKind.RECOVERY: gettext_noop("Recovery"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One list and how it stands."""

    row: TrustList
    look: Sign
    may_withdraw: bool


@require_safe
@require_permission(Permission.MANAGE_RULES)
def trust(request: StaffRequest) -> HttpResponse:
    """Every list, the latest first."""
    counting = {one.pk for one in queries.counting()}
    ends = {one.pk for one in queries.ending(request.now)}
    may_manage = decides_for_all(request.staff)
    rows = []
    for row in queries.trust_lists():
        state = _state(request, row, counts=row.pk in counting, ends=row.pk in ends)
        rows.append(Row(row, look_of(STATES, state), may_manage and row.withdrawn_at is None))
    return render(
        request,
        "screening/trust.html",
        {
            "now": request.now,
            "rows": rows,
            "behind": sorted({key.issuer for key in queries.behind_their_issuers()}),
            "official": service_name(),
            "may_manage": may_manage,
        },
    )


@require_http_methods(["GET", "POST"])
@require_permission(Permission.MANAGE_RULES)
def bring_in(request: StaffRequest) -> HttpResponse:
    """A list as a ZIP: all of it or nothing."""
    posted = request.method == "POST"
    form = TrustListForm(request.POST if posted else None, request.FILES if posted else None)
    if form.is_valid():
        try:
            made = actions.import_trust_list(
                form.cleaned_data["file"].read(), name=form.cleaned_data["name"], by=request.staff, at=request.now
            )
        except Refusal as refusal:
            form.add_error("file", of_refusal(refusal).text)
        else:
            messages.success(request, _("%(name)s counts now: %(keys)d keys.") % {"name": made.name, "keys": made.keys})
            return HttpResponseRedirect(reverse("screening:trust"))
    return render(request, "screening/trust_import.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@require_permission(Permission.MANAGE_RULES)
def withdraw(request: StaffRequest, id: UUID) -> HttpResponse:
    """Believe it no longer; the one before it of the same name counts again."""
    found = queries.trust_list_at(id)
    actions.withdraw_trust_list(found, by=request.staff, at=request.now)
    messages.success(request, _("%(name)s is withdrawn.") % {"name": found.name})
    return HttpResponseRedirect(reverse("screening:trust"))


@never_cache
@require_http_methods(["GET", "POST"])
@require_permission(Permission.MANAGE_RULES, Permission.RECORD_PASSAGES, Permission.CLOSE_ORDERS)
def check(request: StaffRequest) -> HttpResponse:
    """One code: genuine or why not. Posted, so that it stands in no URL; nothing of it is kept."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    found: Credential | None = None
    if form.is_valid():
        at = form.cleaned_data["at"] or request.now
        try:
            found = verify(form.cleaned_data["code"].strip(), trust=queries.trust_store(), at=at)
        except CredentialRefused as refused:
            form.add_error("code", of_refusal(refused).text)
    context = {
        "now": request.now,
        "form": form,
        "found": found,
        "kind": _(KINDS[found.kind]) if found else "",
        "records": [(_(RECORDS[one.kind]), one) for one in found.records] if found else [],
        "course": _course(found),
        "may_manage": bool(nodes_held(Permission.MANAGE_RULES)),
    }
    return render(request, "screening/check.html", context, status=422 if form.errors else 200)


def _course(found: Credential | None) -> str:
    """What its vaccinations come to, as a passage writes it down: state, product, doses; "" where there are none."""
    course = course_of(found.records) if found else None
    if course is None:
        return ""
    product = products().get(course.vaccine or "")
    named = getattr(product, language()) if product else course.vaccine or ""
    doses = _("%(doses)d doses") % {"doses": course.doses or 0}
    return " · ".join(part for part in (_(VACCINATIONS[course.state]), named, doses) if part)


def _state(request: StaffRequest, row: TrustList, *, counts: bool, ends: bool) -> str:
    if row.withdrawn_at is not None:
        return "withdrawn"
    if not counts:
        return "replaced"
    if row.valid_until is not None and row.valid_until <= request.now:
        return "old"
    return "ends" if ends else "counts"
