"""The holes that open orders of every kind may lie in, and how many lie in each."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, DateTimeField, F, Q, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_noop

from kakou.workorders import queries
from kakou.workorders.events import HOLES, Hole


def _overdue(at: dt.datetime) -> Q:
    return Q(due_at__lt=at)


def _nobodys(_at: dt.datetime) -> Q:
    return Q(owner=None)


def _waiting(at: dt.datetime) -> Q:
    """The last pause of an order is the only one that may still run."""
    return Q(GreaterThan(Cast(KT("pauses__-1__1"), DateTimeField()), Value(at)))


def _passed_on(_at: dt.datetime) -> Q:
    """An order that nobody passed on yet is passed on when it is due; one at the top never again."""
    return Q(escalate_at=None) | ~Q(escalate_at=F("due_at"))


OVERDUE = Hole("overdue", gettext_noop("Overdue"), _overdue)
NOBODYS = Hole("nobody", gettext_noop("Nobody's"), _nobodys)
WAITING = Hole("waiting", gettext_noop("Let wait"), _waiting)
PASSED_ON = Hole("passed_on", gettext_noop("Passed on"), _passed_on)
OF_EVERY_KIND = (OVERDUE, NOBODYS, WAITING, PASSED_ON)
EVERY = "every"  # in the counts: all that are open, whether they lie in a hole or not


def counts_by_hole(
    *,
    at: dt.datetime,
    node: int | None = None,
    kind: str | None = None,
    owner: int | None = None,
    among: Q | None = None,
) -> dict[str, int]:
    """Hole → how many open orders lie in it, of those that `still_open` gives; one may lie in several. `EVERY` → all.
    One query."""
    found = queries.still_open(node=node, kind=kind, owner=owner, among=among).order_by()
    counted: dict[str, int] = found.aggregate(
        **{EVERY: Count("id")}, **{hole.name: Count("id", filter=hole.holds(at)) for hole in HOLES.values()}
    )
    return counted


def within_hole(name: str, at: dt.datetime) -> Q | None:
    """Which orders lie in the hole of that name; None for a name that nobody knows."""
    return HOLES[name].holds(at) if name in HOLES else None
