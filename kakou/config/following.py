"""What goes along when the tree is cut anew: counted for the preview, and residents with their passes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from django.db.models import Model, Q
from django.utils.translation import gettext_noop

from kakou.access.models import Device, Grant, Staff
from kakou.access.rules import Permission
from kakou.access.scope import acting_as_system
from kakou.ledger.models import ExpectedVisit
from kakou.people.actions import living_in, move_house
from kakou.people.events import on_moved
from kakou.people.models import Vehicle
from kakou.people.queries import count_residents
from kakou.places.events import Buildings, Follower, add_followers, on_recut, registry
from kakou.screening.actions.passes import take_along
from kakou.screening.models import Pass
from kakou.services.models import Request
from kakou.workorders.actions import answer_anew
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import ENDED

COUNTED: tuple[tuple[str, type[Model], Q], ...] = (
    (gettext_noop("Vehicles of the register"), Vehicle, Q()),
    (gettext_noop("Passes in force"), Pass, Q(cancelled_at=None)),
    (gettext_noop("Open orders"), WorkOrder, ~Q(state__in=ENDED)),
    (gettext_noop("Requests of residents"), Request, Q()),
    (gettext_noop("Announced visits"), ExpectedVisit, Q()),
    (gettext_noop("Phones in use"), Device, Q(revoked_at=None)),
    (gettext_noop("Roles held there"), Grant, Q(ended_at=None)),
)


def wire_followers() -> None:
    """Tell places whom to count, and people what goes with them. Doing it twice changes nothing."""
    add_followers(Follower(gettext_noop("Residents of the register"), count_residents))
    add_followers(*(Follower(what, _counting(model, which)) for what, model, which in COUNTED))
    on_recut(_hand_on)
    on_moved(_take_passes)
    registry.buildings = Buildings(
        Permission.EDIT_PEOPLE, lambda node, buildings: len(living_in(node, buildings)), _move_house
    )


def _hand_on(nodes: Collection[int], by: Staff | None, at: dt.datetime) -> None:
    """Open orders, and requests about a place there that another community received, to whoever answers there now."""
    with acting_as_system():
        open_ones = Request.objects.filter(place_id__in=nodes).exclude(order__state__in=ENDED)
        about = dict(open_ones.values_list("order_id", "place_id"))
    answer_anew(nodes, about, by=by, at=at)


def _counting(model: type[Model], which: Q) -> Callable[[Collection[int]], int]:
    def count(nodes: Collection[int]) -> int:
        found: int = model._default_manager.filter(which, node_id__in=nodes).count()
        return found

    return count


def _move_house(node: int, to: int, buildings: Sequence[str], by: Staff, at: dt.datetime) -> int:
    return len(move_house(node, to, buildings, by=by, at=at))


def _take_passes(people: Collection[UUID], to: int, by: Staff | None, at: dt.datetime) -> None:
    take_along(people, to=to, by=by, at=at)
