"""Whoever manages rules for all places says of a day whether the site works; clocks set from then on count by it."""

import datetime as dt

import pytest
import time_machine

from kakou.access.scope import acting_as_system
from kakou.audit.models import Event
from kakou.kernel.ids import new_id
from kakou.workorders import actions, events
from kakou.workorders.models import SiteDay, WorkOrder
from kakou.workorders.rules import ORDINARY, REQUEST, Kind
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
DAY = dt.timedelta(days=1)
ASKED = events.register_kind(Kind("t_asked", "A request", ORDINARY, flow=REQUEST))
PAGE = "/workorders/days/"
REST = {"day": "2021-08-11", "what": "rest", "note": "全域核酸，全员下沉"}


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def ask(client, district):
    """`ask(staff, data)` → the answer, in English."""

    def asked(staff, data=None, path=PAGE):
        sign_in(client, staff)
        client.cookies["django_language"] = "en"
        return client.get(path) if data is None else client.post(path, data)

    return asked


def due(node):
    with acting_as_system():
        id = actions.open_once("t_asked", new_id(), node=node.pk, at=AT)
        return WorkOrder.objects.get(pk=id).due_at


def test_a_day_of_rest_moves_what_is_opened_from_then_on(ask, district):
    before = due(district.tree.garden)
    assert b"Every day is as the calendar says" in ask(district.cast.administrator).content
    assert ask(district.cast.administrator, REST).status_code == 302
    assert (before, due(district.tree.garden)) == (AT + DAY, AT + 2 * DAY)
    page = ask(district.cast.administrator).content.decode()
    assert "2021-08-11" in page
    assert "全域核酸" in page
    event = Event.objects.using("owner").get(action="site_day.set")
    assert (event.by, event.facts["worked"]) == (district.cast.administrator.pk, False)


def test_said_again_it_is_as_it_was_said_last_and_taken_back_as_the_calendar_says(ask, district):
    ask(district.cast.commander, REST)
    ask(district.cast.commander, REST | {"what": "worked"})
    assert SiteDay.objects.get().is_worked
    assert b"as the calendar says" in ask(district.cast.commander).content
    assert ask(district.cast.commander, {"day": "2021-08-11"}, PAGE + "forget/").status_code == 302
    assert not SiteDay.objects.exists()
    assert ask(district.cast.commander, {"day": "2021-08-11"}, PAGE + "forget/").status_code == 404


@pytest.mark.parametrize("wrong", [{"day": "soon"}, {"what": ""}, {"note": ""}, {"note": "打 13800138001"}])
def test_what_is_missing_or_unfit_is_told_and_nothing_is_kept(ask, district, wrong):
    assert ask(district.cast.commander, REST | wrong).status_code == 422
    assert not SiteDay.objects.exists()


def test_it_is_no_business_of_one_place(ask, district):
    from kakou.access.actions import grant_role
    from kakou.access.rules import Role

    assert ask(district.cast.secretary, REST).status_code == 403
    grant_role(staff=district.cast.stranger, role=Role.COMMANDER, node=district.tree.east, by=None, at=AT)
    assert ask(district.cast.stranger, REST).status_code == 403
    assert not SiteDay.objects.exists()
