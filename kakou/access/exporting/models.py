"""Who handed out whom unmasked: how many, of where, why, and who released it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kakou.access.exporting.rules import ExportState
from kakou.access.rules import Permission
from kakou.access.scope import Wall
from kakou.access.seconding.models import Seconded, takes_two


class MassExport(Seconded):
    """One handing out. `what`: a key of `events.exports`; `detail`: which one of them, such as a day."""

    what = models.CharField(max_length=40)
    detail = models.CharField(max_length=64, default="")
    count = models.PositiveIntegerField(help_text="people")
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in ExportState])
    taken_at = models.DateTimeField(null=True)

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
            takes_two("export_takes_two"),
        ]
        indexes = [models.Index(fields=["asked_by", "-asked_at"], name="export_by_asker")]

    def __str__(self) -> str:
        return f"{self.what} {self.count}"
