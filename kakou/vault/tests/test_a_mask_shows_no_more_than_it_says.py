import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.vault.rules import Kind, mask, mask_address, mask_document, mask_name, mask_phone, mask_plate

digits = st.text("0123456789", min_size=18, max_size=18)
words = st.text(min_size=1, max_size=60).map(str.strip).filter(bool)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("document", "11010519491231002X", "110105********002X"),
        ("document", "110105491231002", "110105******002"),
        ("document", "E12345678", "E******78"),
        ("document", "1234", "****"),
        ("phone", "13812341234", "138****1234"),
        ("phone", "+8613812341234", "138****1234"),
        ("phone", "+8651688881234", "********234"),
        ("phone", "+85291234567", "*********567"),
        ("phone", "051688881234", "*********234"),
        ("phone", "110", "***"),
        ("name", "王迪", "王*"),
        ("name", "王小明", "王**"),
        ("name", "阿卜杜热合曼·买买提", "阿***"),
        ("name", "𠮷野家", "𠮷**"),
        ("name", "王", "*"),
        ("plate", "苏C12345", "苏C·***45"),
        ("plate", "苏CD12345", "苏C·****45"),
        ("plate", "苏C·12345", "苏C·***45"),
        ("plate", "C12", "****"),
        ("address", "江苏省徐州市睢宁县睢城街道八一路3号", "江苏省徐州市睢宁县****"),
        ("address", "阳光小区3号楼2单元501室", "****"),
        ("address", "睢宁县", "****"),
        ("address", "北京市海淀区学院路5号", "北京市海淀区****"),
        ("address", "江苏省徐州市睢宁县睢城街道阳光小区3号楼", "江苏省徐州市睢宁县****"),
        ("address", "睢城街道八一村小区", "****"),
        ("address", "新疆维吾尔自治区喀什市解放路1号", "新疆维吾尔自治区喀什市****"),
        ("name", None, ""),
        ("phone", "  ", ""),
    ],
)
def test_it_masks_as_the_office_writes_it(kind, value, shown):
    assert mask(kind, value) == shown


def test_a_kind_nobody_classified_is_refused_rather_than_shown():
    with pytest.raises(ValueError):
        mask("nickname", "王迪")


@given(a=digits, b=digits)
def test_documents_that_differ_only_under_the_stars_look_the_same(a, b):
    assert mask_document(a) == mask_document(a[:6] + b[6:14] + a[14:])


@given(a=st.text("0123456789", min_size=10, max_size=10), b=st.text("0123456789", min_size=4, max_size=4))
def test_phones_that_differ_only_under_the_stars_look_the_same(a, b):
    assert mask_phone("1" + a) == mask_phone("1" + a[:2] + b + a[6:])


@given(value=words, other=words)
def test_a_name_shows_its_first_character_only(value, other):
    long_enough = len(value) > 4 and len(other) > 3
    if long_enough and not any(map(_combines, value[1:] + other)):
        assert mask_name(value) == mask_name(value[0] + other)


@given(value=words)
def test_no_mask_shows_more_than_ten_characters_or_adds_any(value):
    for kind in (Kind.DOCUMENT, Kind.PHONE, Kind.PLATE):
        shown = mask(kind, value).replace("*", "").replace("·", "")
        assert len(shown) <= 10
        assert set(shown) <= set(value)


@given(value=words)
def test_at_least_three_characters_of_a_long_value_are_hidden(value):
    if len(value) >= 8:
        for kind in (Kind.DOCUMENT, Kind.PHONE):
            assert mask(kind, value).count("*") >= 3


@given(street=words)
def test_an_address_shows_no_digit_and_nothing_behind_the_county(street):
    shown = mask_address("江苏省徐州市睢宁县" + street)
    assert shown == "江苏省徐州市睢宁县****"


@given(text=st.text("阳光小社区园路号楼街道镇村0123456789县", max_size=30))
def test_an_address_never_shows_a_number(text):
    assert not any(character.isdigit() for character in mask_address(text))


@given(
    text=st.text("苏京ABC0123456789", min_size=7, max_size=8), other=st.text("ABC0123456789", min_size=8, max_size=8)
)
def test_plates_that_differ_only_under_the_stars_look_the_same(text, other):
    assert mask_plate(text) == mask_plate(text[:2] + other[: len(text) - 4] + text[-2:])


def _combines(character):
    import unicodedata

    return bool(unicodedata.combining(character))
