"""Who handed out whom unmasked: how many, of where, why, and who released it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kakou.access.exporting.rules import ExportState
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.kernel.ids import new_id


class MassExport(models.Model):
    """One handing out. `what`: a key of `events.exports`; `detail`: which one of them, such as a day."""

    id = models.UUIDField(primary_key=True, default=new_id)
    node = models.ForeignKey("access.Node", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=40)
    detail = models.CharField(max_length=64, default="")
    count = models.PositiveIntegerField(help_text="people")
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in ExportState])
    asked_by = models.ForeignKey("access.Staff", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    settled_by = models.ForeignKey("access.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)

    objects = Scoped["MassExport"]()
    wall = Wall(
        Permission.SEE_PEOPLE,
        Permission.SEE_PEOPLE,  # whoever asks and whoever releases: the action tells them apart
        pages="select, insert, update (state, settled_by_id, settled_at, taken_at), delete",
    )

    class Privacy:
        plain = frozenset({"id", "node", "what", "detail", "count", "state", "asked_at", "settled_at", "taken_at"})
        personal = {"asked_by": "duty", "settled_by": "duty", "reason": "duty"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[state.value for state in ExportState]), name="export_state"),
            models.CheckConstraint(
                condition=Q(settled_by=None) | ~Q(settled_by=F("asked_by")), name="export_takes_two"
            ),
        ]
        indexes = [models.Index(fields=["asked_by", "-asked_at"], name="export_by_asker")]

    def __str__(self) -> str:
        return f"{self.what} {self.count}"
