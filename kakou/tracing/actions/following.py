"""What came of a day's call or test is told; a household may be told of at once; what alarms opens a work order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import NotFound
from kakou.kernel.time import day_in
from kakou.tracing.models import FollowUp, Involved
from kakou.tracing.queries.zone import site_zone
from kakou.tracing.rules.following import Finding, Task, check_finding
from kakou.tracing.rules.standing import StepRefused
from kakou.web.actions import announce

TEMPERATURES = (340, 430)  # tenths of a degree that a person has


@transaction.atomic
def tell_finding(
    item: FollowUp, finding: Finding, *, tenths: int | None = None, note: str = "", by: Staff, at: dt.datetime
) -> FollowUp:
    """What came of one thing that was due; told again it is put right, and the former stays as history. Raises
    NotAllowed, NotFound, StepRefused (no such answer, a day to come, a temperature that nobody has), ReasonUnfit."""
    access.require(by, Permission.FOLLOW_UP, item.node_id)
    now = FollowUp.objects.select_for_update(of=("self",)).filter(pk=item.pk).first()
    if now is None:
        raise NotFound("This is not due for anybody here.")
    _check(now, finding, tenths, at)
    now.finding, now.tenths, now.told_at, now.told_by = finding, tenths, at, by
    now.note = checked_reason(note) if note.strip() else ""
    now.save(update_fields=["finding", "tenths", "note", "told_at", "told_by"])
    audit.record("follow_up.told", subject=now.pk, by=by.pk, at=at, node=now.node_id, task=now.task, of=now.involved_id)
    announce("cases.changed", node=now.node_id)
    return now


@transaction.atomic
def tell_all(items: Iterable[FollowUp], finding: Finding, *, by: Staff, at: dt.datetime) -> list[FollowUp]:
    """The same of several, such as a household in which all are well; all or none."""
    return [tell_finding(item, finding, by=by, at=at) for item in items]


@transaction.atomic
def take_back(item: FollowUp, *, by: Staff, at: dt.datetime) -> FollowUp:
    """It was told by mistake: it is due again, and the former stays as history."""
    access.require(by, Permission.FOLLOW_UP, item.node_id)
    now = FollowUp.objects.select_for_update(of=("self",)).filter(pk=item.pk).first()
    if now is None or now.finding == Finding.DROPPED:
        raise NotFound("This is not due for anybody here.")
    now.finding, now.tenths, now.note, now.told_at, now.told_by = Finding.DUE, None, "", None, None
    now.save(update_fields=["finding", "tenths", "note", "told_at", "told_by"])
    audit.record("follow_up.taken_back", subject=now.pk, by=by.pk, at=at, node=now.node_id, of=now.involved_id)
    announce("cases.changed", node=now.node_id)
    return now


@transaction.atomic
def add_test(involved: Involved, day: dt.date, *, by: Staff, at: dt.datetime) -> FollowUp:
    """A test besides the plan, of a case or a contact."""
    access.require(by, Permission.FOLLOW_UP, involved.node_id)
    made, is_new = FollowUp.objects.get_or_create(
        involved=involved, day=day, task=Task.TEST, defaults={"node_id": involved.node_id}
    )
    if is_new:
        audit.record("follow_up.added", subject=made.pk, by=by.pk, at=at, node=made.node_id, of=involved.pk)
        announce("cases.changed", node=made.node_id)
    return made


def _check(item: FollowUp, finding: Finding, tenths: int | None, at: dt.datetime) -> None:
    check_finding(Task(item.task), finding)
    if item.finding == Finding.DROPPED:
        raise StepRefused("The plan does not ask for this any more.")
    if item.day > day_in(site_zone(), at):
        raise StepRefused("That day has not come yet.")
    coldest, hottest = TEMPERATURES
    if tenths is not None and not coldest <= tenths <= hottest:
        raise StepRefused("A temperature lies between 34.0 and 43.0 °C. Measure again.")


def of_household(items: Sequence[FollowUp]) -> list[FollowUp]:
    """Calls among them that are still due: what 'all well' answers."""
    return [item for item in items if item.task == Task.CALL and item.finding == Finding.DUE]
