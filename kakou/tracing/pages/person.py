"""One person of an outbreak: where he stands, what exposed him, whom he exposed, what was done and what comes next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.kernel.time import day_in
from kakou.tracing.actions import cases as actions
from kakou.tracing.actions.traces import ask_trace, window_of
from kakou.tracing.forms.cases import CaseForm, DecisionForm, TraceForm
from kakou.tracing.models import Exposure, Involved, Outbreak, Trace
from kakou.tracing.pages.evidence import Shown, shown_of
from kakou.tracing.pages.frame import Somebody, somebodies, somebody
from kakou.tracing.pages.words import ACTS, FINDINGS, MOVES, NEED_GRADE, ORIGINS, TASKS, TRACES, reasons_of
from kakou.tracing.policy import Grade, edition
from kakou.tracing.queries import cases as queries
from kakou.tracing.queries import following
from kakou.tracing.rules.following import Finding, Task, is_to_be_looked_for, why_not_released
from kakou.tracing.rules.notice import notice
from kakou.tracing.rules.standing import NEED_A_REASON, Move, Origin, Standing, moves_from
from kakou.tracing.tasks.traces import enqueue
from kakou.web.queries import site_zone
from kakou.web.refusals.answers import of_refusal

BY_WHO_TRACES = (Move.ACCEPTED, Move.DISMISSED, Move.RELEASED, Move.LOST, Move.TAKEN_BACK)
MOST = 100


@dataclass(frozen=True, slots=True)
class Offer:
    """One step that may be taken: its word, what it asks for."""

    move: Move
    act: str
    graded: bool
    needs_reason: bool
    main: bool


@dataclass(frozen=True, slots=True)
class Exposed:
    """One exposure ready to be shown: to or by whom, the reasons in words, the stays."""

    row: Exposure
    other: Somebody | None
    reasons: list[str]
    evidence: list[Shown]


@require_safe
@require_permission(Permission.SEE_CASES)
def person(request: StaffRequest, id: UUID) -> HttpResponse:
    """See the module."""
    return person_page(request, queries.involved_at(id))


@require_POST
@require_permission(Permission.TRACE, Permission.FOLLOW_UP)
def step(request: StaffRequest, id: UUID) -> HttpResponse:
    """Take a step; what is missing is told at its form."""
    found, form = queries.involved_at(id), DecisionForm(request.POST)
    given = request.POST.get("move", "")
    move = Move(given) if given in {*BY_WHO_TRACES, Move.NOTED} else Move.NOTED
    if form.is_valid():
        grade = (form.grade_given() or Grade(found.proposed)) if move is Move.ACCEPTED else None
        try:
            actions.take_step(
                found, move, grade=grade, reason=form.cleaned_data["reason"], by=request.staff, at=request.now
            )
        except Refusal as refusal:
            form.add_error("reason", of_refusal(refusal).text)
        else:
            messages.success(request, _("Kept: %(state)s.") % {"state": _(MOVES[move])})
            return HttpResponseRedirect(reverse("tracing:person", args=[id]))
    return person_page(request, queries.involved_at(id), decision=form, at_move=move)


@require_POST
@require_permission(Permission.TRACE)
def trace(request: StaffRequest, id: UUID) -> HttpResponse:
    """Ask who met him, with a reason."""
    found, form = queries.involved_at(id), TraceForm(request.POST)
    if form.is_valid():
        hops = int(form.cleaned_data["hops"])
        kind = Trace.Kind.REACH if hops > 1 else Trace.Kind.CONTACTS
        try:
            made = ask_trace(
                found, reason=form.cleaned_data["reason"], kind=kind, hops=hops, run=enqueue, by=request.staff,
                at=request.now,
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error("reason", of_refusal(refusal).text)
        else:
            return HttpResponseRedirect(reverse("tracing:trace", args=[made.pk]))
    return person_page(request, found, trace_form=form)


def person_page(
    request: StaffRequest,
    found: Involved,
    *,
    case_form: CaseForm | None = None,
    trace_form: TraceForm | None = None,
    decision: DecisionForm | None = None,
    at_move: Move | None = None,
) -> HttpResponse:
    """One person, with what is wrong in one of the forms."""
    outbreak = queries.outbreak_seen(found)
    may_trace = found.node_id in nodes_held(Permission.TRACE)
    wrong = [form for form in (case_form, trace_form, decision) if form is not None and form.errors]
    context: dict[str, Any] = {
        "now": request.now,
        "who": somebody(request, found, outbreak),
        "outbreak": outbreak,
        "origin": _(ORIGINS[Origin(found.origin)]),
        "may_trace": may_trace,
        "may_note": found.node_id in nodes_held(Permission.FOLLOW_UP),
        "window": _window(found, request) if may_trace and outbreak else None,
        "offers": _offers(found, may_trace),
        "decision": decision or DecisionForm(),
        "at_move": at_move,
        "trace_form": trace_form or TraceForm(),
        "case_form": case_form or CaseForm(initial=_facts(found)),
        "exposures": _exposures(request, queries.exposures_of(found), outbreak),
        "contacts": _contacts(request, found, outbreak),
        "traces": [(one, TRACES[Trace.State(one.state)]) for one in queries.traces_of(found)] if may_trace else [],
        "steps": [(one, _(MOVES[Move(one.move)])) for one in queries.steps_of(found)],
        "notices": _notices(found),
        **_follow_up(found, request),
        "wrong": wrong,
    }
    return render(request, "tracing/person.html", context, status=422 if wrong else 200)


def _offers(found: Involved, may_trace: bool) -> list[Offer]:
    standing = Standing(found.standing)
    if not may_trace:
        return []
    moves = [move for move in BY_WHO_TRACES if move in moves_from(standing)]
    if found.is_case:
        moves = [move for move in moves if move not in (Move.ACCEPTED, Move.DISMISSED)]
    return [
        Offer(move, _(ACTS[move]), move in NEED_GRADE, move in NEED_A_REASON, number == 0)
        for number, move in enumerate(moves)
    ]


def _facts(found: Involved) -> dict[str, Any]:
    return {
        "state": found.case_state or "confirmed", "onset_on": found.onset_on, "positive_at": found.positive_at,
        "isolated_at": found.isolated_at,
    }  # fmt: skip


def _window(found: Involved, request: StaffRequest) -> tuple[Any, Any] | str:
    """From when to when a trace would look, or why it cannot."""
    try:
        return window_of(found, at=request.now)
    except Refusal as refusal:
        return str(of_refusal(refusal).text)


def _exposures(request: StaffRequest, rows: Sequence[Exposure], outbreak: Outbreak | None) -> list[Exposed]:
    known = _known({row.source_id for row in rows})
    people = {one.row.pk: one for one in somebodies(request, known, outbreak=outbreak)}
    evidence = shown_of(rows)
    return [Exposed(row, people.get(row.source_id), reasons_of(row.reasons), evidence[row.pk]) for row in rows]


def _contacts(request: StaffRequest, found: Involved, outbreak: Outbreak | None) -> list[Somebody]:
    """Whom he exposed, the strongest first."""
    rows = list(queries.contacts_of(outbreak, source=found.pk)[: MOST + 1]) if outbreak else []
    return somebodies(
        request, rows[:MOST], outbreak=outbreak, exposures=queries.strongest_exposure(rows[:MOST], found.pk)
    )


def _notices(found: Involved) -> list[tuple[str, str]]:
    """(language, text) of what to tell a contact that was decided on, in both languages: the reader may speak another
    than who is told."""
    if found.standing != Standing.FOLLOWED or not found.grade or found.last_at is None:
        return []
    told = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            text = notice(edition(found.edition), Grade(found.grade), found.last_at, zone=site_zone(), gettext=_)
        told.append((language, text))
    return told


def _known(ids: Collection[UUID]) -> list[Involved]:
    """Those of them in scope: of whom a contact was exposed to elsewhere, nothing is told but that there is one."""
    return list(Involved.objects.filter(pk__in=ids))


def _follow_up(found: Involved, request: StaffRequest) -> dict[str, Any]:
    rows = following.items_of([found])[found.pk]
    told, today = following.told(rows), day_in(site_zone(), request.now)
    grade = Grade(found.grade) if found.grade else Grade.NONE
    waits = why_not_released(edition(found.edition), grade, told, today=today)
    return {
        "follow_up": [(row, _(TASKS[Task(row.task)]), FINDINGS[Finding(row.finding)]) for row in rows],
        "today": today,
        "waits": _(waits) if waits else "",
        "look_for": found.standing == Standing.FOLLOWED and is_to_be_looked_for(told),
    }
