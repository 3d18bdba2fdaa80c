"""Passes that were issued: to whom, for which household, for how long."""

from __future__ import annotations

import secrets
from enum import StrEnum
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.people.models import Person, Vehicle


class PassKind(StrEnum):
    """For whom a pass is."""

    RESIDENT = "resident"  # 居民
    WORKER = "worker"  # 职工
    VISITOR = "visitor"  # 访客
    VEHICLE = "vehicle"  # 车辆


def random_id() -> UUID:
    """128 random bits; all of them, unlike a UUID of version 4."""
    return UUID(bytes=secrets.token_bytes(16))


class Pass(models.Model):
    """One pass of the unit on `node`. Whoever it names is in the register; its code holds the id and nothing else."""

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in PassKind])
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, null=True, related_name="+")
    household = models.BinaryField(max_length=16, null=True, help_text="blind index of unit and door")
    door_sealed = models.BinaryField(null=True, help_text="building, stairs, room as written")
    due_on = models.DateField(help_text="on which what is sealed is destroyed")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text="the last day; none: until it is cancelled")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    cancel_reason = models.CharField(max_length=200, default="")

    objects = Scoped["Pass"]()
    wall = Wall(
        Permission.SEE_PEOPLE,
        Permission.ISSUE_PASSES,
        pages="select, insert, update (node_id, household, cancelled_at, cancelled_by_id, cancel_reason)",
        worker="select, insert, update (node_id, household, cancelled_at, cancelled_by_id, cancel_reason)",
    )

    class Privacy:
        plain = frozenset({"id", "node", "kind", "due_on", "valid_from", "valid_to", "issued_at", "cancelled_at"})
        personal = {
            "person": "people", "vehicle": "people", "household": "people", "door_sealed": "people",
            "issued_by": "duty", "cancelled_by": "duty", "cancel_reason": "people",
        }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, vehicle=None) | Q(person=None, vehicle__isnull=False),
                name="pass_is_of_somebody",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="pass_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(household=None, door_sealed=None) | Q(household__isnull=False, door_sealed__isnull=False),
                name="pass_door_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["node", "cancelled_at"], name="pass_by_node"),
            models.Index(fields=["household"], condition=Q(household__isnull=False), name="pass_by_household"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
