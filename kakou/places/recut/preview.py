"""What a cut would move, counted before anybody says yes, and what was cut before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from kakou.access.models import Closure, Grant
from kakou.access.scope import acting_as_system
from kakou.kernel.errors import NotFound
from kakou.places.events import registry
from kakou.places.models import Entrance, Recut, Unit
from kakou.places.queries import nodes_below
from kakou.places.recut.plan import renamed
from kakou.places.rules import MAY_CONTAIN, MERGE, UnitKind


@dataclass(frozen=True, slots=True)
class Preview:
    """`counts`: msgid → how many follow. `lose`, `gain`: accounts that see it no more, that see it newly. `renamed`:
    entrances that would be called otherwise: (before, after)."""

    entrances: int
    units: int
    counts: list[tuple[str, int]]
    lose: int
    gain: int
    renamed: list[tuple[str, str]]


def preview(nodes: Collection[int], was: int | None, now: int, calls: list[tuple[str, str]] | None = None) -> Preview:
    """What hangs at `nodes` and who sees it before, under the unit on node `was`, and after, under that on `now`. Only
    numbers leave: they are true also for whoever may not look at what is counted."""
    with acting_as_system():
        counts = [(follower.msgid, follower.count(nodes)) for follower in registry.followers.values()]
        before, after = _seers(was), _seers(now)
        return Preview(
            entrances=Entrance.objects.filter(node_id__in=nodes).count(),
            units=Unit.objects.filter(node_id__in=nodes).count(),
            counts=counts,
            lose=len(before - after),
            gain=len(after - before),
            renamed=calls or [],
        )


def _seers(node: int | None) -> set[int]:
    above = Closure.objects.filter(descendant_id=node or 0).values("ancestor_id")
    held = Grant.objects.filter(ended_at=None, staff__is_active=True, node_id__in=above)
    return set(held.values_list("staff_id", flat=True))


def calls_of(unit: Unit, into: Unit) -> list[tuple[str, str]]:
    """Entrances of `unit` that would be called otherwise in `into`: (before, after)."""
    names = {one.node_id: one.name for one in unit.entrances.order_by("pk")}
    after = renamed(names, set(into.entrances.values_list("name", flat=True)), unit.name)
    return [(name, after[node]) for node, name in names.items() if after[node] != name]


def superiors_for(unit: Unit, mine: Collection[int]) -> list[Unit]:
    """Where `unit` may be moved, of the units over which the actor holds places."""
    kinds = [kind for kind, inside in MAY_CONTAIN.items() if UnitKind(unit.kind) in inside]
    return list(_others(unit, mine, kinds).exclude(node_id=unit.node.parent_id or 0))


def takers_for(unit: Unit, mine: Collection[int]) -> list[Unit]:
    """Into which `unit` may be merged."""
    kinds = {kind for like in MERGE if UnitKind(unit.kind) in like for kind in like}
    return list(_others(unit, mine, kinds))


def _others(unit: Unit, mine: Collection[int], kinds: Collection[UnitKind]) -> QuerySet[Unit]:
    """Whole units, none of them inside `unit`."""
    found = Unit.objects.filter(node_id__in=set(mine) - nodes_below(unit.node_id), kind__in=kinds, merged_into=None)
    return found.order_by("code", "name", "pk")


def cuts_of(node: int) -> list[Recut]:
    """What was cut at the unit on `node` or with it, the newest first."""
    found = Recut.objects.filter(Q(node_id=node) | Q(other_id=node)).select_related("by")
    return list(found.order_by("-at", "-pk"))


def undone_among(cuts: Collection[Recut]) -> set[UUID]:
    """Which of these were undone."""
    return {id for id in Recut.objects.filter(undoes__in=cuts).values_list("undoes_id", flat=True) if id}


def cut_at(id: UUID) -> Recut:
    """One cut within scope. Raises NotFound."""
    found = Recut.objects.filter(pk=id).first()
    if found is None:
        raise NotFound("There is no such cut, or it is not at one of your places.")
    return found
