"""What pages of the ledger share: the place they are about, the day, names of gates and of who recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.utils import timezone

from kakou.access.models import Staff
from kakou.access.pages import StaffRequest
from kakou.ledger.queries.where import Gate, titled
from kakou.places.models import Entrance, Unit
from kakou.web.events import Place, registry
from kakou.web.shell.here import place_of


class Span(NamedTuple):
    """One day of the site."""

    day: dt.date
    start: dt.datetime
    end: dt.datetime


def place_or_only(request: StaffRequest) -> Place | None:
    """The place in the URL; without one the topmost place of whoever has just one; else None: to be chosen."""
    place = place_of(request)
    if place is None:
        top = registry.places.below(request, None)
        place = top[0] if len(top) == 1 else None
    return place


def day_asked(request: StaffRequest, *, ahead: int = 0) -> Span:
    """`?day=2021-08-10`, else today, in the site's zone, at most so many days `ahead`. A day has 23 or 25 hours where
    clocks change."""
    today = timezone.localtime(request.now).date()
    try:
        day = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = today
    return span_of(min(day, today + dt.timedelta(days=ahead)))


def today(request: StaffRequest) -> Span:
    """The day of the site on which it is asked."""
    return span_of(timezone.localtime(request.now).date())


def span_of(day: dt.date) -> Span:
    """A day of the site."""
    return Span(day, _midnight(day), _midnight(day + dt.timedelta(days=1)))


def moment_asked(request: StaffRequest) -> dt.datetime:
    """`?at=2021-08-10T12:00` in the site's zone, never later than now; without it, now."""
    try:
        given = dt.datetime.fromisoformat(request.GET.get("at", ""))
    except ValueError:
        return request.now
    if given.tzinfo is None:
        given = timezone.make_aware(given)
    return min(given, request.now)


def gate_names(gates: Iterable[Gate], *, with_unit: bool) -> dict[int, str]:
    """Node → name; with its unit's where more than one unit is on the page."""
    return {gate.node_id: gate.title if with_unit else gate.name for gate in gates}


def where_names(nodes: Collection[int]) -> dict[int, str]:
    """Node → name: a unit's own, a gate's with its unit's, for every compound has a main gate. Three queries."""
    wanted = set(nodes)
    units = Unit.objects.filter(node_id__in=wanted).values_list("node_id", "name")
    return dict(units) | {gate.node_id: gate.title for gate in titled(Entrance.objects.filter(node_id__in=wanted))}


def staff_names(ids: Collection[int | None]) -> dict[int | None, str]:
    """Staff id → the duty title that is shown beside what they did, or the account name."""
    rows = Staff.objects.filter(pk__in=[id for id in ids if id is not None]).values_list("pk", "display", "username")
    return {pk: display or username for pk, display, username in rows}


def title_of(staff: Staff) -> str:
    """The duty title of an account, or its name."""
    return staff.display or staff.username


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
