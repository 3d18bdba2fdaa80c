"""Who is another person, and not the one who asks under a second name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from kakou.access.models import Closure, Grant, Staff
from kakou.access.rules import ROLES, Permission
from kakou.access.seconding.rules import counts


def is_second(
    staff: Staff, may: Collection[Permission], node: int, *, asked_at: dt.datetime, at: dt.datetime
) -> bool:  # fmt: skip
    """Has `staff` held one of `may` over `node`, and had the account for himself, for long enough?"""
    handed_at = Staff.objects.values_list("handed_at", flat=True).get(pk=staff.pk)
    if handed_at is not None and not counts(handed_at, by_somebody=True, asked_at=asked_at, at=at):
        return False
    giving = [role.value for role, what in ROLES.items() if what.permissions & set(may)]
    above = Closure.objects.filter(descendant_id=node).values("ancestor_id")
    held = Grant.objects.filter(staff=staff, ended_at=None, role__in=giving, node_id__in=above)
    return any(
        counts(since, by_somebody=by is not None, asked_at=asked_at, at=at)
        for since, by in held.values_list("granted_at", "granted_by")
    )
