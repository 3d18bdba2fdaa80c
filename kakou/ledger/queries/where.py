"""Which gates a page about a place is about, and how fresh what is known of them is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Min, QuerySet
from django.db.models.functions import Coalesce

from kakou.access.models import Closure, Device
from kakou.access.rules import UNHEARD
from kakou.places.models import Entrance, Unit

SILENT_AFTER = UNHEARD


@dataclass(frozen=True, slots=True)
class Phones:
    """The phones in use at one gate. `synced`: the moment up to which every one of them has told what it knows; a phone
    has nothing to tell when it is enrolled. `last`: when one of them was heard last; None: none ever was.
    """

    count: int
    synced: dt.datetime | None
    last: dt.datetime | None = None

    def silent(self, now: dt.datetime, *, at: dt.datetime | None = None) -> bool:
        """The one rule for "this gate is silent", "not synced since": may a phone of it still hold something of before
        `at` (None: now)? A count is certain only when every phone was heard, however busy the others are.
        """
        limit = now - SILENT_AFTER if at is None else min(at, now - SILENT_AFTER)
        return self.synced is not None and self.synced < limit


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
    """Gate → its phones in use; a gate without one is not a key. One query."""
    rows = (
        Device.objects.filter(node_id__in=gates, revoked_at=None)
        .values("node_id")
        .annotate(n=Count("id"), synced=Min(Coalesce("last_seen_at", "enrolled_at")), last=Max("last_seen_at"))
    )
    return {row["node_id"]: Phones(row["n"], row["synced"], row["last"]) for row in rows}
