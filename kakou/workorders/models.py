"""Orders, their steps, who helps, and days of the site that are worked or not."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.kernel.ids import new_id
from kakou.workorders.rules import ENDED, SHOWN, Clock, State, StepKind, Urgency

EXHIBITS = "workorders_exhibit"
_ENDED = sorted(state.value for state in ENDED)
CHANGES = (
    "owner_id, node_id, state, urgency, begun_at, answered_at, answer_due_at, pauses, due_at, due_clock,"
    " due_provisional, escalate_at, answers_node_id, closed_at, closed_by_id, duplicate_of_id"
)


class WorkOrder(models.Model):
    """One open matter: what kind, what caused it, where, whose, until when. Where it stands changes; it never goes.

    `node` is where it is handled, `first_node` who received it: both see it and may take its steps (首接负责).
    `answers_node`: up to which unit it was passed on because it was late.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=40)
    cause = models.CharField(max_length=80, help_text="id of what it is about, unique among open orders of the kind")
    recurs = models.BooleanField(
        default=False, help_text="its cause is a condition, which may come back as a new order"
    )
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    first_node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    answers_node = models.ForeignKey(Node, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in State], default=State.REPORTED.value)
    urgency = models.CharField(
        max_length=10, choices=[(u.value, u.value) for u in Urgency], default=Urgency.NORMAL.value
    )
    facts = models.JSONField(default=dict, help_text="ids, codes, numbers, times: nothing personal")
    opened_at = models.DateTimeField()
    begun_at = models.DateTimeField(help_text="from when on its clocks run: opened, or opened again")
    answered_at = models.DateTimeField(null=True)
    answer_due_at = models.DateTimeField(null=True, help_text="when it was due as it was answered")
    pauses = models.JSONField(default=list, help_text="[since, until] of each, in the order of time")
    due_at = models.DateTimeField()
    due_clock = models.CharField(max_length=10, choices=[(c.value, c.value) for c in Clock], default="finish")
    due_provisional = models.BooleanField(default=False, help_text="counts on days of rest that are not announced yet")
    escalate_at = models.DateTimeField(null=True, help_text="when it is passed on; none: ended, or at the top")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", help_text="none: the matter healed of itself"
    )
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="duplicates")

    objects = Scoped["WorkOrder"]()
    wall = Wall(
        Permission.SEE_ORDERS,
        Permission.CLOSE_ORDERS,
        also="first_node_id",
        pages=f"select, insert, update ({CHANGES})",
        worker=f"select, insert, update ({CHANGES})",
    )

    class Privacy:
        plain = frozenset({
            "id", "kind", "cause", "recurs", "node", "first_node", "answers_node", "state", "urgency", "facts",
            "opened_at", "begun_at", "answered_at", "answer_due_at", "pauses", "due_at", "due_clock",
            "due_provisional", "escalate_at", "closed_at", "duplicate_of",
        })  # fmt: skip
        personal = {"owner": "duty", "closed_by": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "cause"], condition=~Q(state__in=_ENDED), name="order_open_once"),
            models.UniqueConstraint(fields=["kind", "cause"], condition=Q(recurs=False), name="order_of_an_event_once"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="order_known_state"),
            models.CheckConstraint(condition=Q(urgency__in=[u.value for u in Urgency]), name="order_known_urgency"),
            models.CheckConstraint(condition=Q(due_clock__in=[c.value for c in Clock]), name="order_known_clock"),
            models.CheckConstraint(
                condition=Q(state__in=_ENDED, closed_at__isnull=False, escalate_at=None)
                | (~Q(state__in=_ENDED) & Q(closed_at=None, closed_by=None)),
                name="order_closed_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="duplicate", duplicate_of__isnull=False)
                | (~Q(state="duplicate") & Q(duplicate_of=None)),
                name="order_duplicate_of_one",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "cause", "-opened_at"], name="order_by_cause"),
            models.Index(fields=["node", "due_at"], condition=~Q(state__in=_ENDED), name="order_open_by_node"),
            models.Index(fields=["escalate_at"], condition=Q(escalate_at__isnull=False), name="order_to_pass_on"),
            models.Index(fields=["owner", "due_at"], condition=~Q(state__in=_ENDED), name="order_open_by_owner"),
            models.Index(
                fields=["closed_by", "closed_at"], condition=Q(closed_by__isnull=False), name="order_by_closer"
            ),
            models.Index(fields=["opened_at"], name="order_by_opening"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.cause}"


class Step(models.Model):
    """One thing that happened to an order; only ever added. `key`: made without a network, and sent once or more."""

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(null=True, unique=True)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="steps")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    first_node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14, choices=[(kind.value, kind.value) for kind in StepKind])
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    facts = models.JSONField(default=dict)

    objects = Scoped["Step"]()
    wall = Wall(
        Permission.SEE_ORDERS, Permission.CLOSE_ORDERS, also="first_node_id", pages="select, insert",
        worker="select, insert",
    )  # fmt: skip

    class Privacy:
        plain = frozenset({"id", "key", "order", "node", "first_node", "kind", "at"})
        personal = {"by": "duty", "facts": "orders"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in StepKind]), name="step_known_kind")
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind}"


class Helper(models.Model):
    """Somebody who helps with an order beside whoever answers for it, from then until then."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="helpers")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    first_node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    objects = Scoped["Helper"]()
    wall = Wall(
        Permission.SEE_ORDERS, Permission.CLOSE_ORDERS, also="first_node_id", pages="select, insert, update (left_at)",
        worker="select, insert, update (left_at)",
    )  # fmt: skip

    class Privacy:
        plain = frozenset({"id", "order", "node", "first_node", "joined_at", "left_at"})
        personal = {"staff": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "staff"], condition=Q(left_at=None), name="helper_once")
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.staff_id}"


class Exhibit(models.Model):
    """A photo or a signature that proves something of an order, sealed. Destroyed with what the steps of the order say;
    `due_on`: its key's day, later once more while the order is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="exhibits")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    first_node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    proof = models.CharField(max_length=10, choices=[(proof.value, proof.value) for proof in SHOWN])
    media_type = models.CharField(max_length=10)
    size = models.PositiveIntegerField(help_text="bytes")
    sealed = models.BinaryField()
    added_at = models.DateTimeField()
    due_on = models.DateField()

    objects = Scoped["Exhibit"]()
    wall = Wall(
        Permission.SEE_ORDERS, Permission.CLOSE_ORDERS, also="first_node_id", pages="select, insert",
        worker="select, update (due_on, sealed), delete",
    )  # fmt: skip

    class Privacy:
        plain = frozenset({"id", "order", "node", "first_node", "proof", "media_type", "size", "added_at", "due_on"})
        personal = {"sealed": "requests"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(proof__in=[proof.value for proof in SHOWN]), name="exhibit_is_shown")
        ]
        indexes = [models.Index(fields=["due_on"], name="exhibit_due")]

    def __str__(self) -> str:
        return str(self.pk)


class SiteDay(models.Model):
    """A day that the site works or rests whatever the calendar of its country says."""

    day = models.DateField(primary_key=True)
    is_worked = models.BooleanField()
    note = models.CharField(max_length=80, default="")
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    wall = Wall(None, pages="select, insert, update, delete", worker="select")

    class Privacy:
        plain = frozenset({"day", "is_worked", "note", "set_at"})
        personal = {"set_by": "duty"}

    def __str__(self) -> str:
        return f"{self.day} {'works' if self.is_worked else 'rests'}"
