"""At the desk: requests of one's places, soonest due first, each taken on, passed on, answered; a caller's is written
down; who reported is masked."""

import re

import pytest
import time_machine

from kakou.audit.models import Event
from kakou.kernel.ids import new_id
from kakou.services.rules import Category
from kakou.services.tests.asking import DAY, HOUR, LAMP, answered, asked, fresh, order_of, places, stored
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def ask(client):
    """`ask(staff, path, data)` → the answer, in English."""

    def asked_for(staff, path="", data=None):
        sign_in(client, staff)
        client.cookies["django_language"] = "en"
        return client.get(f"/services/{path}") if data is None else client.post(f"/services/{path}", data)

    return asked_for


def steps(answer):
    return [offer.kind.value for offer in answer.context["offers"]]


def test_the_list_shows_my_places_soonest_due_first_and_masked(ask, places, cast):
    later = asked(places.garden.pk, name="王小明")
    sooner = asked(places.garden.pk, category=Category.DANGER)
    asked(places.orchard.pk)
    page = ask(cast.secretary)
    assert [row.seen.row.pk for row in page.context["rows"]] == [sooner.pk, later.pk]
    said = page.content.decode()
    assert "138********" in said and "5678" not in said  # with the code they open the page where it is rated
    assert "王**" in said
    assert "13812345678" not in said
    assert [row.seen.row.pk for row in ask(cast.secretary, "?category=danger").context["rows"]] == [sooner.pk]
    assert len(ask(cast.commander).context["rows"]) == 3


def test_his_own_number_in_what_he_wrote_is_shown_without_its_end(ask, places, cast):
    request = asked(places.garden.pk, text="水管漏了，请打 138 1234 5678 或 13900139002")
    for address in ("", f"{request.pk}/"):
        page = ask(cast.worker, address).content.decode()
        assert "水管漏了" in page and "5678" not in page
    assert "139****9002" in page


def test_an_empty_desk_says_what_to_do(ask, places, cast):
    assert "you write down what comes by telephone" in ask(cast.secretary).content.decode()
    assert "Nothing is settled yet" in ask(cast.secretary, "?state=closed").content.decode()


def test_it_is_taken_on_answered_looked_at_and_closed(ask, places, cast):
    request = asked(places.garden.pk)
    assert steps(ask(cast.secretary, f"{request.pk}/")) == ["accepted", "paused"]
    assert ask(cast.secretary, f"{request.pk}/step/accepted/", {}).status_code == 302
    refused = ask(cast.secretary, f"{request.pk}/step/answered/", {"answer": "打 13812345678"})
    assert (refused.status_code, refused.context["at_step"]) == (422, "answered")
    assert "打 13812345678" in refused.content.decode()
    assert ask(cast.secretary, f"{request.pk}/step/answered/", {"answer": "路灯已修好"}).status_code == 302
    assert ask(cast.secretary, f"{request.pk}/step/verified/", {}).status_code == 422  # he answered it himself
    assert ask(cast.worker, f"{request.pk}/step/verified/", {}).status_code == 302
    assert ask(cast.worker, f"{request.pk}/step/closed/", {}).status_code == 302
    assert order_of(request).state == "closed"
    assert [row.seen.row.pk for row in ask(cast.worker, "?state=closed").context["rows"]] == [request.pk]
    assert ask(cast.worker, f"{request.pk}/step/nonsense/", {}).status_code == 404


def test_another_unit_handles_it_and_gives_it_back(ask, places, cast):
    request = asked(places.garden.pk)
    ask(cast.commander, f"{request.pk}/step/accepted/", {})
    assert ask(cast.commander, f"{request.pk}/step/dispatched/", {"unit": places.west.pk}).status_code == 302
    page = ask(cast.neighbour, f"{request.pk}/")
    assert (page.status_code, page.context["handled"], page.context["office"]) == (200, "西郊社区", "")
    assert ask(cast.commander, f"{request.pk}/").context["handled"] == "西郊社区"
    back = ask(cast.neighbour, f"{request.pk}/step/returned/", {"why": "不在本村"})
    assert (back.status_code, back["Location"]) == (302, "/services/")  # out of sight now
    assert ask(cast.neighbour, f"{request.pk}/").status_code == 404


def test_who_may_not_act_sees_no_buttons_and_no_photo(ask, places, cast):
    request = asked(places.garden.pk)
    page = ask(cast.auditor, f"{request.pk}/")
    assert page.status_code == 403
    assert ask(cast.neighbour, f"{request.pk}/").status_code == 404
    assert ask(cast.worker, f"{request.pk}/photo/").status_code == 404  # none came with it
    assert not ask(cast.worker, f"{request.pk}/").context["may_reveal"]


