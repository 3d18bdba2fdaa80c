"""R33, R60: masks put right, looks left out, everybody turned back: counted by reason, and nobody lost."""

import re

import pytest
import time_machine
from django.test import Client

from kakou.kernel.ids import id_at, new_id
from kakou.kernel.time import to_ms
from kakou.ledger.models import Passage
from kakou.screening.rules import Mask, Verdict
from tests.cast import AT, sign_in
from tests.district import MINUTE

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


def passed(district, verdict=Verdict.ADMIT, ago=1, **more):
    at = AT - ago * MINUTE
    facts = {
        "id": id_at(to_ms(at), new_id().bytes), "node_id": district.tree.garden_gate.pk, "direction": 1,
        "subject": district.zhao, "subject_kind": 1, "verdict": verdict, "crossed": verdict in (1, 2, 6),
        "happened_at": at, "device_at": at, "recorded_at": at, "hash": bytes(32), "pack": "cn-2021-08.1",
    }  # fmt: skip
    return Passage.objects.using("owner").create(**facts | more)


@pytest.fixture
def page(district):
    Passage.objects.using("owner")  # the district's own passages carry no version and stay in the counts
    client = Client(headers={"accept-language": "en"})
    sign_in(client, district.cast.worker)

    def read(**asked):
        with time_machine.travel(AT, tick=False):
            answer = client.get("/ledger/checks/", asked)
        assert answer.status_code == 200
        return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())

    return read


def test_masks_that_were_put_right_are_counted(district, page):
    passed(district, Verdict.ADMIT_WITH_ACTION, mask=Mask.WRONG, detail={"mask_guided": True, "mask_corrected": True})
    passed(district, Verdict.PERSUADE_BACK, mask=Mask.NONE, detail={"mask_guided": True})
    passed(district, mask=Mask.CORRECT)
    told = page()
    for words in ("Worn right 1", "Worn wrong 1", "No mask 1", "Told how to wear it 2", "Put right then 1"):
        assert words in told


def test_every_reason_is_told_in_words_and_how_often(district, page):
    for _ in range(3):
        passed(district, Verdict.PERSUADE_BACK, reasons=["mask.none"])
    passed(district, Verdict.HOLD, reasons=["temperature.fever", "health.not_looked"])
    passed(
        district, reasons=["health.skipped.no_phone"], detail={"skipped": {"health": "no_phone", "travel": "no_phone"}}
    )
    told = page()
    assert "Has no mask 3" in told[told.index("What stood in the way") :]
    assert "Abnormal temperature 1" in told
    assert "Not looked at: Health code 1" in told
    left_out = told[told.index("Left out") :]
    assert "Health code: not looked at (Has no phone) 1" in left_out
    assert "cn-2021-08.1 5" in told


def test_who_was_turned_back_stands_there_with_the_reason_also_when_let_pass(district, page):
    passed(district, Verdict.PERSUADE_BACK, reasons=["mask.none"], subject=district.wang)
    passed(district, Verdict.HOLD, reasons=["temperature.fever"], crossed=True, subject=district.li)
    told = page()
    told = told[told.index("Turned back") :]
    for words in ("王**", "Has no mask", "李**", "Abnormal temperature", "let pass all the same"):
        assert words in told


def test_a_row_that_was_corrected_counts_once(district, page):
    first = passed(district, Verdict.PERSUADE_BACK, reasons=["mask.none"])
    passed(district, Verdict.ADMIT, corrects=first.pk)
    told = page()
    assert "No mask 1" not in told[told.index("What stood in the way") : told.index("Masks")]


def test_rules_that_nobody_knows_keep_their_codes(district, page):
    passed(district, Verdict.HOLD, reasons=["some.rule"], pack="other-7")
    told = page()
    assert "some.rule 1" in told and "other-7 1" in told


def test_another_community_sees_none_of_it(district):
    passed(district, Verdict.PERSUADE_BACK, reasons=["mask.none"])
    client = Client(headers={"accept-language": "en"})
    sign_in(client, district.cast.neighbour)
    with time_machine.travel(AT, tick=False):
        assert "Nobody was turned back" in client.get("/ledger/checks/").content.decode()
