"""The register of skills and licences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access.models import Staff
from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.time import day_in
from kakou.ledger.actions.finding import find
from kakou.ledger.pages import frame
from kakou.people.queries import PersonShown
from kakou.skills import actions
from kakou.skills.forms import LicenceForm
from kakou.skills.models import Licence
from kakou.skills.pages.words import skill_word, skills
from kakou.skills.queries import licences as queries
from kakou.skills.rules import SOON, Skill
from kakou.web.kit.lists import page_of
from kakou.web.queries import site_zone
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

ROWS = 50
ALL, RUNS_OUT = "", "soon"


@dataclass(frozen=True, slots=True)
class Row:
    """One licence in the list."""

    held: queries.Held
    skill: str
    where: str
    runs_out: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class Act:
    """What may be done with a licence: its words, what is said afterwards, whether it is offered now."""

    words: str
    said: str
    act: Callable[[Licence, Staff, dt.datetime], None]
    offered: Callable[[Licence], bool]
    is_danger: bool = False


_ACTS: Mapping[str, Act] = {
    "verify": Act(
        gettext_noop("I have seen the original"),
        gettext_noop("Kept, with your name and the time."),
        lambda row, by, at: actions.verify_licence(row, by=by, at=at),
        lambda _row: True,
    ),
    "agree": Act(
        gettext_noop("The bearer agrees to be asked"),
        gettext_noop("Kept, with your name and the time."),
        lambda row, by, at: actions.set_agreed(row, True, by=by, at=at),
        lambda row: row.agreed_at is None,
    ),
    "disagree": Act(
        gettext_noop("The bearer does not want to be asked any more"),
        gettext_noop("Kept, with your name and the time."),
        lambda row, by, at: actions.set_agreed(row, False, by=by, at=at),
        lambda row: row.agreed_at is not None,
    ),
    "end": Act(
        gettext_noop("Take it off the list"),
        gettext_noop("It is off the list."),
        lambda row, by, at: actions.end_licence(row, by=by, at=at),
        lambda _row: True,
        True,
    ),
}


@require_safe
@require_permission(Permission.SEE_PEOPLE)
def register(request: StaffRequest) -> HttpResponse:
    """Licences that hold, the one that runs out first before the rest."""
    place, today = place_of(request), day_in(site_zone(), request.now)
    skill, show = request.GET.get("skill", ""), request.GET.get("show", "")
    skill = skill if skill in set(Skill) else ""
    found = queries.listed(
        node=place.id if place else None, skill=skill, soon=today + SOON if show == RUNS_OUT else None
    )
    page = page_of(found, request.GET.get("page", ""), size=ROWS)
    where = frame.where_names({one.node_id for one in page.rows})
    context = {
        "now": request.now,
        "page": page,
        "skill": skill,
        "show": RUNS_OUT if show == RUNS_OUT else ALL,
        "shows": [(ALL, gettext("All")), (RUNS_OUT, gettext("Runs out soon"))],
        "skills": [("", gettext("All")), *skills()],
        "rows": [
            Row(
                one,
                skill_word(one.skill),
                where.get(one.row.node_id, ""),
                one.runs_out(today),
                one.row.expires_on is not None and one.row.expires_on < today,
            )
            for one in queries.held(page.rows)
        ],
        "may_add": bool(nodes_held(Permission.EDIT_PEOPLE)),
    }
    return render(request, "skills/register.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.EDIT_PEOPLE)
def add(request: StaffRequest) -> HttpResponse:
    """Write a licence down."""
    place, is_sent = place_of(request), request.method == "POST"
    form = LicenceForm(request.POST if is_sent else None, find=lambda text: _persons(request, text))
    if form.is_valid():
        given = form.cleaned_data
        new = actions.NewLicence(
            given["who"], given["skill"], given["number"], given["expires_on"], given["is_seen"], given["has_agreed"]
        )
        try:
            made = actions.add_licence(new, by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            messages.success(request, gettext("Written down."))
            return HttpResponseRedirect(
                reverse("skills:licence", args=[made.pk]) + query_of(place=place.id if place else None)
            )
    return render(request, "skills/add.html", {"form": form, "now": request.now}, status=422 if form.errors else 200)


def _persons(request: StaffRequest, text: str) -> list[UUID]:
    """Whom the register knows by that; trying whole numbers is told to the audit, and limited."""
    found = find(text, by=request.staff, at=request.now)
    return [one.subject for one in found if isinstance(one.shown, PersonShown)]


@require_safe
@require_permission(Permission.SEE_PEOPLE)
def licence(request: StaffRequest, id: UUID) -> HttpResponse:
    """One licence, and what may be done with it."""
    row = queries.licence_at(id)
    [held] = queries.held([row])
    may_edit = row.ended_at is None and row.node_id in nodes_held(Permission.EDIT_PEOPLE)
    today = day_in(site_zone(), request.now)
    context = {
        "now": request.now,
        "held": held,
        "row": row,
        "skill": skill_word(held.skill),
        "where": frame.where_names({row.node_id}).get(row.node_id, ""),
        "runs_out": held.runs_out(today),
        "is_over": row.expires_on is not None and row.expires_on < today,
        "acts": [(name, act) for name, act in _ACTS.items() if act.offered(row)] if may_edit else [],
    }
    return render(request, "skills/licence.html", context)


@require_POST
@require_permission(Permission.EDIT_PEOPLE)
def change(request: StaffRequest, id: UUID, act: str) -> HttpResponse:
    """Look at it, agree, take it off the list."""
    row, place = queries.licence_at(id), place_of(request)
    if act not in _ACTS:
        raise NotFound("There is no such step.")
    try:
        _ACTS[act].act(row, request.staff, request.now)
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, of_refusal(refusal).text)
    else:
        messages.success(request, gettext(_ACTS[act].said))
    return HttpResponseRedirect(reverse("skills:licence", args=[id]) + query_of(place=place.id if place else None))
