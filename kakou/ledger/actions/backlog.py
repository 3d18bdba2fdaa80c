"""What the fold knows to be still on its way: before that is in, the clock alone calls nobody late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

# a phone that tells of longer ago than this has been offline, and may have more to tell
LATE = dt.timedelta(minutes=15)
PATIENCE = dt.timedelta(minutes=5)


@dataclass
class Backlog:
    """One per worker, told by every fold of passages. `behind`: more lay waiting than one step took.

    After a restart it knows of nothing, until the first step has looked.
    """

    behind: bool = False
    _heard: dict[int, dt.datetime] = field(default_factory=dict)

    def hear(
        self, late: Collection[int], paths: Mapping[int, frozenset[int]], *, behind: bool, at: dt.datetime
    ) -> None:
        """A step is done; `late` are enclosures at whose gates it read of long ago. Who is inside one of them, or in
        one that lies in it (`paths`: enclosure → itself and those around it), may have left long ago as well.
        """
        self.behind = behind
        touched = {enclosure for enclosure, path in paths.items() if not path.isdisjoint(late)} if late else ()
        self._heard |= dict.fromkeys(touched, at)

    def waiting(self, at: dt.datetime) -> set[int]:
        """The enclosures about whose past somebody is still being heard."""
        self._heard = {enclosure: last for enclosure, last in self._heard.items() if at - last < PATIENCE}
        return {*self._heard}
