"""An order for each gate of which nothing is heard any more; closed by itself when its phones are heard again."""

from __future__ import annotations

import datetime as dt

from kakou.access.scope import acting_as_system
from kakou.ledger.checks.kinds import GATE_SILENT
from kakou.ledger.queries.where import NO_PHONES, SILENT_AFTER, Phones, phones_of
from kakou.places.models import Entrance
from kakou.places.rules import EntranceState
from kakou.workorders.actions import Cause, Matter, close_causes, open_many
from kakou.workorders.queries import open_causes, settled_by_hand

PAUSE = dt.timedelta(minutes=3)  # longer, and a look of every minute was missed
HEARD, NOT_STAFFED, NO_PHONE = "heard", "not_staffed", "no_phone"


class Listening:
    """Since when this server has listened without a longer pause. While it, or its database, was away, nobody could be
    heard; so after that nobody is accused before a gate has had the time to speak."""

    def __init__(self, at: dt.datetime) -> None:
        self._since = self._last = at

    def look(self, at: dt.datetime) -> int:
        """As `open_silent`; a look that broke off is none."""
        if at - self._last > PAUSE:
            self._since = at
        opened = open_silent(at=at, listening=self._since)
        self._last = at
        return opened


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
