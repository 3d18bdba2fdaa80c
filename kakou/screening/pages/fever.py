"""Fevers: who waits for which step, one case with its steps, and the step that comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kakou.access.events import registry as known_places
from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.kernel.ids import new_id
from kakou.screening.actions import fever as actions
from kakou.screening.events import Whose
from kakou.screening.events import registry as told
from kakou.screening.forms.fever import StepForm
from kakou.screening.models import FeverCase, FeverEvent
from kakou.screening.packs.wording import degrees
from kakou.screening.pages.words import FEVER_OUTCOMES, STATES, STEPS, look_of
from kakou.screening.queries import fever as queries
from kakou.screening.rules.fever import TRANSITIONS, FeverOutcome, FeverState, FeverStep
from kakou.web.kit.lists import page_of
from kakou.web.kit.signs import Sign
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

ROWS = 50
OPEN, ENDED = "", "ended"
# the form that a state offers first, and what its button says; a measurement says by itself what it means
NEXT = {
    FeverState.RESTING: FeverStep.STILL_HIGH,
    FeverState.TO_ISOLATE: FeverStep.ISOLATED,
    FeverState.ISOLATED: FeverStep.TOLD,
    FeverState.TOLD: FeverStep.FETCHED,
    FeverState.ON_THE_WAY: FeverStep.ARRIVED,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One case with its names."""

    case: FeverCase
    look: Sign
    place: str
    whose: Whose | None
    first: str
    late: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """One step that may be taken: its form, what it is called, what its button says."""

    step: FeverStep
    title: str
    act: str
    form: StepForm


@require_safe
@require_permission(Permission.SEE_FEVER)
def fevers(request: StaffRequest) -> HttpResponse:
    """Open ones by what is due first; ended ones, the latest first."""
    place, which = place_of(request), request.GET.get("which", OPEN)
    node = place.id if place else None
    page = page_of(queries.cases(node=node, ended=which == ENDED), request.GET.get("page", ""), size=ROWS)
    many, late = queries.how_many(node=node, at=request.now)
    context = {
        "now": request.now,
        "which": which,
        "views": [(OPEN, _("Going on") + f" {many}"), (ENDED, _("Ended"))],
        "many": many,
        "late": late,
        "page": page,
        "rows": _rows(request, page.rows),
    }
    return render(request, "screening/fevers.html", context)


@require_safe
@require_permission(Permission.SEE_FEVER)
def fever(request: StaffRequest, case: UUID) -> HttpResponse:
    """One case: where it stands, what was done, what comes next."""
    return _page(request, queries.case_at(case))


@require_POST
@require_permission(Permission.HANDLE_FEVER)
def step(request: StaffRequest, case: UUID) -> HttpResponse:
    """Take a step; what is missing or came too late is told at its form."""
    found = queries.case_at(case)
    given = request.POST.get("kind", "")
    form = StepForm(FeverStep(given) if given in set(FeverStep) else FeverStep.NOTED, request.POST)
    if form.is_valid():
        try:
            then = actions.take_step(found, form.step(request.now), by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            messages.success(request, _("Kept: %(state)s.") % {"state": look_of(STATES, then.state).word})
            place = place_of(request)
            return HttpResponseRedirect(
                reverse("screening:fever", args=[case]) + query_of(place=place.id if place else None)
            )
    return _page(request, queries.case_at(case), form)


def _page(request: StaffRequest, found: FeverCase, form: StepForm | None = None) -> HttpResponse:
    may = found.node_id in nodes_held(Permission.HANDLE_FEVER)
    offers = _offers(FeverState(found.state), form) if may else []
    context = {
        "now": request.now,
        "row": _rows(request, [found])[0],
        "case": found,
        "second": degrees(found.second) if found.second else "",
        "limit": degrees(found.limit),
        "outcome": _(FEVER_OUTCOMES[FeverOutcome(found.outcome)]) if found.outcome else "",
        "events": [_told(event) for event in queries.events_of(found)],
        "next": next((offer for offer in offers if offer.step == NEXT.get(FeverState(found.state))), None),
        "others": [offer for offer in offers if offer.step != NEXT.get(FeverState(found.state))],
        "form": form,
    }
    return render(request, "screening/fever.html", context, status=422 if form and form.errors else 200)


def _offers(state: FeverState, form: StepForm | None) -> list[Offer]:
    """Every step from here, the next one first; a normal measurement is no button of its own."""
    acts = {
        FeverStep.STILL_HIGH: (_("Measured again"), _("Keep the temperature")),
        FeverStep.ISOLATED: (_("Brought to the isolation point"), _("Is there now")),
        FeverStep.TOLD: (_("Reported"), _("It is reported")),
        FeverStep.FETCHED: (_("Fetched"), _("Has been fetched")),
        FeverStep.ARRIVED: (_("Arrived at the clinic"), _("Has arrived")),
        FeverStep.NOTED: (_("Note"), _("Keep the note")),
        FeverStep.ENDED: (_("It ends otherwise"), _("End it")),
        FeverStep.TAKEN_UP: (_("Ended too early?"), _("Take it up again")),
    }
    steps = {step for step in TRANSITIONS[state] if step is not FeverStep.NORMAL} | {FeverStep.NOTED}
    if state is FeverState.ENDED:
        steps |= {FeverStep.TAKEN_UP}
    if state is FeverState.TO_ISOLATE:
        steps |= {FeverStep.STILL_HIGH}  # measured a third time: normal ends it, abnormal is refused as known
    return [
        Offer(step, title, act, form if form and form.data.get("kind") == step else _fresh(step))
        for step, (title, act) in acts.items()
        if step in steps
    ]


def _fresh(step: FeverStep) -> StepForm:
    return StepForm(step, initial={"id": new_id(), "kind": step})


def _rows(request: StaffRequest, found: Sequence[FeverCase]) -> list[Row]:
    names = known_places.names(frozenset(case.node_id for case in found))
    whose = told.whose([case.pk for case in found])
    return [
        Row(
            case=case,
            look=look_of(STATES, case.state),
            place=names.get(case.node_id, ""),
            whose=whose.get(case.pk),
            first=degrees(case.first),
            late=case.due_at is not None and case.due_at < request.now,
        )
        for case in found
    ]


def _told(event: FeverEvent) -> tuple[FeverEvent, str, list[str]]:
    """The event, its word, and what was said."""
    facts = dict(event.facts)
    said = [degrees(facts.pop("tenths"))] if "tenths" in facts else []
    if outcome := facts.pop("outcome", ""):
        said.append(_(FEVER_OUTCOMES[FeverOutcome(outcome)]))
    return event, _(STEPS[FeverStep(event.step)]), said + [str(text) for text in facts.values()]
