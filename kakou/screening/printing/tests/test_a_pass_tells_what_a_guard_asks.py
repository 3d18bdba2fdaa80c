"""What stands on a pass: who may go where until when, in Chinese and English, and what to do when it is lost."""

from __future__ import annotations

import pytest

from kakou.screening.passes import spaced
from kakou.screening.printing import KINDS, pass_sheet
from kakou.screening.printing.tests.paper import A4, MADE_ON, a_pass, boxes, pages, size, squeezed, words

UNIT = "幸福里小区"
LONG_DOOR = ("江苏省徐州市睢宁县金城街道红光社区幸福里小区三期第二十八号楼东侧四单元一千二百零一室" * 2)[:60]


def printed(*passes, languages=("zh", "en"), unit=UNIT):
    return pass_sheet(passes, unit=unit, made_on=MADE_ON, languages=languages)


def test_it_says_all_of_it():
    said = words(printed(a_pass()))
    for text in (
        UNIT,
        "王*迪",
        "3 号楼 2 单元 501",
        "2021-08-31",
        "自 2021-08-12 起",
        "from 2021-08-12",
        "遗失请立即告知社区",
        "Lost?",
    ):
        assert squeezed(text) in said
    assert squeezed(spaced(a_pass().text)) in said


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_of_which_kind_it_is(kind):
    said = words(printed(a_pass(kind=kind)))
    assert KINDS[kind].zh + KINDS[kind].en in said


def test_it_speaks_one_language_where_one_is_wanted():
    zh, en = words(printed(a_pass(), languages=("zh",))), words(printed(a_pass(), languages=("en",)))
    assert "居民" in zh and "Resident" not in zh and "Lost" not in zh
    assert "Resident" in en and "居民" not in en and "遗失" not in en


def test_it_puts_the_other_language_first_where_that_is_wanted():
    said = words(printed(a_pass(), languages=("en", "zh")))
    assert "Resident居民" in said


def test_it_holds_no_name_where_none_is_given():
    said = words(printed(a_pass(holder="")))
    assert "持证" not in said
    assert "门牌" in said


def test_it_lasts_until_it_is_cancelled_where_no_last_day_is_given():
    said = words(printed(a_pass(valid_to=None)))
    assert "长期有效Untilcancelled" in said
    assert "有效期至" not in said


@pytest.mark.parametrize(
    "holder",
    [
        "王·迪",
        "古丽·买买提·艾合买提",
        "John Ronald Reuel *********",
        "Łukasz Şahin",
        "Nguyễn Thị Ánh",
        "𬭎㛃喆堃",
        "A" * 64,
        "王" * 64,
    ],
)
def test_it_shows_the_whole_name_and_a_door_of_sixty_characters(holder):
    said = words(printed(a_pass(holder=holder, door=LONG_DOOR)))
    assert squeezed(holder) in said
    assert LONG_DOOR in said


@pytest.mark.parametrize("holder", ["W" * 15, "W" * 64, "WWWWWWWWWWWWWWWW " * 4, "王" * 64, "مستشفى" * 2])
def test_nothing_stands_outside_of_its_card(holder):
    card_right, card_bottom = (210 - 2 * 85.6) / 2 + 85.6, (297 - 5 * 54) / 2 + 54
    pdf = printed(a_pass(holder=holder, door=LONG_DOOR, valid_to=None), unit="睢宁经济开发区" * 5)
    card = [box for box in boxes(pdf) if 297 - box[4] / 72 * 25.4 > 13.5 and 297 - box[2] / 72 * 25.4 < 290]
    assert card
    assert max(box[3] for box in card) / 72 * 25.4 < card_right
    assert max(297 - box[2] / 72 * 25.4 for box in card) < card_bottom


def test_ten_go_on_a_sheet_and_the_eleventh_on_the_next():
    pdf = printed(*(a_pass(n, door=f"{n}-101") for n in range(1, 12)))
    assert pages(pdf) == 2
    assert size(pdf) == A4
    assert "10-101" in words(pdf) and "11-101" not in words(pdf)
    assert "11-101" in words(pdf, page=1)
    assert "共11张" in words(pdf) and "1/2" in words(pdf) and "2/2" in words(pdf, page=1)
