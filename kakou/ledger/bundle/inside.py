"""Whose loop at a gate's unit is open, for its phones: by the passage that began it, and never by who it is."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q

from kakou.kernel.time import to_ms
from kakou.ledger.models import Stay
from kakou.ledger.queries.allowances import in_force
from kakou.ledger.rules import Purpose, SubjectKind
from kakou.ledger.stays.rows import KINDS
from kakou.ledger.stays.shapes import ABSENCE, VISIT
from kakou.screening.queries.bundle import pass_tag

MOST = 200  # visits told one by one: it is asked three times a minute
MINUTE = dt.timedelta(minutes=1)
_VISITS, _AWAY = Q(kind=KINDS[VISIT]), Q(kind=KINDS[ABSENCE])
_PERSON, _VEHICLE = Q(subject_kind=SubjectKind.PERSON), Q(subject_kind=SubjectKind.VEHICLE)


class Open(NamedTuple):
    """Counts of what is open at a unit; the latest visits (entry, since, until when it may last: epoch ms, 0 no limit);
    purpose → minutes that a visit may last, "any" for the others."""

    counts: dict[str, int]
    visits: list[tuple[UUID, int, int]]
    limits: dict[str, int]


def open_at(unit: int, at: dt.datetime) -> Open:
    """What the unit's own stays say, within the present scope."""
    now = Stay.objects.filter(node_id=unit, until_at=None, since_at__lte=at)
    counts = now.aggregate(
        visitors=Count("pk", filter=_VISITS & _PERSON),
        vehicles=Count("pk", filter=_VISITS & _VEHICLE),
        away=Count("pk", filter=_AWAY & _PERSON),
    )
    seen = now.filter(_VISITS, enter_passage__isnull=False).order_by("-since_at", "pk")
    visits = [
        (entry, to_ms(since), to_ms(due) if due else 0)
        for entry, since, due in seen.values_list("enter_passage", "since_at", "due_at")[:MOST]
        if entry is not None
    ]
    limits = {_named(line.purpose): line.lasts // MINUTE for line in in_force(unit) if line.kind == VISIT}
    return Open(counts, visits, limits)


def inside_told(salt: bytes, found: Open) -> dict[str, Any]:
    """`visits`: tag of the passage that began it (as of a pass) → since, until when it may last; `counts`, `limits`."""
    visits = {pass_tag(salt, entry): [since, due] for entry, since, due in found.visits}
    return {"visits": dict(sorted(visits.items())), "counts": found.counts, "limits": found.limits}


def _named(purpose: int) -> str:
    return Purpose(purpose).name.lower() if purpose else "any"
