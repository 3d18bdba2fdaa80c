"""How far each device's chain is known."""

from __future__ import annotations

from django.db import models

from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall


class ChainState(models.Model):
    """One device's chain (`kakou.ledger.lane.chain`): runs as [first, prev, last, hash], hashes in hex and keyed."""

    device_id = models.IntegerField(primary_key=True)
    node_id = models.IntegerField()
    runs = models.JSONField(default=list)
    forks = models.JSONField(default=list)
    head_seq = models.BigIntegerField(default=0)
    head_hash = models.BinaryField(default=b"")
    clock = models.SmallIntegerField(default=0, help_text="flags of the last upload")
    changed_at = models.DateTimeField()
    anchored_seq = models.BigIntegerField(default=0, help_text="the head that last entered the audit chain")

    objects = Scoped["ChainState"]()
    wall = Wall(Permission.SEE_LEDGER, Permission.SEE_LEDGER, pages="select", worker="select, insert, update")

    class Privacy:
        plain = frozenset({"device_id", "node_id", "runs", "forks", "head_seq", "clock", "changed_at", "anchored_seq"})
        personal = {"head_hash": "ledger"}

    def __str__(self) -> str:
        return f"{self.device_id}: {self.head_seq}"
