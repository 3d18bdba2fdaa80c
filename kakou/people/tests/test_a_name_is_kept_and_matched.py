import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kakou.people.rules import NameRefused, check_name, name_initials, normalise_name

RARE = "王\U00020164"  # Ext B
NEWER = "王\U00031350"  # Ext H, younger than the Unicode of Python 3.11


@pytest.mark.parametrize("dot", "·•‧・･．.∙⋅")
def test_every_dot_is_the_same_dot(dot):
    assert normalise_name(f"阿不都{dot}热合曼") == normalise_name(f"阿不都 {dot} 热合曼") == "阿不都·热合曼"


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("王 迪", "王迪"),
        ("王\u3000迪", "王迪"),
        ("ＡＮＮＡ  Smith", "anna smith"),
        ("Anna 李", "anna李"),
        (RARE, RARE),
        (NEWER, NEWER),
        ("葛\U000e0100", "葛"),  # with a variation selector
        ("\uf900", "豈"),  # compatibility ideograph
        ("Straße", "strasse"),
    ],
)
def test_it_is_matched_in_one_form(typed, form):
    assert check_name(typed)
    assert normalise_name(typed) == form


@given(st.text(max_size=64))
@example("\u0345 \u0308a")
@example("a \u0301")
def test_the_form_of_a_form_is_itself(text):
    assert normalise_name(normalise_name(text)) == normalise_name(text)


@given(st.text(max_size=64))
def test_how_the_keyboard_composes_does_not_matter(text):
    assert normalise_name(unicodedata.normalize("NFD", text)) == normalise_name(unicodedata.normalize("NFC", text))


@given(st.text(max_size=80))
def test_a_name_is_kept_as_typed_or_refused_in_words(text):
    try:
        assert check_name(text) == text.strip()
    except NameRefused as refusal:
        assert str(refusal)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "·",
        "王\x00迪",
        "王\n迪",
        "王\u202e迪",
        "王\u200b迪",
        "王\ufffe",
        "王\ud800",
        "x" * 65,
        "\u2028王",
        "\x1b[31m王",
    ],
)
def test_what_cannot_be_printed_safely_is_refused(text):
    if text == "\u2028王":
        assert check_name(text) == "王"  # at the edge it is white space
        return
    with pytest.raises(NameRefused):
        check_name(text)


def test_sixty_four_characters_are_not_too_many():
    assert len(check_name("\U00020164" * 64)) == 64


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("王迪", "wd"),
        ("单田芳", "stf"),
        ("单田芳", "dtf"),
        ("解晓东", "xxd"),
        ("仇英", "qy"),
        ("曾国", "zg"),
        ("阿不都·热合曼", "abdrhm"),
        ("Anna-Maria O'Neill", "amo"),
        ("Élodie Dupont", "ed"),
        ("ＷＡＮＧ Di", "wd"),
        (NEWER, "wq"),
        ("王\U0003fff0", "w"),  # no reading known
    ],
)
def test_it_is_found_by_its_initials(name, typed):
    assert typed in name_initials(name)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=64))
def test_the_readings_of_a_name_are_never_many(name):
    assert len(name_initials(name)) <= 16


@given(st.text(max_size=64))
def test_initials_depend_on_the_form_only(text):
    assert name_initials(text) == name_initials(normalise_name(text))
