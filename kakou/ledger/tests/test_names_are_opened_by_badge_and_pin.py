"""A gate phone is given the people of its unit under a key that it does not hold."""

import base64
import datetime as dt
import json

import pytest
import time_machine
from django.test import Client

from kakou import vault
from kakou.access.actions import end_grant
from kakou.access.badges import badge_key, read_badge
from kakou.access.badges.actions import issue_badge, revoke_badge
from kakou.access.models import Grant
from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.bundle.people import place_of_badge
from kakou.ledger.tests.rosters import opened_people
from kakou.people.actions import NewPerson, add_person
from kakou.people.models import Person
from kakou.people.rules import Category, Facts, Special
from kakou.places.models import Entrance, Unit
from kakou.screening.actions.passes import NewPass, cancel_pass, issue_pass
from kakou.screening.models.passes import PassKind
from kakou.vault.sealing import NotOpened, key_id_of, open_alike
from tests.cast import AT, enrol

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
PIN = "271846"


@pytest.fixture
def unit(tree):
    """Two live in the garden, one in the orchard."""
    with acting_as_system():
        for node, gate in ((tree.garden, tree.garden_gate), (tree.orchard, tree.orchard_gate)):
            there = Unit.objects.create(node=node, kind="compound", name="unit")
            Entrance.objects.create(node=gate, unit=there, name="gate", kind="compound_gate")
        wang = Facts("王晓明", document=("10", "11010519491231002X"), phone="13800138001")
        lives, special = Category.RESIDENT_REGISTERED, frozenset({Special.ELDERLY, Special.PATIENT})
        told = (
            NewPerson(tree.garden.pk, wang, lives, special),
            NewPerson(tree.garden.pk, Facts("欧阳慧", phone="13800138002"), lives),
            NewPerson(tree.orchard.pk, Facts("赵敏", phone="13800138003"), lives),
        )
        return [add_person(one, by=None, at=AT) for one in told]


@pytest.fixture
def phone(unit, cast, tree):
    device, token = enrol(cast.lead, tree.garden_gate)
    return device, Client(headers={"authorization": f"Bearer {token}"})


def asked(phone, at=AT, etag=""):
    """The answer, and the section of the bundle."""
    with time_machine.travel(at, tick=False):
        answer = phone[1].get("/api/gate/bundle", headers={"if-none-match": etag} if etag else {})
    if answer.status_code == 304:
        return answer, None
    payload = answer.content.decode().split(".")[1]
    return answer, json.loads(base64.urlsafe_b64decode(payload + "=="))


def opened(phone, section, text, pin=PIN, what="people"):
    """What a phone does with a badge and its PIN. Raises NotOpened."""
    badge, secret = read_badge(text)
    device, until = phone[0].pk, section["until"]
    wrapped = base64.b64decode(section["badges"][str(badge)])
    key = open_alike(
        badge_key(pin, badge=badge, secret=secret), place=place_of_badge(device, badge, until), sealed=wrapped
    )
    return opened_people(key, section, device)[what]


def test_badge_and_pin_open_the_people_of_the_unit_and_no_others(phone, unit, cast, tree):
    wang, ouyang, _ = unit
    with acting_as(cast.worker):
        new = NewPass(PassKind.RESIDENT, "3-2-501", AT.date(), None)
        held = [issue_pass(wang, new, by=cast.worker, at=AT) for _ in range(2)]
        cancel_pass(held[1], reason="lost", by=cast.worker, at=AT)
    _, text = issue_badge(pin=PIN, by=cast.recorder, at=AT)
    _, bundle = asked(phone)
    people = opened(phone, bundle["people"], text)
    (tag,) = [one[0] for one in bundle["roster"]["passes"] if not one[4]]
    assert people == [
        [str(wang.pk), "王**", "wxm yxm", "002X", "8001", "resident_registered", ["elderly"], [tag]],
        [str(ouyang.pk), "欧**", "oyh", "", "8002", "resident_registered", [], []],
    ]
    assert (bundle["people"]["count"], bundle["people"]["lease"]) == (2, 24 * 3_600_000)


