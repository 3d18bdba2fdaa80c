"""On the page of an order: somebody begins, another unit handles it and gives it back, it waits and goes on."""

import datetime as dt

import pytest
import time_machine

from kakou.access.scope import acting_as_system
from kakou.workorders.actions import pass_on
from kakou.workorders.models import WorkOrder
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture(params=["en", "zh-hans"])
def ask(request, client, district):
    """`ask(staff, path, data)` → the answer, in either language."""

    def asked(staff, path="", data=None):
        sign_in(client, staff)
        client.cookies["django_language"] = request.param
        path = f"/ledger/loops/{district.order}/{path}"
        return client.get(path) if data is None else client.post(path, data)

    return asked


def order(district):
    with acting_as_system():
        return WorkOrder.objects.get(pk=district.order)


def steps(answer):
    return [offer.kind.value for offer in answer.context["offers"]]


def test_somebody_begins_and_it_says_so(ask, district):
    who = district.cast.secretary
    assert steps(ask(who)) == ["begun", "dispatched", "paused"]
    assert ask(who, "step/begun/", {}).status_code == 302
    assert order(district).state == "in_progress"
    assert steps(ask(who)) == ["dispatched", "paused"]


def test_another_unit_handles_it_and_gives_it_back(ask, district):
    chief, west = district.cast.commander, district.tree.west.pk
    assert ask(chief, "step/dispatched/", {"unit": west}).status_code == 302
    assert (order(district).state, order(district).node_id) == ("dispatched", west)
    mine = ask(district.cast.secretary)  # who received it sees it still, and where it is handled
    assert (mine.status_code, mine.context["row"].place) == (200, "阳光小区 南门")
    assert ask(chief).context["row"].handled == "西郊社区"
    step, texts = ask(chief).context["steps"][-1]
    assert (step.kind, texts) == ("dispatched", ["西郊社区", "neighbour"])
    neighbour = district.cast.neighbour
    assert steps(ask(neighbour)) == ["begun", "dispatched", "returned", "paused"]
    assert ask(neighbour, "step/returned/", {}).status_code == 422
    back = ask(neighbour, "step/returned/", {"why": "不在本村"})
    assert (back.status_code, back["Location"].startswith("/ledger/loops/?")) in {(302, True), (302, False)}
    assert (order(district).state, order(district).node_id) == ("returned", order(district).first_node_id)
    assert ask(neighbour).status_code == 404


def test_a_unit_out_of_sight_is_no_choice(ask, district):
    answer = ask(district.cast.secretary, "step/dispatched/", {"unit": district.tree.west.pk})
    assert (answer.status_code, answer.context["at_step"]) == (422, "dispatched")
    assert order(district).state == "reported"


def test_it_waits_until_a_day_and_goes_on(ask, district):
    who = district.cast.secretary
    before = order(district).due_at
    assert ask(who, "step/paused/", {"why": "等钥匙"}).status_code == 422
    assert ask(who, "step/paused/", {"why": "等钥匙", "until": "2021-12-24T12:45"}).status_code == 422
    assert ask(who, "step/paused/", {"why": "等钥匙", "until": "2021-08-11T12:45"}).status_code == 302
    waits = ask(who)
    assert waits.context["waits_until"] == AT + DAY
    assert "resumed" in steps(waits)
    assert order(district).due_at > before
    assert ask(who, "step/resumed/", {}).status_code == 302
    assert (ask(who).context["waits_until"], "paused" in steps(ask(who))) == (None, True)


def test_there_is_no_other_step_and_none_on_a_closed_one(ask, district):
    who = district.cast.secretary
    assert ask(who, "step/escalated/", {}).status_code == 404
    ask(who, "close/", {"finding": "went home"})
    assert order(district).state == "closed"
    assert steps(ask(who)) == []
    assert ask(who, "step/begun/", {}).status_code == 422


def test_what_is_passed_on_says_what_was_late_and_who_answers_now(ask, district):
    late = order(district).due_at
    with time_machine.travel(late, tick=False):
        pass_on(at=late)
        step, texts = ask(district.cast.commander).context["steps"][-1]
    assert step.kind == "escalated"
    assert texts[0] in ("to be settled", "办结时限")
    assert texts[1:] == ["睢城街道", "commander"]
