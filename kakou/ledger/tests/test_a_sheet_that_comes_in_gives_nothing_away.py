"""What comes in from a desk is compared with the ledger: nothing is learned by trying, and nothing of it is dropped."""

from dataclasses import replace

import pytest

from kakou.access.scope import acting_as
from kakou.ledger.actions.correcting import correct
from kakou.ledger.gatesheet import words
from kakou.ledger.gatesheet.papers import sheet_of
from kakou.ledger.tests.deskwork import passage, visitor
from kakou.ledger.tests.test_paper_comes_into_the_ledger import (
    LINE,
    NOON,
    brought,
    counted,
    driven_and_riding,
    forms,
    garden,
    phone,
    refused,
    sheet,
    typed,
)
from tests.cast import AT

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
__all__ = ["garden", "phone"]


def test_nobody_is_unmasked_by_bringing_in_guesses(garden, phone, cast):
    """Whether a whole value is right is told to who may unmask alone; and a row of the ledger once in a sheet."""
    with acting_as(cast.worker):
        phone.send(passage(visitor(1), at=NOON))
        [line] = sheet(phone.node).lines
        guesses = line, replace(line, phone="+8613900139999")
        right, wrong = (sheet_of([guess], "zh", masked=False) for guess in guesses)
        told = refused(right, phone.node, cast.worker)
        assert told == refused(wrong, phone.node, cast.worker)
        assert told == [("姓名", words.NOT_AS_MASKED), ("手机号", words.NOT_AS_MASKED)]
        twice = sheet_of([line, line], "zh", masked=True)
        assert refused(twice, phone.node, cast.worker) == [("编号", words.ROW_TWICE)]
    with acting_as(cast.secretary):
        assert brought(right, phone.node, cast.secretary).same == 1
        assert refused(wrong, phone.node, cast.secretary) == [("手机号", words.CHANGED)]


def test_whoever_is_turned_back_and_then_let_pass_in_one_minute_is_two_lines(garden, phone, cast):
    """He put his mask on; paper is written to the minute."""
    with acting_as(cast.worker):
        [form] = forms(phone.node, cast.worker)
        both = typed(form, LINE | {"passed": "劝返", "reason": "未戴口罩"}, LINE)
        assert brought(both, phone.node, cast.worker).added == 2
        assert counted(phone.node) == (1, 0, 1)


def test_how_many_sat_in_a_vehicle_that_is_known_is_lost_by_no_second_form(garden, phone, cast):
    bus, second = LINE | {"plate": "苏CD1234"}, LINE | {"plate": "苏CD1234", "name": "王迪", "phone": "13900130008"}
    with acting_as(cast.worker):
        one, other = forms(phone.node, cast.worker, many=2)
        brought(typed(one, bus), phone.node, cast.worker)
        late = typed(other, second | {"aboard": "30"})
        assert refused(late, phone.node, cast.worker) == [("同车人数", words.ABOARD_UNSAID)]
        [driven], _ = driven_and_riding()
        correct(driven, change={"aboard": 3}, seen={driven.pk}, reason="数过了", by=cast.worker, at=AT)
        assert refused(late, phone.node, cast.worker) == [("同车人数", words.ABOARD_KNOWN)]
        assert brought(typed(other, second | {"aboard": "3"}), phone.node, cast.worker).added == 1
