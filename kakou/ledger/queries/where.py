"""Which gates a page about a place is about, and how fresh what is known of them is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Min

from kakou.access.models import Closure, Device
from kakou.places.models import Entrance

SILENT_AFTER = dt.timedelta(minutes=15)  # a phone with network sends every few seconds


@dataclass(frozen=True, slots=True)
class Phones:
    """The phones of one gate. `synced`: the moment up to which all of them have sent what they know."""

    count: int
    synced: dt.datetime | None

    def silent(self, now: dt.datetime) -> bool:
        """Is there a phone that has not been heard for a quarter of an hour, or never?"""
        return self.count > 0 and (self.synced is None or now - self.synced > SILENT_AFTER)


NO_PHONES = Phones(0, None)


def gates_of(node: int | None) -> list[Entrance]:
    """Entrances at `node` and below, in scope, by unit and name; None: all in scope."""
    found = Entrance.objects.select_related("unit")
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    return list(found.order_by("unit__code", "unit__name", "name", "pk"))


def phones_of(gates: Collection[int]) -> dict[int, Phones]:
    """Gate → its phones; a gate without one is not a key. One query."""
    rows = (
        Device.objects.filter(node_id__in=gates, revoked_at=None)
        .values("node_id")
        .annotate(n=Count("id"), heard=Count("last_seen_at"), oldest=Min("last_seen_at"))
    )
    return {row["node_id"]: Phones(row["n"], row["oldest"] if row["heard"] == row["n"] else None) for row in rows}


def last_heard(gates: Sequence[int]) -> dt.datetime | None:
    """When the latest of these gates' phones was heard."""
    found: dt.datetime | None = Device.objects.filter(node_id__in=gates, revoked_at=None).aggregate(
        at=Max("last_seen_at")
    )["at"]
    return found
