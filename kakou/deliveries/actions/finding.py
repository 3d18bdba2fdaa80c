"""Parcels found by the door that somebody names: only where one gives them out, told to the audit and limited, else the
stars of a door are seen through by trying doors.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.queries import seat_of
from kakou.audit import actions as audit
from kakou.deliveries.models import Parcel
from kakou.deliveries.queries.parcels import for_door, listed

USE = "parcels.search"
# a gate in the evening, when one household after the other comes for its parcels
MOST = {dt.timedelta(hours=1): 240, dt.timedelta(days=1): 1200}
LOOKED_AT = 10_000


@transaction.atomic
def find_parcels(door: str, *, node: int | None, gates: Collection[int], by: Staff, at: dt.datetime) -> list[Parcel]:
    """What waits for `door` at these gates, at which `by` handles goods, below `node`: the longest first. The audit
    hears how many were found, never the door. Raises TooOften.
    """
    access.may_use(USE, by=by, at=at, most=MOST)
    found = for_door(listed(node=node, collected=False).filter(gate__in=gates)[:LOOKED_AT], door)
    access.count_use(USE, by=by, at=at)
    audit.record("parcels.searched", subject=None, by=by.pk, at=at, node=seat_of(by), found=len(found))
    return found
