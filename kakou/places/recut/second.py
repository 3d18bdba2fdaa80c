"""A second superior: a development zone that manages a street on behalf of its county (代管). The street has one place
in the tree, and two lines look at it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.places import rules
from kakou.places.events import registry
from kakou.places.models import Unit
from kakou.places.queries import nodes_below, path_of, unit_at
from kakou.places.rules import OFFICES, PlaceRefused, UnitKind


@transaction.atomic
def manage_on_behalf(unit: Unit, *, superior: Unit | None, reason: str, by: Staff | None, at: dt.datetime) -> None:
    """Let whoever works over `superior` look at `unit` and direct it too (`access.rules.OF_SECOND`); None: no more.

    It is for the superior of the unit to say, or at the top of the tree for the unit. Raises NotFound, PlaceRefused,
    NotAllowed, WouldBeCircular.
    """
    access.hold_tree()
    unit = unit_at(unit.node_id)  # whoever asked has read it a while ago
    if by is not None:
        access.require(by, Permission.EDIT_PLACES, unit.node.parent_id or unit.node_id)
    if superior is not None:
        rules.check_second(UnitKind(superior.kind))
    now = superior.node_id if superior else None
    if unit.node.second_superior_id == now:
        raise PlaceRefused("It is so already.")
    access.second(unit.node, superior=superior.node if superior else None)
    for hear in registry.hearers:  # whoever managed it until now may have taken orders that he sees no more
        hear(nodes_below(unit.node_id), by, at)
    why = checked_reason(reason)
    audit.record(
        "unit.second_superior_set", subject=str(unit.pk), by=by.pk if by else None, at=at, node=unit.node_id,
        superior=now, reason=why,
    )  # fmt: skip


def seconds_for(unit: Unit) -> list[Unit]:
    """The offices in scope that may manage `unit` on behalf: of another line than its own."""
    line = {above.node_id for above in path_of(unit.node_id)} | nodes_below(unit.node_id)
    found = Unit.objects.filter(kind__in=OFFICES, merged_into=None).exclude(node_id__in=line)
    return list(found.order_by("code", "name", "pk"))
