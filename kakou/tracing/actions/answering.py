"""A question about an outbreak is answered: in the tracer, with a warm index, within every scope.

What is kept: of a closing counts, and of the people it concerns their subjects with the node where each is registered
(whoever reads it is shown those in his own scope, the rest as a count); of a ranking places with what they carried.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from kakou.access.scope import acting_as_system
from kakou.kernel.errors import Refusal
from kakou.places import queries as places
from kakou.tracing.actions.daily import WAITED_TOO_LONG
from kakou.tracing.actions.running import OUR_FAULT, Whereabouts
from kakou.tracing.actions.traces import window_of
from kakou.tracing.models import Involved, Question, Trace
from kakou.tracing.policy import Grade, Policy, midnight
from kakou.tracing.queries.editions import policy_of
from kakou.tracing.rules.standing import CaseState
from kakou.web.actions import announce
from kakou.web.queries import site_zone

if TYPE_CHECKING:
    from kakou.tracing.finding.what_if import Carried, Case, Changed
    from kakou.tracing.segments import Warm

MOST_PEOPLE, MOST_PLACES = 500, 300  # kept; all are counted
STEPS = 20  # in which a long answer tells how far it is
NO_CASE = "no-case-in-ledger"


def answer_question(id: UUID, warm: Warm, *, at: dt.datetime) -> None:
    """Answer one question that waits; one that does not, stays as it is. What goes wrong is told on it.

    It is reckoned outside of any transaction: the gates' ledger waits for the oldest one that has written something.
    """
    with acting_as_system():
        asked = Question.objects.select_related("outbreak").filter(pk=id).first()
        if asked is None or asked.state not in (Trace.State.QUEUED, Trace.State.RUNNING):
            return
        cases, left_out = _cases(asked, warm, at)
        below = places.nodes_below(asked.place_id or asked.node_id)
        policy, kinds = policy_of(asked.outbreak), warm.kind_of_places
    ground = _Ground(policy, kinds, below)
    try:
        answer = _closing(asked, warm, cases, ground) if asked.place_id else _ranking(asked, warm, cases, ground)
    except Refusal as refusal:
        _end(asked, {"trouble": refusal.code[:40], "state": Trace.State.FAILED}, at)
        return
    told = {**answer, "cases": len(cases), "left_out": left_out}
    _end(asked, {"answer": told, "as_at": warm.as_at, "state": Trace.State.DONE}, at)


def give_up(id: UUID, *, at: dt.datetime) -> None:
    """A question that cannot be answered for a reason of ours is told so on its page."""
    with acting_as_system():
        asked = Question.objects.filter(pk=id, state__in=(Trace.State.QUEUED, Trace.State.RUNNING)).first()
    if asked is not None:
        _end(asked, {"trouble": OUR_FAULT, "state": Trace.State.FAILED}, at)


def questions_left(*, at: dt.datetime) -> list[UUID]:
    """Questions that wait although nobody works on them: asked a while ago, by a tracer that died. One job at a time
    works the tracer's queue, so whoever asks for these is not amid one of them."""
    with acting_as_system():
        waiting = Question.objects.filter(
            state__in=(Trace.State.QUEUED, Trace.State.RUNNING), asked_at__lt=at - WAITED_TOO_LONG
        )
        return list(waiting.order_by("asked_at").values_list("pk", flat=True))


class _Ground(NamedTuple):
    """What an answer rests on besides the index: the edition, kinds of places, the nodes that it is about."""

    policy: Policy
    kinds: Mapping[int, str]
    below: Collection[int]


def _cases(asked: Question, warm: Warm, at: dt.datetime) -> tuple[list[Case], int]:
    """The outbreak's cases as the engine takes them, and how many of them it cannot ask about."""
    from kakou.tracing.finding import Asked
    from kakou.tracing.finding.what_if import Case

    rows = Involved.objects.filter(outbreak=asked.outbreak_id, number__isnull=False)
    rows = rows.exclude(case_state=CaseState.EXCLUDED)
    people = list(rows.select_related("outbreak").order_by("number"))
    codes, kinds = warm.codes_of([one.subject for one in people]), warm.kind_of_places
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


def _closing(asked: Question, warm: Warm, cases: Sequence[Case], ground: _Ground) -> dict[str, Any]:
    from kakou.tracing.finding.what_if import Closing, difference, ranked

    closing = Closing(frozenset(ground.below), int(asked.since_at.timestamp()))
    told = difference(warm.index, ground.policy, cases, closing)
    carried = ranked(warm.index, ground.policy, ground.kinds, ground.below, _span(asked), cases)
    return {
        "now": _by_grade(told.now), "then": _by_grade(told.then),
        "there": len(told.people), "gone": sum(one.then is Grade.NONE for one in told.people),
        "weaker": sum(one.then is not Grade.NONE and one.then is not one.now for one in told.people),
        "people": _people(told.people[:MOST_PEOPLE], warm), "later": len(told.cases), "spared": len(told.spared),
        "pairs": sum(one.pairs for one in carried), "together_s": sum(one.together_s for one in carried),
    }  # fmt: skip


def _ranking(asked: Question, warm: Warm, cases: Sequence[Case], ground: _Ground) -> dict[str, Any]:
    from kakou.tracing.finding.what_if import ranked

    found = ranked(
        warm.index, ground.policy, ground.kinds, ground.below, _span(asked), cases, lambda *step: _tell(asked, *step)
    )
    by_cases = sorted(found, key=lambda one: (-one.case_s, -one.contacts, one.place))[:MOST_PLACES]
    kept = {one.place: one for one in [*found[:MOST_PLACES], *(one for one in by_cases if one.contacts)]}
    return {"places": [_place(one) for one in kept.values()], "many": len(found)}


def _place(one: Carried) -> list[int]:
    """[node, seconds together, pairs of stays, people, seconds beside cases, people beside cases]."""
    return [one.place, one.together_s, one.pairs, one.people, one.case_s, one.contacts]


def _people(found: Sequence[Changed], warm: Warm) -> list[list[object]]:
    """[subject, node, grade now, grade then]; node None: registered nowhere."""
    with acting_as_system():
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
        with acting_as_system():
            Question.objects.filter(pk=asked.pk).update(state=Trace.State.RUNNING, done=done, total=total)
            announce("cases.changed", node=asked.node_id)


def _end(asked: Question, fields: Mapping[str, object], at: dt.datetime) -> None:
    with acting_as_system():
        Question.objects.filter(pk=asked.pk).update(finished_at=at, **fields)
        announce("cases.changed", node=asked.node_id)
