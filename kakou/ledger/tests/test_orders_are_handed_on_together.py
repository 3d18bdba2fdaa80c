"""Several open orders are handed on at once: all of them, or none and each that cannot be is named with the reason."""

import pytest
import time_machine

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.ids import new_id
from kakou.workorders import actions
from kakou.workorders.actions import Matter
from kakou.workorders.models import Step, WorkOrder
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
PAGE = "/ledger/loops/"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture(params=["en", "zh-hans"])
def ask(request, client, district):
    """`ask(staff, query, data)` → the list, or the answer to handing on."""

    def asked(staff, query="", data=None):
        sign_in(client, staff)
        client.cookies["django_language"] = request.param
        return client.get(PAGE + query) if data is None else client.post(PAGE + "hand-on/" + query, data)

    return asked


@pytest.fixture
def many(district):
    """Three of the garden's, and one of the orchard's in the west."""
    with acting_as_system():
        garden = actions.open_many(
            "gate_supplies", [Matter(new_id(), district.tree.garden.pk) for _ in range(3)], at=AT
        )
        [orchard] = actions.open_many("gate_supplies", [Matter(new_id(), district.tree.orchard.pk)], at=AT)
    return [*garden, orchard]


def owners(ids):
    with acting_as_system():
        return [WorkOrder.objects.get(pk=id).owner for id in ids]


def test_all_that_are_chosen_change_hands_and_the_list_stays_as_it_was_narrowed(ask, district, many):
    worker = district.cast.worker
    answer = ask(district.cast.secretary, "?kind=gate_supplies", {"order": many[:3], "owner": worker.pk})
    assert (answer.status_code, answer["Location"]) == (302, PAGE + "?kind=gate_supplies")
    assert owners(many[:3]) == [worker] * 3
    with acting_as_system():
        assert Step.objects.filter(kind="owner_named", by=district.cast.secretary).count() == 3
    page = ask(district.cast.secretary, "?kind=gate_supplies").content.decode()
    assert "worker" in page


def test_what_cannot_be_handed_on_is_named_and_nothing_is_done(ask, district, many):
    before = owners(many)
    # the worker of the east may not close what is in the west
    data = {"order": many, "owner": district.cast.worker.pk}
    answer = ask(district.cast.commander, "", data)
    assert (answer.status_code, owners(many)) == (422, before)
    [refused] = answer.context["picking"].refused
    assert (refused.row.open.order.pk, refused.row.place) == (many[3], "果园村")
    assert refused.why
    assert refused.why in answer.content.decode().replace("&#x27;", "'")
    assert set(answer.context["picking"].chosen) == set(many[:3])  # to be sent again without it
    with acting_as_system():
        assert not Step.objects.filter(kind="owner_named").exists()


def test_one_closed_meanwhile_and_one_out_of_sight_stop_all(ask, district, many):
    with acting_as(district.cast.worker):
        actions.close(WorkOrder.objects.get(pk=many[0]), evidence={"finding": "x1"}, by=district.cast.worker, at=AT)
    before = owners(many)
    answer = ask(district.cast.secretary, "", {"order": many[:2], "owner": district.cast.worker.pk})
    assert [one.row.open.order.pk for one in answer.context["picking"].refused] == [many[0]]
    answer = ask(district.cast.secretary, "", {"order": many[1:], "owner": district.cast.worker.pk})
    assert [one.row for one in answer.context["picking"].refused] == [None]
    assert "果园村" not in answer.content.decode()
    assert owners(many) == before


@pytest.mark.parametrize(
    "data", [{}, {"order": ["nonsense"]}, {"order": "mine", "owner": ""}, {"order": "mine", "owner": "x"}]
)
def test_without_orders_or_without_somebody_it_says_so(ask, district, many, data):
    given = {"owner": district.cast.worker.pk} | data
    if given.get("order") == "mine":
        given["order"] = many[:1]
    answer = ask(district.cast.secretary, "", given)
    assert answer.status_code == 422
    assert answer.context["owner"].errors


def test_who_may_close_nothing_has_nothing_to_choose(ask, district, many):
    page = ask(district.cast.enterprise)
    assert (page.status_code, page.context["may"]) == (200, set())
    assert 'name="order"' not in page.content.decode()
    assert ask(district.cast.enterprise, "", {"order": many[:1]}).status_code == 403


def test_a_link_of_the_page_that_refused_leads_back_to_the_list(ask, client, district):
    sign_in(client, district.cast.secretary)
    answer = client.get(PAGE + "hand-on/?hole=overdue")
    assert (answer.status_code, answer["Location"]) == (302, PAGE + "?hole=overdue")
