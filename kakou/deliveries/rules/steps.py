"""The way of a goods vehicle: one table. 企业进货来时,到卡口都是由村干部把车开进去的: article line 33, R84."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kakou.kernel.errors import Refusal
from kakou.workorders.rules import Kind, within


class StepRefused(Refusal):
    """This step does not follow from where the delivery stands; the text says why."""

    code = "delivery-step-refused"
    status = 409


class State(StrEnum):
    """Where a delivery stands; each is named after the step that led there."""

    ANNOUNCED = "announced"  # 已预报
    ARRIVED = "arrived"  # 已到卡口
    DRIVER_OUT = "driver_out"  # 司机留在外面
    DISINFECTED = "disinfected"  # 驾驶室已消毒
    DRIVEN_IN = "driven_in"  # 代驾驶入
    UNLOADED = "unloaded"  # 已卸货
    DRIVEN_OUT = "driven_out"  # 已驶出
    HANDED_BACK = "handed_back"  # 已交还
    TURNED_AWAY = "turned_away"  # 未放行
    CANCELLED = "cancelled"  # 已取消


@dataclass(frozen=True, slots=True)
class Place:
    """A state: `words` of the step that leads there (a msgid), `after` which states it is taken, within what time the
    next must follow (None: it may wait, or it is the end). `escorts`: whoever drives in is named. `tells`: why."""

    words: str
    after: frozenset[State]
    longest: dt.timedelta | None
    escorts: bool = False
    tells: bool = False


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


_S, _HALF = State, dt.timedelta(minutes=30)
STEPS: Mapping[State, Place] = {
    _S.ANNOUNCED: Place(N_("Announced"), frozenset(), None),
    _S.ARRIVED: Place(N_("The vehicle is at the gate"), frozenset({_S.ANNOUNCED}), _HALF),
    _S.DRIVER_OUT: Place(N_("The driver is out and stays outside"), frozenset({_S.ARRIVED}), _HALF),
    _S.DISINFECTED: Place(N_("The cab is disinfected"), frozenset({_S.DRIVER_OUT}), _HALF),
    _S.DRIVEN_IN: Place(N_("The escort drives in"), frozenset({_S.DISINFECTED}), dt.timedelta(hours=3), escorts=True),
    _S.UNLOADED: Place(N_("The goods are unloaded"), frozenset({_S.DRIVEN_IN}), _HALF),
    _S.DRIVEN_OUT: Place(N_("The vehicle is out again"), frozenset({_S.UNLOADED}), _HALF),
    _S.HANDED_BACK: Place(N_("The driver has the vehicle back"), frozenset({_S.DRIVEN_OUT}), None),
    _S.TURNED_AWAY: Place(N_("Turned away"), frozenset({_S.ARRIVED, _S.DRIVER_OUT, _S.DISINFECTED}), None, tells=True),
    _S.CANCELLED: Place(N_("Cancelled"), frozenset({_S.ANNOUNCED}), None, tells=True),
}
ENDS = frozenset({State.HANDED_BACK, State.TURNED_AWAY, State.CANCELLED})
INSIDE = frozenset({State.DRIVEN_IN, State.UNLOADED})  # the escort is at the wheel, or waits beside it
# closes when the delivery has ended: nobody closes it by hand
DELIVERY_OPEN = Kind("delivery_open", "A goods vehicle stays too long", within(hours=1), by_hand=False)


def steps_from(state: State) -> list[State]:
    """What may follow, in the order of the table."""
    return [step for step, place in STEPS.items() if state in place.after]


def check_step(state: State, step: State) -> None:
    """Raises StepRefused."""
    if step not in steps_from(state):
        raise StepRefused("This step does not follow. Somebody may have taken one meanwhile: look again.")


def stays_too_long(state: State, *, since: dt.datetime, now: dt.datetime) -> bool:
    """Should the next step have followed by now?"""
    longest = STEPS[state].longest
    return longest is not None and now - since >= longest
