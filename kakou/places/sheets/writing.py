"""The places as the sheet that `import_places` takes again, with all that is known of them: brought in again it changes
nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum

from django.utils.timezone import localtime

from kakou.places.chain.reading import answering
from kakou.places.chain.rules import Named
from kakou.places.models import Entrance, Geometry, Serving, Unit
from kakou.places.queries import Branch, tree
from kakou.places.rules import EntranceKind, EntranceState, UnitKind
from kakou.places.sheets import words
from kakou.web.sheets import write_xlsx

Row = Sequence[str | int | None]
NOBODY = Named("", "")


def places_sheet(at: dt.datetime, *, language: str, within: Collection[int] | None, may_call: Collection[int]) -> bytes:
    """XLSX of the units and entrances of `within` (None: all in scope), each below its unit, with titles and words in
    `language`, "zh" or "en". Names and telephones in plain on nodes of `may_call`, else masked."""
    columns = [words.COLUMNS[name][0 if language == "zh" else 1] for name in words.HANDED_OUT]
    return write_xlsx(_Book(at, language, within, may_call).rows(), columns)


class _Book:
    def __init__(
        self, at: dt.datetime, language: str, within: Collection[int] | None, may_call: Collection[int]
    ) -> None:
        everything = [branch for branch in tree(at) if branch.unit.merged_into_id is None]
        self._language = language
        self._units = {branch.unit.node_id: branch.unit for branch in everything}
        self._branches = [one for one in everything if within is None or one.unit.node_id in within]
        self._paths = _paths(everything)
        self._middles = {row.node_id: (row.lon, row.lat) for row in Geometry.objects.all()}
        nodes = [n for one in self._branches for n in (one.unit.node_id, *(e.node_id for e in one.entrances))]
        self._who = answering(nodes, may_call=may_call)
        self._serving: dict[int, list[Serving]] = {}
        for row in Serving.objects.order_by("server_id"):
            self._serving.setdefault(row.node_id, []).append(row)
        openers = Entrance.objects.filter(opener__isnull=False).select_related("opener")
        self._openers = {one.node_id: one.opener.username for one in openers if one.opener}

    def rows(self) -> Iterator[Row]:
        """A unit, its entrances, the units inside."""
        for branch in self._branches:
            yield self._row(self._of_unit(branch), branch.unit.node_id)
            for one in branch.entrances:
                yield self._row(self._of_entrance(one, branch.unit), one.node_id)

    def _row(self, cells: Mapping[str, str | int | None], node: int) -> Row:
        lon, lat = self._middles.get(node, (None, None))
        who = self._who.get(node, NOBODY)
        all_cells = {
            **cells, "lon": _degrees(lon), "lat": _degrees(lat), "title": who.title, "person": who.name,
            "phone": who.phone,
        }  # fmt: skip
        return [all_cells.get(name) for name in words.HANDED_OUT]

    def _of_unit(self, branch: Branch) -> dict[str, str | int | None]:
        unit = branch.unit
        above = self._units.get(unit.node.parent_id or 0)
        second = self._units.get(unit.node.second_superior_id or 0)
        serving = self._serving.get(unit.node_id, [])
        return {
            "kind": self._word(UnitKind(unit.kind)),
            "name": unit.name,
            "parent": self._called(above),
            "code": unit.code,
            "residents": unit.residents,
            "nonlocals": unit.nonlocals,
            "counted_on": unit.counted_on.isoformat() if unit.counted_on else "",
            "counted_by": unit.counted_by,
            "second": self._called(second),
            "served_by": words.BETWEEN.join(self._called(self._units.get(row.server_id)) for row in serving),
        }

    def _of_entrance(self, one: Entrance, unit: Unit) -> dict[str, str | int | None]:
        return {
            "kind": self._word(EntranceKind(one.kind)),
            "name": one.name,
            "parent": self._called(unit),
            "state": self._word(EntranceState(one.state)),
            "seal": one.seal_material,
            "sealed_on": localtime(one.sealed_at).date().isoformat() if one.sealed_at else "",
            "opener": self._openers.get(one.node_id, ""),
            "inner": ("是" if self._language == "zh" else "yes") if one.is_inner else "",
        }

    def _called(self, unit: Unit | None) -> str:
        """As a cell must call it to mean it alone."""
        if unit is None:
            return ""
        return unit.code or self._paths[unit.node_id]

    def _word(self, value: StrEnum) -> str:
        return words.word_of(value, self._language)


def _paths(branches: Sequence[Branch]) -> dict[int, str]:
    found: dict[int, str] = {}
    for branch in branches:
        above = found.get(branch.parent.node_id) if branch.parent and not branch.is_managed else None
        found[branch.unit.node_id] = f"{above}/{branch.unit.name}" if above else branch.unit.name
    return found


def _degrees(value: float | None) -> str:
    return "" if value is None else f"{value:.7f}"
