import datetime as dt
import uuid
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.audit.rules import (
    PersonalDataInAudit,
    ReasonUnfit,
    checked_action,
    checked_facts,
    checked_reason,
    checked_subject,
)


class Colour(StrEnum):
    RED = "red"


PERSONAL = [
    "王迪",
    "阿卜杜热合曼·买买提",
    "John Smith",
    "13812341234",
    "11010519491231002X",
    "110105491231002",
    "苏C12345",
    "江苏省徐州市睢宁县",
    "+8613812341234",
    "+85291234567",
    13812341234,
    8613812341234,
    110105194912310021,
    "x" * 65,
    "line\nbreak",
]


@pytest.mark.parametrize("value", PERSONAL, ids=repr)
def test_names_numbers_plates_and_addresses_are_a_bug(value):
    with pytest.raises(PersonalDataInAudit):
        checked_facts({"what": value})
    with pytest.raises(PersonalDataInAudit):
        checked_facts({"what": ["fine", value]})


@pytest.mark.parametrize("value", [value for value in PERSONAL if isinstance(value, str)], ids=repr)
def test_a_subject_is_an_id(value):
    with pytest.raises(PersonalDataInAudit):
        checked_subject(value)


def test_ids_codes_numbers_and_dates_pass():
    id = uuid.UUID("01900000-0000-7000-8000-000000000001")
    facts = {"id": id, "n": 3, "at_ms": 1648800000123, "day": dt.date(2022, 4, 1), "hash": b"\x00\xff", "gone": None}
    assert checked_facts({**facts, "colour": Colour.RED, "yes": True, "nodes": (1, 2)}) == {
        "id": str(id),
        "n": 3,
        "at_ms": 1648800000123,
        "day": "2022-04-01",
        "hash": "00ff",
        "gone": None,
        "colour": "red",
        "yes": True,
        "nodes": [1, 2],
    }
    assert checked_subject(id) == str(id)
    assert checked_subject(None) == ""


@pytest.mark.parametrize("value", [1.5, {"a": 1}, ..., [["nested"]]], ids=repr)
def test_other_shapes_are_a_bug(value):
    with pytest.raises((TypeError, PersonalDataInAudit)):
        checked_facts({"what": value})


def test_a_long_list_is_data_and_no_fact():
    with pytest.raises(PersonalDataInAudit):
        checked_facts({"who": list(range(101))})


@pytest.mark.parametrize("reason", ["流调：核实密接行程", "resident asked for her own record", "第3网格复核"])
def test_a_reason_is_the_one_free_text(reason):
    assert checked_facts({"reason": reason}) == {"reason": reason}


@pytest.mark.parametrize("reason", ["", " ", "x", "y" * 201, "查 13812341234", "1101051949", "a\x00b", "a\ud800b"])
def test_an_unfit_reason_is_refused_in_words(reason):
    with pytest.raises(ReasonUnfit):
        checked_reason(reason)


@pytest.mark.parametrize("action", ["", "revealed", "Person.revealed", "person revealed", "人.看"])
def test_an_action_is_named_thing_happened(action):
    with pytest.raises(ValueError):
        checked_action(action)


@given(text=st.text("〇一二三王李张刘陈杨赵黄周吴", min_size=1, max_size=5))
def test_no_chinese_text_passes_but_as_a_reason(text):
    with pytest.raises(PersonalDataInAudit):
        checked_facts({"note": text})
