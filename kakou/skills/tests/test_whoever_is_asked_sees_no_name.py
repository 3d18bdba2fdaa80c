"""The page behind the link: what is needed and where, yes or no; nobody's name, and nothing for a wrong code."""

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from kakou.skills.pages.answering import ASKED
from kakou.skills.tests.helping import AT, ask, call, driver, fresh, licence, person, places
from tests.cast import sign_in

__all__ = ["places"]


@pytest.fixture(autouse=True)
def noon(db):
    cache.clear()
    with time_machine.travel(AT, tick=False):
        yield


def asked_one(cast, places):
    who, _ = driver(places.garden, 1, cast.worker)
    [row] = ask(call(places, cast.worker, note="卸一车货"), [who], cast.worker)
    return row


def signed_in(account):
    client = Client()
    sign_in(client, account)
    return client


def test_it_says_what_and_where_and_no_name(cast, places):
    row = asked_one(cast, places)
    page = Client().get(f"/h/{row.code}/").content.decode()
    assert "花园小区" in page
    assert "卸一车货" in page
    assert "吴" not in page


def test_yes_by_the_page_counts_once(cast, places):
    row = asked_one(cast, places)
    Client().post(f"/h/{row.code}/", {"answer": "yes"})
    Client().post(f"/h/{row.code}/", {"answer": "no"})
    assert (fresh(row).answer, fresh(row).answered_by) == ("yes", None)


@pytest.mark.parametrize("code", ["0" * 12, "x", "' or 1=1"])
def test_a_wrong_code_opens_nothing(cast, places, code):
    asked_one(cast, places)
    assert Client().get(f"/h/{code}/").status_code == 404


def test_wrong_codes_are_tried_so_often_and_no_more(cast, places):
    row, most = asked_one(cast, places), int(ASKED.removesuffix("/m"))
    tries = [Client().get(f"/h/{number:012}/").status_code for number in range(most)]
    assert tries == [404] * most
    assert Client().get(f"/h/{row.code}/").status_code == 429
    assert Client(REMOTE_ADDR="10.1.2.3").get(f"/h/{row.code}/").status_code == 200


def test_whoever_may_see_no_person_sees_the_call_without_a_name(cast, places):
    row = asked_one(cast, places)
    page = signed_in(cast.enterprise).get(f"/helpers/{row.call_id}/").content.decode()
    assert "吴" not in page
    assert row.code not in page


def test_the_desk_sees_stars_and_is_offered_only_whom_nothing_red_bars(cast, places):
    driver(places.garden, 1, cast.worker)
    licence(person(places.garden, 2, name="李述"), cast.worker, is_seen=False)
    one = call(places, cast.worker)
    page = signed_in(cast.worker).get(f"/helpers/{one.pk}/").content.decode()
    assert page.count('type="checkbox"') == 1
    assert "吴*" in page
    assert "李*" in page
    assert "吴超" not in page


def test_a_licence_is_written_down_for_one_person_exactly(cast, places):
    for number in (1, 2):
        person(places.garden, number)
    client = signed_in(cast.worker)
    sheet = {"skill": "n1", "number": "320324199001011234", "expires_on": "2023-08-01"}
    for who in ("吴超", "13800139999"):
        assert client.post("/skills/new/", {**sheet, "who": who}).status_code == 422
    assert client.post("/skills/new/", {**sheet, "who": "13800130001"}).status_code == 302
