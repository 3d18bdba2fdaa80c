"""Signs of life."""

from __future__ import annotations

from django.db import models

from kakou.access.scope import Wall


class Pulse(models.Model):
    """What must go on gives a sign of life here; one that does not come for so long is told as a failure."""

    name = models.CharField(max_length=48, primary_key=True)
    at = models.DateTimeField()
    late_after = models.PositiveIntegerField(help_text="seconds without a sign")
    failures = models.PositiveIntegerField(default=0, help_text="since it last ran to its end")

    wall = Wall(None, pages="select", worker="select, insert, update")

    class Privacy:
        plain = frozenset({"name", "at", "late_after", "failures"})

    def __str__(self) -> str:
        return self.name
