"""What every request that takes two says of itself."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q

from kakou.access.scope import Scoped
from kakou.access.seconding.rules import ASKED, WAITS
from kakou.kernel.ids import new_id


class Seconded(models.Model):
    """One request about something of `node`. Who inherits has a `state`, which begins as `ASKED`."""

    id = models.UUIDField(primary_key=True, default=new_id)
    node = models.ForeignKey("access.Node", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    asked_by = models.ForeignKey("access.Staff", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    settled_by = models.ForeignKey("access.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects = Scoped[Self]()

    class Meta:
        abstract = True

    @classmethod
    def waiting(cls, at: dt.datetime) -> models.QuerySet[Self]:
        """Those on which somebody may still decide."""
        return cls.objects.filter(state=ASKED, asked_at__gt=at - WAITS)


def takes_two(name: str) -> models.CheckConstraint:
    """Whoever asked is not whoever decided."""
    return models.CheckConstraint(condition=Q(settled_by=None) | ~Q(settled_by=F("asked_by")), name=name)
