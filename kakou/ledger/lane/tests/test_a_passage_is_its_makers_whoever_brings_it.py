"""Two phones of a gate told each other their passages: each stands once as its maker's, and nobody forges any."""

import asyncio
import json
import random

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from kakou.access.actions import revoke_device
from kakou.access.scope import acting_as
from kakou.kernel.time import now
from kakou.ledger.lane.carried import proof_key, proof_of
from kakou.ledger.lane.chain import START, Chain, Link, extend
from kakou.ledger.lane.rows import RowMaker
from kakou.ledger.lane.tests.gates import Phone, batch, now_ms, post
from kakou.ledger.lane.tests.test_what_a_gate_sends_is_kept import intake, results, rows
from kakou.ledger.lane.wire import digest
from kakou.vault.keys import KeyStore
from tests.cast import enrol

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
STORED = "select device_id, seq, id::text from ledger_passage where device_id = any(%s) order by device_id, seq"
LINKS = "select seq, prev_hash, hash from ledger_passage where device_id = %s"
KEPT = "select device_id, seq, reason from ledger_quarantined order by device_id, seq"


class Enrolled(Phone):
    """A phone with its number, which proves what it made."""

    def __init__(self, by, gate, seed=0):
        device, token = enrol(by, gate)
        super().__init__(token, seed)
        self.device = device
        self.key = proof_key(KeyStore.create(settings.KEYS), device.pk)

    def told(self, item):
        """An item as this phone tells it to another."""
        return {"device": self.device.pk, "item": json.loads(item), "proof": proof_of(self.key, digest(item))}


@pytest.fixture
def phones(cast, tree):
    return [Enrolled(cast.lead, tree.garden_gate, seed) for seed in (1, 2)]


def carrying(*carried, items=()):
    own = [json.loads(item) for item in items]
    return json.dumps({"contract": 1, "sent_at": now_ms(), "items": own, "carried": carried}).encode()


def send(*posts, together=False):
    async def go():
        async with intake() as lane:
            asking = [post(lane, phone.token, body) for phone, body in posts]
            return await asyncio.gather(*asking) if together else [await one for one in asking]

    return asyncio.run(go())


def as_made(*phones_and_items):
    return [(phone.device.pk, json.loads(item)["seq"], json.loads(item)["id"]) for phone, item in phones_and_items]


@pytest.mark.parametrize("first", ["maker", "other"])
def test_it_is_stored_once_as_its_makers_whoever_comes_first(phones, first):
    one, other = phones
    items = one.items(3)
    own, brought = (one, batch(items)), (other, carrying(*map(one.told, items)))
    answers = send(own, brought, brought, own) if first == "maker" else send(brought, own, own, brought)
    assert rows(STORED, [one.device.pk, other.device.pk]) == as_made(*((one, item) for item in items))
    assert [answer[2]["new"] for answer in answers] == [3, 0, 0, 0]
    for _, _, content in answers:
        told = content["carried"] if "carried" in content else content["items"]
        assert [(entry["result"], entry["id"]) for entry in told] == [("stored", json.loads(i)["id"]) for i in items]
    assert rows(KEPT) == []


def test_an_own_passage_and_a_carried_one_come_in_one_batch(phones):
    one, other = phones
    told, own = one.item(), other.item()
    [(status, _, content)] = send((other, carrying(one.told(told), items=[own])))
    assert (status, results(content), content["new"]) == (200, ["stored"], 2)
    assert rows(STORED, [one.device.pk, other.device.pk]) == as_made((one, told), (other, own))


def test_a_phone_cannot_forge_a_passage_of_another(phones):
    one, other = phones
    item = one.item()
    other.key = proof_key(KeyStore.create(settings.KEYS), other.device.pk)
    forged = {**one.told(item), "proof": proof_of(other.key, digest(item))}
    altered = one.told(item)
    altered["item"]["direction"] = "out"
    unknown = {**one.told(item), "device": one.device.pk + 10_000}
    nothing = {**one.told(item), "proof": ""}
    [(_, _, content)] = send((other, carrying(forged, altered, unknown, nothing)))
    assert [(entry["result"], entry["reason"]) for entry in content["carried"]] == [("quarantined", "unproved")] * 4
    assert rows(STORED, [one.device.pk, other.device.pk]) == []
    assert rows(KEPT) == [(other.device.pk, None, "unproved")] * 2, "by its content; it has no number in any chain"
    send((one, batch([item])))
    assert rows(STORED, [one.device.pk]) == as_made((one, item)), "what was forged is in nobody's way"


def test_a_proof_holds_at_its_own_gate_only(phones, cast, tree):
    one, _ = phones
    stranger = Enrolled(cast.neighbour, tree.orchard_gate, 3)
    [(_, _, content)] = send((stranger, carrying(one.told(one.item()))))
    assert content["carried"][0]["reason"] == "unproved"


def test_what_nobody_can_use_is_kept_once_as_its_makers(phones):
    one, other = phones
    item = one.item(verdict="hold", reasons=["x"])
    brought, own = (other, carrying(one.told(item))), (one, batch([item]))
    for _, _, content in send(brought, own, brought):
        [told] = content.get("carried") or content["items"]
        assert (told["result"], told["reason"]) == ("quarantined", "crossed-against-verdict")
    assert rows(KEPT) == [(one.device.pk, 1, "crossed-against-verdict")]


@pytest.mark.parametrize("revoked", [0, 1])
def test_neither_a_revoked_maker_nor_a_revoked_bringer_gets_anything_in(phones, cast, revoked):
    one, other = phones
    with acting_as(cast.lead):
        revoke_device(phones[revoked].device, by=cast.lead, at=now())
    [(_, _, content)] = send((other, carrying(one.told(one.item()))))
    assert content["carried"][0]["reason"] == "revoked-device"
    assert rows(STORED, [one.device.pk, other.device.pk]) == []
    assert rows(KEPT) == [[(one.device.pk, 1, "revoked-device")], [(other.device.pk, None, "revoked-device")]][revoked]


@given(seed=st.integers(0, 2**32))
@how(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_whatever_order_and_however_often_they_come_each_stands_once_and_no_chain_has_a_gap(cast, tree, seed):
    dice = random.Random(seed)
    both = [Enrolled(cast.lead, tree.garden_gate, dice.random()) for _ in range(2)]
    made = [(phone, item) for phone in both for item in phone.items(dice.randint(1, 8))]
    # everything is brought by at least one of the two, some by both, some often, in any pieces and order
    brought = [*made, *dice.choices(made, k=dice.randint(0, 20))]
    dice.shuffle(brought)
    posts = []
    while brought:
        piece, brought = brought[: (cut := dice.randint(1, 6))], brought[cut:]
        by = dice.choice(both)
        own = [item for phone, item in piece if phone is by]
        posts.append((by, carrying(*(phone.told(item) for phone, item in piece if phone is not by), items=own)))
    for status, _, content in send(*posts, together=dice.random() < 0.5):
        assert status == 200
        assert {entry["result"] for entry in [*content["items"], *content.get("carried", [])]} == {"stored"}
    assert sorted(rows(STORED, [phone.device.pk for phone in both])) == sorted(as_made(*made))
    start = RowMaker(KeyStore.create(settings.KEYS)).fingerprint(START)
    for phone in both:
        links = [Link(seq, bytes(prev), bytes(hash)) for seq, prev, hash in rows(LINKS, phone.device.pk)]
        chain = extend(Chain(), links, start=start)
        assert ([(run.first, run.last) for run in chain.runs], chain.forks) == ([(1, phone.seq)], ())
    assert rows(KEPT) == []
