import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.people.rules import PhoneRefused, normalise_phone


@pytest.mark.parametrize(
    "typed",
    [
        "13800001234",
        "138 0000 1234",
        "138-0000-1234",
        "+86 138 0000 1234",
        "008613800001234",
        "8613800001234",
        "１３８００００１２３４",
    ],
)
def test_one_mobile_number_has_one_form(typed):
    assert normalise_phone(typed) == "+8613800001234"


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("0516-8332 1234", "+8651683321234"),
        ("(010) 6512 3456", "+861065123456"),
        ("+86 516 8332 1234", "+8651683321234"),
        ("+1 (415) 555-2671", "+14155552671"),
        ("0044 20 7946 0958", "+442079460958"),
    ],
)
def test_landlines_and_numbers_from_abroad_are_taken(typed, form):
    assert normalise_phone(typed) == form


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12800001234",
        "1380000123",
        "138000012345",
        "+0123456789",
        "+8612800001234",
        "+12345",
        "call me",
        "١٣٨٠٠٠٠١٢٣٤",
    ],
)
def test_what_cannot_be_dialled_is_refused_without_being_repeated(typed):
    with pytest.raises(PhoneRefused) as refusal:
        normalise_phone(typed)
    assert not typed or typed not in str(refusal.value)


@given(st.text(max_size=30) | st.from_regex(r"\+?[0-9 ()-]{6,18}", fullmatch=True))
def test_the_form_of_a_form_is_itself(text):
    try:
        form = normalise_phone(text)
    except PhoneRefused:
        return
    assert form.startswith("+")
    assert normalise_phone(form) == form


CASES = json.loads((Path(__file__).parents[3] / "contracts/vectors/subject/phones.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_a_gate_phone_takes_the_same_numbers(case):
    if case["is_number"]:
        assert normalise_phone(case["text"]).startswith("+")
    else:
        with pytest.raises(PhoneRefused):
            normalise_phone(case["text"])
