"""Whom somebody asks again: a few of every shift, drawn by lot."""

from __future__ import annotations

from django.db import models

from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall


class SpotAudit(models.Model):
    """One person of a shift, under the id of his passage. `answers`: look → yes, no or unsure."""

    id = models.UUIDField(primary_key=True)
    node_id = models.IntegerField()  # bare, like the passage's
    shift_start = models.DateTimeField()
    drawn_at = models.DateTimeField()
    answers = models.JSONField(null=True)
    note = models.CharField(max_length=200, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    objects = Scoped["SpotAudit"]()
    wall = Wall(
        Permission.SEE_ORDERS,
        Permission.CLOSE_ORDERS,
        pages="select, update (answers, note, answered_at, answered_by_id)",
        worker="select, insert, update (answers, note, answered_at, answered_by_id), delete",
    )

    class Privacy:
        plain = frozenset({"id", "node_id", "shift_start", "drawn_at"})
        personal = {"answers": "ledger", "note": "ledger", "answered_at": "ledger", "answered_by": "duty"}

    class Meta:
        indexes = [models.Index(fields=["node_id", "shift_start"], name="spot_audit_by_shift")]

    def __str__(self) -> str:
        return str(self.pk)
