"""Places with a risk level, and when they had it: origin and stays are judged by the level on that day."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kakou.access.models import Staff
from kakou.access.scope import Wall
from kakou.access.scope.history import keeps_history
from kakou.screening.rules import LEVELS

LISTED = tuple(level for level in LEVELS if level != "local")


@keeps_history()
class RiskArea(models.Model):
    """A division under a level from `starts_on` to `ends_on`, both included; None while it lasts. As published."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=100)
    level = models.CharField(max_length=10, choices=[(level, level) for level in LISTED])
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    source = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    # a public list, the same for every gate
    wall = Wall(
        None,
        pages="select, insert, update (name, ends_on, source, recorded_at, recorded_by_id)",
        worker="select, insert, update (name, ends_on, source, recorded_at, recorded_by_id)",
    )

    class Privacy:
        plain = frozenset({"id", "code", "name", "level", "starts_on", "ends_on", "source", "recorded_at"})
        personal = {"recorded_by": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "level", "starts_on"], name="area_once"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="area_ends_later"),
            models.CheckConstraint(condition=Q(level__in=LISTED), name="area_known_level"),
        ]
        indexes = [models.Index(fields=["ends_on"], name="area_by_end")]

    def __str__(self) -> str:
        return f"{self.code} {self.level}"
