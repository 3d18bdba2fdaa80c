"""Whoever stands at the gate is told who is announced at its unit, masked; the phone by tags instead of numbers."""

import base64
import datetime as dt
import hashlib
import json

import pytest
from django.test import Client

from kakou.access.badges.actions import issue_badge
from kakou.access.scope import acting_as, acting_as_system, acting_for_phone
from kakou.kernel.errors import NotFound
from kakou.kernel.time import to_ms
from kakou.ledger.actions.visits import DecidedAlready, decline_visit
from kakou.ledger.bundle import bundle_for
from kakou.ledger.bundle.expected import expected_told
from kakou.ledger.events import Gate
from kakou.ledger.models import ExpectedVisit
from kakou.ledger.tests.places import code
from kakou.ledger.tests.test_a_visit_is_announced import announced, code_of, look
from kakou.ledger.tests.test_names_are_opened_by_badge_and_pin import PIN, asked, opened
from kakou.screening.queries.bundle import salt_of
from tests.canaries import CANARIES, heard, leaks
from tests.cast import AT, enrol, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["code"]
ENGLISH = {"Accept-Language": "en"}
REASON = "住户当天不在家"


@pytest.fixture
def browser():
    return Client(headers=ENGLISH)


def visits():
    with acting_as_system():
        return list(ExpectedVisit.objects.order_by("starts_at", "pk"))


def page_of(account, **query):
    client = Client(headers=ENGLISH)
    sign_in(client, account)
    return client.get("/ledger/expected/", query)


def told(tree, at=AT, device=7):
    with acting_for_phone(tree.garden_gate.pk) as nodes:
        return expected_told(Gate(device, tree.garden_gate.pk, tree.garden.pk, "compound", nodes, at))


def test_a_recorder_sees_who_is_expected_at_the_unit_of_his_gate(browser, code, cast):
    announced(browser, code, name="王小明", many="3")
    said = page_of(cast.recorder).content.decode()
    for shown in ("12:00", "138****5678", "王**", "3-2-501", "Delivery", "3 people"):
        assert shown in said
    assert "13812345678" not in said
    assert "王小明" not in said


def test_whoever_answers_for_the_community_sees_it_and_another_community_does_not(browser, code, cast):
    announced(browser, code)
    assert "3-2-501" in page_of(cast.worker).content.decode()
    assert "Nobody is announced" in page_of(cast.neighbour).content.decode()


def test_tomorrows_visits_stand_on_tomorrows_page(browser, code, cast):
    announced(browser, code, when="2021-08-11/day")
    assert "Nobody is announced" in page_of(cast.recorder).content.decode()
    assert "3-2-501" in page_of(cast.recorder, day="2021-08-11").content.decode()


def test_a_gate_declines_with_a_reason_that_whoever_announced_reads(browser, code, cast):
    known = code_of(announced(browser, code))
    client = Client(headers=ENGLISH)
    sign_in(client, cast.recorder)
    answer = client.post("/ledger/expected/decline/", {"visit": str(visits()[0].pk), "reason": REASON})
    assert answer.status_code == 302
    [visit] = visits()
    assert (visit.declined_at, visit.declined_by_id, visit.decline_reason) == (AT, cast.recorder.pk, REASON)
    shown = look(browser, known).content.decode()
    assert "Declined" in shown
    assert REASON in shown
    assert "Withdraw it" not in shown


def test_without_a_reason_it_is_not_declined(browser, code, cast):
    announced(browser, code)
    client = Client(headers=ENGLISH)
    sign_in(client, cast.recorder)
    assert client.post("/ledger/expected/decline/", {"visit": str(visits()[0].pk), "reason": ""}).status_code == 422
    assert visits()[0].declined_at is None


def test_another_gate_declines_nothing_here(browser, code, cast):
    announced(browser, code)
    with acting_as(cast.neighbour), pytest.raises(NotFound):
        decline_visit(visits()[0].pk, reason=REASON, by=cast.neighbour, at=AT)
    assert visits()[0].declined_at is None


def test_what_was_withdrawn_is_not_declined_any_more(browser, code, cast):
    look(browser, code_of(announced(browser, code)), act="withdraw")
    with acting_as(cast.lead), pytest.raises(DecidedAlready):
        decline_visit(visits()[0].pk, reason=REASON, by=cast.lead, at=AT)


