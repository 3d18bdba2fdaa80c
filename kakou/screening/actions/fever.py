"""Somebody feverish: the case opens with the passage, goes step by step, and ends by a step and never by itself.

Who takes a step may not be one who closes orders, so the order follows its case afterwards (`follow_cases`): one way,
whoever stepped, and healed by itself if anything was lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.ids import id_at
from kakou.kernel.time import to_ms
from kakou.screening.models import FeverCase, FeverEvent
from kakou.screening.queries.fever import case_at, events_of, going_on
from kakou.screening.rules import fever as rules
from kakou.screening.rules.fever import FeverRefused, FeverState, FeverStep, Stand
from kakou.web.actions import announce
from kakou.workorders import actions as orders
from kakou.workorders.queries import open_causes
from kakou.workorders.rules import Kind, within

FEVER = Kind("fever", "Abnormal temperature: not settled", within(minutes=15), by_hand=False)
TEXTS = ("place", "whom", "how", "note")


class StepKnown(Refusal):
    """The same id was sent before with another content; nothing is overwritten."""

    code = "step-known"
    status = 409


@dataclass(frozen=True, slots=True)
class Hot:
    """A passage at which somebody was too warm: its id, its gate, the temperature, by which pack."""

    passage: UUID
    node: int
    tenths: int
    limit: int
    retest_minutes: int
    version: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class NewStep:
    """What somebody did: `id` (UUIDv7) made where it happened, `kind`, when, and what it says (see `rules.SAYS`)."""

    id: UUID
    kind: FeverStep
    at: dt.datetime
    facts: Mapping[str, str | int]


@transaction.atomic
def open_cases(found: Collection[Hot], *, at: dt.datetime, device: int | None = None) -> list[UUID]:
    """Open a case for every one that has none; the ids of those opened. Safe to repeat. The caller's scope must hold
    `handle_fever` over the gates.
    """
    known = set(FeverCase.objects.filter(pk__in=[hot.passage for hot in found]).values_list("pk", flat=True))
    fresh = [hot for hot in found if hot.passage not in known]
    for hot in fresh:
        _open(hot, at, device)
    return [hot.passage for hot in fresh]


@transaction.atomic
def take_step(
    case: FeverCase, new: NewStep, *, by: Staff | None, at: dt.datetime, device: int | None = None
) -> FeverCase:
    """Take a step. The same id with the same content again changes nothing.

    A measurement says by itself whether it is normal: `normal` or `still_high` are told apart by the case's limit.
    Raises NotAllowed, NotFound, FeverRefused (another step comes first, something is missing), StepKnown.
    """
    if by is not None:
        access.require(by, Permission.HANDLE_FEVER, case.node_id)
    now = _locked(case)
    # a phone's clock may be slow, and a page takes any day: nothing was done before he was too warm
    new = replace(new, at=max(new.at, now.opened_at))
    kind, facts = _kind_of(now, new), _checked(new.facts)
    if _known(now, new, kind, facts):
        return now
    rules.check_said(kind, facts)
    stand = _stand(now, kind, new, facts)
    _write(now, new, kind, facts, stand, by=by, at=at, device=device)
    return case_at(case.pk)


def measured_again(case: FeverCase, *, passage: UUID, tenths: int, at: dt.datetime, recorded_at: dt.datetime) -> bool:
    """A later passage of the same person brings his second temperature; was it one that the case waits for?"""
    now = _locked(case)
    if now.state not in (FeverState.RESTING, FeverState.TO_ISOLATE):
        return False
    kind = rules.measured(tenths, now.limit)
    if kind not in rules.TRANSITIONS[FeverState(now.state)]:
        return False
    new = NewStep(retest_id(passage, at), kind, at, {"tenths": tenths})
    take_step(case, new, by=None, at=recorded_at)
    return True


def retest_id(passage: UUID, at: dt.datetime) -> UUID:
    """The id of the step that a passage of that moment brings as a second temperature: the same whenever it is read."""
    return id_at(to_ms(at), b"fever" + passage.bytes)


def follow_cases(*, at: dt.datetime) -> int:
    """One open order for every case that goes on, due with its next step, none for one that ended; how many opened."""
    with acting_as_system():
        still = {str(case.pk): case for case in going_on()}
        known = open_causes(FEVER.name)[FEVER.name]
        if not still and not known:
            return 0  # as nearly always, and it is asked after every commit
        matters = [orders.Matter(case.pk, case.node_id) for case in still.values()]
        opened = orders.open_many(FEVER.name, matters, at=at)
        orders.set_due(FEVER.name, {cause: case.due_at for cause, case in still.items() if case.due_at})
        # one that was taken up again since they were read goes on
        over = FeverCase.objects.filter(pk__in=known - still.keys(), state=FeverState.ENDED)
        outcomes = dict(over.values_list("pk", "outcome"))
        orders.close_causes(FEVER.name, {case: {"outcome": how} for case, how in outcomes.items()}, at=at)
    return len(opened)


@transaction.atomic
def forget_fevers(*, before: dt.datetime, by: Staff | None, at: dt.datetime) -> int:
    """Destroy the cases that ended before that moment, with all that was done; how many. One that goes on stays,
    however old it is. In the caller's scope; needs the worker's role.
    """
    over = FeverCase.objects.filter(state=FeverState.ENDED, ended_at__lt=before)
    ids = list(over.values_list("pk", flat=True))
    if not ids:
        return 0
    steps, _ = FeverEvent.objects.filter(case_id__in=ids).delete()
    FeverCase.objects.filter(pk__in=ids).delete()
    audit.record(
        "fever.forgotten", subject=None, by=by.pk if by else None, at=at, rows=len(ids), steps=steps,
        until=before.date().isoformat(),
    )  # fmt: skip
    return len(ids)


def _open(hot: Hot, at: dt.datetime, device: int | None) -> None:
    stand = rules.opened(hot.at, retest_minutes=hot.retest_minutes)
    case = FeverCase.objects.create(
        id=hot.passage, node_id=hot.node, state=stand.state, limit=hot.limit, first=hot.tenths, version=hot.version,
        opened_at=hot.at, due_at=stand.due_at,
    )  # fmt: skip
    FeverEvent.objects.create(
        id=hot.passage, case=case, node_id=hot.node, step=FeverStep.OPENED, before=FeverState.RESTING, at=hot.at,
        recorded_at=at, device=device, facts={"tenths": hot.tenths},
    )  # fmt: skip
    audit.record("fever.opened", subject=case.pk, by=None, at=at, node=hot.node)
    announce("fever.changed", node=hot.node)


def _locked(case: FeverCase) -> FeverCase:
    now = FeverCase.objects.select_for_update().filter(pk=case.pk).first()
    if now is None:
        raise NotFound("This fever is not known here.")
    return now


def _kind_of(case: FeverCase, new: NewStep) -> FeverStep:
    if new.kind in (FeverStep.NORMAL, FeverStep.STILL_HIGH):
        tenths = new.facts.get("tenths")
        if not isinstance(tenths, int):
            raise FeverRefused("Say also: %(names)s.", names="tenths")
        return rules.measured(tenths, case.limit)
    if new.kind is FeverStep.OPENED:
        raise FeverRefused("A case opens by its passage.")
    return new.kind


def _checked(facts: Mapping[str, str | int]) -> dict[str, str | int]:
    """Texts as reasons are: short, printable, without a person's number. Raises ReasonUnfit."""
    kept = {name: value for name, value in facts.items() if value not in (None, "")}
    return {name: checked_reason(str(value)) if name in TEXTS else value for name, value in kept.items()}


