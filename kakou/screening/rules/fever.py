"""体温异常者及时处理: what is done with somebody feverish, step by step, each with its time. Pure: no Django, no clock.

    resting ──measured: normal───────────────────────────────────────────> ended (normal_on_retest)
       └──still high──> to isolate ──isolated──> isolated ──told──> told ──fetched──> on the way ──arrived──> ended

Sources: article line 21, R59, domain.md §4 FeverCase. The minutes after the retest are a policy, not a law.
Nobody leaves this ladder by accident: it ends by the last step, by a normal second measurement, or by somebody who says
why, and then too it can be taken up again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kakou.kernel.errors import Refusal
from kakou.screening.rules.looks import TEMPERATURE_RANGE

MINUTE = dt.timedelta(minutes=1)


class FeverState(StrEnum):
    """Where somebody feverish stands."""

    RESTING = "resting"  # 休息待复测
    TO_ISOLATE = "to_isolate"  # 待隔离
    ISOLATED = "isolated"  # 临时隔离
    TOLD = "told"  # 已报告
    ON_THE_WAY = "on_the_way"  # 转运中
    ENDED = "ended"  # 已结束


class FeverStep(StrEnum):
    """What was done."""

    OPENED = "opened"
    NORMAL = "normal"  # 复测正常
    STILL_HIGH = "still_high"  # 复测仍异常
    ISOLATED = "isolated"  # 到隔离点
    TOLD = "told"  # 已报告
    FETCHED = "fetched"  # 已接走
    ARRIVED = "arrived"  # 已送达
    ENDED = "ended"  # 另行结束, with a reason
    NOTED = "noted"  # 备注
    TAKEN_UP = "taken_up"  # 恢复处置


class FeverOutcome(StrEnum):
    """How it ended."""

    NORMAL = "normal_on_retest"
    CLINIC = "sent_to_fever_clinic"
    REFUSED = "refused"  # will not go; whoever ended it says what was arranged
    LEFT = "left"  # walked away
    MISTAKE = "mistake"  # misread, or entered for somebody else
    OTHER = "other"


S, T = FeverState, FeverStep
TRANSITIONS: Mapping[FeverState, Mapping[FeverStep, FeverState]] = {
    S.RESTING: {T.NORMAL: S.ENDED, T.STILL_HIGH: S.TO_ISOLATE, T.ISOLATED: S.ISOLATED, T.ENDED: S.ENDED},
    S.TO_ISOLATE: {T.ISOLATED: S.ISOLATED, T.TOLD: S.TOLD, T.NORMAL: S.ENDED, T.ENDED: S.ENDED},
    S.ISOLATED: {T.TOLD: S.TOLD, T.ENDED: S.ENDED},
    S.TOLD: {T.FETCHED: S.ON_THE_WAY, T.ENDED: S.ENDED},
    S.ON_THE_WAY: {T.ARRIVED: S.ENDED, T.ENDED: S.ENDED},
    S.ENDED: {},
}
# minutes until the next step is overdue; the first is the pack's
MINUTES: Mapping[FeverState, int] = {S.TO_ISOLATE: 5, S.ISOLATED: 10, S.TOLD: 60, S.ON_THE_WAY: 120}
MEASURED = frozenset({T.OPENED, T.NORMAL, T.STILL_HIGH})
# what each step must say besides its time, and may
SAYS: Mapping[FeverStep, frozenset[str]] = {
    T.OPENED: frozenset({"tenths"}), T.NORMAL: frozenset({"tenths"}), T.STILL_HIGH: frozenset({"tenths"}),
    T.ISOLATED: frozenset({"place"}), T.TOLD: frozenset({"whom"}), T.FETCHED: frozenset({"how"}),
    T.ARRIVED: frozenset(), T.ENDED: frozenset({"outcome", "note"}), T.NOTED: frozenset({"note"}),
    T.TAKEN_UP: frozenset({"note"}),
}  # fmt: skip
MAY_SAY = frozenset({"tenths", "place", "whom", "how", "outcome", "note", "thermometer"})
BY_HAND = frozenset({FeverOutcome.REFUSED, FeverOutcome.LEFT, FeverOutcome.MISTAKE, FeverOutcome.OTHER})


class FeverRefused(Refusal):
    """The step cannot be taken now, or does not say what it must."""

    code = "fever-refused"


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a case stands after a step: until when the next one is due (None: it ended), and how it ended."""

    state: FeverState
    due_at: dt.datetime | None
    outcome: FeverOutcome | None


