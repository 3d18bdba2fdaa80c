"""Passages whose id tells another day than the one on which they happened."""

from __future__ import annotations

from django.db import models

from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall


class Stray(models.Model):
    """One passage that lies outside the days around its own, because the phone's clock was far off.

    Who reads a day reads the partitions around it; this tells which rows of that day lie elsewhere.
    """

    id = models.UUIDField(primary_key=True)
    node_id = models.IntegerField()
    happened_at = models.DateTimeField()

    objects = Scoped["Stray"]()
    wall = Wall(Permission.SEE_LEDGER, Permission.RECORD_PASSAGES, pages="select", worker="select, insert, delete")

    class Privacy:
        plain = frozenset({"id", "node_id"})
        personal = {"happened_at": "ledger"}

    class Meta:
        indexes = [models.Index(fields=["node_id", "happened_at"], name="stray_of_gate")]

    def __str__(self) -> str:
        return str(self.id)
