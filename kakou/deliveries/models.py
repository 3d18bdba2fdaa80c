"""Deliveries, their steps, and parcels."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.deliveries.rules import ENDS, Body, Goods, State
from kakou.kernel.ids import new_id
from kakou.people.models import Person

TABLE, PARCELS = "deliveries_delivery", "deliveries_parcel"
_ENDS = sorted(state.value for state in ENDS)


class Delivery(models.Model):
    """A goods vehicle for the unit on `node`, which comes to the gate on `gate`: both see it. `state` and `since_at`
    follow its last step. `subject`: under which key a gate that records the plate knows the vehicle."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    gate = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    body = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Body])
    goods = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Goods])
    expected_on = models.DateField()
    subject = models.UUIDField()
    sealed = models.BinaryField()
    announced_at = models.DateTimeField()
    announced_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", help_text="none: whoever expects it, by the page"
    )
    state = models.CharField(
        max_length=12, choices=[(one.value, one.value) for one in State], default=State.ANNOUNCED.value
    )
    since_at = models.DateTimeField()
    escort = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    due_on = models.DateField(help_text="on which it is destroyed, if it has ended by then")

    objects = Scoped["Delivery"]()
    wall = Wall(
        Permission.SEE_LEDGER,
        Permission.HANDLE_GOODS,
        also="gate_id",
        pages="select, insert, update (state, since_at, escort_id)",
        worker="select, update (due_on, sealed, escort_id), delete",
    )

    class Privacy:
        plain = frozenset({
            "id", "node", "gate", "body", "goods", "expected_on", "announced_at", "state", "since_at", "due_on",
        })  # fmt: skip
        personal = {"subject": "deliveries", "sealed": "deliveries", "escort": "deliveries", "announced_by": "duty"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[one.value for one in State]), name="delivery_known_state"),
            models.UniqueConstraint(
                fields=["escort"], condition=Q(state__in=["driven_in", "unloaded"]), name="escort_drives_one"
            ),
        ]
        indexes = [
            models.Index(fields=["gate", "expected_on"], name="delivery_by_gate"),
            models.Index(fields=["node", "expected_on"], name="delivery_by_node"),
            models.Index(fields=["since_at"], condition=~Q(state__in=[*_ENDS, "announced"]), name="delivery_going_on"),
            models.Index(fields=["due_on"], name="delivery_due"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class DeliveryStep(models.Model):
    """One step of a delivery, signed by whoever took it; only ever added."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="steps")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    gate = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=12, choices=[(one.value, one.value) for one in State])
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    escort = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True, default="")

    objects = Scoped["DeliveryStep"]()
    wall = Wall(
        Permission.SEE_LEDGER, Permission.HANDLE_GOODS, also="gate_id", pages="select, insert",
        worker="select, update (escort_id), delete",
    )  # fmt: skip

    class Privacy:
        plain = frozenset({"id", "delivery", "node", "gate", "step", "at"})
        personal = {"by": "duty", "escort": "deliveries", "reason": "deliveries"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "step"], name="delivery_step_once")]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.step}"


class Parcel(models.Model):
    """Parcels left at a gate for one door, until somebody collects them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    gate = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    pieces = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()
    left_at = models.DateTimeField()
    left_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", help_text="who took it in")
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    collected_at = models.DateTimeField(null=True)
    collected_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", help_text="who gave it out"
    )
    collector_sealed = models.BinaryField(null=True)
    due_on = models.DateField(help_text="on which it is destroyed, if it is collected by then")

    objects = Scoped["Parcel"]()
    wall = Wall(
        Permission.SEE_LEDGER,
        Permission.HANDLE_GOODS,
        also="gate_id",
        pages="select, insert, update (told_at, told_by_id, collected_at, collected_by_id, collector_sealed)",
        worker="select, update (due_on, sealed), delete",
    )

    class Privacy:
        plain = frozenset({"id", "node", "gate", "pieces", "left_at", "told_at", "collected_at", "due_on"})
        personal = {
            "sealed": "deliveries", "collector_sealed": "deliveries", "left_by": "duty", "told_by": "duty",
            "collected_by": "duty",
        }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(collected_at=None, collected_by=None, collector_sealed=None)
                | Q(collected_at__isnull=False, collected_by__isnull=False, collector_sealed__isnull=False),
                name="parcel_collected_by_somebody",
            )
        ]
        indexes = [
            models.Index(fields=["gate", "left_at"], condition=Q(collected_at=None), name="parcel_waiting"),
            models.Index(fields=["due_on"], name="parcel_due"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
