"""Which gates a page about a place is about, and how fresh what is known of them is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Min, QuerySet

from kakou.access.models import Closure, Device
from kakou.places.models import Entrance, Unit

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


@dataclass(frozen=True, slots=True)
class Gate:
    """An entrance as pages list it. `unit`: the name of the unit behind it, empty for whoever sees the gate alone."""

    node_id: int
    name: str
    unit_id: int
    unit: str
    state: str

    @property
    def title(self) -> str:
        """With its unit, for every compound has a main gate."""
        return f"{self.unit} {self.name}".strip()


def gates_of(node: int | None) -> list[Gate]:
    """Entrances at `node` and below, in scope, by unit and name; None: all in scope. Two queries.

    Units are read apart: a recorder sees his gate and not the unit behind it, and a join would drop the gate too.
    """
    found = Entrance.objects.all()
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    return titled(found)


def titled(entrances: Iterable[Entrance]) -> list[Gate]:
    """Entrances with the names of their units, by code and name of the unit, then by their own."""
    given = list(entrances)
    units = {pk: (code or "", name) for pk, code, name in _units(given)}
    rows = sorted(given, key=lambda entrance: (units.get(entrance.unit_id, ("", "")), entrance.name, entrance.pk))
    return [Gate(row.node_id, row.name, row.unit_id, units.get(row.unit_id, ("", ""))[1], row.state) for row in rows]


def _units(entrances: Iterable[Entrance]) -> QuerySet[Unit, tuple[int, str | None, str]]:
    return Unit.objects.filter(pk__in={row.unit_id for row in entrances}).values_list("pk", "code", "name")


def phones_of(gates: Collection[int]) -> dict[int, Phones]:
    """Gate → its phones; a gate without one is not a key. One query."""
    rows = (
        Device.objects.filter(node_id__in=gates, revoked_at=None)
        .values("node_id")
        .annotate(n=Count("id"), heard=Count("last_seen_at"), oldest=Min("last_seen_at"))
    )
    return {row["node_id"]: Phones(row["n"], row["oldest"] if row["heard"] == row["n"] else None) for row in rows}
