"""Place codes, and visits announced beforehand."""

from __future__ import annotations

from functools import partial

from django.db import models
from django.db.models import F, Q

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.kernel.ids import new_id
from kakou.ledger.rules import Purpose, SubjectKind
from kakou.ledger.visits import OF_A_PLACE, OF_A_VISIT, random_code


class PlaceCode(models.Model):
    """A code on a poster at a unit or entrance: whoever scans it tells that he was there. It names nobody."""

    id = models.AutoField(primary_key=True)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=OF_A_PLACE, unique=True, default=partial(random_code, OF_A_PLACE))
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    objects = Scoped["PlaceCode"]()
    wall = Wall(
        Permission.SEE_PLACES,
        Permission.EDIT_PLACES,
        pages="select, insert, update (cancelled_at, cancelled_by_id)",
        worker="select",
    )

    class Privacy:
        plain = frozenset({"id", "node", "code", "made_at", "cancelled_at"})
        personal = {"made_by": "duty", "cancelled_by": "duty"}

    class Meta:
        indexes = [models.Index(fields=["node"], condition=Q(cancelled_at=None), name="place_code_in_use")]

    def __str__(self) -> str:
        return self.code


class ExpectedVisit(models.Model):
    """Somebody is announced at the unit on `node`, by himself or by his host; nobody verified it.

    `subject`: blind index of the telephone number or plate, as a passage has it. `sealed`: `visits.Told`. `code`: by
    which whoever announced it finds it again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=OF_A_VISIT, unique=True, default=partial(random_code, OF_A_VISIT))
    subject = models.UUIDField()
    subject_kind = models.SmallIntegerField()
    purpose = models.SmallIntegerField()
    many = models.SmallIntegerField(default=1)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    sealed = models.BinaryField()
    due_on = models.DateField(help_text="on which it is destroyed")
    announced_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    declined_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decline_reason = models.CharField(max_length=200, blank=True, default="")

    objects = Scoped["ExpectedVisit"]()
    wall = Wall(
        Permission.SEE_PEOPLE,
        Permission.RECORD_PASSAGES,
        pages="select, insert, update (withdrawn_at, declined_at, declined_by_id, decline_reason)",
        worker="select, delete",
    )

    class Privacy:
        plain = frozenset({"id", "node", "code", "due_on", "announced_at", "withdrawn_at", "declined_at"})
        personal = {
            "subject": "visits", "subject_kind": "visits", "purpose": "visits", "many": "visits", "starts_at": "visits",
            "ends_at": "visits", "sealed": "visits", "decline_reason": "visits", "declined_by": "duty",
        }  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["node", "starts_at"], name="visit_by_day"),
            models.Index(fields=["due_on"], name="visit_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="visit_ends_later"),
            models.CheckConstraint(condition=Q(many__gte=1, many__lte=99), name="visit_of_somebody"),
            models.CheckConstraint(
                condition=Q(subject_kind__in=[kind.value for kind in SubjectKind]), name="visit_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=[purpose.value for purpose in Purpose]), name="visit_known_purpose"
            ),
            models.CheckConstraint(
                condition=Q(declined_at=None, declined_by=None, decline_reason="")
                | (Q(declined_at__isnull=False, declined_by__isnull=False) & ~Q(decline_reason="")),
                name="visit_declined_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
