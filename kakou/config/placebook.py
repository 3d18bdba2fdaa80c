"""The shell's place menu, answered by `places`: `web` may not know who knows the names."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext

from kakou.access.pages import nodes_held
from kakou.access.rules import Permission
from kakou.places import queries
from kakou.places.models import Entrance, Unit
from kakou.places.rules import TITLES, UnitKind
from kakou.web.events import Place


def of_unit(unit: Unit) -> Place:
    """A unit as the shell shows it."""
    return Place(unit.node_id, unit.name, gettext(TITLES[UnitKind(unit.kind)]))


def of_entrance(entrance: Entrance) -> Place:
    """An entrance as the shell shows it: with its unit, for every compound has a south gate."""
    return Place(entrance.node_id, f"{entrance.unit.name} {entrance.name}", gettext("gate"))


class Places:
    """See `kakou.web.events.PlaceBook`. Scoped managers keep every answer within what the viewer may see."""

    def named(self, request: HttpRequest, node: int) -> Place | None:
        """One or two queries."""
        if unit := Unit.objects.filter(node_id=node).first():
            return of_unit(unit)
        entrance = Entrance.objects.select_related("unit").filter(node_id=node).first()
        return of_entrance(entrance) if entrance else None

    def path(self, request: HttpRequest, node: int) -> Sequence[Place]:
        """Three queries."""
        gates = Entrance.objects.select_related("unit").filter(node_id=node)
        return [*map(of_unit, queries.path_of(node)), *map(of_entrance, gates)]

    def below(self, request: HttpRequest, node: int | None) -> Sequence[Place]:
        """The units inside, then the gates; at the top the outermost that the viewer sees."""
        parents = queries.topology().parents
        if node is not None:
            wanted = [child for child, parent in parents.items() if parent == node]
        else:
            seen = set(nodes_held(Permission.SEE_PLACES))
            wanted = [held for held in seen if parents.get(held) not in seen]
        units = Unit.objects.filter(node_id__in=wanted).order_by("code", "name")
        gates = Entrance.objects.filter(node_id__in=wanted).select_related("unit").order_by("name")
        return [*map(of_unit, units), *map(of_entrance, gates)]

    def search(self, request: HttpRequest, words: str, limit: int) -> Sequence[Place]:
        """Units first: whoever types a compound's name means the compound."""
        units = [of_unit(unit) for unit in Unit.objects.filter(name__icontains=words).order_by("name")[:limit]]
        named = Q(name__icontains=words) | Q(unit__name__icontains=words)
        gates = Entrance.objects.select_related("unit").filter(named).order_by("unit__name", "name")
        return units + [of_entrance(gate) for gate in gates[: limit - len(units)]]
