"""Contacts, ranked, with what made them so; and decisions about many at once. Of one outbreak, or of all: whoever
answers for a contact may not see the whole outbreak."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.tracing.actions import cases as actions
from kakou.tracing.forms.cases import DecisionForm
from kakou.tracing.models import Outbreak
from kakou.tracing.pages.frame import somebodies
from kakou.tracing.pages.words import GRADES, STANDINGS, reasons_of
from kakou.tracing.policy import Grade
from kakou.tracing.queries import cases as queries
from kakou.tracing.rules.standing import Move, Standing
from kakou.web.kit.lists import page_of
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, safe_return

ROWS = 100
DECIDED = {Move.ACCEPTED, Move.DISMISSED, Move.TAKEN_BACK}


@require_safe
@require_permission(Permission.SEE_CASES)
def contacts(request: StaffRequest, id: UUID | None = None) -> HttpResponse:
    """By where they stand and by grade; the strongest first."""
    return _page(request, _outbreak(id))


@require_POST
@require_permission(Permission.TRACE)
def decide(request: StaffRequest, id: UUID | None = None) -> HttpResponse:
    """One decision about all that were ticked, all or none."""
    outbreak, form = _outbreak(id), DecisionForm(request.POST)
    given = request.POST.get("move", "")
    move = Move(given) if given in {one.value for one in DECIDED} else Move.ACCEPTED
    ticked = [UUID(text) for text in request.POST.getlist("who") if _is_uuid(text)]
    if form.is_valid() and ticked:
        chosen = list(queries.contacts_of(outbreak).filter(pk__in=ticked))
        try:
            done = actions.take_steps(
                chosen, move, grade=form.grade_given(), reason=form.cleaned_data["reason"], by=request.staff,
                at=request.now,
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error("reason", of_refusal(refusal).text)
        else:
            said = ngettext("%(n)d decided.", "%(n)d decided.", len(done)) % {"n": len(done)}
            messages.success(request, said)
            return HttpResponseRedirect(safe_return(request, request.POST.get("back", ""), request.path))
    elif not ticked:
        form.add_error(None, _("Tick whom it is about."))
    return _page(request, outbreak, form=form, ticked=ticked)


def _outbreak(id: UUID | None) -> Outbreak | None:
    return queries.outbreak_at(id) if id else None


def _page(
    request: StaffRequest,
    outbreak: Outbreak | None,
    *,
    form: DecisionForm | None = None,
    ticked: list[UUID] | None = None,
) -> HttpResponse:
    place = place_of(request)
    standing = request.GET.get("standing", Standing.PROPOSED.value)
    grade = request.GET.get("grade", "")
    known = Standing(standing) if standing in set(Standing) else None
    found = queries.contacts_of(
        outbreak, standing=known, grade=grade if grade in set(Grade) else "", node=place.id if place else None
    )
    page = page_of(found, request.GET.get("page", ""), size=ROWS)
    best = queries.strongest_exposure(page.rows)
    by = queries.counts_of(outbreak)
    context = {
        "now": request.now,
        "outbreak": outbreak,
        "page": page,
        "rows": [
            (one, reasons_of(one.exposure.reasons)[:2] if one.exposure else [])
            for one in somebodies(request, page.rows, outbreak=outbreak, exposures=best)
        ],
        "standing": standing,
        "grade": grade,
        "standings": [("all", _("All"))]
        + [(one.value, f"{sign.word} {_many(by, standing=one)}") for one, sign in STANDINGS.items()],
        "grades": [("", _("All"))] + [(one.value, sign.word) for one, sign in GRADES.items() if one is not Grade.NONE],
        "form": form or DecisionForm(),
        "ticked": set(ticked or ()),
        "may_decide": _may_decide(outbreak),
    }
    return render(request, "tracing/contacts.html", context, status=422 if form and form.errors else 200)


def _may_decide(outbreak: Outbreak | None) -> bool:
    held = nodes_held(Permission.TRACE)
    return bool(held) if outbreak is None else outbreak.node_id in held


def _many(by: dict[tuple[str, str], int], *, standing: Standing) -> int:
    return sum(many for (known, _grade), many in by.items() if known == standing)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
