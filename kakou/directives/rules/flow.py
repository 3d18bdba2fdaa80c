"""How the task of a unit goes: it is acknowledged before anything else (回执), then done with evidence."""

from __future__ import annotations

from collections.abc import Mapping

from kakou.workorders.clocks import Limit
from kakou.workorders.rules import Clock, Flow, Kind, State, StepKind

S, K = State, StepKind
_HANDLED: Mapping[StepKind, State] = {K.DISPATCHED: S.DISPATCHED, K.BEGUN: S.IN_PROGRESS, K.CLOSED: S.CLOSED}
FLOW: Flow = {
    S.REPORTED: {K.ACCEPTED: S.ACCEPTED},
    S.ACCEPTED: _HANDLED,
    S.DISPATCHED: {**_HANDLED, K.RETURNED: S.RETURNED},
    S.IN_PROGRESS: {K.DISPATCHED: S.DISPATCHED, K.RETURNED: S.RETURNED, K.CLOSED: S.CLOSED},
    S.RETURNED: _HANDLED,
    S.REOPENED: _HANDLED,
    S.CLOSED: {K.REOPENED: S.REOPENED},
}
# what holds for a directive that says nothing else; each says its own two times (article line 9: 连夜部署)
DIRECTIVE = Kind(
    "directive", "A directive from above",
    {Clock.ACCEPT: Limit.plain(hours=2), Clock.FINISH: Limit.plain(days=7)},
    evidence=frozenset({"finding"}), flow=FLOW,
)  # fmt: skip
