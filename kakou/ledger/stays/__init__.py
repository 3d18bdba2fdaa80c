"""Stays: in and out closed in time. A pure fold of one subject's crossings; no Django, no database, no clock.

Owns: what a set of crossings means for every enclosure it touches. Promises: any order, any duplication and any split
into uploads of the same crossings give the same stays. Never: reads a table, asks the time, or opens a work order.

**The one rule everything follows from.** For every enclosure a subject has exactly one *region* whose loop must close:
a visitor's region is the inside (he comes in, he must go out: a *visit*), the region of who lives there is the outside
(he goes out, he must come back: an *absence*). Who lives in an inner enclosure lives in all enclosures around it.
A crossing says where the subject stood before it and after it:

    in      before: in the enclosure around     after: in the gate's enclosure
    out     before: in the gate's enclosure     after: in the enclosure around
    through before and after: in the gate's enclosure

and whoever stands in an enclosure stands in all enclosures around it and in no other. Then, for each region:

1. *before* says he is not in the region, though a row is open → the crossing that ended it was missed:
   `missed-exit`, its leave bounded by this crossing. That covers a second entry, an entry or reading elsewhere, and
   leaving the outer enclosure with an inner stay open.
2. *before* says he is in the region, though no row is open → the crossing that began it was missed: `orphan-exit`,
   its entry bounded by this crossing (an exit without entry; an inner entry without the outer; a resident met at
   another gate, who never was seen leaving home). A through reading never opens a row, not even this one.
3. he goes from outside the region to inside → a row opens. 4. from inside to outside → the row closes.

An enclosure is a unit with gates of its own; others have no loop (`Topology.of` leaves them out).
"""

from kakou.ledger.stays.corrections import effective
from kakou.ledger.stays.diff import Changes, changes, stay_id
from kakou.ledger.stays.fold import fold
from kakou.ledger.stays.shapes import (
    ABSENCE,
    NO_ALLOWANCE,
    VISIT,
    Crossing,
    Direction,
    Flag,
    Stay,
    StayState,
)
from kakou.ledger.stays.topology import Topology

__all__ = [
    "ABSENCE",
    "NO_ALLOWANCE",
    "VISIT",
    "Changes",
    "Crossing",
    "Direction",
    "Flag",
    "Stay",
    "StayState",
    "Topology",
    "changes",
    "effective",
    "fold",
    "stay_id",
]
