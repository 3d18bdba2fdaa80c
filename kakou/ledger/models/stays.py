"""Stays, how long they may last, and how far the folds have read."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.ledger.stays.rows import KINDS, STATES
from kakou.ledger.stays.shapes import ABSENCE, StayState


class Stay(models.Model):
    """One loop of one subject in one enclosure: what the fold (`kakou.ledger.stays`) makes of the passages.

    Derived: `kakou ledger stays` makes every row again, with the id it had. It counts from `since_at` until before
    `until_at` (none: still): a visit as inside, an absence as away. Its node, gates and passages are bare ids: a row is
    written thirty thousand times a second, and what it points at is never deleted before it.
    """

    id = models.UUIDField(primary_key=True)
    node_id = models.IntegerField()
    subject = models.UUIDField()
    subject_kind = models.SmallIntegerField()
    kind = models.SmallIntegerField()
    state = models.SmallIntegerField()
    flags = models.SmallIntegerField()
    entered_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    bound_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    enter_passage = models.UUIDField(null=True)
    leave_passage = models.UUIDField(null=True)
    bound_passage = models.UUIDField(null=True)
    enter_gate = models.IntegerField(null=True)
    leave_gate = models.IntegerField(null=True)

    objects = Scoped["Stay"]()
    # pages never write a stay: it follows from passages or it is wrong
    wall = Wall(
        Permission.SEE_LEDGER, Permission.RECORD_PASSAGES, pages="select", worker="select, insert, update, delete"
    )

    class Privacy:
        plain = frozenset({"id", "node_id", "subject_kind", "kind", "state", "flags", "due_at"})
        personal = dict.fromkeys(
            (
                "subject", "entered_at", "left_at", "bound_at", "since_at", "until_at", "enter_passage",
                "leave_passage", "bound_passage", "enter_gate", "leave_gate",
            ),
            "ledger",
        )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["subject", "since_at"], name="stay_of_subject"),
            models.Index(fields=["subject"], condition=Q(subject_kind=2), name="stay_of_vehicle"),
            models.Index(fields=["node_id", "until_at"], name="stay_inside"),
            # who is inside now: small, however many stays have ended
            models.Index(fields=["node_id"], condition=Q(until_at=None), name="stay_open"),
            models.Index(fields=["due_at"], condition=Q(until_at=None, due_at__isnull=False), name="stay_due"),
            # a day's stays, for who builds on days: rows lie about in the order of their days, so ranges of pages do
            BrinIndex(
                fields=["since_at", "until_at"], name="stay_of_day", opclasses=["timestamptz_minmax_multi_ops"] * 2
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[*KINDS.values()]), name="stay_known_kind"),
            models.CheckConstraint(condition=Q(state__in=[*STATES.values()]), name="stay_known_state"),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=F("since_at")), name="stay_ends_after_it_begins"
            ),
            # an orphan is exactly a stay without an entry
            models.CheckConstraint(
                condition=Q(state=STATES[StayState.ORPHAN_EXIT], entered_at=None)
                | (~Q(state=STATES[StayState.ORPHAN_EXIT]) & Q(entered_at__isnull=False)),
                name="stay_orphan_has_no_entry",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Allowance(models.Model):
    """How long loops of `kind` may last in the unit at `node` and below, unless one below says otherwise.

    `purpose` 0 is any; a purpose of its own goes before it, and counts for visitors only. No line: no limit.
    """

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    kind = models.SmallIntegerField()
    purpose = models.SmallIntegerField(default=0)
    minutes = models.PositiveIntegerField()
    set_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()

    objects = Scoped["Allowance"]()
    wall = Wall(
        Permission.SEE_PLACES,
        Permission.EDIT_PLACES,
        pages="select, insert, update, delete",
        worker="select, insert, update, delete",
    )

    class Privacy:
        plain = frozenset({"id", "node", "kind", "purpose", "minutes", "set_at"})
        personal = {"set_by": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "kind", "purpose"], name="allowance_once"),
            models.CheckConstraint(condition=Q(kind__in=[*KINDS.values()]), name="allowance_known_kind"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="allowance_is_some_time"),
            models.CheckConstraint(
                condition=Q(purpose=0) | ~Q(kind=KINDS[ABSENCE]), name="allowance_of_absence_has_no_purpose"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.kind} {self.purpose}: {self.minutes} min"


class FoldCursor(models.Model):
    """How far a fold over the passages has come: the last transaction it has seen whole."""

    name = models.CharField(max_length=32, primary_key=True)
    xid = models.BigIntegerField()

    wall = Wall(None, pages="", worker="select, insert, update")

    class Privacy:
        plain = frozenset({"name", "xid"})

    def __str__(self) -> str:
        return f"{self.name} {self.xid}"


class ToFold(models.Model):
    """A note that this key's subject is to be folded again, though nobody passed (`actions.again`)."""

    id = models.BigAutoField(primary_key=True)
    subject = models.UUIDField()

    # pages leave notes and read none
    wall = Wall(None, pages="insert", worker="select, insert, delete")

    class Privacy:
        plain = frozenset({"id"})
        personal = {"subject": "ledger"}

    def __str__(self) -> str:
        return str(self.id)


class FoldedLand(models.Model):
    """The land that the stays were made on, in one row: what each gate and each home meant to the fold."""

    ONE = 1
    id = models.SmallIntegerField(primary_key=True)
    fingerprint = models.TextField()
    gates = models.JSONField()
    homes = models.JSONField()

    wall = Wall(None, pages="", worker="select, insert, update")

    class Privacy:
        plain = frozenset({"id", "fingerprint", "gates", "homes"})

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="folded_land_is_one")]

    def __str__(self) -> str:
        return self.fingerprint
