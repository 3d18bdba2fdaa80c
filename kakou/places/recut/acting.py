"""The only writes that cut the tree anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Q

from kakou.access import actions as access
from kakou.access.models import Closure, Node, Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import NotFound
from kakou.places import rules
from kakou.places.actions import make_unit, manage, refuse_same_name
from kakou.places.events import registry
from kakou.places.models import Entrance, Period, Recut, Unit
from kakou.places.recut.plan import Part, parts_of, renamed
from kakou.places.rules import Act, EntranceKind, Management, PlaceRefused, UnitKind

OF_NOW = "This was cut anew since. Undo what came later first."


@transaction.atomic
def move_unit(
    unit: Unit, *, parent: Unit, reason: str, by: Staff, at: dt.datetime, undoes: Recut | None = None
) -> Recut:
    """Hang a unit and all below it into another; what was recorded at its entrances follows. Raises PlaceRefused,
    NotAllowed, WouldBeCircular.
    """
    unit, parent = _held(unit, parent)
    was = unit.node.parent_id
    _refuse_parts(unit, parent)
    rules.check_place_in(UnitKind(unit.kind), UnitKind(parent.kind))
    if was is None:
        raise PlaceRefused("What stands at the top of the tree is not moved.")
    if was == parent.node_id:
        raise PlaceRefused("It stands there already.")
    refuse_same_name(unit.name, parent.node_id)
    parts = [Part(unit.node_id, was, parent.node_id)]
    _carry(parts, by=by, at=at)
    return _tell("unit.moved", _written(Act.MOVED, unit, parent.node_id, parts, reason, by, at, undoes))


@transaction.atomic
def split_unit(
    unit: Unit,
    *,
    name: str,
    entrances: Collection[Entrance] = (),
    inside: Collection[Unit] = (),
    reason: str,
    by: Staff,
    at: dt.datetime,
) -> tuple[Unit, Recut]:
    """Make a new unit of the same kind beside `unit`, under the same second superior and the same periods from now on,
    and hang some of its entrances and units there. Raises PlaceRefused, NotAllowed.
    """
    (unit,) = _held(unit)
    _refuse_parts(unit)
    entrances = list(Entrance.objects.filter(pk__in=[one.pk for one in entrances]))
    inside = list(Unit.objects.select_related("node").filter(pk__in=[one.pk for one in inside]))
    parent = Unit.objects.filter(node_id=unit.node.parent_id).first() if unit.node.parent_id else None
    if parent is None:
        raise PlaceRefused("What stands at the top of the tree is not split.")
    access.require(by, Permission.EDIT_PLACES, parent.node_id)
    if not entrances and not inside:
        raise PlaceRefused("Choose what goes to the new unit.")
    if any(one.unit_id != unit.pk for one in entrances) or any(one.node.parent_id != unit.node_id for one in inside):
        raise PlaceRefused("Only what belongs to this unit can go to the new one.")
    made = make_unit(kind=UnitKind(unit.kind), parent=parent, facts={"name": name})
    _keep_under(unit, made, reason, by, at)
    parts = [Part(one.node_id, unit.node_id, made.node_id, one.name, one.name) for one in entrances]
    parts += [Part(one.node_id, unit.node_id, made.node_id) for one in inside]
    _carry(parts, by=by, at=at)
    return made, _tell("unit.split", _written(Act.SPLIT, unit, made.node_id, parts, reason, by, at))


def _keep_under(unit: Unit, made: Unit, reason: str, by: Staff, at: dt.datetime) -> None:
    """Whoever manages `unit` on behalf goes on with both halves, and a lockdown is not over in one of them."""
    if unit.node.second_superior is not None:
        access.second(made.node, superior=unit.node.second_superior)
        audit.record(
            "unit.second_superior_set", subject=str(made.pk), by=by.pk, at=at, node=made.node_id,
            superior=unit.node.second_superior_id, reason=checked_reason(reason),
        )  # fmt: skip
    for one in Period.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), unit=unit).order_by("starts_at"):
        rule = Management(one.management)
        manage(made, management=rule, starts_at=one.starts_at, ends_at=one.ends_at, by=by, at=at)


@transaction.atomic
def merge_units(
    unit: Unit, *, into: Unit, reason: str, by: Staff, at: dt.datetime, undoes: Recut | None = None
) -> Recut:
    """Make `unit` a part of `into`: its entrances and units hang there, its residents stay its own. Raises
    PlaceRefused, NotAllowed, WouldBeCircular.
    """
    unit, into = _held(unit, into)
    was = unit.node.parent_id
    _refuse_parts(unit, into)
    rules.check_merge(UnitKind(unit.kind), UnitKind(into.kind))
    if was is None or unit.pk == into.pk:
        raise PlaceRefused("What stands at the top of the tree is not merged.")
    parts = [*_of_entrances(unit, into), *_of_inside(unit, into), Part(unit.node_id, was, into.node_id)]
    _carry(parts, by=by, at=at)
    Unit.objects.filter(pk=unit.pk).update(merged_into=into)
    return _tell("unit.merged", _written(Act.MERGED, unit, into.node_id, parts, reason, by, at, undoes))


@transaction.atomic
def undo(recut: Recut, *, reason: str, by: Staff, at: dt.datetime) -> Recut:
    """Do the opposite: move back, make the new unit a part of the old one, part what was merged. Raises PlaceRefused
    when the tree was cut there since, NotAllowed.
    """
    access.hold_tree()
    units = {one.node_id: one for one in Unit.objects.filter(node_id__in=[recut.node_id, recut.other_id])}
    if Recut.objects.filter(undoes=recut).exists():
        raise PlaceRefused("This was undone already.")
    act, parts = Act(recut.act), parts_of(recut.parts)
    _refuse_later(parts)
    if len(units) != 2:
        raise NotFound("This place is not known here.")
    unit, other = units[recut.node_id], units[recut.other_id]
    if act is Act.MOVED:
        former = Unit.objects.filter(node_id=parts[0].was).first()
        if former is None:
            raise NotFound("This place is not known here.")
        return move_unit(unit, parent=former, reason=reason, by=by, at=at, undoes=recut)
    if act is Act.SPLIT:
        return merge_units(other, into=unit, reason=reason, by=by, at=at, undoes=recut)
    if act is Act.PARTED:
        return merge_units(unit, into=other, reason=reason, by=by, at=at, undoes=recut)
    return _part(recut, unit, [part.back() for part in reversed(parts)], reason, by, at)


def _part(recut: Recut, unit: Unit, parts: Sequence[Part], reason: str, by: Staff, at: dt.datetime) -> Recut:
    home = parts[0].now
    _refuse_parts(*Unit.objects.filter(node_id=home))
    if unit.node.parent_id != home:  # merged into the unit that it stood in, it stands there still
        refuse_same_name(unit.name, home)
    _carry(parts, by=by, at=at)
    Unit.objects.filter(pk=unit.pk).update(merged_into=None)
    return _tell("unit.parted", _written(Act.PARTED, unit, recut.other_id, parts, reason, by, at, recut))


def _carry(parts: Sequence[Part], *, by: Staff, at: dt.datetime) -> None:
    """Hang each where it belongs; entrances lead into the unit there, under a name that is free there."""
    nodes = {node.pk: node for node in Node.objects.filter(pk__in={n for part in parts for n in (part.node, part.now)})}
    units = {unit.node_id: unit for unit in Unit.objects.filter(node_id__in={part.now for part in parts})}
    for part in parts:
        access.move_node(nodes[part.node], parent=nodes[part.now], by=by, at=at)
        if part.calls:
            moved = Entrance.objects.filter(node_id=part.node).update(unit=units[part.now], name=part.calls)
            if moved != 1:
                raise NotFound("This place is not known here.")


def _of_entrances(unit: Unit, into: Unit) -> list[Part]:
    rows = list(unit.entrances.order_by("pk"))
    for one in rows:
        rules.check_entrance_of(EntranceKind(one.kind), UnitKind(into.kind))
    taken = set(into.entrances.values_list("name", flat=True))
    calls = renamed({one.node_id: one.name for one in rows}, taken, unit.name)
    return [Part(one.node_id, unit.node_id, into.node_id, one.name, calls[one.node_id]) for one in rows]


def _of_inside(unit: Unit, into: Unit) -> list[Part]:
    rows = list(Unit.objects.filter(node__parent=unit.node_id).order_by("pk"))
    for one in rows:
        if one.merged_into_id is None:
            rules.check_place_in(UnitKind(one.kind), UnitKind(into.kind))
            refuse_same_name(one.name, into.node_id)
    # a part that was merged into it before stays with it
    return [Part(one.node_id, unit.node_id, into.node_id) for one in rows if one.merged_into_id is None]


def _held(unit: Unit, *others: Unit) -> list[Unit]:
    """The same as they stand now, while nobody else cuts the tree: whoever asked has read them a while ago."""
    access.hold_tree()
    wanted = (unit, *others)
    found = {one.pk: one for one in Unit.objects.select_related("node").filter(pk__in=[one.pk for one in wanted])}
    if unit.pk not in found:
        raise NotFound("This place is not known here.")
    return [found.get(one.pk, one) for one in wanted]


def _refuse_parts(*units: Unit) -> None:
    if any(unit.merged_into_id is not None for unit in units):
        raise PlaceRefused("This is a part of another unit by now. Part it again first.")


def _refuse_later(parts: Sequence[Part]) -> None:
    hangs = dict(Node.objects.filter(pk__in=[part.node for part in parts]).values_list("pk", "parent_id"))
    if any(hangs.get(part.node) != part.now for part in parts):
        raise PlaceRefused(OF_NOW)


def _written(
    act: Act, unit: Unit, other: int, parts: Sequence[Part], reason: str, by: Staff, at: dt.datetime,
    undoes: Recut | None = None,
) -> Recut:  # fmt: skip
    return Recut.objects.create(
        act=act, node=unit.node, other_id=other, parts=[part.kept() for part in parts],
        reason=checked_reason(reason), by=by, at=at, undoes=undoes,
    )  # fmt: skip


def _tell(act: str, made: Recut) -> Recut:
    audit.record(
        act, subject=made.pk, by=made.by_id, at=made.at, node=made.node_id, other=made.other_id, parts=len(made.parts),
        reason=made.reason,
        undoes=str(made.undoes_id) if made.undoes_id else None,
    )  # fmt: skip
    nodes = Closure.objects.filter(ancestor_id__in=[part.node for part in parts_of(made.parts)])
    for hear in registry.hearers:
        hear(set(nodes.values_list("descendant_id", flat=True)), made.by, made.at)
    return made
