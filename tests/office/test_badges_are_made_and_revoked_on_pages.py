import datetime as dt
import re

import pytest
import time_machine
from django.test import Client

from kakou.access.badges import read_badge
from kakou.access.badges.actions import issue_badge
from kakou.access.badges.queries import badge_of
from kakou.access.leases import read_renewal
from kakou.access.models import PhoneState
from kakou.access.scope import acting_as_system
from kakou.places.models import Entrance, Unit
from kakou.vault.keys import bundles
from tests.cast import AT, enrol, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
PIN = "271846"
TWICE = {"pin": PIN, "again": PIN}


def page_of(account, language="en"):
    client = Client(headers={"accept-language": language})
    sign_in(client, account)
    return client


def text_on(answer):
    return re.search(r'class="token">([^<]+)<', answer.content.decode())[1]


@pytest.fixture
def gate(tree):
    with acting_as_system():
        unit = Unit.objects.create(node=tree.garden, kind="compound", name="花园")
        return Entrance.objects.create(
            node=tree.garden_gate, unit=unit, name="东门", kind="compound_gate", state="staffed"
        )


def test_its_holder_chooses_a_pin_and_is_shown_the_badge_once(cast):
    page = page_of(cast.recorder)
    shown = page.post("/badge/", TWICE)
    assert shown.status_code == 200 and 'class="qr"' in shown.content.decode()
    assert read_badge(text_on(shown))[0] == badge_of(cast.recorder).pk
    assert "no-store" in shown["Cache-Control"]
    again = page.get("/badge/").content.decode()
    assert text_on(shown) not in again and str(badge_of(cast.recorder).pk) in again
    assert PIN not in again + shown.content.decode()


@pytest.mark.parametrize(
    ("pin", "again", "why"),
    [
        ("123456", "123456", "pattern"),
        ("850714", "850714", "date"),
        ("12", "12", "six digits"),
        (PIN, "271845", "differ"),
    ],
)  # fmt: skip
def test_a_pin_that_will_not_do_is_told_why_and_the_old_badge_stays(cast, pin, again, why):
    badge, _ = issue_badge(pin=PIN, by=cast.recorder, at=AT)
    answer = page_of(cast.recorder).post("/badge/", {"pin": pin, "again": again})
    assert answer.status_code == 422 and why in answer.content.decode()
    assert badge_of(cast.recorder) == badge


def test_its_holder_revokes_it_when_it_is_lost(cast):
    issue_badge(pin=PIN, by=cast.recorder, at=AT)
    page = page_of(cast.recorder)
    assert "is revoked" in page.post("/badge/revoke/", follow=True).content.decode()
    assert badge_of(cast.recorder) is None
    assert "no badge" in page.post("/badge/revoke/", follow=True).content.decode()


def test_the_lead_sees_the_badges_of_his_gate_and_revokes_one(cast, gate):
    badge, _ = issue_badge(pin=PIN, by=cast.recorder, at=AT)
    page = page_of(cast.lead)
    assert "recorder" in page.get("/badges/").content.decode()
    assert "is revoked" in page.post(f"/badges/{badge.pk}/revoke/", follow=True).content.decode()
    assert badge_of(cast.recorder) is None


def test_the_lead_of_another_community_finds_none(cast):
    badge, _ = issue_badge(pin=PIN, by=cast.recorder, at=AT)
    page = page_of(cast.neighbour)
    assert "No badge here yet" in page.get("/badges/").content.decode()
    assert page.post(f"/badges/{badge.pk}/revoke/").status_code == 404
    assert badge_of(cast.recorder) == badge


def test_too_many_are_refused_in_words(cast):
    page = page_of(cast.recorder)
    answers = [page.post("/badge/", TWICE) for _ in range(6)]
    assert [one.status_code for one in answers] == [200] * 5 + [422]
    assert "very often" in answers[-1].content.decode()


def test_a_lead_shows_a_code_for_the_gate_or_for_one_phone(cast, gate, tree):
    device, _ = enrol(cast.lead, tree.garden_gate, "一号机")
    page = page_of(cast.lead)
    assert "一号机" in page.get("/devices/renew/").content.decode()
    for whom, number in ((f"gate:{tree.garden_gate.pk}", 0), (f"phone:{device.pk}", device.pk)):
        answer = page.post("/devices/renew/", {"whom": whom, "span": "8"})
        assert 'class="qr"' in answer.content.decode()
        said = read_renewal(answer.context["text"], bundles.holds)
        assert (said.gate, said.device, said.ends - said.starts) == (tree.garden_gate.pk, number, 8 * 3600)


def test_another_gates_phone_and_another_span_are_no_choice(cast, gate, tree):
    enrol(cast.lead, tree.garden_gate)
    elsewhere, _ = enrol(cast.neighbour, tree.orchard_gate)
    page = page_of(cast.lead)
    for given in (
        {"whom": f"phone:{elsewhere.pk}", "span": "8"}, {"whom": f"gate:{tree.orchard_gate.pk}", "span": "8"},
        {"whom": f"gate:{tree.garden_gate.pk}", "span": "240"},
    ):  # fmt: skip
        answer = page.post("/devices/renew/", given)
        assert answer.status_code == 422 and 'class="qr"' not in answer.content.decode()


def test_the_list_of_phones_says_how_each_is_and_what_to_look_at(cast, gate, tree):
    device, _ = enrol(cast.lead, tree.garden_gate, "一号机")
    said = {"queue": 12, "last_seq": 40, "most_seq": 40, "build": "0.4.0", "clock_offset_ms": 95_000, "battery": 9}
    with acting_as_system():
        PhoneState.objects.create(
            device=device, node=tree.garden_gate, heard_at=AT, reached_since=AT, oldest_at=AT - dt.timedelta(hours=3),
            charging=False, storage_used=90, storage_limit=100, persisted=False, **said,
        )  # fmt: skip
    with time_machine.travel(AT + dt.timedelta(hours=1), tick=False):
        shown = page_of(cast.lead).get("/devices/").content.decode()
        chinese = page_of(cast.lead, "zh-hans").get("/devices/").content.decode()
    for words in (">12<", "9 %", "90 %", "95 s off", "0.4.0", "battery low", "storage nearly full", "clock wrong",
                  "unsent for long", "went silent with passages unsent", "may be cleared"):  # fmt: skip
        assert words in shown
    assert "失联且有未上传记录" in chinese
