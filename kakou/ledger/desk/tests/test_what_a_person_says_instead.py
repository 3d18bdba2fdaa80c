"""An item is mended by what a person names and by nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from kakou.kernel.ids import id_at, ms_of
from kakou.ledger.desk import (
    ANOTHER,
    NAMED_GATE,
    REPLACES,
    TRANSITIONS,
    Act,
    Correction,
    Sent,
    State,
    before,
    mend,
    read_correction,
    write_correction,
)
from kakou.ledger.lane.check import check_passage
from kakou.ledger.lane.wire import CONTRACT, LONGEST_ITEM, Subject, Unfit, canonical

AT = 1_628_570_700_000
ID = str(id_at(AT, b"one"))
ITEM = {
    "id": ID, "seq": 7, "prev_hash": "ab" * 32, "at": AT, "offset": 0, "direction": "in", "crossed": True,
    "checks": {"temperature": 365}, "subject": {"kind": "person", "phone": "13912345678", "name": "赵敏"},
    "verdict": "admit", "reasons": [], "pack": "test",
}  # fmt: skip
GOOD = json.dumps(ITEM).encode()


def judge(passage):
    canonical(passage)
    check_passage(passage)
    return passage


def mended(correction=Correction(), contract=CONTRACT, raw=None, **changes):
    item = {name: value for name, value in (ITEM | changes).items() if value != "gone"}
    return mend(Sent(raw or json.dumps(item).encode(), contract, b"seed"), correction, judge)


def refused(correction=Correction(), **changes):
    with pytest.raises(Unfit) as told:
        mended(correction, **changes)
    return told.value.reason


def test_it_holds_as_it_was_sent_when_nobody_says_otherwise():
    assert canonical(mended()) == canonical(mended(Correction(leave_out=True)))
    assert mended().seq == 7


@given(
    st.binary(max_size=60)
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps).map(str.encode)
)
def test_it_is_never_anything_worse_than_unfit(raw):
    for correction in (Correction(), Correction(leave_out=True), Correction(happened=AT, crossed=False)):
        with pytest.raises(Unfit):
            mend(Sent(raw, CONTRACT, b"seed"), correction, judge)


@given(
    st.dictionaries(
        st.sampled_from([*ITEM, "note", "gate", "corrects"]),
        st.none()
        | st.integers()
        | st.text(max_size=5)
        | st.dictionaries(st.sampled_from(["kind", "x"]), st.integers()),
    )
)
def test_leaving_out_ends_and_never_changes_what_was_fit(changes):
    try:
        passage = mended(Correction(leave_out=True), **changes)
    except Unfit:
        return
    for name in {"direction", "crossed", "verdict", "at"} - changes.keys():
        assert getattr(passage, name) == ITEM[name]


def test_both_times_are_kept_when_one_is_corrected():
    passage = mended(Correction(happened=AT), at=5_000)
    assert (passage.at, passage.offset) == (5_000, AT - 5_000)
    passage = mended(Correction(happened=AT), at="noon")
    assert (passage.at, passage.offset) == (AT, 0)


def test_a_member_is_left_out_only_when_somebody_says_so():
    assert refused(note="x") == "unknown-field"
    assert mended(Correction(leave_out=True), note="x") == mended()
    assert refused(checks={"temperature": 900}) == "impossible-temperature"
    assert mended(Correction(leave_out=True), checks={"temperature": 900, "mask": "wrong"}).checks.mask == "wrong"
    assert mended(Correction(leave_out=True), corrects=ID).corrects is None
    assert mended(Correction(leave_out=True), reasons=[7]).reasons == []
    assert mended(Correction(leave_out=True), subject=ITEM["subject"] | {"plate": "苏C12345"}).subject.plate is None
    assert mended(Correction(leave_out=True), pack="a\0b").pack == "ab"


@pytest.mark.parametrize("name", ["at", "direction", "crossed", "verdict", "subject"])
def test_what_tells_who_passed_and_how_is_never_made_up(name):
    assert refused(Correction(leave_out=True), **{name: "gone"}) in ("wrong-shape", "subject-unknown")


def test_what_says_nothing_about_the_passage_may_be_missing():
    for name in ("seq", "prev_hash", "offset", "reasons", "pack", "checks", "id"):
        assert refused(**{name: "gone"}) == "wrong-shape"
        assert mended(Correction(leave_out=True), **{name: "gone"}).direction == "in"


def test_a_passage_that_cannot_be_read_is_told_anew():
    told = Correction(
        happened=AT, direction="out", crossed=True, verdict="admit", leave_out=True,
        subject=Subject(kind="vehicle", plate="苏C12345"),
    )  # fmt: skip
    passage = mended(told, raw=b"\xff")
    assert (passage.direction, passage.subject.plate, ms_of(passage.id)) == ("out", "苏C12345", AT)
    assert refused(structs.replace(told, leave_out=False), raw=b"\xff") == "not-json"


def test_temperature_name_subject_and_override_are_said_anew():
    assert mended(Correction(temperature=372), checks={"temperature": 9}).checks.temperature == 372
    assert mended(Correction(name="赵小敏")).subject.name == "赵小敏"
    assert mended(Correction(subject=Subject(kind="person", phone="13900139007"))).subject.name is None
    assert refused(verdict="hold") == "crossed-against-verdict"
    assert mended(Correction(override="rushed to hospital"), verdict="hold").override
    assert mended(Correction(crossed=False), verdict="hold").crossed is False


def test_an_id_that_is_taken_gives_a_fresh_one_always_the_same():
    passage = mended(Correction(fresh=REPLACES, note="the guard saw it"))
    assert str(passage.corrects) == ID
    assert passage.correction == "the guard saw it"
    assert str(passage.id) != ID
    assert ms_of(passage.id) == AT
    assert mended(Correction(fresh=REPLACES, note="the guard saw it")) == passage
    another = mended(Correction(fresh=ANOTHER, note="two people"))
    assert (another.corrects, another.correction) == (None, f"two people [{ID}]")


def test_the_gate_is_the_phones_or_the_one_it_names():
    assert mended(gate=5).gate == 5
    assert mended(Correction(gate="phone"), gate=5).gate is None
    assert mended(Correction(gate=NAMED_GATE), gate=5).gate == 5


def test_what_came_under_another_contract_is_read_only_when_somebody_says_so():
    assert refused(contract=9) == "unknown-contract"
    assert mended(Correction(leave_out=True), contract=9, note="new in 9") == mended()


def test_what_is_too_long_is_too_long_until_it_is_left_out():
    long = {"note": "x" * LONGEST_ITEM}
    assert refused(**long) == "too-long"
    assert mended(Correction(leave_out=True), **long) == mended()


def test_it_is_kept_and_read_again():
    said = Correction(happened=AT, subject=Subject(kind="person", phone="13900139007"), leave_out=True)
    assert read_correction(write_correction(said)) == said
    assert said.names == ["happened", "leave_out", "subject"]


def test_every_act_leads_out_of_one_state_and_nothing_leads_out_of_the_ledger():
    assert {act for acts in TRANSITIONS.values() for act in acts} == set(Act)
    assert {before(act) for act in Act} == set(State) - {State.ENTERED}