def test_the_contact_is_shown_with_a_reason(ask, places, cast):
    request = asked(places.garden.pk, name="王小明")
    assert ask(cast.secretary, f"{request.pk}/reveal/", {"reason": "x"}).status_code == 422
    assert "13812345678" not in ask(cast.secretary, f"{request.pk}/reveal/").content.decode()
    shown = ask(cast.secretary, f"{request.pk}/reveal/", {"reason": "回访诉求人"}).content.decode()
    assert "13812345678" in shown
    assert "王小明" in shown
    assert ask(cast.worker, f"{request.pk}/reveal/", {"reason": "回访诉求人"}).status_code == 403
    assert Event.objects.using("owner").filter(action="request.revealed").count() == 1


def test_numbers_in_what_was_said_are_masked(ask, places, cast):
    request = asked(places.garden.pk, text="找 13900139002，身份证 11010519491231002X")
    said = ask(cast.secretary, f"{request.pk}/").content.decode()
    assert "139****9002" in said
    assert "13900139002" not in said
    request = asked(places.garden.pk, text="找 139 0013 9002，或 8613900139002")
    assert ask(cast.secretary, f"{request.pk}/").content.decode().count("139****9002") >= 2
    assert "11010519491231002X" not in said


def test_a_callers_request_is_written_down_once_and_the_code_read_out(ask, client, places, cast):
    page = ask(cast.worker, "new/")
    key = re.search(r'name="key" value="([^"]+)"', page.content.decode())[1]
    told = {
        "unit": places.garden.pk,
        "channel": "phone",
        "category": "facilities",
        "text": LAMP,
        "phone": "",
        "key": key,
    }
    wrong = ask(cast.worker, "new/", {**told, "text": ""})
    assert wrong.status_code == 422
    assert key in wrong.content.decode()
    first, again = ask(cast.worker, "new/", told), ask(cast.worker, "new/", told)
    assert first["Location"] == again["Location"]
    [request] = stored()
    assert (request.channel, request.recorded_by, request.last_four) == ("phone", cast.worker, None)
    said = client.get(first["Location"]).content.decode()
    assert "Read the code out" in said
    outside = ask(cast.worker, "new/", {**told, "unit": places.orchard.pk, "key": new_id()})
    assert outside.status_code == 422
    assert len(stored()) == 1


def test_two_reports_of_one_matter_are_joined(ask, places, cast):
    lamp = asked(places.garden.pk)
    again = asked(places.garden.pk, text="3号楼门口路灯不亮了", at=AT + HOUR)
    page = ask(cast.secretary, f"{again.pk}/")
    assert [one.seen.row.pk for one in page.context["alike"]] == [lamp.pk]
    assert ask(cast.secretary, f"{again.pk}/join/", {"of": lamp.pk}).status_code == 302
    assert (order_of(again).state, order_of(again).duplicate_of_id) == ("duplicate", lamp.order_id)
    for nonsense in ("", "x", again.pk, new_id()):
        assert ask(cast.secretary, f"{lamp.pk}/join/", {"of": nonsense}).status_code == 302
    assert order_of(lamp).state == "reported"


def test_a_call_back_is_kept(ask, places, cast):
    request = asked(places.garden.pk)
    assert ask(cast.worker, f"{request.pk}/rate/", {"rating": "very"}).status_code == 422  # nothing is answered
    answered(request, cast.secretary, at=AT)
    assert ask(cast.worker, f"{request.pk}/rate/", {"rating": "not", "remark": "还是不亮"}).status_code == 302
    assert order_of(request).state == "reopened"
    page = ask(cast.worker, f"{request.pk}/").content.decode()
    assert "Not satisfied" in page
    assert "还是不亮" in page
    assert fresh(request).rated_by == cast.worker


def test_its_order_among_the_open_loops_leads_here(ask, client, places, cast):
    request = asked(places.garden.pk)
    ask(cast.secretary)
    page = client.get(f"/ledger/loops/{request.order_id}/")
    assert page.context["door"].href == f"/services/{request.pk}/"
    assert "Request (come and handle it)" in client.get("/ledger/loops/").content.decode()


def test_what_is_late_says_so(ask, places, cast):
    asked(places.garden.pk, at=AT - 9 * DAY)
    [row] = ask(cast.secretary).context["rows"]
    assert row.late