def _known(case: FeverCase, new: NewStep, kind: FeverStep, facts: Mapping[str, str | int]) -> bool:
    before = FeverEvent.objects.filter(pk=new.id).first()
    if before is None:
        return False
    told = before.case_id, before.step, before.facts
    if told != (case.pk, kind.value, dict(facts)):  # pressed twice, the second says a later time
        raise StepKnown("Another step was sent under this id before. Nothing was overwritten.")
    return True


def _stand(case: FeverCase, kind: FeverStep, new: NewStep, facts: Mapping[str, str | int]) -> Stand:
    state = FeverState(case.state)
    if kind is not FeverStep.TAKEN_UP:
        outcome = str(facts.get("outcome", "")) if kind is FeverStep.ENDED else case.outcome
        return rules.step(state, kind, at=new.at, due_at=case.due_at, outcome=outcome)
    if state is not FeverState.ENDED:
        raise FeverRefused("This cannot be done now: another step comes first, or somebody was quicker.")
    last = [event for event in events_of(case) if event.before != FeverState.ENDED][-1]
    return rules.taken_up(FeverState(last.before), at=new.at)


def _write(
    case: FeverCase,
    new: NewStep,
    kind: FeverStep,
    facts: Mapping[str, str | int],
    stand: Stand,
    *,
    by: Staff | None,
    at: dt.datetime,
    device: int | None,
) -> None:
    FeverEvent.objects.create(
        id=new.id, case=case, node_id=case.node_id, step=kind, before=case.state, at=new.at, recorded_at=at, by=by,
        device=device, facts=dict(facts),
    )  # fmt: skip
    second = facts["tenths"] if kind in rules.MEASURED else case.second
    ended = stand.state is FeverState.ENDED
    FeverCase.objects.filter(pk=case.pk).update(
        state=stand.state, due_at=stand.due_at, outcome=stand.outcome or "", second=second,
        ended_at=(case.ended_at or new.at) if ended else None,
    )  # fmt: skip
    audit.record(
        f"fever.{kind.value}", subject=case.pk, by=by.pk if by else None, at=at, node=case.node_id, device=device
    )
    announce("fever.changed", node=case.node_id)
