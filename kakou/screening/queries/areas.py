"""Reads of risk areas."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from kakou.screening.models import RiskArea
from kakou.screening.rules import Area


def areas_since(day: dt.date) -> list[Area]:
    """Every level that held on `day` or later, as the verdict reads it; by code and beginning."""
    rows = _since(day).values_list("code", "level", "starts_on", "ends_on")
    return [
        Area({"code": code, "level": level, "from": start.isoformat(), "to": end.isoformat() if end else None})
        for code, level, start, end in rows
    ]


def listed(*, words: str, day: dt.date | None) -> QuerySet[RiskArea]:
    """Areas whose name contains or whose code begins with `words`; with `day` those whose level held on it."""
    found = RiskArea.objects.all() if day is None else _since(day).filter(starts_on__lte=day)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(code__startswith=words))
    return found.select_related("recorded_by").order_by("code", "-starts_on", "id")


def freshest() -> dt.datetime | None:
    """When the list was last brought in."""
    return RiskArea.objects.order_by("-recorded_at").values_list("recorded_at", flat=True).first()


def _since(day: dt.date) -> QuerySet[RiskArea]:
    return RiskArea.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day)).order_by("code", "starts_on", "id")
