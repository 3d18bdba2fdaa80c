"""Phones at the intake: own gate, another's gate, revoked, an account instead of a phone, nobody."""

import asyncio

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from kakou.access.actions import revoke_device
from kakou.access.scope import acting_as
from kakou.ledger.lane.app import Lane
from kakou.ledger.lane.tests.gates import Phone, batch, connect_to_test_database, post
from kakou.vault.keys import KeyStore
from tests.cast import AT, enrol, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


@pytest.fixture
def phones(cast, tree):
    """The token of a phone in the east, of one in the west, and of one in the east that was revoked."""
    ours, theirs = enrol(cast.lead, tree.garden_gate)[1], enrol(cast.neighbour, tree.orchard_gate)[1]
    device, revoked = enrol(cast.lead, tree.garden_gate, "lost")
    with acting_as(cast.lead):
        revoke_device(device, by=cast.lead, at=AT)
    return ours, theirs, revoked


def statuses(tokens, **changes):
    async def go():
        lane = Lane()
        await lane.start(connect_to_test_database(), KeyStore.create(settings.KEYS))
        await asyncio.wait_for(lane.devices.loaded.wait(), 10)
        try:
            return [
                (await post(lane, token, batch(Phone(token, n).items(1, **changes))))[0]
                for n, token in enumerate(tokens)
            ]
        finally:
            await lane.stop()

    return asyncio.run(go())


def nodes():
    with connections["owner"].cursor() as cursor:
        cursor.execute("select node_id from ledger_passage order by node_id")
        return [node for (node,) in cursor.fetchall()]


def test_a_phone_records_at_its_own_gate_and_at_no_other(phones, tree):
    ours, theirs, _ = phones
    assert statuses([ours, theirs]) == [200, 200]
    assert nodes() == [tree.garden_gate.pk, tree.orchard_gate.pk]


def test_what_a_phone_says_of_another_gate_does_not_move_it_there(phones, tree):
    ours, _, _ = phones
    statuses([ours], gate=tree.orchard_gate.pk)
    assert tree.orchard_gate.pk not in nodes()


def test_what_a_revoked_phone_sends_is_taken_and_enters_no_ledger(phones):
    assert statuses([phones[2]]) == [200]
    assert nodes() == []


def test_accounts_and_nobody_are_refused_and_nothing_is_stored(phones, cast):
    browser = Client()
    sign_in(browser, cast.commander)
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    assert statuses([session, "nobody", ""]) == [401] * 3
    assert nodes() == []


def test_a_phone_opens_no_page(phones):
    for path in ("/places/", "/ledger/today/", "/ledger/loops/", "/devices/"):
        answer = Client().get(path, headers={"authorization": f"Bearer {phones[0]}"})
        assert answer.status_code in (302, 401)
