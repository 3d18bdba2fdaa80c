"""What a table declares about its walls: which permission reads it, which writes it, and each role's grants."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kakou.access.rules import Permission

VERBS = ("select", "insert", "update", "delete")


@dataclass(frozen=True, slots=True)
class Wall:
    """Rows are seen by who holds `read` over the row's node and written by who holds `write` over it.

    `read=None` means that the table holds no row of anybody's place: grants alone guard it. `pages`, `worker` and
    `lane` are the grants of the three database roles, as SQL lists them: "select, insert" or "select (id), insert".
    """

    read: Permission | None
    write: Permission | None = None
    node: str = "node_id"
    also: str = ""  # a second node by which a row is seen and written: whoever passed it on still answers for it
    pages: str = "select"
    worker: str = "select"
    lane: str = ""

    def history(self) -> Wall:
        """The wall of this table's history: read by the same permission, only ever added to (by trigger)."""
        return Wall(self.read, self.write, self.node, self.also, pages="select, insert", worker="select, insert")

    @property
    def nodes(self) -> list[str]:
        """The columns that name its nodes."""
        return [self.node, self.also] if self.also else [self.node]


def verbs_of(grants: str) -> list[str]:
    """The verbs in a grant list, columns left out: "select (id, hash), insert" → ["select", "insert"]."""
    return [verb for verb in VERBS if re.search(rf"\b{verb}\b", re.sub(r"\([^)]*\)", "", grants))]
