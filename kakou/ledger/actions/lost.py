"""An order for each phone that lost passages before they were sent; closed by itself when they come after all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from django.db.models import Count

from kakou.access.models import PhoneState
from kakou.access.scope import acting_as_system
from kakou.ledger.checks.lost import lost
from kakou.ledger.lane.work import UNPROVED
from kakou.ledger.models import ChainState, Quarantined
from kakou.workorders.actions import Cause, Matter, close_causes, open_many
from kakou.workorders.queries import facts_closed_by_hand
from kakou.workorders.rules import Kind, within

QUEUE_LOST = Kind("queue_lost", "A phone lost passages before it sent them", within(hours=4), recurs=True)
SETTLED = dt.timedelta(minutes=2)  # by then what had left the phone when it spoke is folded into its chain


def open_lost(*, at: dt.datetime) -> int:
    """Compare what each phone said with what has arrived from it; how many orders were opened. Every minute.

    A loss that somebody looked into and closed opens no other order until more is missing.
    """
    with acting_as_system():
        said = list(PhoneState.objects.filter(heard_at__lte=at - SETTLED))
        gone = _missing(said)
        matters: dict[str, Matter] = {}
        healed: list[Cause] = []
        for state in said:
            if missing := gone[state.device_id]:
                facts = {"device": state.device_id, "missing": missing}
                matters[str(state.device_id)] = Matter(state.device_id, state.node_id, facts)
            else:
                healed.append(state.device_id)
        opened = open_many(QUEUE_LOST.name, _not_looked_into(matters), at=at)
        close_causes(QUEUE_LOST.name, healed, at=at, healed="by_later_items")
    return len(opened)


def lost_by(phones: Collection[int], *, at: dt.datetime) -> dict[int, int]:
    """Phone → how many passages it lost, of those that lost any: for the page of whoever sees these phones and may not
    see what they recorded."""
    with acting_as_system():
        said = list(PhoneState.objects.filter(pk__in=phones, heard_at__lte=at - SETTLED))
        return {phone: many for phone, many in _missing(said).items() if many}


def _missing(said: Sequence[PhoneState]) -> dict[int, int]:
    known = _known({state.device_id for state in said})
    return {
        one.device_id: lost(most_seq=one.most_seq, last_seq=one.last_seq, queue=one.queue, known=known[one.device_id])
        for one in said
    }


def _not_looked_into(matters: Mapping[str, Matter]) -> list[Matter]:
    looked_into = facts_closed_by_hand(QUEUE_LOST.name, matters.keys()) if matters else {}
    many = {phone: int(str(facts["missing"])) for phone, facts in looked_into.items()}
    return [one for phone, one in matters.items() if int(str(one.facts["missing"])) > many.get(phone, 0)]


def _known(devices: set[int]) -> dict[int, int]:
    """Phone → how many of its numbers have arrived, those in quarantine too, and what there has no number."""
    known = dict.fromkeys(devices, 0)
    for state in ChainState.objects.filter(pk__in=devices):
        known[state.device_id] += sum(last - first + 1 for first, _, last, _ in state.runs)
    own = Quarantined.objects.filter(device_id__in=devices, seq=None).exclude(reason=UNPROVED)
    unread = own.values("device_id").annotate(n=Count("id"))
    for row in unread:
        known[row["device_id"]] += row["n"]
    return known
