"""A message that nobody decides about opens one order, at once where it seems an emergency; a decision closes it."""

import pytest

from kakou.access.scope import acting_as, acting_as_system
from kakou.services.actions import Said, discard_proposal, forget_requests, propose, watch_proposals
from kakou.services.models import Proposal
from kakou.services.rules import Channel
from kakou.services.tests.asking import AT, DAY, HOUR, places
from kakou.workorders.models import WorkOrder

__all__ = ["places"]


def came(node, text, *, at=AT):
    with acting_as_system():
        id = propose(Said(text, mark=text), node=node.pk, channel=Channel.MESSAGE, at=at)
        return Proposal.objects.get(pk=id)


def orders():
    with acting_as_system():
        return list(WorkOrder.objects.filter(kind="message_waits").values_list("cause", "state", "node_id", "urgency"))


def test_it_opens_once_after_four_hours_and_a_decision_closes_it(cast, places):
    row = came(places.east, "花园小区路灯不亮")
    assert [watch_proposals(at=AT + hours * HOUR) for hours in (3, 4, 5)] == [0, 1, 0]
    assert orders() == [(str(row.pk), "reported", places.east.pk, "normal")]
    with acting_as(cast.worker):
        discard_proposal(row, reason="已知悉", by=cast.worker, at=AT + 5 * HOUR)
    assert watch_proposals(at=AT + 5 * HOUR) == 0
    assert [state for _, state, *_ in orders()] == ["closed"]
    assert watch_proposals(at=AT + DAY) == 0


@pytest.mark.parametrize(("text", "many"), [("三号楼着火了", 1), ("邻居养狗", 0)])
def test_what_seems_an_emergency_is_noticed_at_once(places, text, many):
    came(places.east, text)
    assert watch_proposals(at=AT) == many
    assert [urgency for *_, urgency in orders()] == ["emergency"] * many


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_one_that_is_destroyed_leaves_no_order_open(places, as_worker):
    came(places.east, "停水")
    watch_proposals(at=AT + DAY)
    forget_requests(by=None, at=AT + 31 * DAY)
    watch_proposals(at=AT + 31 * DAY)
    assert [state for _, state, *_ in orders()] == ["closed"]
