"""The poster of a gate speaks the words of the pack by which its people decide."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import ImageChops

from kakou.screening.packs import SHIPPED, shipped, version_of
from kakou.screening.packs.wording import degrees
from kakou.screening.printing import Words, gate_poster, poster_of
from kakou.screening.printing.tests.paper import A3, A4, MADE_ON, boxes, pages, picture, size, squeezed, words


def of(code, **other):
    given = {"unit": "幸福里小区", "gate": "东门", "phone": "0516-8888 1234"} | other
    return poster_of(shipped(code), **given, made_on=MADE_ON)


@pytest.mark.parametrize("code", SHIPPED)
def test_it_says_each_step_in_its_order_in_both_languages(code):
    pack, said = shipped(code), words(gate_poster(of(code)))
    for language in ("zh", "en"):
        steps = [squeezed(pack["steps"][name]["text"][language]) for name in pack["order"]]
        asked = [squeezed(pack["steps"][name]["prompt"][language]) for name in pack["order"]]
        places = [said.index(step) for step in steps]
        assert places == sorted(places)
        assert all(prompt in said for prompt in asked)


@pytest.mark.parametrize("code", SHIPPED)
def test_it_says_the_limit_the_place_the_telephone_and_by_which_rules(code):
    pack, said = shipped(code), words(gate_poster(of(code)))
    limit = pack["params"]["temperature_limit"]
    for text in (
        degrees(limit["value"]), limit["text"]["zh"], limit["text"]["en"], "幸福里小区", "东门", "0516-8888 1234",
        "指挥部电话", "Command room", pack["title"]["zh"], pack["title"]["en"], version_of(pack), "2021-08-12",
    ):  # fmt: skip
        assert squeezed(text) in said


def test_it_is_called_by_the_articles_name_only_where_the_steps_are_those():
    assert "三查一看一测一记" in words(gate_poster(of("cn-2021-08")))
    assert "三查一看一测一记" in words(gate_poster(of("cn-2022-06")))
    assert "三查一看一测一记" not in words(gate_poster(of("who-poe")))


def test_an_edited_limit_is_the_one_printed():
    pack = shipped("cn-2021-08")
    pack["params"]["temperature_limit"]["value"] = 375
    said = words(gate_poster(poster_of(pack, unit="幸福里", gate="", phone="", made_on=MADE_ON)))
    assert "37.5°C" in said
    assert "37.3" not in said


def test_without_a_telephone_there_is_no_empty_box_and_the_limit_stands_in_the_middle():
    pdf = gate_poster(of("cn-2021-08", phone=""))
    assert "指挥部" not in words(pdf)
    found = boxes(pdf)
    start = "".join(box[0] for box in found).index("37.3")
    assert (found[start][1] + found[start + 6][3]) / 2 == pytest.approx(A4[0] / 2, abs=6)


@pytest.mark.parametrize("code", SHIPPED)
def test_it_is_one_page_of_a4_or_the_same_larger_on_a3(code):
    small, large = gate_poster(of(code)), gate_poster(of(code), paper="a3")
    assert (pages(small), size(small)) == (1, A4)
    assert (pages(large), size(large)) == (1, A3)
    seen, other = picture(small, dpi=60), picture(large, dpi=60).resize(picture(small, dpi=60).size)
    apart = ImageChops.difference(seen, other).histogram()
    assert sum(apart[128:]) < seen.width * seen.height / 100  # but for the smoothing of edges


@pytest.mark.parametrize("code", SHIPPED)
def test_what_is_to_be_read_from_three_metres_is_large_enough(code):
    """9 mm at 3 m is 10 minutes of arc: twice what healthy eyes need to tell a letter."""
    pack = shipped(code)
    steps = [pack["steps"][name]["text"]["zh"] for name in pack["order"]]
    found = boxes(gate_poster(of(code)))
    text = "".join(box[0] for box in found)
    for step in [*steps, degrees(pack["params"]["temperature_limit"]["value"])]:
        start = text.index(step)
        heights = [(box[4] - box[2]) / 72 * 25.4 for box in found[start : start + len(step)] if box[0] not in "一 ."]
        assert max(heights) > 9


def test_it_stays_readable_in_grey():
    seen = picture(gate_poster(of("cn-2021-08")), dpi=60)
    head = seen.crop((seen.width // 2, seen.height * 4 // 100, seen.width * 9 // 10, seen.height * 8 // 100))
    darkest, lightest = head.getextrema()
    assert darkest == lightest < 80  # the accent, where no letter stands


@pytest.mark.parametrize("gate", ["门" * 60, "W" * 60, "North gate of the second sewage works in the development zone"])
def test_a_long_name_of_a_gate_fits(gate):
    pdf = gate_poster(replace(of("cn-2021-08"), gate=gate))
    assert squeezed(gate) in words(pdf)
    assert pages(pdf) == 1
    assert max(box[3] for box in boxes(pdf)) < A4[0] - 20


def test_a_long_title_and_many_steps_fit():
    poster = of("cn-2021-08")
    poster = replace(
        poster, title=Words("口岸病毒性出血热筛查工作流程说明" * 2, "Border screening " * 5), steps=poster.steps * 2
    )
    pdf = gate_poster(poster)
    assert pages(pdf) == 1
    assert words(pdf).count("测体温") == 2
