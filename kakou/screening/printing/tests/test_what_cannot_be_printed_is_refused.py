"""A character that no font has, a text that fits nowhere, more than a job takes: told, never cut and never a box."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from kakou.screening.packs import shipped
from kakou.screening.printing import NotPrintable, TooMuchToPrint, gate_poster, pass_sheet, poster_of
from kakou.screening.printing.characters import printable
from kakou.screening.printing.fonts import covered
from kakou.screening.printing.tests.paper import MADE_ON, a_pass

NO_FONT_HAS = "\U00031350"  # of extension H


def printed(*passes, unit="幸福里小区"):
    return pass_sheet(passes, unit=unit, made_on=MADE_ON)


@pytest.mark.parametrize("missing", [NO_FONT_HAS, "\ue000", "\u0378", "\x07", "\ud800"])
def test_a_character_without_a_glyph_is_named(missing):
    with pytest.raises(NotPrintable) as refused:
        printed(a_pass(), a_pass(holder=f"王{missing}迪"))
    assert f"U+{ord(missing):04X}" in str(refused.value)
    assert "王" not in refused.value.params["characters"]


def test_it_is_refused_on_a_poster_too():
    poster = poster_of(shipped("cn-2021-08"), unit="幸福里", gate=f"{NO_FONT_HAS}门", phone="", made_on=MADE_ON)
    with pytest.raises(NotPrintable):
        gate_poster(poster)


def test_rare_characters_of_names_are_there():
    assert printable("𬭎㛃喆堃䶮𠅤𰻝·") == "𬭎㛃喆堃䶮𠅤𰻝·"


def test_every_character_of_gbk_and_of_the_first_unified_blocks_is_there():
    gbk = {bytes([a, b]).decode("gbk", "ignore") for a in range(0x81, 0xFF) for b in range(0x40, 0xFF)}
    han = {chr(n) for n in [*range(0x3400, 0x4DB6), *range(0x4E00, 0x9FF0)]}
    wanted = {c for text in gbk for c in text if unicodedata.category(c)[0] in "LN"} | han
    assert not [c for c in wanted if ord(c) not in covered()]


def is_chinese(character):
    return "CJK" in unicodedata.name(character, "")


# of the ideographs: what else stands among them is drawn by another font, which this reader does not open
@given(st.characters(categories=["Lo"], min_codepoint=0x3400, max_codepoint=0x323AF).filter(is_chinese))
def test_what_is_refused_is_what_another_reader_of_the_font_draws_as_a_box(character):
    refused = False
    try:
        printable(character)
    except NotPrintable:
        refused = True
    font = chinese()
    assert refused == (bytes(font.getmask(character)) == bytes(font.getmask(NO_FONT_HAS)))


@cache
def chinese():
    return ImageFont.truetype(str(files("manimgx_fonts_cjk") / "NotoSansCJK-VF.otf.ttc"), 40, index=2)


@pytest.mark.parametrize(
    "long", [{"holder": "王" * 120, "door": "门" * 120}, {"holder": "王" * 121}, {"holder": "م" * 60}]
)
def test_what_fits_nowhere_is_not_cut(long):
    with pytest.raises(TooMuchToPrint) as refused:
        printed(a_pass(**long), unit="区" * 60)
    assert long["holder"][:40] in str(refused.value)


def test_what_looks_like_markup_is_told_as_it_is():
    with pytest.raises(TooMuchToPrint) as refused:
        printed(a_pass(holder='#"x"\\' * 24, door="门" * 120), unit="区" * 60)
    assert '#"x"\\#"x"\\' in str(refused.value)


def test_five_hundred_are_printed_and_no_more():
    with pytest.raises(TooMuchToPrint):
        printed(*[a_pass()] * 501)


def test_nothing_is_no_sheet():
    with pytest.raises(TooMuchToPrint):
        printed()
