"""The text in a pass: short enough for a small code, and a wrong character is always noticed."""

from __future__ import annotations

import json

import pytest
import segno
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kakou.kernel.letters import LETTERS
from kakou.screening.passes import PassMisread, pass_id, pass_text, spaced
from kakou.screening.tests.vectors import VECTORS

CASES = json.loads((VECTORS / "pass/pass.json").read_text("utf-8"))


@pytest.mark.parametrize("good", CASES["good"], ids=lambda good: good["id"])
def test_it_is_written_and_read_as_the_phone_does(good):
    from uuid import UUID

    assert (pass_text(UUID(good["id"])), spaced(good["text"])) == (good["text"], good["spaced"])
    assert str(pass_id(good["text"])) == good["id"]


@pytest.mark.parametrize("typed", CASES["typed"], ids=lambda typed: typed["name"])
def test_it_is_read_as_people_type_it(typed):
    assert str(pass_id(typed["text"])) == typed["id"]


@pytest.mark.parametrize("misread", CASES["misread"], ids=lambda misread: misread["name"])
def test_what_was_misread_is_refused(misread):
    with pytest.raises(PassMisread):
        pass_id(misread["text"])


@given(st.uuids(), st.integers(2, 27), st.sampled_from(LETTERS))
def test_one_wrong_character_is_always_noticed(id, place, letter):
    text = pass_text(id)
    wrong = text[:place] + letter + text[place + 1 :]
    if wrong == text:
        assert pass_id(wrong) == id
    else:
        with pytest.raises(PassMisread):
            pass_id(wrong)


@given(st.uuids(), st.integers(2, 26))
def test_two_neighbours_swapped_are_always_noticed(id, place):
    text = pass_text(id)
    wrong = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if wrong != text:
        with pytest.raises(PassMisread):
            pass_id(wrong)


@given(st.uuids())
def test_its_code_is_small(id):
    text = pass_text(id)
    assert len(text) <= 50
    code = segno.make(text, error="m", micro=False)
    assert (code.version, code.mode) == (2, "alphanumeric")


def test_a_camera_reads_it_from_its_picture(tmp_path):
    from uuid import UUID

    text = pass_text(UUID(CASES["good"][2]["id"]))
    segno.make(text, error="m", micro=False).save(tmp_path / "pass.png", scale=4, border=4)
    [found] = zxingcpp.read_barcodes(Image.open(tmp_path / "pass.png"))
    assert found.text == text
