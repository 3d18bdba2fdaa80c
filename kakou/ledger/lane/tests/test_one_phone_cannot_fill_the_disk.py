"""What a phone sends and nobody can use is kept whole, but no phone may send that without end."""

import asyncio

import pytest

from kakou.ledger.lane.quota import HOUR, Quota
from kakou.ledger.lane.tests.gates import Phone, batch, post
from kakou.ledger.lane.tests.test_what_a_gate_sends_is_kept import intake, results, rows
from tests.cast import enrol

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def phones(cast, tree):
    return [Phone(enrol(cast.lead, tree.garden_gate)[1], seed) for seed in (1, 2)]


def send(*posts, most):
    async def go():
        async with intake() as lane:
            lane.quota = Quota(most)
            return [await post(lane, phone.token, body, zipped=True) for phone, body in posts]

    return asyncio.run(go())


def test_a_long_item_again_and_again_is_stopped_and_only_for_its_phone(phones):
    thief, honest = phones
    long = [b'{"x":"%d%s"}' % (number, b"z" * 300_000) for number in range(4)]
    answers = send(*((thief, batch([item])) for item in long), (honest, batch(honest.items(1))), most=500_000)
    assert [status for status, _, _ in answers] == [200, 200, 429, 429, 200]
    assert answers[2][2]["code"] == "too-much-unfit"
    assert 1 <= int(answers[2][1][b"retry-after"]) <= 3600
    assert rows("select count(*) from ledger_quarantined") == [(2,)]


def test_one_id_with_ever_other_bodies_is_counted_too(phones):
    thief, _ = phones
    one = thief.item()
    others = [one.replace(b'"pack":"test"', b'"pack":"test%d"' % number) for number in range(9)]
    answers = send((thief, batch([one])), *((thief, batch([other])) for other in others), most=2 * len(one))
    assert [status for status, _, _ in answers] == [200] * 3 + [429] * 7
    assert results(answers[1][2]) == ["quarantined"]


def test_the_next_hour_begins_anew():
    quota = Quota(100)
    quota.keep(7, 100, HOUR + 5)
    assert quota.wait(7, 2 * HOUR - 500) == 1
    assert (quota.wait(7, 2 * HOUR), quota.wait(8, HOUR + 6)) == (0, 0)
    quota.keep(7, 99, 2 * HOUR)
    assert quota.wait(7, 2 * HOUR + 1) == 0
