"""Follow-up, day by day: one row for each thing that is due, the same for cases and contacts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kakou.access.models import Node, Staff
from kakou.access.scope import Scoped, Wall
from kakou.access.scope.history import keeps_history
from kakou.kernel.ids import new_id
from kakou.tracing.models.cases import FOLLOWED, Involved
from kakou.tracing.rules.following import Finding, Task


@keeps_history()
class FollowUp(models.Model):
    """One thing due on a day of the site, and what came of it. A finding that was put right keeps its former state as
    history."""

    id = models.UUIDField(primary_key=True, default=new_id)
    involved = models.ForeignKey(Involved, on_delete=models.CASCADE, related_name="follow_ups")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    task = models.CharField(max_length=8, choices=[(task.value, task.value) for task in Task])
    samples = models.SmallIntegerField(default=1)
    extra = models.BooleanField(default=False, help_text="asked for besides the plan: no plan drops it")
    finding = models.CharField(max_length=12, default=Finding.DUE, choices=[(f.value, f.value) for f in Finding])
    tenths = models.SmallIntegerField(null=True, help_text="temperature, tenths of a degree")
    note = models.CharField(max_length=200, blank=True)
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    objects = Scoped["FollowUp"]()
    wall = Wall(*FOLLOWED, pages="select, insert, update", worker="select, insert, update, delete")

    class Privacy:
        plain = frozenset({"id", "involved", "node", "day", "task", "samples", "extra", "told_at"})
        personal = {"told_by": "duty"}
        sensitive = {"finding": "tracing", "tenths": "tracing", "note": "tracing"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["involved", "day", "task"], name="follow_up_once"),
            models.CheckConstraint(
                condition=Q(finding__in=["due", "dropped"]) | Q(told_at__isnull=False), name="finding_has_a_time"
            ),
        ]
        indexes = [models.Index(fields=["node", "day"], condition=Q(finding="due"), name="follow_up_due")]

    def __str__(self) -> str:
        return f"{self.involved_id} {self.day} {self.task}"
