"""What a gate sent and the ledger could not accept: kept whole until a person decides."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.kernel.ids import new_id


class Quarantined(models.Model):
    """One item as it arrived, sealed. The same bytes from the same device are kept once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    node_id = models.IntegerField()
    device_id = models.IntegerField()
    passage = models.UUIDField(null=True)  # the id it claimed, where it could be read
    reason = models.CharField(max_length=40)
    field = models.CharField(max_length=80, default="")  # which part of it, where that is known
    raw_hash = models.BinaryField(max_length=32)
    sealed = models.BinaryField()  # the bytes
    received_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.IntegerField(null=True)
    resolution = models.CharField(max_length=200, default="")

    objects = Scoped["Quarantined"]()
    wall = Wall(
        Permission.RESOLVE_QUARANTINE,
        Permission.RESOLVE_QUARANTINE,
        pages="select, update (resolved_at, resolved_by, resolution)",
        worker="select, update (resolved_at, resolved_by, resolution)",
        lane="select (id, device_id, raw_hash), insert",
    )

    class Privacy:
        plain = frozenset(
            {
                "id", "node_id", "device_id", "passage", "reason", "field", "raw_hash", "received_at", "resolved_at",
                "resolution",
            }
        )  # fmt: skip
        personal = {"resolved_by": "duty"}
        sensitive = {"sealed": "ledger"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device_id", "raw_hash"], name="quarantined_once"),
            models.CheckConstraint(
                condition=Q(resolved_at=None) | ~Q(resolution=""), name="quarantined_resolution_says_why"
            ),
        ]
        indexes = [models.Index(fields=["node_id"], condition=Q(resolved_at=None), name="quarantined_waiting")]

    def __str__(self) -> str:
        return str(self.id)