@dataclass(frozen=True, slots=True)
class Spell:
    """How long a case stood in one state: until before `until`, None while it still does."""

    state: FeverState
    since: dt.datetime
    until: dt.datetime | None

    def is_unsettled(self, at: dt.datetime) -> bool:
        """Should whoever it is stay where he is at that moment? Not when it has ended, nor on the way to the clinic."""
        settled = self.state in (S.ENDED, S.ON_THE_WAY)
        return not settled and self.since < at and (self.until is None or at < self.until)


def spells(steps: Sequence[tuple[dt.datetime, FeverState]], now: FeverState) -> list[Spell]:
    """Where a case stood when. `steps`: of each, in order, when it was taken and the state before it; `now`: the state
    after the last one."""
    after = [*(before for _, before in steps[1:]), now]
    ends = [*(at for at, _ in steps[1:]), None]
    return [Spell(state, at, end) for (at, _), state, end in zip(steps, after, ends, strict=True)]


def opened(at: dt.datetime, *, retest_minutes: int) -> Stand:
    """Somebody was measured too warm: he rests and is measured again."""
    return Stand(S.RESTING, at + retest_minutes * MINUTE, None)


def step(
    state: FeverState, kind: FeverStep, *, at: dt.datetime, due_at: dt.datetime | None, outcome: str = ""
) -> Stand:
    """The stand after a step. `due_at`: of the state before, kept by a note. Raises FeverRefused."""
    if kind is T.NOTED:
        return Stand(state, due_at, FeverOutcome(outcome) if state is S.ENDED and outcome else None)
    then = TRANSITIONS[state].get(kind)
    if then is None:
        raise FeverRefused("This cannot be done now: another step comes first, or somebody was quicker.")
    if then is S.ENDED:
        return Stand(then, None, _outcome(kind, outcome))
    return Stand(then, at + MINUTES[then] * MINUTE, None)


def taken_up(before: FeverState, *, at: dt.datetime) -> Stand:
    """An ended case goes on where it stood before its last step; whoever rested is measured at once."""
    return Stand(before, at + MINUTES.get(before, 5) * MINUTE, None)


def measured(tenths: int, limit: int) -> FeverStep:
    """What a second measurement means. Raises FeverRefused for a number that no person has."""
    coldest, hottest = TEMPERATURE_RANGE
    if not coldest <= tenths <= hottest:
        raise FeverRefused("A temperature lies between 34.0 and 43.0 °C. Measure again.")
    return T.STILL_HIGH if tenths >= limit else T.NORMAL


def check_said(kind: FeverStep, facts: Mapping[str, object]) -> None:
    """Does the step say what it must, and nothing that no step says? Raises FeverRefused."""
    said = {name for name, value in facts.items() if value not in (None, "")}
    if said - MAY_SAY:
        raise FeverRefused("A step does not say %(names)s.", names=", ".join(sorted(said - MAY_SAY)))
    if missing := SAYS[kind] - said:
        raise FeverRefused("Say also: %(names)s.", names=", ".join(sorted(missing)))


def _outcome(kind: FeverStep, given: str) -> FeverOutcome:
    if kind is T.NORMAL:
        return FeverOutcome.NORMAL
    if kind is T.ARRIVED:
        return FeverOutcome.CLINIC
    if given not in BY_HAND:
        raise FeverRefused("Say how it ended: refused, left, mistake or other.")
    return FeverOutcome(given)
