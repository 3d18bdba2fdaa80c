"""The units and entrances that a mapping file names: found, or made where the reader of the file says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TypeVar

from kakou.access.models import Staff
from kakou.kernel.errors import Refusal
from kakou.ledger.sheets import Mapping, wording
from kakou.ledger.sheets.mapping import UnitPart, folded
from kakou.ledger.sheets.passages import Ground
from kakou.ledger.stays.alternation import GateRule
from kakou.ledger.stays.topology import Topology
from kakou.places import actions as places
from kakou.places import queries
from kakou.places.models import Unit
from kakou.places.queries import Branch
from kakou.places.rules import EntranceKind, UnitKind

Kind = TypeVar("Kind", UnitKind, EntranceKind)


class PlacesMissing(Refusal):
    """The mapping file names a place that is not there, or not to be told from another."""

    code = "import-place-missing"


def make_places(mapping: Mapping, *, under: str | None, by: Staff | None, at: dt.datetime) -> None:
    """Make the units and entrances of the mapping file that are missing, within the caller's scope."""
    known = _Known(queries.tree(at))
    around = known.unit(under, None).unit if under else None
    for part in mapping.units:
        outer = known.unit(part.inside, None).unit if part.inside else around
        branch = known.find(part.name, outer)
        if branch is None:
            kind = _kind(UnitKind, part.kind)
            unit = places.add_unit(kind=kind, parent=outer, name=part.name, by=by, at=at)
            branch = known.add(Branch(unit, 0, outer))
        _make_entrances(part, branch, by, at)


def _make_entrances(part: UnitPart, branch: Branch, by: Staff | None, at: dt.datetime) -> None:
    there = {entrance.name for entrance in branch.entrances}
    kind = _kind(EntranceKind, part.gate_kind)
    for names, is_inner in ((part.gate_names(), False), (part.reader_names(), True)):
        for name in dict.fromkeys(names.values()):
            if name not in there:
                made = places.add_entrance(unit=branch.unit, name=name, kind=kind, is_inner=is_inner, by=by, at=at)
                branch.entrances.append(made)


def ground_of(mapping: Mapping, topology: Topology, at: dt.datetime) -> Ground:
    """Every gate of the mapping file as a node. Raises PlacesMissing naming the first that is not there."""
    known = _Known(queries.tree(at))
    gates: dict[str, int] = {}
    rules: dict[int, GateRule] = {}
    units: dict[str, int] = {}
    for part in mapping.units:
        outer = known.unit(part.inside, None).unit if part.inside else None
        branch = known.unit(part.name, outer)
        units[part.name] = branch.unit.node_id
        nodes = {entrance.name: entrance.node_id for entrance in branch.entrances}
        for text, name in {**part.gate_names(), **part.reader_names()}.items():
            if name not in nodes:
                raise PlacesMissing(wording.NO_ENTRANCE, unit=part.name, gate=name)
            gates[folded(text)] = nodes[name]
        if part.rule is not None:
            rules |= {nodes[name]: part.rule for name in part.gate_names().values()}
    return Ground(gates, topology, rules, units)


class _Known:
    """Units by name, told apart by the unit around them."""

    def __init__(self, branches: Iterable[Branch]) -> None:
        self._by_name: dict[str, list[Branch]] = {}
        for branch in branches:
            self.add(branch)

    def add(self, branch: Branch) -> Branch:
        self._by_name.setdefault(branch.unit.name, []).append(branch)
        return branch

    def find(self, name: str, outer: Unit | None) -> Branch | None:
        """The one unit of this name (inside `outer`, if given), None when there is none. Raises PlacesMissing."""
        called: Sequence[Branch] = self._by_name.get(name, ())
        if outer is not None:
            called = [branch for branch in called if branch.parent is not None and branch.parent.pk == outer.pk]
        if len(called) > 1:
            raise PlacesMissing(wording.UNITS_OF_ONE_NAME, unit=name)
        return called[0] if called else None

    def unit(self, name: str, outer: Unit | None) -> Branch:
        found = self.find(name, outer)
        if found is None:
            raise PlacesMissing(wording.NO_UNIT, unit=name)
        return found


def _kind(kinds: type[Kind], told: str) -> Kind:
    try:
        return kinds(told)
    except ValueError as error:
        raise PlacesMissing(wording.UNKNOWN_KIND, kind=told) from error
