"""Steps of an order besides closing it, each with what it asks for: accept, begin, dispatch, give back, answer, verify,
let it wait, go on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.utils.translation import gettext_noop

from kakou.access.models import Staff
from kakou.ledger.forms.orders import EvidenceForm, RemarkForm, UnitForm, WaitForm, WhyForm
from kakou.workorders import actions
from kakou.workorders.actions.handling import waits_until
from kakou.workorders.events import kind_of
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import Clock, State, StepKind, steps_from

K = StepKind
STATES: Mapping[State, str] = {
    State.REPORTED: gettext_noop("not begun"),
    State.ACCEPTED: gettext_noop("accepted"),
    State.DISPATCHED: gettext_noop("dispatched"),
    State.IN_PROGRESS: gettext_noop("in progress"),
    State.RETURNED: gettext_noop("given back"),
    State.ANSWERED: gettext_noop("answered"),
    State.VERIFIED: gettext_noop("found to be so"),
    State.CLOSED: gettext_noop("Closed"),
    State.DUPLICATE: gettext_noop("another order is about it"),
    State.REOPENED: gettext_noop("opened again"),
}
# what an order is late with, when its time has run out
CLOCKS: Mapping[Clock, str] = {
    Clock.ACCEPT: gettext_noop("to be accepted"),
    Clock.DISPATCH: gettext_noop("to be dispatched"),
    Clock.RESPOND: gettext_noop("to be begun"),
    Clock.FINISH: gettext_noop("to be settled"),
    Clock.VERIFY: gettext_noop("to be verified"),
}


Act = Callable[[WorkOrder, Mapping[str, Any], Staff, dt.datetime], None]
Make = Callable[[WorkOrder, Mapping[str, Any] | None, str], Form]  # of an order, with what was sent, ids by a pattern


def plain(form: type[Form]) -> Make:
    """A form that asks the same of every order."""
    return lambda _order, sent, ids: form(sent, auto_id=ids)


@dataclass(frozen=True, slots=True)
class Way:
    """One step that may be taken: its button, what it asks for, what it does."""

    words: str
    make: Make
    act: Act


WAYS: Mapping[StepKind, Way] = {
    K.ACCEPTED: Way(gettext_noop("Accept"), plain(Form), lambda order, _, by, at: actions.accept(order, by=by, at=at)),
    K.BEGUN: Way(gettext_noop("Begin work"), plain(Form), lambda order, _, by, at: actions.begin(order, by=by, at=at)),
    K.DISPATCHED: Way(
        gettext_noop("Dispatch to a unit"),
        plain(UnitForm),
        lambda order, given, by, at: actions.dispatch(order, unit=given["unit"], by=by, at=at),
    ),
    K.RETURNED: Way(
        gettext_noop("Give back"),
        plain(WhyForm),
        lambda order, given, by, at: actions.give_back(order, reason=given["why"], by=by, at=at),
    ),
    K.ANSWERED: Way(
        gettext_noop("Answer"),
        lambda order, sent, ids: EvidenceForm(kind_of(order.kind), sent, auto_id=ids),
        lambda order, given, by, at: actions.answer(order, evidence=given, by=by, at=at),
    ),
    K.VERIFIED: Way(
        gettext_noop("It is so"),
        plain(RemarkForm),
        lambda order, given, by, at: actions.verify(order, reason=given["remark"], by=by, at=at),
    ),
    K.PAUSED: Way(
        gettext_noop("Let it wait"),
        plain(WaitForm),
        lambda order, given, by, at: actions.pause(order, until=given["until"], reason=given["why"], by=by, at=at),
    ),
    K.RESUMED: Way(
        gettext_noop("Go on now"), plain(Form), lambda order, _, by, at: actions.resume(order, by=by, at=at)
    ),
}


def is_answered(order: WorkOrder) -> bool:
    """Was said what was done about it, so that closing asks for no more?"""
    return State(order.state) in (State.ANSWERED, State.VERIFIED)


@dataclass(frozen=True, slots=True)
class Offer:
    """A way ready to be shown; `asks`: it has fields."""

    kind: StepKind
    words: str
    form: Form
    asks: bool


def ways_of(order: WorkOrder, at: dt.datetime) -> list[StepKind]:
    """What may be done from where the order stands, by hand."""
    kind = kind_of(order.kind)
    if order.closed_at is not None or not kind.by_hand:
        return []
    next_ones = steps_from(kind.flow, State(order.state))
    steps = [step for step in WAYS if step in next_ones]
    if order.node_id == order.first_node_id:
        steps = [step for step in steps if step is not K.RETURNED]  # it is with who received it
    return [*steps, K.RESUMED if waits_until(order, at) else K.PAUSED]


def offers(order: WorkOrder, at: dt.datetime, *, tried: tuple[str, Form] | None = None) -> list[Offer]:
    """The ways with their forms; `tried`: the name of one that was sent with something wrong in it."""
    found = []
    for kind in ways_of(order, at):
        form = tried[1] if tried and tried[0] == kind.value else WAYS[kind].make(order, None, f"id_{kind.value}_%s")
        found.append(Offer(kind, WAYS[kind].words, form, bool(form.fields)))
    return found
