"""On the page of an order: who helps, which other one is about the same, what proof it needs, and the steps of a
request."""

import pytest
import time_machine

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import new_id
from kakou.workorders import actions, events
from kakou.workorders.models import Helper, WorkOrder
from kakou.workorders.rules import ORDINARY, REQUEST, Kind, Proof, within
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
MEASURED = events.register_kind(
    Kind("t_measured", "Chlorine to be measured", within(hours=4), proof=frozenset({Proof.READING, Proof.PHOTO}))
)
WISH = events.register_kind(Kind("t_wish", "A wish", ORDINARY, flow=REQUEST))


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture(params=["en", "zh-hans"])
def ask(request, client, district):
    """`ask(staff, order, path, data)` → the answer, in either language, redirects followed."""

    def asked(staff, order, path="", data=None):
        sign_in(client, staff)
        client.cookies["django_language"] = request.param
        path = f"/ledger/loops/{order}/{path}"
        return client.get(path) if data is None else client.post(path, data, follow=True)

    return asked


def opened(kind, district):
    with acting_as_system():
        return actions.open_once(kind, new_id(), node=district.tree.garden.pk, at=AT)


def state(order):
    with acting_as_system():
        return WorkOrder.objects.get(pk=order).state


def test_somebody_is_asked_to_help_and_leaves_again(ask, district):
    who, helper = district.cast.secretary, district.cast.worker
    answer = ask(who, district.order, "join/", {"helper": helper.pk})
    assert [one.staff for one in answer.context["helpers"]] == [helper]
    assert helper.pk not in dict(answer.context["helper"].fields["helper"].choices)
    again = ask(who, district.order, "join/", {"helper": helper.pk})
    assert len(again.context["helpers"]) == 1
    answer = ask(who, district.order, "leave/", {"helper": helper.pk})
    assert answer.context["helpers"] == []
    with acting_as_system():
        assert Helper.objects.get().left_at == AT


def test_who_does_not_see_it_is_no_choice(ask, district):
    for staff in (district.cast.neighbour, district.cast.auditor):
        answer = ask(district.cast.secretary, district.order, "join/", {"helper": staff.pk})
        assert (answer.status_code, answer.context["helpers"]) == (422, [])
    assert ask(district.cast.secretary, district.order, "leave/", {"helper": 0}).status_code == 422


def test_one_ends_and_the_other_goes_on(ask, district):
    who, other = district.cast.secretary, opened("missing_exit", district)
    choices = ask(who, district.order).context["duplicate"].fields["of"].choices
    assert [pk for pk, _ in choices] == [other]
    answer = ask(who, district.order, "duplicate/", {"of": other})
    assert answer.context["order"].pk == other
    assert state(district.order) == "duplicate"
    assert f"/ledger/loops/{other}/" in ask(who, district.order).content.decode()
    assert ask(who, district.order, "reopen/", {"reason": "不是一回事"}).status_code == 200
    assert state(district.order) == "reopened"


def test_one_of_another_kind_or_of_another_place_is_no_choice(ask, district):
    with acting_as_system():
        west = actions.open_once("missing_exit", new_id(), node=district.tree.orchard.pk, at=AT)
    for other in (west, opened("gate_supplies", district), new_id(), "x"):
        assert ask(district.cast.secretary, district.order, "duplicate/", {"of": other}).status_code == 422
    assert state(district.order) == "reported"
    assert "duplicate" not in ask(district.cast.secretary, district.order).context  # nothing is like it


def test_a_reading_is_added_and_what_is_still_missing_is_said(ask, district):
    who, order = district.cast.secretary, opened("t_measured", district)
    asked = {one.proof: (one.there, one.needed) for one in ask(who, order).context["proofs"]}
    missing, may_be = (False, True), (False, False)
    assert asked == {Proof.READING: missing, Proof.PHOTO: missing, Proof.SIGNATURE: may_be}
    assert ask(who, order, "prove/reading/", {"ref": "viel"}).status_code == 422
    answer = ask(who, order, "prove/reading/", {"ref": "0.5"})
    assert {one.proof: one.there for one in answer.context["proofs"] if one.needed} == {
        Proof.READING: True, Proof.PHOTO: False,
    }  # fmt: skip
    assert ask(who, order, "prove/photo/", {"ref": "x"}).status_code == 422
    assert ask(who, order, "prove/nonsense/", {"ref": "x"}).status_code == 404
    assert ask(who, order, "close/", {"finding": "测过"}).status_code == 422  # the photo is not there
    assert state(order) == "reported"


def test_a_request_goes_its_whole_way_on_the_page(ask, district):
    first, second, order = district.cast.secretary, district.cast.worker, opened("t_wish", district)
    assert ask(first, order).context["form"] is None  # it is not closed before it is answered
    for step, data in (("accepted", {}), ("begun", {}), ("answered", {"finding": "路灯修好了"})):
        assert ask(first, order, f"step/{step}/", data).status_code == 200
    assert ask(first, order, "step/verified/", {}).status_code == 422  # he answered it himself
    assert ask(second, order, "step/verified/", {"remark": "看过，亮了"}).status_code == 200
    assert state(order) == "verified"
    ask(second, order, "close/", {})
    assert state(order) == "closed"
