"""From lines to the tree: everything looked up and checked first, then written in one transaction, or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

from django.db import transaction

from kakou.access.actions import hold_tree, refuse_beside_drill
from kakou.access.models import Move, Staff
from kakou.access.queries import told_at
from kakou.access.rules import Permission
from kakou.access.scope import acting_as, acting_as_system, nodes_of
from kakou.audit import actions as audit
from kakou.kernel.errors import Refusal
from kakou.kernel.time import latest_day
from kakou.places import actions, rules
from kakou.places.models import Entrance, Unit
from kakou.places.rules import EntranceKind, EntranceState, UnitKind
from kakou.places.sheets import words
from kakou.places.sheets.more import Keeper, seal_of
from kakou.places.sheets.reading import Line, Lines
from kakou.web.sheets import Cell, CellProblem, Notice, Problems, SheetRefused, Stage, counted, read_sheet, wording

LIST = "places"  # as what it is set aside while it waits
What = Literal["added", "changed", "same"]


@dataclass(slots=True)
class Outcome:
    """What an import did, or would do: how many units and entrances came, changed, were the same already."""

    added: int = 0
    changed: int = 0
    same: int = 0
    notices: Sequence[Notice] = field(default_factory=list)


def import_places(
    data: Path | bytes, *, filename: str, by: Staff | None, at: dt.datetime, dry_run: bool = False
) -> Outcome:
    """Take the whole file or nothing, within what `by` may see (None: everything); nobody else cuts the tree meanwhile.

    Raises SheetRefused for a file that cannot be read or has no row, SheetProblems with every cell that is wrong,
    BesideDrill on a system of the drill, where a file may be tried but not taken.
    """
    if not dry_run:
        refuse_beside_drill()
    with transaction.atomic():
        hold_tree()
        # the caller's scope does not know what somebody else hung into the tree while this waited
        with acting_as(by) if by else acting_as_system():
            return _taken(data, filename, by, at, dry_run)


def _taken(data: Path | bytes, filename: str, by: Staff | None, at: dt.datetime, dry_run: bool) -> Outcome:
    problems, tree = Problems(), _Tree(by=by, at=at)
    with problems.collect():  # a cell that cannot even be kept ends the sheet
        sheet = read_sheet(data, filename=filename)
        lines = Lines(sheet, latest=latest_day(at))
        for row in counted(sheet.rows(), Stage.WRITING):
            with problems.collect():
                tree.take(lines.read(row))
    problems.refuse_if_any()
    if not tree.taken:
        raise SheetRefused(wording.NO_ROWS)
    tree.outcome.notices = sheet.notices
    if tree.outcome.added or tree.outcome.changed:
        audit.record(
            "places.imported", subject=None, by=by.pk if by else None, at=at, node=tree.where,
            added=tree.outcome.added, changed=tree.outcome.changed,
        )  # fmt: skip
    if dry_run:
        transaction.set_rollback(True)
    return tree.outcome


def take_sheet(data: bytes, filename: str, _: Mapping[str, Any], is_try: bool, by: Staff, at: dt.datetime) -> Outcome:
    """The same of a file that was sent; nothing is chosen beside it."""
    return import_places(data, filename=filename, by=by, at=at, dry_run=is_try)


class _Tree:
    """The units in scope, by every way in which a cell may name them, growing while rows are taken."""

    def __init__(self, *, by: Staff | None, at: dt.datetime) -> None:
        self._by, self._at = by, at
        self._mine = None if by is None else set(nodes_of(by)[Permission.EDIT_PLACES])
        self.outcome = Outcome()
        self._touched: set[int] = set()
        self._keeper = Keeper(by, at, self._one)
        self._seen: dict[tuple[str, int], int] = {}
        self._units: dict[int, Unit] = {}
        self._parents: dict[int, int | None] = {}
        self._left = _left()
        self._named: dict[str, list[int]] = {}
        self._coded: dict[str, int] = {}
        for unit in Unit.objects.select_related("node"):
            self._know(unit, unit.node.parent_id)

    def _know(self, unit: Unit, parent: int | None) -> None:
        self._units[unit.node_id] = unit
        self._parents[unit.node_id] = parent
        self._named.setdefault(unit.name, []).append(unit.node_id)
        if unit.code:
            self._coded[unit.code] = unit.node_id

    @property
    def taken(self) -> int:
        """How many rows went in."""
        return self.outcome.added + self.outcome.changed + self.outcome.same

    @property
    def where(self) -> int | None:
        """The place that was imported into."""
        return told_at(self._touched, self._by)

    def take(self, line: Line) -> None:
        """Add, change or leave what the line names. Raises CellProblem."""
        parent = self._parent(line)
        place: Unit | Entrance
        if isinstance(line.kind, UnitKind):
            place, what = self._take_unit(line, line.kind, parent)
        elif parent is None:
            raise line.cells["parent"].problem(words.ENTRANCE_OF_NOTHING, fix=words.FIX_NOTHING, field="parent")
        else:
            place, what = self._take_entrance(line, line.kind, parent)
        if what == "added" and self._mine is not None:
            self._mine.add(place.node_id)
        if self._keeper.keep(line, place, partial(self._permitted, line, place.node_id)) and what == "same":
            what = "changed"
        if what != "same":
            self._touched.add(place.node_id)
        setattr(self.outcome, what, getattr(self.outcome, what) + 1)

    def _parent(self, line: Line) -> Unit | None:
        if not line.parent:
            return None
        return self._one(line.cells["parent"], line.parent, "parent")

    def _one(self, cell: Cell, word: str, field: str) -> Unit:
        """The one unit that the cell means. Raises CellProblem."""
        nodes = list(self._called(word))
        if not nodes:
            raise cell.problem(words.NO_PARENT, fix=words.FIX_PARENT, field=field, word=word[:40])
        if len(nodes) > 1:
            raise cell.problem(words.MANY_PARENTS, fix=words.FIX_MANY, field=field, word=word[:40], count=len(nodes))
        return self._units[nodes[0]]

    def _called(self, word: str) -> Iterator[int]:
        """Nodes of the units that `word` may mean: a code, a name, or names with / on the way down."""
        if (coded := self._coded.get(word.upper())) is not None:
            yield coded
            return
        *above, name = [part.strip() for part in word.split("/")]
        for node in self._named.get(name, ()):
            if self._stands_below(node, above):
                yield node

    def _stands_below(self, node: int, above: Sequence[str]) -> bool:
        up: int | None = self._parents[node]
        for name in reversed(above):
            if up is None or up not in self._units or self._units[up].name != name:
                return False
            up = self._parents[up]
        return True

    def _take_unit(self, line: Line, kind: UnitKind, parent: Unit | None) -> tuple[Unit, What]:
        unit = self._existing(line, parent)
        if unit is None:
            return self._add_unit(line, kind, parent), "added"
        if unit.kind != kind:
            raise line.cells["kind"].problem(words.OTHER_KIND, fix=words.FIX_OTHER_KIND, field="kind")
        above = self._parents[unit.node_id]
        if above in self._units and parent is not None and above != parent.node_id:
            raise line.cells["parent"].problem(words.STANDS_ELSEWHERE, fix=words.FIX_MOVE, field="parent")
        self._once(line, "unit", unit.pk)
        differs = {name: value for name, value in line.facts.items() if getattr(unit, name) != value}
        if not differs:
            return unit, "same"
        self._permitted(line, unit.node_id)
        with _told_at(line, "name" if "name" in differs else "code"):
            actions.change_facts(unit, line.facts)
        self._named[unit.name].remove(unit.node_id)
        for name, value in line.facts.items():
            setattr(unit, name, value)
        self._know(unit, self._parents[unit.node_id])
        return unit, "changed"

    def _existing(self, line: Line, parent: Unit | None) -> Unit | None:
        code = line.facts.get("code")
        if code and code in self._coded:
            return self._units[self._coded[code]]
        above = parent.node_id if parent else None
        for node in self._named.get(line.name, ()):
            known = self._parents[node] if self._parents[node] in self._units else None
            if known == above:
                return self._units[node]
        return None

    def _add_unit(self, line: Line, kind: UnitKind, parent: Unit | None) -> Unit:
        with _told_at(line, "kind"):
            rules.check_place_in(kind, UnitKind(parent.kind) if parent else None)
        if parent is not None or self._mine is not None:
            self._permitted(line, parent.node_id if parent else 0)
        if "code" not in line.facts and ("unit", parent.node_id if parent else None, line.name) in self._left:
            raise line.cells["parent"].problem(words.STANDS_ELSEWHERE, fix=words.FIX_MOVE, field="parent")
        with _told_at(line, "name"):
            rules.check_place_name(line.name)
        with _told_at(line, "code"):
            unit = actions.make_unit(kind=kind, parent=parent, facts=line.facts)
        self._know(unit, parent.node_id if parent else None)
        self._once(line, "unit", unit.pk)
        return unit

    def _take_entrance(self, line: Line, kind: EntranceKind, unit: Unit) -> tuple[Entrance, What]:
        entrance = Entrance.objects.filter(unit=unit, name=line.name).select_related("opener").first()
        if entrance is None:
            return self._add_entrance(line, kind, unit), "added"
        self._once(line, "entrance", entrance.pk)
        if entrance.kind != kind:
            raise line.cells["kind"].problem(words.OTHER_KIND, fix=words.FIX_OTHER_KIND, field="kind")
        if line.is_inner is not entrance.is_inner and (cell := line.cells.get("inner")) is not None and cell.text():
            raise cell.problem(words.OTHER_INNER, fix=words.FIX_OTHER_INNER, field="inner")
        wanted = seal_of(line, entrance, at=self._at)
        kept = actions.Seal(EntranceState(entrance.state), entrance.seal_material, entrance.opener, entrance.sealed_at)
        if wanted == kept:
            return entrance, "same"
        self._permitted(line, entrance.node_id)
        with _told_at(line, "state"):
            actions.put_in_state(entrance, wanted, at=self._at)
        return entrance, "changed"

    def _add_entrance(self, line: Line, kind: EntranceKind, unit: Unit) -> Entrance:
        with _told_at(line, "kind"):
            rules.check_entrance_of(kind, UnitKind(unit.kind))
        self._permitted(line, unit.node_id)
        if ("entrance", unit.node_id, line.name) in self._left:
            raise line.cells["parent"].problem(words.LEADS_ELSEWHERE, fix=words.FIX_LED, field="parent")
        with _told_at(line, "name"):
            entrance = actions.make_entrance(
                unit=unit, name=line.name, kind=kind, state=line.state or EntranceState.STAFFED,
                material=line.seal, is_inner=line.is_inner, at=self._at,
            )  # fmt: skip
        self._once(line, "entrance", entrance.pk)
        wanted = seal_of(line, entrance, at=self._at)
        if line.state is EntranceState.SEALED and (wanted.since, wanted.opener) != (entrance.sealed_at, None):
            with _told_at(line, "sealed_on"):
                actions.put_in_state(entrance, wanted, at=self._at)
        return entrance

    def _permitted(self, line: Line, node: int) -> None:
        if self._mine is not None and node not in self._mine:
            raise line.cells["parent"].problem(words.NOT_YOURS, fix=words.FIX_NOT_YOURS, field="parent")

    def _once(self, line: Line, what: str, id: int) -> None:
        first = self._seen.setdefault((what, id), line.row)
        if first != line.row:
            raise line.cells["name"].problem(words.TWICE, fix=words.FIX_TWICE, field="name", first=first)


def _left() -> set[tuple[str, int | None, str]]:
    """Where what hung once that hangs elsewhere now, by its name; also what whoever asks sees no more."""
    hung = [(node, was) for node, was, now in Move.objects.values_list("node", "was", "node__parent") if was != now]
    nodes = {node for node, _ in hung}
    with acting_as_system():
        called = {
            "unit": dict(Unit.objects.filter(node__in=nodes).values_list("node", "name")),
            "entrance": dict(Entrance.objects.filter(node__in=nodes).values_list("node", "name")),
        }
    return {(what, was, names[node]) for what, names in called.items() for node, was in hung if node in names}


class _told_at:  # noqa: N801 - reads as a statement
    """A refusal of the tree told at the cell of the line that caused it, or at its name."""

    def __init__(self, line: Line, column: str) -> None:
        self._cell = line.cells.get(column) or line.cells["name"]

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Refusal) and not isinstance(error, CellProblem):
            raise self._cell.problem(error.text, fix=words.FIX_CELL, **error.params) from error  # type: ignore[arg-type]
