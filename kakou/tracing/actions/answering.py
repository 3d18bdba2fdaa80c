"""A question about an outbreak is answered: in the tracer, with a warm index, within every scope.

What is kept: of a closing counts, and of the people it concerns their subjects with the node where each is registered
(whoever reads it is shown those in his own scope, the rest as a count); of a ranking places with what they carried.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from kakou.access.scope import acting_as_system
from kakou.kernel.errors import Refusal
from kakou.places import queries as places
from kakou.tracing.actions.running import Whereabouts
from kakou.tracing.actions.traces import window_of
from kakou.tracing.models import Involved, Question, Trace
from kakou.tracing.policy import Grade, midnight
from kakou.tracing.queries.editions import policy_of
from kakou.tracing.queries.zone import site_zone
from kakou.tracing.rules.standing import CaseState
from kakou.web.actions import announce

if TYPE_CHECKING:
    from kakou.tracing.finding.what_if import Carried, Case, Changed
    from kakou.tracing.segments import Warm

MOST_PEOPLE, MOST_PLACES = 500, 300  # kept; all are counted
STEPS = 20  # in which a long answer tells how far it is
NO_CASE = "no-case-in-ledger"


def answer_question(id: UUID, warm: Warm, *, at: dt.datetime) -> None:
    """Answer one question that waits; one that does not, stays as it is. What goes wrong is told on it."""
    with acting_as_system():
        asked = Question.objects.select_related("outbreak").filter(pk=id).first()
        if asked is None or asked.state not in (Trace.State.QUEUED, Trace.State.RUNNING):
            return
        try:
            cases, left_out = _cases(asked, warm, at)
            answer = _closing(asked, warm, cases) if asked.place_id else _ranking(asked, warm, cases)
        except Refusal as refusal:
            _end(asked, {"trouble": refusal.code[:40], "state": Trace.State.FAILED}, at)
            return
        told = {**answer, "cases": len(cases), "left_out": left_out}
        _end(asked, {"answer": told, "as_at": warm.as_at, "state": Trace.State.DONE}, at)


def _cases(asked: Question, warm: Warm, at: dt.datetime) -> tuple[list[Case], int]:
    """The outbreak's cases as the engine takes them, and how many of them it cannot ask about."""
    from kakou.tracing.finding import Asked
    from kakou.tracing.finding.what_if import Case

    rows = Involved.objects.filter(outbreak=asked.outbreak_id, number__isnull=False)
    rows = rows.exclude(case_state=CaseState.EXCLUDED)
    people = list(rows.select_related("outbreak").order_by("number"))
    codes, kinds = warm.codes_of([one.subject for one in people]), warm.kind_of_places()
    found = []
    for one in people:
        window = _window(one, at)
        if window is not None and one.subject in codes:
            since, until = (int(moment.timestamp()) for moment in window)
            found.append(Case(Asked(codes[one.subject], since, until, kinds), int(_ill_since(one).timestamp())))
    return found, len(people) - len(found)


def _window(one: Involved, at: dt.datetime) -> tuple[dt.datetime, dt.datetime] | None:
    try:
        return window_of(one, at=at)
    except Refusal:
        return None


def _ill_since(one: Involved) -> dt.datetime:
    """When the illness showed, as far as anybody knows."""
    return midnight(one.onset_on, site_zone()) if one.onset_on else one.positive_at or one.found_at


def _closing(asked: Question, warm: Warm, cases: Sequence[Case]) -> dict[str, Any]:
    from kakou.tracing.finding.what_if import Closing, difference, ranked

    assert asked.place_id is not None
    policy, closed = policy_of(asked.outbreak), places.nodes_below(asked.place_id)
    closing = Closing(frozenset(closed), int(asked.since_at.timestamp()))
    told = difference(warm.index, policy, cases, closing)
    carried = ranked(warm.index, policy, warm.kind_of_places(), closed, _span(asked), cases)
    return {
        "now": _by_grade(told.now), "then": _by_grade(told.then),
        "there": len(told.people), "gone": sum(one.then is Grade.NONE for one in told.people),
        "weaker": sum(one.then is not Grade.NONE and one.then is not one.now for one in told.people),
        "people": _people(told.people[:MOST_PEOPLE], warm), "later": len(told.cases), "spared": len(told.spared),
        "pairs": sum(one.pairs for one in carried), "together_s": sum(one.together_s for one in carried),
    }  # fmt: skip


def _ranking(asked: Question, warm: Warm, cases: Sequence[Case]) -> dict[str, Any]:
    from kakou.tracing.finding.what_if import ranked

    below = places.nodes_below(asked.node_id)
    policy, kinds = policy_of(asked.outbreak), warm.kind_of_places()
    found = ranked(warm.index, policy, kinds, below, _span(asked), cases, lambda *step: _tell(asked, *step))
    by_cases = sorted(found, key=lambda one: (-one.case_s, -one.contacts, one.place))[:MOST_PLACES]
    kept = {one.place: one for one in [*found[:MOST_PLACES], *(one for one in by_cases if one.contacts)]}
    return {"places": [_place(one) for one in kept.values()], "many": len(found)}


def _place(one: Carried) -> list[int]:
    """[node, seconds together, pairs of stays, people, seconds beside cases, people beside cases]."""
    return [one.place, one.together_s, one.pairs, one.people, one.case_s, one.contacts]


def _people(found: Sequence[Changed], warm: Warm) -> list[list[object]]:
    """[subject, node, grade now, grade then]; node None: registered nowhere."""
    subjects = warm.subjects_of([one.person for one in found])
    home = Whereabouts.of(subjects.values()).home
    return [
        [str(subjects[one.person]), home.get(subjects[one.person]), one.now.value, one.then.value]
        for one in found
        if one.person in subjects
    ]


def _by_grade(counts: Mapping[Grade, int]) -> dict[str, int]:
    return dict(Counter({grade.value: many for grade, many in counts.items()}))


def _span(asked: Question) -> tuple[int, int]:
    return int(asked.since_at.timestamp()), int(asked.until_at.timestamp())


def _tell(asked: Question, done: int, total: int) -> None:
    """How far it is, in twenty steps."""
    if done == total or done % max(1, total // STEPS) == 0:
        with transaction.atomic():
            Question.objects.filter(pk=asked.pk).update(state=Trace.State.RUNNING, done=done, total=total)
            announce("cases.changed", node=asked.node_id)


@transaction.atomic
def _end(asked: Question, fields: Mapping[str, object], at: dt.datetime) -> None:
    Question.objects.filter(pk=asked.pk).update(finished_at=at, **fields)
    announce("cases.changed", node=asked.node_id)
