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
    pages: str = "select"
    worker: str = "select"
    lane: str = ""

    def history(self) -> Wall:
        """The wall of this table's history: read by the same permission, only ever added to (by trigger)."""
        return Wall(self.read, self.write, self.node, pages="select, insert", worker="select, insert")


def verbs_of(grants: str) -> list[str]:
    """The verbs in a grant list, columns left out: "select (id, hash), insert" → ["select", "insert"]."""
    return [verb for verb in VERBS if re.search(rf"\b{verb}\b", re.sub(r"\([^)]*\)", "", grants))]
