"""The work orders that stays open, and that close again by themselves: never silently, always with the passage why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from kakou.ledger.stays import Changes, Crossing, Stay, StayState, stay_id
from kakou.ledger.stays.orders import OrderKind, evidence, wanted
from kakou.ledger.stays.together import TwoGates
from kakou.workorders.actions import Cause, Matter, close_causes, open_many
from kakou.workorders.queries import open_causes
from kakou.workorders.rules import Kind, within

HOUR = dt.timedelta(hours=1)
KINDS = (
    Kind(OrderKind.MISSING_EXIT, "Missing exit", within(hours=24)),
    Kind(OrderKind.ORPHAN_EXIT, "Exit without an entry", within(hours=24)),
    Kind(OrderKind.PAST_ALLOWANCE, "Inside or away for too long", within(hours=2)),
    Kind(OrderKind.TWO_GATES, "At two gates at once", within(hours=4)),
    Kind(
        OrderKind.NOT_FOLDED, "A passage that cannot be read: this person's stays are not up to date", within(hours=4)
    ),
    Kind(OrderKind.OUTLASTING, "Still open past the time that records are kept", within(days=7)),
)
TAKEN_BACK = "taken_back"
FOLDED = "folded"


class Loops:
    """Collects what the changes of many subjects mean for the orders, then settles all of them in a few statements."""

    def __init__(self, now_ms: int) -> None:
        self._now = now_ms
        known = open_causes(OrderKind.TWO_GATES, OrderKind.OUTLASTING, OrderKind.NOT_FOLDED)
        self._at_two_gates = {UUID(cause).int for cause in known[OrderKind.TWO_GATES]}
        self._outlasting = known[OrderKind.OUTLASTING]
        self._not_folded = {UUID(cause).int for cause in known[OrderKind.NOT_FOLDED]}
        self._open: dict[OrderKind, list[Matter]] = {}
        self._close: dict[OrderKind, dict[Cause, dict[str, str]]] = {}

    def of_stays(self, subject: UUID, todo: Changes, old: Iterable[Stay]) -> None:
        """What changed for one subject; `old` are his stays before."""
        before = {stay.key: stay for stay in old} if todo.update else {}
        for stay in todo.update:
            self._healed(subject, before[stay.key], stay)
        for stay in [*todo.insert, *todo.update]:
            self.of_stay(subject, stay)
        self.of_nothing(subject, todo.delete)

    def of_stay(self, subject: UUID, stay: Stay) -> None:
        """The order that one stay wants, if any. Whether somebody is past his time is asked of the clock when all that
        came is folded (`overdue`): here it would be asked of a past whose end lies in the next batch."""
        want = wanted(stay, self._now)
        if want is not None and want is not OrderKind.PAST_ALLOWANCE:
            matter = Matter(stay_id(subject, stay), stay.enclosure, {"passage": str(UUID(int=evidence(stay)))})
            self._open.setdefault(want, []).append(matter)

    def of_nothing(self, subject: UUID, stays: Iterable[Stay]) -> None:
        """Stays that are no more: what began them was taken back, or came in another light."""
        for stay in stays:
            self._healed(subject, stay, None)

    def of_gates(self, crossings: Sequence[Crossing], found: Sequence[TwoGates]) -> None:
        """One subject at two gates at once, of his own `crossings`. What a later row explains (a correction, a passage
        in between) is closed."""
        if self._not_folded:
            folded = [UUID(int=row[1]) for row in crossings if row[1] in self._not_folded]
            self._close.setdefault(OrderKind.NOT_FOLDED, {}).update({passage: {"state": FOLDED} for passage in folded})
        for pair in found:
            facts = {"passage": str(UUID(int=pair.passage)), "other": str(UUID(int=pair.other_passage))}
            matter = Matter(UUID(int=pair.passage), pair.gate, {**facts, "apart_ms": pair.apart_ms})
            self._open.setdefault(OrderKind.TWO_GATES, []).append(matter)
        if self._at_two_gates:
            still = {pair.passage for pair in found}
            healed = [row[1] for row in crossings if row[1] in self._at_two_gates and row[1] not in still]
            # uuids grow with time: the greatest is what came last and explains the others
            why = {"passage": str(UUID(int=max(row[1] for row in crossings)))} if healed else {}
            self._close.setdefault(OrderKind.TWO_GATES, {}).update((UUID(int=passage), why) for passage in healed)

    def _healed(self, subject: UUID, old: Stay, new: Stay | None) -> None:
        """Close what `old` may have opened and `new` does not want."""
        if self._outlasting and not (new and new.state is StayState.OPEN):
            self._ended(stay_id(subject, old), new)
        was = wanted(old, self._now)
        if was is not None and (new is None or was is not wanted(new, self._now)):
            self._close.setdefault(was, {})[stay_id(subject, old)] = _why(new)

    def _ended(self, stay: UUID, new: Stay | None) -> None:
        """What stayed open longer than records are kept has ended after all."""
        if str(stay) in self._outlasting:
            self._close.setdefault(OrderKind.OUTLASTING, {})[stay] = _why(new)

    def settle(self, *, at: dt.datetime) -> None:
        """Close, then open, in the caller's transaction."""
        for kind, causes in self._close.items():
            close_causes(kind, causes, at=at)
        for kind, matters in self._open.items():
            open_many(kind, matters, at=at)


def _why(new: Stay | None) -> dict[str, str]:
    return {"passage": str(UUID(int=evidence(new))), "state": new.state.value} if new else {"state": TAKEN_BACK}
