"""The only writes of places: units, entrances, where they lie, and the rule under which a unit stands.

`by=None` is the installation itself (set-up, drill): no role is asked, both walls must be set all the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.places import rules
from kakou.places.geo import Shape
from kakou.places.models import Entrance, Geometry, Period, Unit
from kakou.places.rules import EntranceKind, EntranceState, Management, PlaceRefused, ShapeSource, UnitKind


class UnitFacts(TypedDict, total=False):
    """What is known of a unit besides kind and place; left out means unchanged."""

    name: str
    code: str | None
    residents: int | None
    nonlocals: int | None
    counted_on: dt.date | None
    counted_by: str


@transaction.atomic
def add_unit(
    *, kind: UnitKind, parent: Unit | None, by: Staff | None, at: dt.datetime, **facts: Unpack[UnitFacts]
) -> Unit:
    """Add a unit inside `parent`; only the installation adds a root. Raises PlaceRefused, NotAllowed."""
    if parent is None and by is not None:
        raise NotAllowed("Only set-up adds a unit at the top of the tree.")
    if parent is not None:
        _require(by, parent.node_id)
    unit = make_unit(kind=kind, parent=parent, facts=facts)
    audit.record("unit.added", subject=str(unit.pk), by=_id(by), at=at, node=unit.node_id, kind=kind.value)
    return unit


def make_unit(*, kind: UnitKind, parent: Unit | None, facts: UnitFacts) -> Unit:
    """`add_unit` without role and audit: for an import, which asks and records once for all its rows."""
    rules.check_place_in(kind, UnitKind(parent.kind) if parent else None)
    checked = _checked(facts)
    _whole(parent)
    refuse_same_name(checked["name"], parent.node_id if parent else None)
    with _named_refusal("Another unit has this code."):
        return Unit.objects.create(node=access.add_node(parent=parent.node if parent else None), kind=kind, **checked)


@transaction.atomic
def change_unit(unit: Unit, *, by: Staff | None, at: dt.datetime, **facts: Unpack[UnitFacts]) -> None:
    """Change what `facts` names. Raises PlaceRefused, NotAllowed."""
    _require(by, unit.node_id)
    checked = _checked(facts, unit)
    with _named_refusal("Another unit has this code, or the counts lack their day or source."):
        _one(Unit.objects.filter(pk=unit.pk).update(**checked))
    audit.record("unit.changed", subject=str(unit.pk), by=_id(by), at=at, node=unit.node_id, fields=sorted(checked))


@transaction.atomic
def add_entrance(
    *,
    unit: Unit,
    name: str,
    kind: EntranceKind,
    state: EntranceState = EntranceState.STAFFED,
    material: str = "",
    is_inner: bool = False,
    by: Staff | None,
    at: dt.datetime,
) -> Entrance:
    """Add an entrance of `unit`; `is_inner` for a reading inside it that nobody comes in by. Raises PlaceRefused."""
    _require(by, unit.node_id)
    entrance = make_entrance(unit=unit, name=name, kind=kind, state=state, material=material, is_inner=is_inner, at=at)
    audit.record("entrance.added", subject=str(entrance.pk), by=_id(by), at=at, node=entrance.node_id, kind=kind.value)
    return entrance


def make_entrance(
    *, unit: Unit, name: str, kind: EntranceKind, state: EntranceState, material: str, is_inner: bool, at: dt.datetime
) -> Entrance:
    """`add_entrance` without role and audit: for an import."""
    rules.check_entrance_of(kind, UnitKind(unit.kind))
    rules.check_seal(state, material)
    _whole(unit)
    with _named_refusal("The unit has another entrance of this name."):
        return Entrance.objects.create(
            node=access.add_node(parent=unit.node),
            unit=unit,
            name=rules.check_place_name(name),
            kind=kind,
            state=state,
            is_inner=is_inner,
            seal_material=material,
            sealed_at=at if state is EntranceState.SEALED else None,
        )


@transaction.atomic
def set_entrance_state(
    entrance: Entrance,
    *,
    state: EntranceState,
    material: str = "",
    opener: Staff | None = None,
    sealed_at: dt.datetime | None = None,
    by: Staff | None,
    at: dt.datetime,
) -> None:
    """Seal, open or close an entrance; a seal says with what, since when (None: now, or as before), and who opens it in
    an emergency. Raises PlaceRefused."""
    _require(by, entrance.node_id)
    put_in_state(entrance, Seal(state, material, opener, sealed_at), at=at)
    audit.record(
        "entrance.state_set",
        subject=str(entrance.pk),
        by=_id(by),
        at=at,
        node=entrance.node_id,
        state=state.value,
    )


@transaction.atomic
def manage(
    unit: Unit,
    *,
    management: Management,
    starts_at: dt.datetime,
    ends_at: dt.datetime | None = None,
    by: Staff | None,
    at: dt.datetime,
) -> Period:
    """Put a unit under a rule from `starts_at`; the one in force then ends there, and goes on when this one ends before
    it. Raises PlaceRefused when a later period stands in the way.
    """
    _require(by, unit.node_id)
    rules.check_period(starts_at, ends_at)
    running = Period.objects.filter(unit=unit, starts_at__lte=starts_at).order_by("-starts_at").first()
    if running and running.starts_at == starts_at:
        Period.objects.filter(pk=running.pk).delete()
    elif running and (running.ends_at is None or running.ends_at > starts_at):
        Period.objects.filter(pk=running.pk).update(ends_at=starts_at)
    with _named_refusal("Another period begins before this one ends."):
        period = Period(management=management, starts_at=starts_at, ends_at=ends_at, set_by=by, set_at=at)
        period.unit, period.node_id = unit, unit.node_id
        period.save(force_insert=True)
        if running and ends_at and (running.ends_at is None or running.ends_at > ends_at):
            running.pk, running.starts_at = None, ends_at
            running.save(force_insert=True)
    audit.record(
        "unit.managed", subject=str(unit.pk), by=_id(by), at=at, node=unit.node_id, management=management.value
    )
    return period


@transaction.atomic
def locate(
    node: int, *, shape: Shape, source: ShapeSource, measured_on: dt.date, by: Staff | None, at: dt.datetime
) -> None:
    """Say where the unit or entrance on `node` lies, in place of what was said before. Raises NotFound, NotAllowed."""
    _require(by, node)
    put_on_map(node, shape=shape, source=source, measured_on=measured_on, by=by, at=at)
    audit.record(
        "place.located", subject=str(node), by=_id(by), at=at, node=node, kind=shape.kind.value, source=source.value
    )


@transaction.atomic
def unlocate(node: int, *, by: Staff | None, at: dt.datetime) -> None:
    """Take a place off the map; its former shapes stay in the history. Raises NotFound, NotAllowed."""
    _require(by, node)
    _one(Geometry.objects.filter(node_id=node).delete()[0])
    audit.record("place.unlocated", subject=str(node), by=_id(by), at=at, node=node)


def put_on_map(
    node: int, *, shape: Shape, source: ShapeSource, measured_on: dt.date, by: Staff | None, at: dt.datetime
) -> None:
    """`locate` without role and audit: for an import."""
    known = (Unit.objects.filter(node_id=node), Entrance.objects.filter(node_id=node))
    _one(sum(rows.count() for rows in known))
    facts = _drawn(shape) | {"source": source, "measured_on": measured_on, "set_by": by, "set_at": at}
    Geometry.objects.update_or_create(node_id=node, defaults=facts)


@transaction.atomic
def put_many_on_map(
    shapes: Mapping[int, Shape], *, source: ShapeSource, measured_on: dt.date, by: None, at: dt.datetime
) -> None:
    """Node → where it lies, of places that lie nowhere yet: for the installation itself."""
    Geometry.objects.bulk_create(
        Geometry(node_id=node, source=source, measured_on=measured_on, set_by=by, set_at=at, **_drawn(shape))
        for node, shape in shapes.items()
    )
    audit.record("places.located", subject=None, by=None, at=at, added=len(shapes), changed=0)


def _drawn(shape: Shape) -> dict[str, object]:
    west, south, east, north = shape.bounds
    lon, lat = shape.middle
    return {
        "shape": shape.geojson(), "west": west, "south": south, "east": east, "north": north, "lon": lon, "lat": lat,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seal:
    """The state of an entrance; of a sealed one with what, who opens it and since when (None: as before, else nobody
    and now)."""

    state: EntranceState
    material: str = ""
    opener: Staff | None = None
    since: dt.datetime | None = None


def put_in_state(entrance: Entrance, told: Seal, *, at: dt.datetime) -> None:
    """`set_entrance_state` without role and audit: for an import."""
    now = Entrance.objects.select_for_update().get(pk=entrance.pk)
    if told.since is not None and told.since > at:
        raise PlaceRefused("The day of the seal lies in the future.")
    since, opener = told.since or now.sealed_at or at, told.opener.pk if told.opener else now.opener_id
    anew = (told.material, since, opener) != (now.seal_material, now.sealed_at, now.opener_id)
    if told.state is EntranceState.SEALED is EntranceState(now.state) and anew:
        rules.check_seal(told.state, told.material)  # sealed anew with something else, or somebody else opens it
    else:
        rules.check_state_change(EntranceState(now.state), told.state, material=told.material)
    sealed = told.state is EntranceState.SEALED
    _one(
        Entrance.objects.filter(pk=entrance.pk).update(
            state=told.state, seal_material=told.material, sealed_at=since if sealed else None,
            opener=opener if sealed else None,
        )
    )  # fmt: skip


def change_facts(unit: Unit, facts: UnitFacts) -> None:
    """`change_unit` without role and audit: for an import."""
    with _named_refusal("Another unit has this code."):
        _one(Unit.objects.filter(pk=unit.pk).update(**_checked(facts, unit)))


def refuse_same_name(name: str, parent: int | None) -> None:
    """Raise PlaceRefused when a unit of this name stands inside the unit on node `parent` already."""
    if Unit.objects.filter(node__parent=parent, name=name).exists():
        raise PlaceRefused("The unit around has another unit of this name.")


def _whole(unit: Unit | None) -> None:
    if unit is not None and unit.merged_into_id is not None:
        raise PlaceRefused("This is a part of another unit by now. Add it to that one.")


def _checked(facts: UnitFacts, now: Unit | None = None) -> UnitFacts:
    """Of a new unit, or of one that is called `now.name` until now: a name that stays is not asked about."""
    checked = facts.copy()
    if "name" in facts and (now is None or facts["name"] != now.name):
        checked["name"] = rules.check_place_name(facts["name"])
        if now is not None and checked["name"] != now.name:
            refuse_same_name(checked["name"], now.node.parent_id)
    if facts.get("code"):
        checked["code"] = rules.check_code(str(facts["code"]))
    return checked


def _id(by: Staff | None) -> int | None:
    return by.pk if by else None


def _require(by: Staff | None, node: int) -> None:
    if by is not None:
        access.require(by, Permission.EDIT_PLACES, node)


def _one(rows: int) -> None:
    if rows != 1:  # outside the walls an update changes nothing and says nothing
        raise NotFound("This place is not known here.")


class _named_refusal:  # noqa: N801 - reads as a statement
    """A broken constraint told as a refusal; the transaction goes on, because the savepoint was taken back."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.point = transaction.atomic()

    def __enter__(self) -> None:
        self.point.__enter__()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self.point.__exit__(kind, error, trace)  # type: ignore[arg-type]
        if isinstance(error, IntegrityError):
            raise PlaceRefused(self.text) from error
