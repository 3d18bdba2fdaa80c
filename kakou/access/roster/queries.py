"""Reads of the roster, all within the reader's scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from kakou.access.models import Closure, Grant, RosterEntry, Staff
from kakou.access.roster.rules import Identity, Mobilised
from kakou.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom somebody looks for: what they are, in which branch, at or belonging to which place."""

    identity: Identity | None = None
    branch: str = ""
    place: int | None = None


def entries(wanted: Wanted) -> QuerySet[RosterEntry]:
    """Whom it fits, by name."""
    found = RosterEntry.objects.select_related("staff").order_by("staff__display", "staff__username", "pk")
    if wanted.identity is not None:
        found = found.filter(identities__contains=[wanted.identity.value])
    if wanted.branch:
        found = found.filter(branch__icontains=wanted.branch)
    if wanted.place is not None:
        below = Closure.objects.filter(ancestor_id=wanted.place).values("descendant_id")
        found = found.filter(Q(node_id__in=below) | Q(post_id__in=below))
    return found


def counts(found: QuerySet[RosterEntry]) -> dict[Mobilised, int]:
    """How many are mobilised, by state."""
    many = Counter(found.order_by().values_list("state", flat=True))
    return {state: many[state.value] for state in Mobilised}


def posts_filled(found: QuerySet[RosterEntry]) -> dict[int, int]:
    """Node → how many are called there or at it."""
    return dict(Counter(found.order_by().exclude(post=None).values_list("post_id", flat=True)))


def account_for(id: int, nodes: Collection[int]) -> tuple[Staff, RosterEntry | None, int]:
    """An account whose holder belongs to one of `nodes`, is mobilised there, or holds a role there; with the place by
    which he is known. Raises NotFound: missing and elsewhere look the same."""
    entry = RosterEntry.objects.select_related("staff").filter(staff_id=id).first()
    if entry is not None:
        return entry.staff, entry, entry.node_id
    held = Grant.objects.filter(staff_id=id, ended_at=None, node_id__in=nodes).select_related("staff")
    grant = held.order_by("pk").first()
    if grant is None:
        raise NotFound("There is no such account, or it is at none of your places.")
    return grant.staff, None, grant.node_id
