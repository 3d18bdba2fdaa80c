"""Steps that were made without a network and come in later, once or more: what still holds is taken, what does not is
kept beside the order as it was made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction

from kakou.access.models import Staff
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import Refusal
from kakou.workorders import queries
from kakou.workorders.actions import handling
from kakou.workorders.actions.opening import add_steps, changed_of
from kakou.workorders.models import Step, WorkOrder
from kakou.workorders.rules import OrderRefused, Proof, StepKind


@dataclass(frozen=True, slots=True)
class Made:
    """One step as it was made: `key` is the phone's, `texts` what was said (evidence, reason, note)."""

    key: UUID
    order: UUID
    kind: StepKind
    at: dt.datetime
    texts: Mapping[str, str] = field(default_factory=dict)


class MadeUnfit(Refusal):
    """A step that no order could take."""

    code = "order-step-unfit"


class Taken(NamedTuple):
    """What became of it: "taken", "again" (it was there already), "late" (kept beside the order), or "refused"."""

    key: UUID
    what: str
    why: str = ""


_Act = Callable[[WorkOrder, Made, Staff, dt.datetime], None]
_ACTS: Mapping[StepKind, _Act] = {
    StepKind.ACCEPTED: lambda order, made, by, at: handling.accept(order, by=by, at=at, key=made.key),
    StepKind.BEGUN: lambda order, made, by, at: handling.begin(order, by=by, at=at, key=made.key),
    StepKind.RETURNED: lambda order, made, by, at: handling.give_back(
        order, reason=made.texts.get("reason", ""), by=by, at=at, key=made.key
    ),
    StepKind.NOTED: lambda order, made, by, at: handling.note(
        order, text=made.texts.get("reason", ""), by=by, at=at, key=made.key
    ),
    StepKind.PROVED: lambda order, made, by, at: handling.prove(
        order, proof=_proof(made), ref=made.texts.get("ref", ""), by=by, at=at, key=made.key
    ),
    StepKind.ANSWERED: lambda order, made, by, at: handling.answer(
        order, evidence=made.texts, by=by, at=at, key=made.key
    ),
    StepKind.CLOSED: lambda order, made, by, at: handling.close(order, evidence=made.texts, by=by, at=at, key=made.key),
}


def _proof(made: Made) -> Proof:
    given = made.texts.get("proof", "")
    if given not in set(Proof):
        raise MadeUnfit("Say what it is: a photo, a position, a reading, a signature.")
    return Proof(given)


def take_made(steps: Iterable[Made], *, by: Staff, at: dt.datetime) -> list[Taken]:
    """Take steps in the order in which they were made, each for itself; what became of each. A step said to be later
    than `at` is told as of `at`."""
    return [_take_one(made, by, at) for made in sorted(steps, key=lambda made: (made.at, made.key))]


def _take_one(made: Made, by: Staff, at: dt.datetime) -> Taken:
    if made.kind not in _ACTS:
        return Taken(made.key, "refused", "This step is not made without a network.")
    try:
        with transaction.atomic():
            if Step.objects.filter(key=made.key).exists():
                return Taken(made.key, "again")
            return _act(made, by, min(made.at, at))
    except IntegrityError:
        if Step.objects.filter(key=made.key).exists():  # sent twice at the same time
            return Taken(made.key, "again")
        raise  # nothing that was not kept is ever said to be
    except Refusal as refusal:
        return Taken(made.key, "refused", str(refusal))


def _act(made: Made, by: Staff, at: dt.datetime) -> Taken:
    order = queries.order_at(made.order)
    try:
        with transaction.atomic():
            _ACTS[made.kind](order, made, by, at)
    except OrderRefused as refusal:
        now = handling.locked(order, by)
        said = {name: checked_reason(text) for name, text in made.texts.items() if text}
        facts = {"tried": made.kind.value, **said}
        add_steps(StepKind.CAME_LATE, [(changed_of(now), facts)], at, by, key=made.key)
        return Taken(made.key, "late", str(refusal))
    return Taken(made.key, "taken")
