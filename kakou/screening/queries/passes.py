"""Reads of passes, within the reader's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet

from kakou import vault
from kakou.access.models import Closure
from kakou.kernel.errors import NotFound
from kakou.screening.models import Pass
from kakou.vault.keys import KeyDestroyed
from kakou.vault.sealing import unseal

TABLE, DOOR = "screening_pass", "door"


def passes_below(node: int | None) -> QuerySet[Pass]:
    """Passes of units at `node` and below, or all in scope; what was cancelled comes last, the latest of it first."""
    found = Pass.objects.select_related("person", "vehicle", "issued_by")
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    return found.order_by(F("cancelled_at").desc(nulls_first=True), "-issued_at", "id")


def pass_at(id: UUID) -> Pass:
    """One pass. Raises NotFound, also outside the reader's scope."""
    found = Pass.objects.select_related("person", "vehicle", "issued_by", "cancelled_by").filter(pk=id).first()
    if found is None:
        raise NotFound("This pass is not known here.")
    return found


def passes_at(ids: Collection[UUID]) -> list[Pass]:
    """Those of `ids` that are in scope, in their order of issue."""
    return list(Pass.objects.filter(pk__in=ids).order_by("issued_at", "id"))


def of_person(person: UUID) -> list[Pass]:
    """Whatever was issued to one person, the latest first."""
    return list(Pass.objects.filter(person_id=person).order_by("-issued_at"))


def of_persons(persons: Collection[UUID]) -> list[Pass]:
    """Every pass of any of them that was not cancelled."""
    return list(Pass.objects.filter(person_id__in=persons, cancelled_at=None).order_by("id"))


def state_of(found: Pass | None, *, nodes: Collection[int], day: dt.date) -> str:
    """What a gate that leads into the units on `nodes` makes of a pass on a day: one of `rules.PASSES`."""
    if found is None:
        return "unknown"
    if found.cancelled_at is not None:
        return "cancelled"
    if found.node_id not in nodes:
        return "other_unit"
    if found.valid_from > day:
        return "not_yet"
    return "expired" if found.valid_to is not None and found.valid_to < day else "valid"


def state_at_gate(id: UUID, *, nodes: Collection[int], day: dt.date) -> str:
    """`state_of` by id alone: that a pass belongs to a unit out of reach is told, and nothing else of it."""
    found = Pass.objects.filter(pk=id).first()
    if found is None and _is_elsewhere(id):
        return "other_unit"
    return state_of(found, nodes=nodes, day=day)


def _is_elsewhere(id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select screening_pass_exists(%s)", [id])
        return bool(cursor.fetchone()[0])


def door_of(found: Pass) -> str:
    """The door as written; "" where there is none, or its key was destroyed."""
    if not found.door_sealed:
        return ""
    try:
        plain = unseal(vault.store(), table=TABLE, row=found.pk, field=DOOR, sealed=bytes(found.door_sealed))
    except KeyDestroyed:
        return ""
    return plain.decode()


def any_household() -> bool:
    """Is there a pass of a household at all, in scope?"""
    return Pass.objects.filter(household__isnull=False).exists()


def of_households_of(persons: Collection[UUID]) -> list[Pass]:
    """Every pass of every household of which one of these persons has a pass, cancelled and ended ones too."""
    households = Pass.objects.filter(person_id__in=persons, household__isnull=False).values("household")
    return list(Pass.objects.filter(household__in=households, person__isnull=False).order_by("issued_at", "id"))