def test_without_either_nothing_is_opened_and_nothing_can_be_read(phone, unit, cast):
    _, text = issue_badge(pin=PIN, by=cast.recorder, at=AT)
    _, bundle = asked(phone)
    for wrong in ("271847", "", "000000"):
        with pytest.raises(NotOpened):
            opened(phone, bundle["people"], text, pin=wrong)
    _, others = issue_badge(pin=PIN, by=cast.lead, at=AT)
    (wrapped,) = bundle["people"]["badges"].values()
    forged = bundle["people"] | {"badges": {str(read_badge(others)[0]): wrapped}}
    with pytest.raises(NotOpened):
        opened(phone, forged, others)
    for told in ("王", "欧", "wxm", "8001", str(unit[0].pk)):
        assert told not in json.dumps(bundle, ensure_ascii=False)


def test_where_nobody_has_a_badge_nobody_is_told_of(phone):
    _, bundle = asked(phone)
    assert (bundle["people"]["badges"], bundle["people"]["sealed"], bundle["people"]["count"]) == ({}, "", 0)


def test_as_long_as_nobody_changed_it_is_not_sent_again_that_day(phone, unit, cast, tree):
    issue_badge(pin=PIN, by=cast.recorder, at=AT)
    first, told = asked(phone)
    for later in (HOUR, 10 * HOUR):
        assert asked(phone, AT + later, first["ETag"])[0].status_code == 304
    changed, anew = asked(phone, AT + DAY, first["ETag"])
    assert changed.status_code == 200
    assert anew["people"]["sealed"] != told["people"]["sealed"]
    with acting_as_system():
        add_person(NewPerson(tree.garden.pk, Facts("新人", phone="13800138009")), by=None, at=AT)
    assert asked(phone, AT + DAY, changed["ETag"])[1]["people"]["count"] == 3


def test_who_moves_away_is_gone_from_it_and_another_phone_has_other_bytes(phone, unit, cast, tree):
    _, text = issue_badge(pin=PIN, by=cast.recorder, at=AT)
    before = asked(phone)[1]["people"]
    device, token = enrol(cast.lead, tree.garden_gate, "two")
    other = asked((device, Client(headers={"authorization": f"Bearer {token}"})))[1]["people"]
    assert other["sealed"] != before["sealed"]
    with acting_as_system():
        Person.objects.filter(pk=unit[0].pk).update(node=tree.orchard)
    assert [row[1] for row in opened(phone, asked(phone)[1]["people"], text)] == ["欧**"]


def test_a_revoked_badge_does_not_open_what_comes_after_nor_does_one_whose_holder_left(phone, unit, cast):
    badge, text = issue_badge(pin=PIN, by=cast.recorder, at=AT)
    _, leads = issue_badge(pin=PIN, by=cast.lead, at=AT)
    before = asked(phone)[1]["people"]
    assert len(opened(phone, before, text)) == len(opened(phone, before, leads)) == 2
    revoke_badge(badge, by=cast.lead, at=AT)
    after = asked(phone)[1]["people"]
    assert list(after["badges"]) == [str(read_badge(leads)[0])]
    with pytest.raises(NotOpened):  # the old key, which he may have kept, does not open the new people
        opened(phone, after | {"badges": before["badges"]}, text)
    end_grant(Grant.objects.get(staff=cast.lead), by=cast.administrator, at=AT)
    assert asked(phone)[1]["people"]["sealed"] == ""


def test_the_end_is_never_before_a_lease_that_was_given_that_day(phone, cast):
    issue_badge(pin=PIN, by=cast.recorder, at=AT)
    for hours in range(0, 48, 5):
        told = asked(phone, AT + hours * HOUR)[1]
        lease_ends = told["made_at"] + told["people"]["lease"]
        assert lease_ends <= told["people"]["until"] < lease_ends + 24 * 3_600_000 + 1


def test_a_destroyed_key_takes_a_name_out_at_once(phone, unit, cast):
    _, text = issue_badge(pin=PIN, by=cast.recorder, at=AT)
    store = vault.store()
    assert len(opened(phone, asked(phone)[1]["people"], text)) == 2
    with acting_as_system():  # his name goes under a key of its own
        from kakou.vault.sealing import reseal

        person = Person.objects.get(pk=unit[0].pk)
        sealed, place = bytes(person.name_sealed), {"table": "people_person", "row": person.pk, "field": "name"}
        person.name_sealed = reseal(store, due=dt.date(2031, 3, 3), sealed=sealed, **place)
        person.save(update_fields=["name_sealed"])
    assert len(opened(phone, asked(phone)[1]["people"], text)) == 2
    store.destroy(key_id_of(bytes(person.name_sealed)), at=AT)
    assert [row[1] for row in opened(phone, asked(phone)[1]["people"], text)] == ["欧**"]
