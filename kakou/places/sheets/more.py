"""What a row says besides: where it lies, who answers, who manages and serves it, who opens its seal. Read, and kept
where it differs; a masked cell says nothing, and what a sheet does not mention stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.timezone import localtime, make_aware

from kakou.access.models import Staff
from kakou.access.queries import holders_of
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.kernel.time import latest_day
from kakou.places import actions
from kakou.places.chain.naming import name_responsible, serve
from kakou.places.chain.reading import answering
from kakou.places.chain.rules import Named
from kakou.places.geo import ShapeRefused, read_shape
from kakou.places.models import Entrance, Serving, Unit
from kakou.places.queries import geometry_of
from kakou.places.recut.second import manage_on_behalf
from kakou.places.rules import EntranceState, ShapeSource
from kakou.places.sheets import words
from kakou.places.sheets.reading import EARLIEST, Line, read_day
from kakou.vault.rules import mask
from kakou.web.sheets import Cell, CellProblem

STARS = "*"
BY_SHEET = "sheet of places"
May = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps what rows say besides, as `by` at `at`; `find` knows the one unit that a cell means. Before anything that
    differs is written `may` is asked, which raises CellProblem where it is not theirs to change."""

    by: Staff | None
    at: dt.datetime
    find: Callable[[Cell, str, str], Unit]

    def keep(self, line: Line, place: Unit | Entrance, may: May) -> bool:
        """Write what differs; did anything? Raises CellProblem."""
        done = [self._position(line, place.node_id, may), self._who(line, place.node_id, may)]
        if isinstance(place, Unit):
            done += [self._second(line, place, may), self._served(line, place, may)]
        return any(done)

    def _position(self, line: Line, node: int, may: May) -> bool:
        told = _numbers(line)
        if told is None:
            return False
        kept = geometry_of(node)
        if kept is not None and told == (f"{kept.lon:.7f}", f"{kept.lat:.7f}"):
            return False
        may()
        cell = line.cells["lon"]
        if kept is not None and kept.shape["type"] != "Point":
            raise cell.problem(words.HAS_AN_OUTLINE, fix=words.FIX_OUTLINE, field="lon")
        try:
            shape = read_shape({"type": "Point", "coordinates": [float(told[0]), float(told[1])]})
        except ShapeRefused as refused:
            raise cell.problem(refused.text, fix=refused.fix, field="lon", **refused.params) from refused
        actions.put_on_map(
            node, shape=shape, source=ShapeSource.IMPORTED, measured_on=localtime(self.at).date(), by=self.by,
            at=self.at,
        )  # fmt: skip
        return True

    def _who(self, line: Line, node: int, may: May) -> bool:
        title, name, phone = (_said(line, column) for column in ("title", "person", "phone"))
        if not (title or name or phone):
            return False
        now = answering([node], may_call=[node]).get(node)
        if now is not None:
            name = now.name if STARS in name and name == mask("name", now.name) else name
            phone = "" if STARS in phone and phone == mask("phone", now.phone) else phone
        cell = line.cells.get("person") or line.cells["name"]
        if not (title and name) or STARS in name + phone:
            raise cell.problem(words.NO_OFFICE, fix=words.FIX_OFFICE, field="person")
        told = Named(title, name, phone or (now.phone if now and now.name == name else ""))
        if now == told:
            return False
        may()
        with _at(cell):
            name_responsible(node, told, by=self.by, at=self.at)
        return True

    def _second(self, line: Line, unit: Unit, may: May) -> bool:
        word = _said(line, "second")
        if not word:
            return False
        cell = line.cells["second"]
        superior = self.find(cell, word, "second")
        if unit.node.second_superior_id == superior.node_id:
            return False
        may()
        with _at(cell):
            manage_on_behalf(unit, superior=superior, reason=BY_SHEET, by=self.by, at=self.at)
        return True

    def _served(self, line: Line, unit: Unit, may: May) -> bool:
        cell, changed = line.cells.get("served_by"), False
        for word in _said(line, "served_by").split(words.BETWEEN):
            if word.strip() and cell is not None:
                community = self.find(cell, word.strip(), "served_by")
                if not Serving.objects.filter(node=unit.node_id, server=community.node_id).exists():
                    may()
                    with _at(cell):
                        serve(unit, community, by=self.by, at=self.at)
                    changed = True
        return changed


def seal_of(line: Line, entrance: Entrance, *, at: dt.datetime) -> actions.Seal:
    """The state that the row asks for; what it leaves out stays. Raises CellProblem."""
    state = line.state or EntranceState(entrance.state)
    day, word = read_day(line.cells, "sealed_on"), _said(line, "opener")
    since, opener = entrance.sealed_at, entrance.opener
    if day is not None and (since is None or localtime(since).date() != day):
        if not EARLIEST <= day <= latest_day(at):
            raise line.cells["sealed_on"].problem(words.SEAL_NOT_THEN, fix=words.FIX_DATE, field="sealed_on")
        since = make_aware(dt.datetime.combine(day, dt.time()))
    if word and (opener is None or opener.username != word):
        found = [who for who, _role in holders_of(Permission.SEE_PLACES, entrance.node_id) if who.username == word]
        if not found:
            raise line.cells["opener"].problem(words.NO_OPENER, fix=words.FIX_OPENER, field="opener", word=word[:40])
        opener = found[0]
    if state is not EntranceState.SEALED:
        return actions.Seal(state)
    return actions.Seal(state, line.seal or entrance.seal_material, opener, since)


def _numbers(line: Line) -> tuple[str, str] | None:
    lon, lat = _said(line, "lon"), _said(line, "lat")
    if not lon and not lat:
        return None
    try:
        return f"{float(lon):.7f}", f"{float(lat):.7f}"
    except ValueError:
        cell = line.cells.get("lon") or line.cells["lat"]
        raise cell.problem(words.HALF_A_POSITION, fix=words.FIX_POSITION, field="lon") from None


def _said(line: Line, column: str) -> str:
    """As text; a number as its digits."""
    if column not in line.cells:
        return ""
    value = line.cells[column].plain()
    if isinstance(value, float) and column in ("lon", "lat"):
        return repr(value)
    return line.cells[column].text()


class _at:  # noqa: N801 - reads as a statement
    """A refusal told at the cell that caused it."""

    def __init__(self, cell: Cell) -> None:
        self._cell = cell

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Refusal) and not isinstance(error, CellProblem):
            raise self._cell.problem(error.text, fix=words.FIX_CELL, **error.params) from error  # type: ignore[arg-type]
