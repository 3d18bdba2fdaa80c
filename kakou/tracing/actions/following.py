"""What came of a day's call or test is told; a household may be told of at once; what alarms opens a work order.

Who follows somebody up must be able to ring him up, and most who do it may not unmask anybody for a reason of their
own. So one telephone at a time is shown to them, with the name to ask for, while it is due: `number_to_call`.
"""

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
from kakou.tracing.actions.cases import take_step, waits_for
from kakou.tracing.models import FollowUp, Involved
from kakou.tracing.queries.numbers import Number, number_of
from kakou.tracing.rules.following import Finding, Item, Task, check_finding, is_to_be_called
from kakou.tracing.rules.standing import Move, Standing, StepRefused
from kakou.web.actions import announce
from kakou.web.queries import site_zone

TEMPERATURES = (340, 430)  # tenths of a degree that a person has
TO_CALL = "follow-up call"  # the reason in the audit


@transaction.atomic
def tell_finding(
    item: FollowUp,
    finding: Finding,
    *,
    tenths: int | None = None,
    note: str = "",
    was: Finding | None = None,
    by: Staff,
    at: dt.datetime,
) -> FollowUp:
    """What came of one thing that was due; told again it is put right, and the former stays as history. `was`: what
    the teller saw there before. Raises NotAllowed, NotFound, StepRefused (no such answer, a day to come, a temperature
    that nobody has, somebody else was quicker), ReasonUnfit."""
    access.require(by, Permission.FOLLOW_UP, item.node_id)
    now = FollowUp.objects.select_for_update(of=("self",)).filter(pk=item.pk).first()
    if now is None:
        raise NotFound("This is not due for anybody here.")
    if was is not None and now.finding != was:
        raise StepRefused("Somebody else has told it meanwhile. Look at what was told before you change it.")
    _check(now, finding, tenths, at)
    now.finding, now.tenths, now.told_at, now.told_by = finding, tenths, at, by
    now.note = checked_reason(note) if note.strip() else ""
    now.save(update_fields=["finding", "tenths", "note", "told_at", "told_by"])
    audit.record("follow_up.told", subject=now.pk, by=by.pk, at=at, node=now.node_id, task=now.task, of=now.involved_id)
    announce("cases.changed", node=now.node_id)
    return now


@transaction.atomic
def tell_all(items: Iterable[FollowUp], finding: Finding, *, by: Staff, at: dt.datetime) -> list[FollowUp]:
    """The same of several that are due, such as a household in which all are well; all or none."""
    return [tell_finding(item, finding, was=Finding.DUE, by=by, at=at) for item in items]


@transaction.atomic
def take_back(item: FollowUp, *, by: Staff, at: dt.datetime) -> FollowUp:
    """It was told by mistake: it is due again, and the former stays as history."""
    access.require(by, Permission.FOLLOW_UP, item.node_id)
    now = FollowUp.objects.select_for_update(of=("self",)).filter(pk=item.pk).first()
    if now is None or now.finding == Finding.DROPPED:
        raise NotFound("This is not due for anybody here.")
    if now.task == Task.RELEASE:
        raise StepRefused("A release is taken back on the person's page, with a reason, by who traces.")
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
        involved=involved, day=day, task=Task.TEST, defaults={"node_id": involved.node_id, "extra": True}
    )
    if not is_new and made.finding == Finding.DROPPED:
        made.finding, made.extra = Finding.DUE, True
        made.save(update_fields=["finding", "extra"])
        is_new = True
    if is_new:
        audit.record("follow_up.added", subject=made.pk, by=by.pk, at=at, node=made.node_id, of=involved.pk)
        announce("cases.changed", node=made.node_id)
    return made


@transaction.atomic
def release(item: FollowUp, *, reason: str = "", by: Staff, at: dt.datetime) -> Involved:
    """End somebody's follow-up on the day of his release; before what it waits for is there, only with a reason.
    Raises NotAllowed, NotFound, StepRefused, ReasonUnfit."""
    involved = item.involved
    if waits_for(involved, at=at) and not reason.strip():
        raise StepRefused("Say why it is released before that: whoever reads it next decides by that.")
    tell_finding(item, Finding.DONE, was=Finding.DUE, by=by, at=at)
    return take_step(involved, Move.RELEASED, reason=reason, by=by, at=at)


@transaction.atomic
def number_to_call(item: FollowUp, *, by: Staff, at: dt.datetime) -> Number:
    """The telephone of somebody who is due, and the name to ask for; audited. Nobody else's: it takes no permission to
    unmask, so it is bound to what is due. Raises NotAllowed, NotFound without a telephone, StepRefused."""
    access.require(by, Permission.FOLLOW_UP, item.node_id)
    seen = Item(item.day, Task(item.task), item.samples)
    due = is_to_be_called(seen, Finding(item.finding), today=day_in(site_zone(), at))
    if item.involved.standing != Standing.FOLLOWED or not due:
        raise StepRefused("Nobody has to be called for this now, so the number stays masked.")
    found = number_of(item.involved.subject)
    if not found.phone:
        raise NotFound("No telephone is known. Go and ask at the door.")
    audit.record(
        "follow_up.number_shown", subject=item.pk, by=by.pk, at=at, node=item.node_id, of=item.involved_id,
        fields=("name", "phone"), reason=TO_CALL,
    )  # fmt: skip
    return found


@transaction.atomic
def note_handed_out(*, many: int, node: int | None, by: Staff, at: dt.datetime) -> None:
    """A list of follow-up was taken out as a sheet: masked, with so many rows."""
    audit.record("follow_up.handed_out", subject=None, by=by.pk, at=at, node=node, rows=many)


def _check(item: FollowUp, finding: Finding, tenths: int | None, at: dt.datetime) -> None:
    check_finding(Task(item.task), finding, tenths)
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
