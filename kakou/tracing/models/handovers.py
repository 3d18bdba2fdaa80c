"""What was handed to another area as a signed file, and the receipt that came back."""

from __future__ import annotations

from django.db import models

from kakou.access.models import Node, Staff
from kakou.access.scope import Scoped, Wall
from kakou.kernel.ids import new_id
from kakou.tracing.models.cases import CASES, Involved, Outbreak


class Handover(models.Model):
    """One file made for another area. `digest`: SHA-256 of the file as it was given out; the file itself is not kept.
    `receipt`: what the other area signed, kept as it came."""

    id = models.UUIDField(primary_key=True, default=new_id)
    outbreak = models.ForeignKey(Outbreak, on_delete=models.PROTECT, related_name="+")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    area = models.CharField(max_length=120, help_text="to whom")
    many = models.IntegerField()
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    receipt = models.TextField(blank=True)
    received_at = models.DateTimeField(null=True)

    objects = Scoped["Handover"]()
    wall = Wall(*CASES, pages="select, insert, update (receipt, received_at)", worker="select, insert, update, delete")

    class Privacy:
        plain = frozenset({"id", "outbreak", "node", "area", "many", "digest", "made_at", "receipt", "received_at"})
        personal = {"made_by": "duty"}

    def __str__(self) -> str:
        return f"{self.area} {self.made_at:%Y-%m-%d}"


class HandedOver(models.Model):
    """Who was in it."""

    id = models.BigAutoField(primary_key=True)
    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="people")
    involved = models.ForeignKey(Involved, on_delete=models.CASCADE, related_name="+")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")

    objects = Scoped["HandedOver"]()
    wall = Wall(*CASES, pages="select, insert", worker="select, insert, delete")

    class Privacy:
        plain = frozenset({"id", "handover", "node"})
        sensitive = {"involved": "tracing"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handover", "involved"], name="handed_over_once")]

    def __str__(self) -> str:
        return str(self.handover_id)
