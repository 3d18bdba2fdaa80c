"""The chain's one table."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One act or one look. Written at commit by a trigger on `audit_told` only (migration 0003); no role but the
    owner may do otherwise, and triggers stop the owner too.
    """

    seq = models.BigIntegerField(primary_key=True)  # 1, 2, 3 … without gaps
    at = models.DateTimeField()
    action = models.CharField(max_length=64)
    by = models.BigIntegerField(null=True)  # id of the staff, none for the installation itself
    subject = models.CharField(max_length=64, blank=True)
    node = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)
    prev_hash = models.BinaryField()
    hash = models.BinaryField()

    class Privacy:
        plain = {"seq", "at", "action", "subject", "node", "facts", "prev_hash", "hash"}
        personal = {"by": "audit"}  # kept six months and more: Cybersecurity Law art. 21

    class Meta:
        indexes = [
            models.Index(fields=["subject", "seq"], name="audit_by_subject"),
            models.Index(fields=["node", "seq"], name="audit_by_node"),
            models.Index(fields=["by", "seq"], name="audit_by_staff"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(seq__gte=1), name="audit_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"
