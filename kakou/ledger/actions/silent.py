"""An order for each gate of which nothing is heard any more; closed by itself when its phones are heard again.

When nothing is heard of any gate, it is not the gates that are silent: the intake does not hear. Then one order says
so, no gate is accused, and after it every gate has the time to speak first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from kakou.access.models import Closure, Node
from kakou.access.scope import acting_as_system
from kakou.ledger.checks.kinds import GATE_SILENT, INTAKE_DEAF
from kakou.ledger.queries.where import NO_PHONES, SILENT_AFTER, Phones, phones_of
from kakou.places.models import Entrance
from kakou.places.rules import EntranceState
from kakou.workorders.actions import Cause, Matter, close_causes, open_many
from kakou.workorders.queries import open_causes, settled_by_hand

MANY = 3  # gates that do not fall silent together
DEAF_AFTER = dt.timedelta(minutes=6)  # phones tell of themselves every minute or so: none of any gate for so long
PAUSE = dt.timedelta(minutes=3)  # longer, and a look of every minute was missed
HEARD, NOT_STAFFED, NO_PHONE = "heard", "not_staffed", "no_phone"


class Listening:
    """Since when this server has listened without a longer pause. While it, its database or its intake was away, nobody
    could be heard; so after that nobody is accused before a gate has had the time to speak."""

    def __init__(self, at: dt.datetime) -> None:
        self._since = self._awake = self._last = at

    def look(self, at: dt.datetime) -> int:
        """As `open_silent`, and one order when nothing is heard of any gate; a look that broke off is none."""
        if at - self._last > PAUSE:
            self._since = self._awake = at
        with acting_as_system():
            heard = phones_of(_staffed())
        unheard = _unheard(heard, at)
        if unheard > DEAF_AFTER:
            self._since = at
        may_say = at - self._awake >= SILENT_AFTER
        opened = open_deaf(heard if unheard > SILENT_AFTER and may_say else {}, unheard, at=at)
        opened += open_silent(at=at, listening=self._since)
        self._last = at
        return opened


def open_deaf(heard: Collection[int], unheard: dt.timedelta, *, at: dt.datetime) -> int:
    """Open one order at the top of these gates, of none of which anything is heard; close those of others. How many
    were opened."""
    with acting_as_system():
        above = Node.objects.filter(
            parent=None, pk__in=Closure.objects.filter(descendant_id__in=heard).values("ancestor_id")
        )
        tops = set(above.values_list("pk", flat=True))
        known = {int(cause) for cause in open_causes(INTAKE_DEAF.name)[INTAKE_DEAF.name]}
        if healed := known - tops:
            close_causes(INTAKE_DEAF.name, healed, at=at, healed=HEARD)
        since = (at - unheard).isoformat(timespec="seconds")
        matters = [Matter(top, top, {"since": since, "gates": len(heard)}) for top in tops - known]
        return len(open_many(INTAKE_DEAF.name, matters, at=at)) if matters else 0


def _unheard(phones: Mapping[int, Phones], at: dt.datetime) -> dt.timedelta:
    """For how long nothing has been heard of any gate; nothing, where so few were ever heard that it may be them."""
    last = [have.last for have in phones.values() if have.last is not None]
    return at - max(last) if len(last) >= MANY else dt.timedelta(0)


def open_silent(*, at: dt.datetime, listening: dt.datetime) -> int:
    """Open an order for every staffed gate that was heard once and is silent by the one rule for it (`Phones.silent`),
    close those of others; how many were opened. Every minute.

    `listening`: since when somebody listens here. Until that is as long as a gate may be quiet, silence says nothing of
    the gates. Silence that somebody looked into and closed opens no other order until the gate was heard in between.
    """
    with acting_as_system():
        staffed = _staffed()
        phones = phones_of(staffed)
        silent = {gate: have for gate, have in phones.items() if have.last is not None and have.silent(at)}
        known = {int(cause) for cause in open_causes(GATE_SILENT.name)[GATE_SILENT.name]}
        healed: dict[Cause, dict[str, str]] = {
            gate: {"healed": _why(gate, staffed, phones)} for gate in known - silent.keys()
        }
        if healed:
            close_causes(GATE_SILENT.name, healed, at=at)
        if at - listening < SILENT_AFTER:
            return 0
        since = {str(gate): have.synced for gate, have in silent.items() if gate not in known and have.synced}
        looked_into = settled_by_hand(GATE_SILENT.name, since) if since else set()
        matters = [_matter(gate, silent[int(gate)]) for gate in since.keys() - looked_into]
        return len(open_many(GATE_SILENT.name, matters, at=at)) if matters else 0


def _staffed() -> set[int]:
    return set(Entrance.objects.filter(state=EntranceState.STAFFED.value).values_list("node_id", flat=True))


def _why(gate: int, staffed: set[int], phones: dict[int, Phones]) -> str:
    if gate not in staffed:
        return NOT_STAFFED
    return HEARD if phones.get(gate, NO_PHONES).count else NO_PHONE


def _matter(gate: str | int, have: Phones) -> Matter:
    assert have.synced is not None
    return Matter(gate, int(gate), {"since": have.synced.isoformat(timespec="seconds"), "phones": have.count})
