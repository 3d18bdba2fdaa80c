"""The shell's place menu, answered by `places`: `web` may not know who knows the names."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext

from kakou.access.pages import nodes_held
from kakou.access.rules import Permission
from kakou.ledger.queries.where import Gate, titled
from kakou.places import queries
from kakou.places.models import Entrance, Unit
from kakou.places.rules import TITLES, UnitKind
from kakou.web.events import Place


def of_unit(unit: Unit) -> Place:
    """A unit as the shell shows it."""
    return Place(unit.node_id, unit.name, gettext(TITLES[UnitKind(unit.kind)]))


def of_gate(gate: Gate) -> Place:
    """An entrance as the shell shows it."""
    return Place(gate.node_id, gate.title, gettext("gate"))


class Places:
    """See `kakou.web.events.PlaceBook`. Scoped managers keep every answer within what the viewer may see."""

    def named(self, request: HttpRequest, node: int) -> Place | None:
        """One to three queries."""
        if unit := Unit.objects.filter(node_id=node).first():
            return of_unit(unit)
        gates = titled(Entrance.objects.filter(node_id=node))
        return of_gate(gates[0]) if gates else None

    def path(self, request: HttpRequest, node: int) -> Sequence[Place]:
        """Four queries."""
        gates = titled(Entrance.objects.filter(node_id=node))
        return [*map(of_unit, queries.path_of(node)), *map(of_gate, gates)]

    def below(self, request: HttpRequest, node: int | None) -> Sequence[Place]:
        """The units inside and those managed on behalf, then the gates; at the top the outermost that one sees."""
        parents = queries.topology().parents
        if node is not None:
            wanted = [child for child, parent in parents.items() if parent == node]
            wanted += [unit.node_id for unit in queries.managed_by(node)]
        else:
            seen = set(nodes_held(Permission.SEE_PLACES))
            wanted = [held for held in seen if parents.get(held) not in seen]
        units = Unit.objects.filter(node_id__in=wanted).order_by("code", "name")
        return [*map(of_unit, units), *map(of_gate, titled(Entrance.objects.filter(node_id__in=wanted)))]

    def search(self, request: HttpRequest, words: str, limit: int) -> Sequence[Place]:
        """Units first: whoever types a compound's name means the compound."""
        units = list(Unit.objects.filter(name__icontains=words).order_by("name")[:limit])
        named = Q(name__icontains=words) | Q(unit_id__in=[unit.pk for unit in units])
        gates = titled(Entrance.objects.filter(named).order_by("unit_id", "name")[: limit - len(units)])
        return [*map(of_unit, units), *map(of_gate, gates)]
