"""What pictures of an outbreak are made of, each in a fixed number of queries. Within the reader's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from kakou.ledger.models import Stay
from kakou.ledger.stays import ABSENCE
from kakou.ledger.stays.rows import KINDS
from kakou.people import queries as people
from kakou.tracing.models import Exposure, Involved, Outbreak

FAR_BACK = dt.timedelta(days=30)  # whoever has not left home for longer is not drawn as being there


def people_of(outbreak: Outbreak) -> dict[UUID, Involved]:
    """Everybody in an outbreak, cases by number first."""
    return {one.pk: one for one in Involved.objects.filter(outbreak=outbreak).order_by("number", "found_at", "pk")}


def exposures_in(outbreak: Outbreak) -> list[Exposure]:
    """Who exposed whom, the earliest first, without the reasons."""
    found = Exposure.objects.filter(target__outbreak=outbreak).defer("reasons")
    return list(found.order_by("first_at", "pk"))


def exposures_about(one: Involved) -> list[Exposure]:
    """Those by somebody and of him, the longest first."""
    found = Exposure.objects.filter(Q(source=one) | Q(target=one)).defer("reasons")
    return list(found.order_by("-rank", "first_at", "pk"))


def stays_of(subjects: Collection[UUID], since: dt.datetime, until: dt.datetime) -> dict[UUID, list[Stay]]:
    """Subject → his visits that touch this time, and his absences from some time before it on, the earliest first.
    Under whatever key a gate knew him."""
    asked = set(subjects)
    whose = {one.key: one.subject for one in people.identities(asked) if one.subject in asked}
    whose |= {subject: subject for subject in asked}
    away = Q(kind=KINDS[ABSENCE], until_at__gte=since - FAR_BACK)
    touching = Q(until_at=None) | Q(until_at__gte=since) | away
    found: dict[UUID, list[Stay]] = {subject: [] for subject in asked}
    for stay in Stay.objects.filter(touching, subject__in=list(whose), since_at__lte=until).order_by("since_at", "id"):
        found[whose[stay.subject]].append(stay)
    return found
