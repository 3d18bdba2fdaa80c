import threading
from collections import Counter

import msgspec
import pytest

from kakou.drill.days import Mischief, uploads
from kakou.drill.phones import Fleet, IntakeRefused, ServerAway
from kakou.drill.tests.intake import StandIn
from kakou.drill.tests.stories import story

CALM = Mischief(wrong_clock=False, loss=False, asleep=False)


@pytest.fixture(scope="module")
def sent():
    return [*uploads(story(people=200, days=2, mischief=CALM), batch=20)]


def fleet(intake, sent, stop=None, **more):
    tokens = {upload.gate: f"token-{upload.gate}" for upload in sent}
    return Fleet(intake.url, tokens, now_ms=lambda: 1_628_570_700_000, stop=stop or threading.Event(), **more)


def ids(sent):
    return {msgspec.json.decode(body)["id"] for upload in sent for body in upload.items}


def test_all_of_it_arrives_once_and_in_each_devices_order(sent):
    with StandIn() as intake:
        acks = [*fleet(intake, sent).send(sent)]
        assert len(acks) == len(sent)
        assert set(intake.stored) == ids(sent)
        assert all(order == sorted(order) for order in intake.order.values())


def test_a_busy_server_and_a_broken_line_lose_nothing(sent):
    with StandIn(say_busy=5, hang_up=3) as intake:
        counts = Counter()
        for ack in fleet(intake, sent).send(sent):
            counts.update(ack.results)
        assert set(intake.stored) == ids(sent)
        assert counts["duplicate"] > 0  # what was stored before the line broke


def test_the_same_id_with_another_body_is_quarantined_and_goes_on(sent):
    first = sent[0]
    other = msgspec.json.encode(msgspec.json.decode(first.items[0]) | {"pack": "x"}, order="sorted")
    altered = first._replace(items=[other, *first.items[1:]], repeat=True)
    with StandIn() as intake:
        results = [ack.results for ack in fleet(intake, sent).send([first, altered])]
    assert results[1]["quarantined"] == 1
    assert results[1]["duplicate"] == len(first.items) - 1


def test_a_revoked_phone_is_counted_and_the_others_go_on(sent):
    gate = sent[0].gate
    others = {f"token-{upload.gate}" for upload in sent if upload.gate != gate}
    with StandIn(known=others) as intake:
        refused = {ack.upload.gate for ack in fleet(intake, sent).send(sent) if "refused" in ack.results}
    assert refused == {gate}


def test_it_stops_when_told(sent):
    stop = threading.Event()
    with StandIn() as intake:
        intake.stop_after = (5, stop.set)
        acks = [*fleet(intake, sent, stop).send(sent)]
    assert len(acks) < len(sent) / 2


def test_a_server_that_is_away_is_named(sent):
    with StandIn() as intake:
        nobody = intake.url
    tokens = {upload.gate: "x" for upload in sent}
    away = Fleet(nobody, tokens, now_ms=lambda: 0, stop=threading.Event(), patience=0.1)
    with pytest.raises(ServerAway):
        list(away.send(sent))


def test_a_server_that_refuses_the_form_is_a_fault_of_ours(sent):
    with StandIn(refuse=True) as intake, pytest.raises(IntakeRefused, match="422"):
        list(fleet(intake, sent).send(sent[:1]))