def test_a_phone_is_given_tags_that_it_makes_of_a_number_it_is_shown(browser, code, tree):
    announced(browser, code, many="2")
    announced(browser, code, number="苏C12345", when="2021-08-11/morning")
    person, vehicle = told(tree)
    salt = salt_of(7)
    tags = [
        base64.b64encode(hashlib.sha256(salt + number.encode()).digest()[:16]).decode()
        for number in ("+8613812345678", "苏C12345")
    ]
    start = AT.replace(hour=4, minute=0)
    assert person == {
        "tag": tags[0], "kind": "person", "purpose": "delivery", "from": to_ms(start),
        "until": to_ms(start + dt.timedelta(hours=6)), "many": 2, "door": "3-2-501", "number": "5678", "name": "",
    }  # fmt: skip
    assert (vehicle["tag"], vehicle["kind"]) == (tags[1], "vehicle")


def test_two_phones_have_no_tag_in_common(browser, code, tree):
    announced(browser, code)
    assert told(tree, device=7)[0]["tag"] != told(tree, device=8)[0]["tag"]


def test_a_phone_is_told_of_today_and_tomorrow_and_of_nothing_that_was_called_off(browser, code, cast, tree):
    for when in ("2021-08-10/day", "2021-08-11/day", "2021-08-12/day"):
        announced(browser, code, when=when)
    assert len(told(tree)) == 2
    assert len(told(tree, at=AT + dt.timedelta(days=1))) == 2
    with acting_as(cast.lead):
        decline_visit(visits()[0].pk, reason=REASON, by=cast.lead, at=AT)
    assert len(told(tree)) == 1


def test_a_phone_of_another_unit_is_told_nothing_of_it(browser, code, tree):
    announced(browser, code)
    with acting_for_phone(tree.orchard_gate.pk) as nodes:
        assert expected_told(Gate(7, tree.orchard_gate.pk, tree.orchard.pk, "compound", nodes, AT)) == []


def test_the_bundle_changes_with_a_visit_and_tells_nothing_of_it_to_whoever_has_no_badge(browser, code, cast, tree):
    def bundle():
        with acting_for_phone(tree.garden_gate.pk) as nodes:
            return bundle_for(Gate(7, tree.garden_gate.pk, tree.garden.pk, "compound", nodes, AT))

    bare = bundle()
    announced(browser, code, name="王小明")
    assert bundle().etag == bare.etag  # nobody could open it
    issue_badge(pin=PIN, by=cast.recorder, at=AT)
    before = bundle()
    announced(browser, code, number="苏C12345", when="2021-08-11/morning")
    after = bundle()
    assert after.etag != before.etag
    assert bundle().etag == after.etag
    payload = after.jws.split(".")[1]
    said = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
    number = hashlib.sha256(salt_of(7) + b"+8613812345678").digest()[:16]
    for hidden in ("13812345678", "王小明", "王**", "3-2-501", "苏C12345", base64.b64encode(number).decode()):
        assert hidden not in said


def test_who_takes_the_shift_reads_plates_and_last_four_of_those_announced(browser, code, cast, tree):
    announced(browser, code, name="王小明")
    announced(browser, code, number="苏C12345", when="2021-08-11/morning")
    device, token = enrol(cast.lead, tree.garden_gate)
    _, badge = issue_badge(pin=PIN, by=cast.recorder, at=AT)
    phone = device, Client(headers={"authorization": f"Bearer {token}"})
    _, bundle = asked(phone)
    seen = opened(phone, bundle["people"], badge, what="expected")
    assert [(one["number"], one["name"], one["door"]) for one in seen] == [
        ("5678", "王**", "3-2-501"), ("苏C12345", "", "3-2-501"),
    ]  # fmt: skip
    decline_all(cast)
    _, bundle = asked(phone)
    assert opened(phone, bundle["people"], badge, what="expected") == []


def decline_all(cast):
    with acting_as(cast.lead):
        for visit in visits():
            decline_visit(visit.pk, reason=REASON, by=cast.lead, at=AT)


def test_neither_the_page_nor_the_phone_of_a_gate_shows_a_canary(browser, code, cast, tree, caplog):
    for one in CANARIES[:3]:
        announced(browser, code, number=one.phone, name=one.name)
        announced(browser, code, number=one.plate)
    with heard() as statements:
        pages = [page_of(who).content for who in (cast.recorder, cast.lead, cast.secretary, cast.commander)]
        entries = told(tree)
        issue_badge(pin=PIN, by=cast.recorder, at=AT)
        with acting_for_phone(tree.garden_gate.pk) as nodes:
            said = bundle_for(Gate(7, tree.garden_gate.pk, tree.garden.pk, "compound", nodes, AT)).said
    assert len(entries) == 6
    assert not leaks(pages=b"".join(pages), phone=json.dumps(said, ensure_ascii=False))
    assert not leaks(statements=statements.getvalue(), log=caplog.text)
