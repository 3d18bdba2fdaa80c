"""The steps of a request that staff take, each with what it asks for. Those of every order are the ledger's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.utils.translation import gettext_noop

from kakou.ledger.pages.order_steps import WAYS as OF_ORDERS
from kakou.ledger.pages.order_steps import Way, plain
from kakou.services.forms import AnswerForm
from kakou.workorders import actions
from kakou.workorders.actions.handling import waits_until
from kakou.workorders.events import kind_of
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import State, StepKind, steps_from

K = StepKind
_OWN: Mapping[StepKind, Way] = {
    K.ACCEPTED: Way(
        gettext_noop("Take it on"), plain(Form), lambda order, _, by, at: actions.accept(order, by=by, at=at)
    ),
    K.ANSWERED: Way(
        gettext_noop("Answer it"),
        plain(AnswerForm),
        lambda order, given, by, at: actions.answer(order, evidence={"answer": given["answer"]}, by=by, at=at),
    ),
    K.VERIFIED: Way(
        gettext_noop("I looked, it is so"), plain(Form), lambda order, _, by, at: actions.verify(order, by=by, at=at)
    ),
    K.CLOSED: Way(
        gettext_noop("Close it"), plain(Form), lambda order, _, by, at: actions.close(order, evidence={}, by=by, at=at)
    ),
}
WAYS: Mapping[StepKind, Way] = {**_OWN, **{step: way for step, way in OF_ORDERS.items() if step not in _OWN}}
_FIRST = (K.ACCEPTED, K.ANSWERED, K.CLOSED)  # the one act that leads on


@dataclass(frozen=True, slots=True)
class Offer:
    """A way ready to be shown; `asks`: it has fields; `leads`: it is what usually comes next."""

    kind: StepKind
    words: str
    form: Form
    asks: bool
    leads: bool


def ways_of(order: WorkOrder, at: dt.datetime) -> list[StepKind]:
    """What may be done from where the request stands."""
    if order.closed_at is not None:
        return []
    next_ones = steps_from(kind_of(order.kind).flow, State(order.state))
    steps = [step for step in WAYS if step in next_ones]
    if order.node_id == order.first_node_id:
        steps = [step for step in steps if step is not K.RETURNED]  # it is with who received it
    return [*steps, K.RESUMED if waits_until(order, at) else K.PAUSED]


def offers(order: WorkOrder, at: dt.datetime, *, tried: tuple[StepKind, Form] | None = None) -> list[Offer]:
    """The ways with their forms; `tried`: one that was sent with something wrong in it."""
    found = []
    for kind in ways_of(order, at):
        form = tried[1] if tried and tried[0] is kind else form_of(order, kind)
        found.append(Offer(kind, WAYS[kind].words, form, bool(form.fields), kind in _FIRST))
    return found


def form_of(order: WorkOrder, kind: StepKind, data: Mapping[str, Any] | None = None) -> Form:
    """The form of one way."""
    return WAYS[kind].make(order, data, f"id_{kind.value}_%s")
