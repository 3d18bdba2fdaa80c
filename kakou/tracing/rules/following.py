"""What is due day by day for somebody followed up, what a day may say, and what follows from it. Pure.

The plan comes from the policy (`policy.plan`): isolation, tests on their days, the day of release. Each day of a
measure has one call. Findings are told with one letter in the calendar, never by a colour alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from kakou.tracing.policy import Due, Grade, Policy, Release
from kakou.tracing.policy.wording import N_
from kakou.tracing.rules.standing import StepRefused

DAY = dt.timedelta(days=1)
NOT_REACHED_IN_A_ROW = 3  # days after which somebody is to be looked for: chosen, no plan says a number
FEVER_FROM = 373  # tenths of a degree: 37.3 °C, health monitoring by plan 8, annex 5


class Task(StrEnum):
    """What is due on a day."""

    CALL = "call"  # 每日健康询问
    TEST = "test"  # 核酸检测
    RELEASE = "release"  # 解除


class Finding(StrEnum):
    """What came of it."""

    DUE = "due"  # 待办
    NORMAL = "normal"  # 无异常
    SYMPTOMS = "symptoms"  # 有症状
    FEVER = "fever"  # 发热
    NOT_REACHED = "not_reached"  # 联系不上
    REFUSED = "refused"  # 拒绝
    NEGATIVE = "negative"  # 阴性
    POSITIVE = "positive"  # 阳性
    UNCLEAR = "unclear"  # 待复检
    NOT_TAKEN = "not_taken"  # 未采样
    DONE = "done"  # 已完成
    DROPPED = "dropped"  # 取消: the plan changed


F = Finding
FINDINGS: Mapping[Task, tuple[Finding, ...]] = {
    Task.CALL: (F.NORMAL, F.SYMPTOMS, F.FEVER, F.NOT_REACHED, F.REFUSED),
    Task.TEST: (F.NEGATIVE, F.POSITIVE, F.UNCLEAR, F.NOT_TAKEN),
    Task.RELEASE: (F.DONE,),
}
# what needs somebody at once, by a work order
ALARMING = frozenset({F.SYMPTOMS, F.FEVER, F.POSITIVE, F.REFUSED})
# what does not settle a test
UNSETTLED = frozenset({F.DUE, F.UNCLEAR, F.NOT_TAKEN})


class Item(NamedTuple):
    """One thing due on one day of the site; `samples`: how many a test takes."""

    day: dt.date
    task: Task
    samples: int = 1


class Told(NamedTuple):
    """An item and what came of it."""

    item: Item
    finding: Finding


def items_of(plan: Sequence[Due]) -> list[Item]:
    """A plan as single days: a call on each day of a measure, its tests, the release. In order of day and task."""
    found: set[Item] = set()
    for due in plan:
        if due.what == Task.TEST:
            found.add(Item(due.first, Task.TEST, int(str(due.reason.params.get("samples", 1)))))
        elif due.what == Task.RELEASE:
            found.add(Item(due.first, Task.RELEASE))
        else:
            days = (due.last - due.first).days + 1
            found |= {Item(due.first + number * DAY, Task.CALL) for number in range(days)}
    order = list(Task)
    return sorted(found, key=lambda item: (item.day, order.index(item.task)))


def check_finding(task: Task, finding: Finding, tenths: int | None = None) -> None:
    """Is this something that such a task can say, and does it go with the temperature? Raises StepRefused."""
    if finding not in FINDINGS[task]:
        raise StepRefused("That is no answer to what was asked. Choose one of those offered.")
    if tenths is None:
        return
    if finding is F.NORMAL and tenths >= FEVER_FROM:
        raise StepRefused("From 37.3 °C on it is a fever. Look at the temperature again, or choose fever.")
    if finding is F.FEVER and tenths < FEVER_FROM:
        raise StepRefused("Below 37.3 °C it is no fever. Look at the temperature again, or choose symptoms.")


def is_to_be_called(item: Item, finding: Finding, *, today: dt.date) -> bool:
    """Is there a reason to ring somebody up for this: it is due, or he was tried today and not reached?"""
    again = finding is F.NOT_REACHED and item.day == today
    return item.day <= today and (finding is F.DUE or again)


def days_not_reached(told: Iterable[Told]) -> int:
    """For how many days in a row, up to the last that says anything, nobody reached him by telephone."""
    calls = sorted((one for one in told if one.item.task is Task.CALL and one.finding is not F.DUE), reverse=True)
    many = 0
    for one in calls:
        if one.finding is not F.NOT_REACHED:
            break
        many += 1
    return many


def is_to_be_looked_for(told: Iterable[Told]) -> bool:
    """Is it time to say that he is lost? A person decides it."""
    return days_not_reached(told) >= NOT_REACHED_IN_A_ROW


def why_not_released(policy: Policy, grade: Grade, told: Sequence[Told], *, today: dt.date) -> str:
    """A msgid that says what a release still waits for; empty when it may be."""
    ends = [one.item.day for one in told if one.item.task is Task.RELEASE]
    if ends and today < max(ends):
        return N_("The days of the plan are not over.")
    measures = policy.measures.get(grade)
    tests = [one.finding for one in told if one.item.task is Task.TEST and one.finding is not F.DROPPED]
    if measures is not None and measures.release is Release.ALL_NEGATIVE:
        if F.POSITIVE in tests:
            return N_("A test was positive: make it a case.")
        if any(finding in UNSETTLED for finding in tests):
            return N_("A test of the plan has no result yet.")
    return ""
