import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.ledger.lane.check import check_passage, judge_times
from kakou.ledger.lane.rows import COLUMNS, RowMaker, codes_of, unsealed
from kakou.ledger.lane.sorting import sort_out
from kakou.ledger.lane.wire import Checks, Unfit, canonical, digest, read_item
from kakou.ledger.lane.work import Work
from kakou.ledger.rules import Clock
from kakou.screening.vaccines import products
from kakou.vault.keys import KeyStore

VECTORS = Path(__file__).resolve().parents[4] / "contracts" / "vectors" / "chain"
UNFIT = json.loads((VECTORS / "unfit.json").read_text(encoding="utf-8"))
ITEMS = {case["name"]: case["item"] for case in json.loads((VECTORS / "items.json").read_text("utf-8"))["cases"]}
NOW = UNFIT["arrive_at"]
FULL = ITEMS["every field there is"]


@pytest.fixture(scope="module")
def maker(tmp_path_factory):
    return RowMaker(KeyStore.create(tmp_path_factory.mktemp("vault") / "keys"))


def item(**changes):
    return read_item(json.dumps(ITEMS["the shortest passage: nothing looked at, nothing said"] | changes).encode())


def row(maker, passage, device=3, node=42):
    times = judge_times(passage, server_ms=NOW, sent_offset=passage.offset)
    made = maker.row(passage, times, node=node, device=device, server_ms=NOW, digest=digest(canonical(passage)))
    return dict(zip(COLUMNS, made, strict=True)) | codes_of(made)


def prepared(maker, raws, contract=1):
    work = Work(raws, node=1, device=3, contract=contract, server_ms=NOW, maker=maker)
    sort_out(work, sent_offset=0)
    return work


@pytest.mark.parametrize("case", UNFIT["cases"], ids=lambda case: case["name"])
def test_what_is_unfit_is_kept_whole_and_its_neighbours_pass(maker, case):
    good = json.dumps(ITEMS["an inner reading"]).encode()
    work = prepared(maker, [good, case["raw"].encode(), good])
    assert [place for place, _ in work.rows] == [0, 2]
    assert work.reasons[1][1] == case["reason"]


def test_what_comes_under_another_contract_is_kept_whole(maker):
    work = prepared(maker, [json.dumps(ITEMS["an inner reading"]).encode()] * 2, contract=7)
    assert {reason for _, reason in work.reasons.values()} == {"unknown-contract"}


def test_everything_said_stands_in_the_row_and_nothing_personal_in_plain(maker):
    passage = read_item(json.dumps(FULL).encode())
    made = row(maker, passage)
    assert (made["direction"], made["verdict"], made["crossed"], made["purpose"]) == (1, 3, True, 4)
    assert (made["health"], made["travel"], made["vaccination"], made["origin"], made["mask"]) == (1, 2, 1, 2, 1)
    assert (made["temperature"], made["reasons"], made["recorder"]) == (365, "risk_area,no_mask", 7)
    plain = repr({name: value for name, value in made.items() if name != "sealed"})
    assert not any(word in plain for word in ("王", "1381", "11010519", "002X", "送医", "方向"))
    opened = unsealed(maker.store, passage.id, made["sealed"])
    assert (opened.subject.name, opened.override, opened.correction) == ("王迪", "送医", "方向登记有误")


def test_the_plain_hash_of_a_body_is_not_kept(maker):
    passage = item()
    kept = row(maker, passage)
    assert kept["hash"] != digest(canonical(passage))
    assert kept["hash"] == row(maker, passage)["hash"]
    assert kept["prev_hash"] == maker.fingerprint(bytes(32))


def test_who_is_known_by_nothing_personal_has_nothing_sealed(maker):
    assert row(maker, item())["sealed"] is None


def test_one_subject_has_one_key_however_it_is_typed(maker):
    keys = {
        row(maker, item(subject={"kind": "vehicle", "plate": plate}))["subject"] for plate in ("苏C12345", "苏c·12345")
    }
    assert len(keys) == 1
    phones = {
        row(maker, item(subject={"kind": "person", "phone": p}))["subject"]
        for p in ("13800001234", "+86 138 0000 1234")
    }
    assert len(phones) == 1
    assert keys != phones


def test_a_document_names_better_than_a_phone_and_a_phone_than_a_token(maker):
    document = {"kind": "10", "no": "11010519491231002X"}
    token = "6f1c1d3e-9f4b-4c57-9d5e-0a1b2c3d4e5f"
    person = {"kind": "person", "document": document, "phone": "13800001234", "token": token}
    by_document = row(maker, item(subject=person))["subject"]
    assert by_document == row(maker, item(subject={"kind": "person", "document": document}))["subject"]
    by_phone = row(maker, item(subject={"kind": "person", "phone": "13800001234", "token": token}))["subject"]
    assert by_phone == row(maker, item(subject={"kind": "person", "phone": "13800001234"}))["subject"]
    assert str(row(maker, item(subject={"kind": "person", "token": token}))["subject"]) == token


def test_a_foreign_plate_passes(maker):
    assert row(maker, item(subject={"kind": "vehicle", "plate": "4x-20150501-a"}))["subject_kind"] == 2


@given(offset=st.integers(-(10**12), 10**12), late=st.integers(-(10**9), 86_400_000))
def test_a_wrong_clock_is_corrected_and_flagged_never_refused(offset, late):
    passage = item()
    passage.at, passage.offset = NOW + late - offset, offset
    if passage.at < 0:
        return
    times = judge_times(passage, server_ms=NOW, sent_offset=offset)
    assert times.happened_ms == NOW + late
    assert bool(times.flags & Clock.SKEWED) == (abs(offset) > 120_000)
    assert bool(times.flags & Clock.FUTURE) == (late > 120_000)


def test_a_clock_set_between_passage_and_upload_is_flagged():
    assert judge_times(item(), server_ms=NOW, sent_offset=600_000).flags & Clock.JUMPED


def test_an_id_of_another_time_is_flagged():
    other = item(id="6f1c1d3e-9f4b-4c57-9d5e-0a1b2c3d4e5f")
    assert judge_times(other, server_ms=NOW, sent_offset=0).flags & Clock.ID_DISAGREES
    assert not judge_times(item(), server_ms=NOW, sent_offset=0).flags


@pytest.mark.parametrize("verdict", ["persuade_back", "hold", "refer"])
def test_who_is_told_to_stay_crosses_only_with_a_reason(verdict):
    check_passage(item(verdict=verdict, crossed=False))
    check_passage(item(verdict=verdict, override="120 来接"))
    with pytest.raises(Unfit):
        check_passage(item(verdict=verdict))


@pytest.mark.parametrize("code", products())
def test_every_vaccine_of_the_value_set_may_stand_in_a_passage(code):
    assert msgspec.convert({"vaccine": code}, Checks).vaccine == code
