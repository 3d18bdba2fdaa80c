import msgspec

from kakou.drill.days import Mischief, uploads
from kakou.drill.days.chain import GENESIS
from kakou.drill.tests.stories import story
from kakou.ledger.lane import wire
from kakou.ledger.lane.chain import START
from kakou.ledger.lane.check import check_passage, judge_times
from kakou.people.rules import Facts, check_facts, normalise_phone, parse_plate


def test_every_item_is_well_formed_canonical_and_agrees_with_itself():
    told = story(people=1000, mischief=Mischief(misread=0))
    seen = 0
    for upload in uploads(told, recorder_of=lambda gate: 7):
        for body in upload.items:
            item = wire.read_item(body)
            assert wire.canonical(item) == body
            check_passage(item)
            seen += 1
    assert seen > 5000
    assert bytes.fromhex(GENESIS) == START


def test_ids_carry_the_time_of_the_passage():
    told = story(people=300)
    for upload in uploads(told):
        for body in upload.items:
            item = wire.read_item(body)
            judged = judge_times(item, server_ms=told.until_ms, sent_offset=-upload.skew_ms)
            assert not judged.flags & 4, body  # ID_FAR


def test_callers_papers_can_be_read():
    for upload in uploads(story(people=1500)):
        for body in upload.items:
            subject = msgspec.json.decode(body)["subject"]
            if document := subject.get("document"):
                check_facts(Facts(subject["name"], (document["kind"], document["no"])))
            if "phone" in subject:
                normalise_phone(subject["phone"])
            if "plate" in subject:
                parse_plate(subject["plate"])
