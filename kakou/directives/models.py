"""Directives, the task of each unit, papers, reminders."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.kernel.ids import new_id
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import State

PAPERS = "directives_paper"


class Directive(models.Model):
    """What an office above orders, handed down at `node` to units at it and below. What it says stays as it was said:
    it ends when it is withdrawn, or when another takes its place."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.UUIDField(unique=True, help_text="what is sent twice under the same key is one directive")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=64)
    issuer = models.CharField(max_length=80)
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=4_000)
    acknowledge_by = models.DateTimeField()
    deadline = models.DateTimeField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(max_length=200, default="")
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaces")

    objects = Scoped["Directive"]()
    wall = Wall(
        Permission.SEE_ORDERS, Permission.DIRECT,
        pages="select, insert, update (ended_at, ended_by_id, end_reason, replaced_by_id)",
    )  # fmt: skip

    class Privacy:
        plain = frozenset({
            "id", "key", "node", "number", "issuer", "title", "text", "acknowledge_by", "deadline", "issued_at",
            "ended_at", "end_reason", "replaced_by",
        })  # fmt: skip
        personal = {"issued_by": "duty", "ended_by": "duty"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(acknowledge_by__gt=models.F("issued_at"), deadline__gte=models.F("acknowledge_by")),
                name="directive_times_in_order",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, end_reason="", replaced_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="directive_ended_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["node", "-issued_at"], name="directive_by_node")]

    def __str__(self) -> str:
        return self.number


class Task(models.Model):
    """What one unit has to do about a directive. Where it stands follows its order, step by step. `unit`: what it
    was called then; `home`: the node of the directive."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    directive = models.ForeignKey(Directive, on_delete=models.PROTECT, related_name="tasks")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    home = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=64)
    order = models.OneToOneField(WorkOrder, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in State], default=State.REPORTED.value)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    reminded_at = models.DateTimeField(null=True, help_text="when a channel that serves the unit was last told")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    objects = Scoped["Task"]()
    wall = Wall(
        Permission.SEE_ORDERS, Permission.CLOSE_ORDERS, also="home_id",
        pages="select, insert, update (state, acknowledged_at, acknowledged_by_id, reminded_at, done_at, done_by_id)",
        worker="select, update (state, acknowledged_at, acknowledged_by_id, done_at, done_by_id)",
    )  # fmt: skip

    class Privacy:
        plain = frozenset({
            "id", "directive", "node", "home", "unit", "order", "state", "acknowledged_at", "reminded_at", "done_at",
        })  # fmt: skip
        personal = {"acknowledged_by": "duty", "done_by": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["directive", "node"], name="task_once_for_a_unit"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="task_known_state"),
        ]

    def __str__(self) -> str:
        return f"{self.directive_id} {self.unit}"


class Paper(models.Model):
    """A file, sealed: of the directive, or of the task in which it shows what was done."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    directive = models.ForeignKey(Directive, on_delete=models.PROTECT, related_name="papers")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="papers")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    home = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    media_type = models.CharField(max_length=16)
    size = models.PositiveIntegerField(help_text="bytes")
    sealed = models.BinaryField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()

    objects = Scoped["Paper"]()
    wall = Wall(
        Permission.SEE_ORDERS, Permission.CLOSE_ORDERS, also="home_id", pages="select, insert",
        worker="select, delete",
    )  # fmt: skip

    class Privacy:
        plain = frozenset({"id", "directive", "task", "node", "home", "media_type", "size", "added_at", "due_on"})
        personal = {"sealed": "orders", "added_by": "duty"}

    class Meta:
        indexes = [models.Index(fields=["due_on"], name="paper_due")]

    def __str__(self) -> str:
        return str(self.pk)


class Reminder(models.Model):
    """Everybody who had not acknowledged was reminded: so many units, in so many channels."""

    id = models.BigAutoField(primary_key=True)
    directive = models.ForeignKey(Directive, on_delete=models.PROTECT, related_name="reminders")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()
    channels = models.PositiveIntegerField()

    objects = Scoped["Reminder"]()
    wall = Wall(Permission.SEE_ORDERS, Permission.DIRECT, pages="select, insert")

    class Privacy:
        plain = frozenset({"id", "directive", "node", "at", "units", "channels"})
        personal = {"by": "duty"}

    def __str__(self) -> str:
        return f"{self.directive_id} {self.at}"
