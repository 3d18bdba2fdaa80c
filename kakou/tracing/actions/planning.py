"""The follow-up plan of one person, made again whenever its grade or the last exposure changes.

What was told stays; what the new plan does not ask for any more is dropped, not deleted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from kakou.kernel.time import day_in
from kakou.tracing.models import FollowUp, Involved
from kakou.tracing.policy import Grade, edition, plan
from kakou.tracing.rules.following import DAY, Finding, Item, Task, items_of
from kakou.tracing.rules.standing import Standing
from kakou.web.queries import site_zone

CASE_CALLS = (
    14  # days for which a case is asked, from its isolation or its first sample: chosen, plans leave it to clinics
)


def wanted(involved: Involved) -> list[Item]:
    """What is due for somebody as he stands now, by the edition under which he came in; nothing for who is not
    followed."""
    if involved.standing != Standing.FOLLOWED:
        return []
    zone = site_zone()
    if involved.is_case:
        begun = day_in(zone, involved.isolated_at or involved.positive_at or involved.decided_at or involved.found_at)
        calls = [Item(begun + number * DAY, Task.CALL) for number in range(CASE_CALLS)]
        return [*calls, Item(begun + CASE_CALLS * DAY, Task.RELEASE)]
    if not involved.grade or involved.last_at is None:
        return []
    return items_of(plan(edition(involved.edition), Grade(involved.grade), involved.last_at, zone=zone))


@transaction.atomic
def plan_again(involved: Involved, *, at: dt.datetime) -> None:
    """Bring the rows to what is wanted now: days before today are not asked for afterwards, but tests are."""
    today = day_in(site_zone(), at)
    items = [item for item in wanted(involved) if item.day >= today or item.task is not Task.CALL]
    _write(involved, items, today)


def _rows(involved: Involved) -> list[FollowUp]:
    """His rows as they are now, held: what somebody tells meanwhile waits, and is not written over."""
    return list(FollowUp.objects.select_for_update(of=("self",)).filter(involved=involved).order_by("pk"))


def _write(involved: Involved, items: Sequence[Item], today: dt.date) -> None:
    by_key = {(item.day, item.task): item for item in items}
    standing = {(row.day, Task(row.task)): row for row in _rows(involved)}
    follows = involved.standing == Standing.FOLLOWED
    dropped, again = [], []
    for key, row in standing.items():
        if key not in by_key and row.finding == Finding.DUE and not (row.extra and follows):
            row.finding = Finding.DROPPED
            dropped.append(row)
        elif key in by_key and (row.finding == Finding.DROPPED or row.task == Task.RELEASE):
            row.finding, row.told_at, row.told_by = Finding.DUE, None, None  # who is followed is not released
            again.append(row)
    FollowUp.objects.bulk_update([*dropped, *again], ["finding", "told_at", "told_by"])
    FollowUp.objects.bulk_create(
        FollowUp(involved=involved, node_id=involved.node_id, day=day, task=task, samples=item.samples)
        for (day, task), item in by_key.items()
        if (day, task) not in standing
    )
