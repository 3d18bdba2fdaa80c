"""Steps of an order besides closing it, each with what it asks for: begin, dispatch, give back, let it wait, go on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import gettext_noop

from kakou.access.models import Staff
from kakou.access.pages import nodes_held
from kakou.access.rules import Permission
from kakou.places.queries import units_on
from kakou.workorders import actions
from kakou.workorders.actions.handling import pauses_of
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
    State.CLOSED: gettext_noop("closed"),
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


class _Plain(forms.Form):
    """Asks nothing."""


class UnitForm(forms.Form):
    """To which unit."""

    unit = forms.TypedChoiceField(label=lazy("Unit"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [(unit.node_id, unit.name) for unit in units_on(nodes_held(Permission.SEE_PLACES))]
        self.fields["unit"].choices = units  # type: ignore[attr-defined]


class WhyForm(forms.Form):
    """Why."""

    why = forms.CharField(label=lazy("Why"), max_length=200)


class WaitForm(WhyForm):
    """Until when, and for whom."""

    until = forms.DateTimeField(
        label=lazy("Until when"),
        help_text=lazy("It goes on by itself then: within the next 30 days."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )
    field_order = ("until", "why")


Act = Callable[[WorkOrder, Mapping[str, Any], Staff, dt.datetime], None]


@dataclass(frozen=True, slots=True)
class Way:
    """One step that may be taken: its button, what it asks for, what it does."""

    words: str
    form: type[forms.Form]
    act: Act


WAYS: Mapping[StepKind, Way] = {
    K.BEGUN: Way(gettext_noop("Begin work"), _Plain, lambda order, _, by, at: actions.begin(order, by=by, at=at)),
    K.DISPATCHED: Way(
        gettext_noop("Dispatch to a unit"),
        UnitForm,
        lambda order, given, by, at: actions.dispatch(order, unit=given["unit"], by=by, at=at),
    ),
    K.RETURNED: Way(
        gettext_noop("Give back"),
        WhyForm,
        lambda order, given, by, at: actions.give_back(order, reason=given["why"], by=by, at=at),
    ),
    K.PAUSED: Way(
        gettext_noop("Let it wait"),
        WaitForm,
        lambda order, given, by, at: actions.pause(order, until=given["until"], reason=given["why"], by=by, at=at),
    ),
    K.RESUMED: Way(gettext_noop("Go on now"), _Plain, lambda order, _, by, at: actions.resume(order, by=by, at=at)),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A way ready to be shown; `asks`: it has fields."""

    kind: StepKind
    words: str
    form: forms.Form
    asks: bool


def waits_until(order: WorkOrder, at: dt.datetime) -> dt.datetime | None:
    """Until when it waits; None: it does not."""
    pauses = pauses_of(order)
    return pauses[-1].until if pauses and pauses[-1].until and pauses[-1].until > at else None


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


def offers(order: WorkOrder, at: dt.datetime, *, tried: tuple[StepKind, forms.Form] | None = None) -> list[Offer]:
    """The ways with their forms; `tried`: one that was sent with something wrong in it."""
    found = []
    for kind in ways_of(order, at):
        form = tried[1] if tried and tried[0] is kind else WAYS[kind].form(auto_id=f"id_{kind.value}_%s")
        found.append(Offer(kind, WAYS[kind].words, form, bool(form.fields)))
    return found
