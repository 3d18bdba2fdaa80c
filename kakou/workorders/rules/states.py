"""Where an order stands, and which step leads where. Two ways, as tables: a matter, which is settled (a missing exit),
and a request, which somebody waits to be answered.

闭环: everything that opens is owned, falls due and closes with evidence (article line 9; R11, R12).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from kakou.kernel.errors import Refusal


class State(StrEnum):
    """Where an order stands."""

    REPORTED = "reported"  # 待受理
    ACCEPTED = "accepted"  # 已受理
    DISPATCHED = "dispatched"  # 已派单
    IN_PROGRESS = "in_progress"  # 办理中
    RETURNED = "returned"  # 退回: to the first receiver, who answers for it still
    ANSWERED = "answered"  # 已答复
    VERIFIED = "verified"  # 已核实
    CLOSED = "closed"  # 办结
    DUPLICATE = "duplicate"  # 重复: another order is about the same
    REOPENED = "reopened"  # 重开: closed too early, or broken again


class StepKind(StrEnum):
    """What happened to an order; steps are only ever added."""

    OPENED = "opened"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    BEGUN = "begun"
    RETURNED = "returned"
    ANSWERED = "answered"
    VERIFIED = "verified"
    CLOSED = "closed"
    DUPLICATE = "duplicate"
    REOPENED = "reopened"
    OWNER_NAMED = "owner_named"
    HELPER_JOINED = "helper_joined"
    HELPER_LEFT = "helper_left"
    NOTED = "noted"
    PROVED = "proved"  # a photo, a position, a reading, a signature was added
    PAUSED = "paused"
    RESUMED = "resumed"
    ESCALATED = "escalated"
    CAME_LATE = "came_late"  # made without a network, when the order stood elsewhere already


S, K = State, StepKind
Flow = Mapping[State, Mapping[StepKind, State]]
_HANDLED: Mapping[StepKind, State] = {K.DISPATCHED: S.DISPATCHED, K.BEGUN: S.IN_PROGRESS, K.DUPLICATE: S.DUPLICATE}
MATTER: Flow = {
    S.REPORTED: {**_HANDLED, K.CLOSED: S.CLOSED},
    S.DISPATCHED: {**_HANDLED, K.RETURNED: S.RETURNED, K.CLOSED: S.CLOSED},
    S.IN_PROGRESS: {K.DISPATCHED: S.DISPATCHED, K.RETURNED: S.RETURNED, K.DUPLICATE: S.DUPLICATE, K.CLOSED: S.CLOSED},
    S.RETURNED: {**_HANDLED, K.CLOSED: S.CLOSED},
    S.REOPENED: {**_HANDLED, K.CLOSED: S.CLOSED},
    S.CLOSED: {K.REOPENED: S.REOPENED},
    S.DUPLICATE: {K.REOPENED: S.REOPENED},
}
REQUEST: Flow = {
    S.REPORTED: {K.ACCEPTED: S.ACCEPTED, K.DUPLICATE: S.DUPLICATE},
    S.ACCEPTED: {**_HANDLED, K.ANSWERED: S.ANSWERED},
    S.DISPATCHED: {**_HANDLED, K.RETURNED: S.RETURNED, K.ANSWERED: S.ANSWERED},
    S.IN_PROGRESS: {
        K.DISPATCHED: S.DISPATCHED, K.RETURNED: S.RETURNED, K.DUPLICATE: S.DUPLICATE, K.ANSWERED: S.ANSWERED,
    },
    S.RETURNED: {**_HANDLED, K.ANSWERED: S.ANSWERED},
    S.REOPENED: {**_HANDLED, K.ANSWERED: S.ANSWERED},
    S.ANSWERED: {K.VERIFIED: S.VERIFIED, K.CLOSED: S.CLOSED, K.REOPENED: S.REOPENED},
    S.VERIFIED: {K.CLOSED: S.CLOSED, K.REOPENED: S.REOPENED},
    S.CLOSED: {K.REOPENED: S.REOPENED},
    S.DUPLICATE: {K.REOPENED: S.REOPENED},
}  # fmt: skip
# steps after which an order stands where it stood
STAYS = frozenset({
    K.OPENED, K.OWNER_NAMED, K.HELPER_JOINED, K.HELPER_LEFT, K.NOTED, K.PROVED, K.PAUSED, K.RESUMED, K.ESCALATED,
    K.CAME_LATE,
})  # fmt: skip
ENDED = frozenset({S.CLOSED, S.DUPLICATE})
STILL_OPEN = frozenset(State) - ENDED
NEED_A_REASON = frozenset({K.RETURNED, K.REOPENED, K.PAUSED, K.DUPLICATE})


class OrderRefused(Refusal):
    """The order cannot take this step; the text says what is missing."""

    code = "order-refused"


def step(flow: Flow, state: State, kind: StepKind) -> State:
    """The state after a step of `kind`. Raises OrderRefused when there is no such way."""
    if kind in STAYS:
        return state
    then = flow.get(state, {}).get(kind)
    if then is not None:
        return then
    if kind is K.REOPENED:
        raise OrderRefused("The order is not closed.")
    if state in ENDED:
        raise OrderRefused("The order is closed already.")
    raise OrderRefused("This cannot be done from here: somebody was quicker, or another step comes first.")


def steps_from(flow: Flow, state: State) -> list[StepKind]:
    """The steps that lead on from a state, in the order in which they usually come."""
    ways = flow.get(state, {})
    return [kind for kind in StepKind if kind in ways]
