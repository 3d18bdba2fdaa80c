import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.people.rules import PlateKind, PlateRefused, parse_plate

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("苏C·12345", PlateKind.STANDARD, "苏C12345"),
        ("苏c 1a2b3", PlateKind.STANDARD, "苏C1A2B3"),
        ("苏Ｃ１２３４５", PlateKind.STANDARD, "苏C12345"),
        ("苏CD12345", PlateKind.NEW_ENERGY_SMALL, "苏CD12345"),
        ("苏CFA1234", PlateKind.NEW_ENERGY_SMALL, "苏CFA1234"),
        ("苏CA12345", PlateKind.NEW_ENERGY_SMALL, "苏CA12345"),
        ("苏C12345D", PlateKind.NEW_ENERGY_LARGE, "苏C12345D"),
        ("苏C1234警", PlateKind.POLICE, "苏C1234警"),
        ("苏C1234挂", PlateKind.TRAILER, "苏C1234挂"),
        ("苏C1234学", PlateKind.LEARNER, "苏C1234学"),
        ("粤Z1234港", PlateKind.HK_MACAO, "粤Z1234港"),
        ("粤ZF023澳", PlateKind.HK_MACAO, "粤ZF023澳"),
        ("使014578", PlateKind.EMBASSY, "使014578"),
        ("224578使", PlateKind.EMBASSY, "224578使"),
        ("沪A0023领", PlateKind.CONSULATE, "沪A0023领"),
        ("苏C12345临", PlateKind.TEMPORARY, "苏C12345临"),
        ("苏X1234应急", PlateKind.EMERGENCY, "苏X1234应急"),
        ("WJ苏1234X", PlateKind.ARMED_POLICE, "WJ苏1234X"),
    ],
)
def test_each_kind_is_told_by_its_shape(typed, kind, text):
    plate = parse_plate(typed)
    assert (plate.kind, plate.text) == (kind, text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "empty"),
        ("苏CI2345", "1 or 0"),
        ("苏CO2345", "1 or 0"),
        ("苏C1234", "7 places"),
        ("苏C1234567", "7 places"),
        ("ABC-123", "declare"),
        ("苏C1234游", "declare"),
    ],
)
def test_what_is_no_plate_is_refused_with_the_nearest_fix(typed, said):
    with pytest.raises(PlateRefused, match=said) as refusal:
        parse_plate(typed)
    assert not typed or typed not in str(refusal.value)


def test_a_foreign_plate_is_taken_when_declared():
    assert parse_plate("b-mw 1234", declared=PlateKind.OTHER).text == "BMW1234"
    assert parse_plate("苏C12345", declared=PlateKind.OTHER).kind is PlateKind.STANDARD
    for wrong in ("x" * 33, "a\x00b", ""):
        with pytest.raises(PlateRefused):
            parse_plate(wrong, declared=PlateKind.OTHER)


def test_a_declared_kind_must_fit():
    assert parse_plate("苏C1234警", declared=PlateKind.POLICE).kind is PlateKind.POLICE
    with pytest.raises(PlateRefused):
        parse_plate("苏C12345", declared=PlateKind.POLICE)


@given(
    st.sampled_from(LETTERS),
    st.text(LETTERS + "0123456789", min_size=5, max_size=5),
    st.sampled_from(["", "·", " ", "-"]),
)
def test_every_plate_of_seven_places_is_read_however_it_is_typed(office, serial, gap):
    assert parse_plate(f"苏{office}{gap}{serial}".lower()) == parse_plate(f"苏{office}{serial}")
    assert parse_plate(f"苏{office}{serial}").kind is PlateKind.STANDARD


@given(st.text(max_size=12), st.sampled_from([None, *PlateKind]))
def test_any_text_is_a_plate_or_refused_in_words(text, declared):
    try:
        plate = parse_plate(text, declared=declared)
    except PlateRefused as refusal:
        assert str(refusal)
    else:
        assert parse_plate(plate.text, declared=plate.kind) == plate
