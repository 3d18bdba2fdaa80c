"""Which unit a cell means: by code, by name, or by the names on the way to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kakou.people.census import words
from kakou.places import queries as places
from kakou.places.models import Unit
from kakou.web.sheets import Cell


class Units:
    """The units on `nodes`, where the reader keeps the register, by all that a cell may say. Of two of one name the one
    below `base` is meant."""

    def __init__(self, nodes: Sequence[int], *, base: int) -> None:
        mine, below = set(nodes), places.nodes_below(base)
        every = list(Unit.objects.select_related("node"))
        self._names = {unit.node_id: unit.name for unit in every}
        self._parents = {unit.node_id: unit.node.parent_id for unit in every}
        self._below = below
        self._mine: dict[str, list[int]] = {}
        for unit in every:
            if unit.node_id in mine:
                for word in filter(None, (unit.name, unit.code)):
                    self._mine.setdefault(word.casefold(), []).append(unit.node_id)

    def name(self, node: int) -> str:
        """Of the unit there; "" outside the reader's scope."""
        return self._names.get(node, "")

    def called(self, cell: Cell) -> int | None:
        """The node that the cell means, None for an empty one. Raises CellProblem."""
        word = cell.text()
        if not word:
            return None
        found = sorted(set(self._meant(word)))
        near = [node for node in found if node in self._below]
        found = near if len(near) == 1 else found
        if not found:
            raise cell.problem(words.NO_UNIT, fix=words.FIX_UNIT, field="unit", word=word[:40])
        if len(found) > 1:
            raise cell.problem(words.MANY_UNITS, fix=words.FIX_MANY, field="unit", word=word[:40], count=len(found))
        return found[0]

    def _meant(self, word: str) -> Iterator[int]:
        parts = word.split("/")
        for cut in range(len(parts)):  # a name may have a stroke of its own
            yield from self._called([part.strip() for part in parts[:cut]], "/".join(parts[cut:]).strip())

    def _called(self, above: Sequence[str], name: str) -> Iterator[int]:
        for node in self._mine.get(name.casefold(), ()):
            up: int | None = self._parents[node]
            for outer in reversed(above):
                if up is None or self._names.get(up) != outer:
                    break
                up = self._parents.get(up)
            else:
                yield node
