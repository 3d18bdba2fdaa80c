"""What the devices upload, held against what really happened."""

import hashlib
from collections import Counter, defaultdict

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from kakou.drill.days import Mischief, truth, uploads
from kakou.drill.days.chain import GENESIS, canonical
from kakou.drill.days.desk import Desk
from kakou.drill.tests.stories import SMOOTH, midnight, story
from kakou.drill.world.folk import person_id

SIGN = {"in": 1, "out": 2, "through": 3}


def first_time(sent):
    return [msgspec.json.decode(body) for upload in sent if not upload.repeat for body in upload.items]


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 999))
def test_without_mischief_every_crossing_is_told_once_and_right(seed):
    told = story(seed, people=150, mischief=SMOOTH)
    really = Counter((c.ms, c.direction, c.crossed) for c in truth(told))
    items = first_time(uploads(told))
    assert Counter((i["at"] + i["offset"], SIGN[i["direction"]], i["crossed"]) for i in items) == really
    assert len({item["id"] for item in items}) == len(items)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 999))
def test_the_truth_is_in_order_and_nobody_is_in_two_places(seed):
    crossings = [*truth(story(seed, people=150, days=5))]
    assert crossings == sorted(crossings)
    world = story(seed).world
    inside = defaultdict(set)
    for number in range(150):
        home = world.person(number).home
        inside[f"p{number}"] = inside[f"a{number}"] = {
            u.number for u in world.land.above(home) if world.gates(u.number)
        }
        inside[f"a{number}"] = set(inside[f"p{number}"])
    for crossing in crossings:
        if not crossing.crossed or crossing.direction == 3:
            continue
        unit = world.entrances[crossing.gate].unit
        assert (unit in inside[crossing.subject]) == (crossing.direction == 2), crossing
        inside[crossing.subject] ^= {unit}


def test_in_and_out_balance_when_all_nights_are_over():
    told = story(people=200, days=2, until=midnight(4))
    balance = Counter()
    for crossing in truth(told):
        if crossing.crossed and crossing.direction != 3:
            balance[crossing.subject, told.world.entrances[crossing.gate].unit] += 3 - 2 * crossing.direction
    assert not any(balance.values())


def test_each_device_numbers_and_chains_what_it_sends():
    told = story(mischief=Mischief(wrong_clock=False, loss=False, asleep=False))
    head, last = defaultdict(lambda: GENESIS), Counter()
    for upload in uploads(told):
        if upload.repeat:
            continue
        assert (upload.first, upload.last) == (last[upload.gate] + 1, last[upload.gate] + len(upload.items))
        for body in upload.items:
            item = msgspec.json.decode(body)
            assert canonical(item) == body
            assert item["prev_hash"] == head[upload.gate]
            head[upload.gate] = hashlib.sha256(body).hexdigest()
        last[upload.gate] = upload.last


def test_the_offset_gives_back_the_true_time_except_at_the_one_wrong_clock():
    told = story(people=1500)
    desk = Desk(told, lambda gate: None)
    wrong = {gate.number for gate in told.world.staffed if sum(desk.clock(gate.number, 0))}
    assert len(wrong) == 1
    assert any(
        abs(desk.clock(gate.number, 0).skew_ms) > 60_000 for gate in told.world.staffed if gate.number not in wrong
    )


def test_a_lost_item_leaves_a_gap_and_a_sleeping_device_keeps_what_it_has():
    told = story(people=2000)
    drafts = sum(len(desk_drafts) for desk_drafts in map(Desk(told, lambda gate: None).write, truth(told)))
    sent = [*uploads(told)]
    missing = drafts - len(first_time(sent))
    assert missing > 2
    seqs = defaultdict(list)
    for upload in sent:
        if not upload.repeat:
            seqs[upload.gate] += [msgspec.json.decode(body)["seq"] for body in upload.items]
    gaps = [gate for gate, found in seqs.items() if found != [*range(1, len(found) + 1)]]
    assert len(gaps) == 1


def test_each_kind_of_trouble_happens_in_three_days_of_two_thousand_people():
    told = story(people=2000)
    sent = [*uploads(told)]
    items = first_time(sent)
    verdicts = Counter(item["verdict"] for item in items)
    assert {"admit", "persuade_back", "hold"} <= set(verdicts)
    assert any(item.get("override") and item["crossed"] for item in items)
    assert any("corrects" in item for item in items)
    assert any(upload.repeat for upload in sent)
    assert {"in", "out", "through"} == {item["direction"] for item in items}
    seen = {item["id"] for item in items}
    assert len(seen) == len(items)
    true = [crossing for crossing in truth(told) if crossing.subject == "p17"]
    written = [i for i in items if i["subject"].get("id") == str(person_id(7, 17)) and "corrects" not in i]
    assert abs(len(true) - len(written)) <= 1


def test_a_correction_names_an_item_of_the_same_person_and_turns_it_round():
    items = {item["id"]: item for item in first_time(uploads(story(people=2000)))}
    pairs = [(item, items[item["corrects"]]) for item in items.values() if item.get("corrects") in items]
    assert pairs
    for again, wrong in pairs:
        assert again["subject"] == wrong["subject"]
        assert {again["direction"], wrong["direction"]} == {"in", "out"}
        assert again["seq"] > wrong["seq"]
