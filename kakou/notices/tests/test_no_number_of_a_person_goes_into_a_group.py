"""Texts are cut on characters, and numbers of people in them are masked however they are written."""

import unicodedata
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.notices.rules import cut, masked, one_line, plain
from kakou.notices.rules.texts import utf8

ID, PHONE = "11010519491231002X", "13812341234"
GAPS = st.sampled_from(["", " ", "-", ".", "·"])


@given(st.text(max_size=60), st.text(max_size=60), GAPS, st.sampled_from([ID, PHONE]))
def test_it_is_masked_wherever_it_stands(before, after, gap, number):
    spaced = gap.join(number)
    text = f"{before}，{spaced}，{after}"
    assert number[6:14] not in masked(text)
    assert spaced not in masked(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"联系电话{PHONE}。", "联系电话138****1234。"),
        (f"tel:{PHONE}a", "tel:138****1234a"),
        ("电话 138-1234-1234", "电话 138****1234"),
        ("电话 138  1234  1234", "电话 138****1234"),
        ("电话 138–1234–1234", "电话 138****1234"),
        ("电话8613812341234", "电话138****1234"),
        ("电话008613812341234", "电话138****1234"),
        ("电话+86 138 1234 1234", "电话138****1234"),
        ("138\u200b1234\u200b1234", "138****1234"),
        ("电话１３８１２３４１２３４", "电话138****1234"),
        ("١٣٨١٢٣٤١٢٣٤", "138****1234"),
        (f"身份证{ID.lower()}", "身份证110105********002x"),
        ("苏C12345 在南门", "苏C·***45 在南门"),
        ("2021-08-10 12:45 南门失联 15 分钟", "2021-08-10 12:45 南门失联 15 分钟"),
        ("②号楼", "②号楼"),
        ("订单号 1381234123", "订单号 1381234123"),
    ],
)
def test_it_is_masked_however_it_is_written_and_nothing_else_is(text, shown):
    assert masked(text) == shown
    assert masked(shown) == shown


@given(st.uuids())
def test_an_id_of_ours_is_left_whole(id):
    assert masked(f"/loops/{id}/") == f"/loops/{id}/"


@given(st.ip_addresses(v=4), st.sampled_from(["", ":8443", ":18443"]))
def test_a_link_to_a_machine_is_left_whole(address, port):
    link = f"https://{address}{port}/s/follow/?code=123456789"
    assert masked(link) == link


@pytest.mark.parametrize(
    "near", ["https://138.1234.1234", "https://138.123.4.1234", "1.3.8.12341234", "138.12.34.1234"]
)
def test_what_is_no_address_of_a_machine_is_masked(near):
    assert "1234" not in masked(near).removesuffix("1234")


@given(st.text(max_size=300), st.integers(10, 200))
def test_a_text_is_cut_between_characters(text, most):
    made = cut(text, most, utf8, "……")
    assert utf8(made) <= most
    assert made == text or (made.endswith("……") and text.startswith(made.removesuffix("……")))
    if made != text and (rest := text[len(made) - 2 :]):
        assert not unicodedata.combining(rest[0]) and rest[0] not in "\u200d\ufe0f"


def test_what_is_joined_stays_together():
    family = "👨\u200d👩\u200d👧"
    assert cut("a" * 10 + family + "b", 20, utf8, "…") == "a" * 10 + "…"
    with pytest.raises(ValueError):
        cut("a" * 10, 2, utf8, "…")


@given(st.text())
def test_a_header_is_one_line(text):
    assert not {"\n", "\r", "\x00"} & set(one_line(text))
    plain(text).encode()
    assert plain(plain(text)) == plain(text)


def test_masking_does_not_find_a_number_in_a_hex():
    assert str(uuid.UUID(int=int("13812341234" * 3))) in masked(str(uuid.UUID(int=int("13812341234" * 3))))
