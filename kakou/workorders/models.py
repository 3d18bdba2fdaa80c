"""Orders and their steps."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.kernel.ids import new_id
from kakou.workorders.rules import State, StepKind


class WorkOrder(models.Model):
    """One open matter: what kind, what caused it, where, whose, until when. Where it stands changes; it never goes."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=40)
    cause = models.CharField(max_length=80, help_text="id of what it is about, unique among open orders of the kind")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in State], default="open")
    facts = models.JSONField(default=dict, help_text="ids, codes, numbers, times: nothing personal")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", help_text="none: the matter healed of itself"
    )

    objects = Scoped["WorkOrder"]()
    wall = Wall(
        Permission.SEE_ORDERS,
        Permission.CLOSE_ORDERS,
        pages="select, insert, update (owner_id, state, due_at, closed_at, closed_by_id)",
        worker="select, insert, update (owner_id, state, due_at, closed_at, closed_by_id)",
    )

    class Privacy:
        plain = frozenset({"id", "kind", "cause", "node", "state", "facts", "opened_at", "due_at", "closed_at"})
        personal = {"owner": "duty", "closed_by": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "cause"], condition=~Q(state="closed"), name="order_open_once"),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in State]), name="order_known_state"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at=None, closed_by=None)),
                name="order_closed_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "cause", "-opened_at"], name="order_by_cause"),
            models.Index(fields=["node", "due_at"], condition=~Q(state="closed"), name="order_open_by_node"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.cause}"


class Step(models.Model):
    """One thing that happened to an order; only ever added."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="steps")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in StepKind])
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    facts = models.JSONField(default=dict)

    objects = Scoped["Step"]()
    wall = Wall(Permission.SEE_ORDERS, Permission.CLOSE_ORDERS, pages="select, insert", worker="select, insert")

    class Privacy:
        plain = frozenset({"id", "order", "node", "kind", "at"})
        personal = {"by": "duty", "facts": "orders"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in StepKind]), name="step_known_kind")
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind}"
