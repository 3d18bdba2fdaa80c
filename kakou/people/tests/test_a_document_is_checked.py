import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.people.rules import DocumentKind, DocumentRefused, Sex, check_document, last_four
from kakou.people.rules.documents import PROVINCES, check_digit

days = st.dates(dt.date(1850, 1, 1), dt.date(2099, 12, 31))


@st.composite
def resident_bodies(draw):
    province = draw(st.sampled_from(sorted(PROVINCES)))
    county = draw(st.integers(0, 9999))
    return f"{province}{county:04}{draw(days):%Y%m%d}{draw(st.integers(0, 999)):03}"


def test_it_takes_the_number_printed_in_the_standard():
    document = check_document("10", "11010519491231002X")
    assert document.number == "11010519491231002X"
    assert (document.sex, document.birth, document.division) == (Sex.FEMALE, dt.date(1949, 12, 31), "110105")
    assert check_document("10", "440524188001010014").sex is Sex.MALE


@given(resident_bodies())
def test_every_number_with_its_check_digit_is_taken_and_tells_sex_and_birth(body):
    document = check_document("10", body + check_digit(body))
    assert document.birth == dt.datetime.strptime(body[6:14], "%Y%m%d").date()
    assert document.sex == (Sex.MALE if int(body[16]) % 2 else Sex.FEMALE)
    assert document.division == body[:6]


@given(resident_bodies(), st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_refused(body, place, by):
    wrong = body[:place] + str((int(body[place]) + by) % 10) + body[place + 1 :]
    with pytest.raises(DocumentRefused):
        check_document("10", wrong + check_digit(body))


@given(resident_bodies(), st.integers(0, 15))
def test_two_neighbours_swapped_are_refused(body, place):
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    if swapped != body:
        with pytest.raises(DocumentRefused):
            check_document("10", swapped + check_digit(body))


@given(resident_bodies(), st.sampled_from(["", " ", "-", "\u3000"]), st.booleans())
def test_width_case_and_spaces_do_not_make_another_person(body, gap, wide):
    number = body + check_digit(body)
    typed = gap.join([number[:6], number[6:14], number[14:].lower()])
    if wide:
        typed = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in typed)
    assert check_document("10", typed) == check_document("10", number)


@given(st.sampled_from(sorted(PROVINCES)), st.dates(dt.date(1900, 1, 1), dt.date(1999, 12, 31)), st.integers(0, 995))
def test_a_number_of_fifteen_digits_is_the_same_person_as_its_successor(province, birth, serial):
    old = f"{province}0324{birth:%y%m%d}{serial:03}"
    new = f"{province}0324{birth:%Y%m%d}{serial:03}"
    kept, today = check_document("10", old), check_document("10", new + check_digit(new))
    assert kept.number == old
    assert kept.match == today.match
    assert (kept.sex, kept.birth) == (today.sex, today.birth)


def test_the_last_serials_of_old_cards_belong_to_people_born_in_the_century_before():
    assert check_document("10", "320324990101996").birth == dt.date(1899, 1, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("11010519491231", "18 places"),
        ("1101051949123100XX", "digits only"),
        ("990105194912310021", "no province"),
        ("110105194902310021", "no date of birth"),
        ("110105184912310021", "Nobody now alive"),
        ("110105194912310021", "last place"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "digits only"),
    ],
)
def test_a_wrong_number_is_refused_with_a_reason_that_does_not_repeat_it(text, said):
    with pytest.raises(DocumentRefused, match=said) as refusal:
        check_document("10", text)
    assert not text or text not in str(refusal.value)


def test_nobody_is_born_after_the_day_of_the_check():
    body = "32032420210101001"
    check_document("10", body + check_digit(body))
    with pytest.raises(DocumentRefused, match="Nobody"):
        check_document("10", body + check_digit(body), on=dt.date(2020, 12, 31))


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        ("14", "h12345678", "H12345678"),
        ("14", "M1234567801", "M1234567801"),
        ("15", "01234567", "01234567"),
        ("16", "1234567", "1234567"),
        ("20", "e 1234 5678", "E12345678"),
        ("34", "usa110099010203", "USA110099010203"),
        ("99", "军字第0123号", "军字第0123号"),
    ],
)
def test_other_kinds_are_brought_to_one_form(kind, text, number):
    document = check_document(kind, text)
    assert document.number == number
    assert document.match == f"{kind}:{number}"
    assert document.birth is None


def test_a_new_permanent_residence_card_carries_a_birth_date():
    body = "91112319900101001"
    assert check_document("34", body + check_digit(body)).birth == dt.date(1990, 1, 1)
    with pytest.raises(DocumentRefused):
        check_document("10", body + check_digit(body))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("14", "A12345678"),
        ("15", "1234"),
        ("20", "E1"),
        ("34", "911"),
        ("77", "1"),
        ("99", "A\u202e123"),
        ("99", "A\ud83d12"),
    ],
)
def test_what_is_no_such_document_is_refused(kind, text):
    with pytest.raises(DocumentRefused):
        check_document(kind, text)


@given(st.sampled_from(sorted(DocumentKind)), st.text(max_size=40))
def test_any_text_is_either_a_document_or_refused_in_words(kind, text):
    try:
        document = check_document(kind, text)
    except DocumentRefused as refusal:
        assert str(refusal)
    else:
        assert check_document(kind, document.number).match == document.match


def test_a_letter_and_its_accent_meet_when_what_stood_between_them_is_dropped():
    assert check_document("99", "A-\u0301").match == check_document("99", "\u00c1").match


def test_the_last_four_keep_the_x():
    assert last_four("11010519491231002x") == "002X"
    assert last_four("+8613800001234") == "1234"
    assert last_four("A-1") == "A1"
