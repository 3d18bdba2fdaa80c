"""Lists and sheets with plates and doors masked; announcing without an account; each page for its own places."""

import io

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from openpyxl import load_workbook

from kakou.access.models import Use
from kakou.access.scope import acting_as_system
from kakou.audit.models import Event
from kakou.deliveries.actions.finding import MOST
from kakou.deliveries.models import Delivery
from kakou.deliveries.rules import State
from kakou.deliveries.tests.bringing import AT, DAY, announced, left, places, step, truck_driver
from kakou.kernel.ids import new_id
from tests.cast import sign_in

__all__ = ["places"]


@pytest.fixture(autouse=True)
def noon(db):
    cache.clear()
    with time_machine.travel(AT, tick=False):
        yield


def signed_in(account):
    client = Client()
    sign_in(client, account)
    return client


def test_what_waits_is_a_sheet_by_age_with_doors_masked(cast, places):
    left(places, cast.recorder, door="1栋1单元101", pieces=3)
    left(places, cast.recorder, at=AT - 3 * DAY)
    answer = signed_in(cast.recorder).get("/parcels/sheet/")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [(row[2], row[3], row[5]) for row in rows[1:]] == [("3******1", "2", "3"), ("1******1", "3", "0")]


def test_an_enterprise_announces_without_an_account_and_the_gate_reads_stars(cast, places):
    sheet = {
        "unit": places.garden.pk, "gate": places.garden_gate.pk, "plate": "苏c 12345", "body": "large_truck",
        "goods": "parts", "expected_on": "2021-08-10", "phone": "", "key": str(new_id()),
    }  # fmt: skip
    path = f"/d/at/{places.garden.pk}/"
    assert Client().post(path, {**sheet, "gate": places.orchard_gate.pk}).status_code == 422
    assert Client().post(path, {**sheet, "expected_on": "2021-09-10"}).status_code == 422
    for _ in range(2):
        assert Client().post(path, sheet).status_code == 200
    with acting_as_system():
        assert Delivery.objects.count() == 1
    page = signed_in(cast.recorder).get("/deliveries/").content.decode()
    assert "苏C·***45" in page
    assert "花园小区" in page
    assert "苏C12345" not in page


def test_steps_are_signed_by_whoever_stands_there(cast, places):
    row = announced(places)
    who, _ = truck_driver(places, 1, cast.worker)
    gate, desk = signed_in(cast.recorder), signed_in(cast.enterprise)
    assert desk.post(f"/deliveries/{row.pk}/step/arrived/").status_code == 403
    for one in ("arrived", "driver_out", "disinfected"):
        assert gate.post(f"/deliveries/{row.pk}/step/{one}/").status_code == 302
    assert gate.post(f"/deliveries/{row.pk}/step/driven_in/").status_code == 422
    assert gate.post(f"/deliveries/{row.pk}/step/unloaded/").status_code == 422
    assert gate.post(f"/deliveries/{row.pk}/step/driven_in/", {"escort": who.pk}).status_code == 302
    page = gate.get(f"/deliveries/{row.pk}/").content.decode()
    assert "吴*" in page
    assert "吴超" not in page


def test_turning_away_says_why(cast, places):
    row = announced(places)
    step(row, State.ARRIVED, by=cast.recorder)
    gate = signed_in(cast.recorder)
    assert gate.post(f"/deliveries/{row.pk}/step/turned_away/", {"reason": ""}).status_code == 422
    assert gate.post(f"/deliveries/{row.pk}/step/turned_away/", {"reason": "来自高风险地区"}).status_code == 302


def test_a_parcel_is_found_by_its_door_and_given_out(cast, places):
    row = left(places, cast.recorder)
    gate = signed_in(cast.recorder)
    assert "3******1" in gate.post("/parcels/find/", {"door": "3栋2单元501"}).content.decode()
    assert "3******1" not in gate.post("/parcels/find/", {"door": "3栋2单元502"}).content.decode()
    assert gate.post(f"/parcels/{row.pk}/collect/", {"name": ""}).status_code == 422
    assert gate.post(f"/parcels/{row.pk}/collect/", {"name": "杨娟"}).status_code == 302
    assert "杨*" in gate.get("/parcels/?state=collected").content.decode()


def test_all_that_lies_for_a_door_stands_on_one_page(cast, places, monkeypatch):
    monkeypatch.setattr("kakou.deliveries.pages.parcels.ROWS", 2)
    for _ in range(3):
        left(places, cast.recorder)
    left(places, cast.recorder, door="1栋1单元101")
    gate = signed_in(cast.recorder)
    assert "page=2" in gate.get("/parcels/").content.decode()
    for path in ("/parcels/find/", "/parcels/find/?page=2"):
        page = gate.post(path, {"door": "3栋2单元501"}).content.decode()
        assert page.count("<tr>") == 1 + 3
        assert 'class="pager"' not in page


def test_from_what_was_found_one_tap_leads_to_what_was_collected(cast, places):
    gate = signed_in(cast.recorder)
    for query in ("?state=collected", ""):
        assert gate.get(f"/parcels/find/{query}").headers["Location"] == f"/parcels/{query}"


def test_whoever_gives_no_parcels_out_tries_no_doors(cast, places):
    left(places, cast.recorder)
    officer = signed_in(cast.enterprise)
    page = officer.get("/parcels/").content.decode()
    assert "3******1" in page
    assert 'name="door"' not in page
    assert officer.post("/parcels/find/", {"door": "3栋2单元501"}).status_code == 403


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_door_that_was_tried_is_told_to_the_audit_and_counted(cast, places):
    left(places, cast.recorder)
    gate = signed_in(cast.recorder)
    gate.post("/parcels/find/", {"door": "3栋2单元501"})
    [event] = Event.objects.using("owner").filter(action="parcels.searched")
    assert (event.by, event.facts) == (cast.recorder.pk, {"found": 1})
    with acting_as_system():
        kept = Use.objects.get(staff=cast.recorder, what="parcels.search")
        many = min(MOST.values())
        Use.objects.bulk_create([Use(staff=kept.staff, what=kept.what, at=AT) for _ in range(many - 1)])
    assert gate.post("/parcels/find/", {"door": "1栋1单元101"}).status_code == 429
