"""What is put right at the desk is right on the sheet of the day too, and nothing that the paper said is lost by it."""

import pytest

from kakou.access.scope import acting_as
from kakou.ledger.actions.correcting import correct
from kakou.ledger.actions.taking_back import take_back
from kakou.ledger.gatesheet.numbering import State
from kakou.ledger.models import PaperEntry, Passage
from kakou.ledger.queries.versions import heads_of, versions_of
from kakou.ledger.tests.deskwork import MINUTE, passage, visitor
from kakou.ledger.tests.test_paper_comes_into_the_ledger import (
    LINE,
    NOON,
    WHY,
    brought,
    counted,
    forms,
    garden,
    phone,
    sheet,
    typed,
)
from tests.cast import AT

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
__all__ = ["garden", "phone"]
CAR = {"kind": "vehicle", "plate": "苏CD1234"}
NOBODY = {"direction": "through", "crossed": False, "checks": {}, "verdict": "admit", "reasons": []}


@pytest.fixture
def desk(cast):
    """A community worker at his desk."""
    with acting_as(cast.worker):
        yield cast.worker


def put_right(by, id, **change):
    heads = {one.passage.pk for one in heads_of(versions_of(Passage.objects.get(pk=id)))}
    return correct(Passage.objects.get(pk=id), change=change, seen=heads, reason="看错了", by=by, at=AT)


def lines_that_count(gate):
    return [line for line in sheet(gate).lines if line.state is State.HOLDS]


def test_whoever_sat_in_a_vehicle_has_the_plate_that_was_put_right(phone, desk):
    [car] = phone.send(passage(CAR, at=NOON, checks={}, aboard=2))
    phone.send(*(passage(visitor(nth), at=NOON + MINUTE, rides=car) for nth in (1, 2)))
    put_right(desk, car, subject=CAR | {"plate": "苏CD1235"})
    put_right(desk, car, subject=CAR | {"plate": "苏CD1236"})
    assert [line.plate for line in lines_that_count(phone.node)] == ["苏CD1236"] * 3


def test_a_line_of_paper_that_is_corrected_keeps_what_the_paper_said_besides(phone, desk):
    said = {"address": "3号楼2单元", "origin": "亲戚家", "reason": "不是住户", "passed": "劝返"}
    [form] = forms(phone.node, desk)
    brought(typed(form, LINE | said), phone.node, desk)
    [before] = lines_that_count(phone.node)
    put_right(desk, before.id, direction="out")
    put_right(desk, before.id, checks={"temperature": 368})
    [after] = lines_that_count(phone.node)
    assert (after.way, after.checks) == ("out", {"temperature": 368})
    kept = [(one.address, one.coming_from, one.by_hand, one.recorder) for one in (before, after)]
    assert kept == [("3号楼2单元", "亲戚家", "不是住户", "王组长")] * 2


def test_rows_that_correct_each_other_in_a_circle_stand_on_the_sheet(phone, desk):
    """Of a phone that somebody meddled with."""
    one, other = (passage(visitor(nth), at=NOON, correction="x") for nth in (1, 2))
    phone.send(one | {"corrects": other["id"]}, other | {"corrects": one["id"]})
    assert len(sheet(phone.node).lines) == 2


def test_what_a_phone_takes_back_is_struck_through_and_counted_nowhere(phone, desk):
    """As its undo of ten seconds says it: nobody went through, and nobody was turned back either."""
    [id] = phone.send(passage(visitor(1), at=NOON, verdict="persuade_back"))
    phone.send(passage(visitor(1), at=NOON + MINUTE, corrects=id, correction="按错了", **NOBODY))
    told = sheet(phone.node)
    assert [line.state for line in told.lines] == [State.TAKEN_BACK, State.REPLACED]
    assert [line.standing for line in told.lines] == ["taken_back", "turned_back"]
    assert (told.totals.counted, told.totals.replaced, counted(phone.node)) == (0, 2, (0, 0, 0))


def test_whoever_is_turned_back_while_passing_by_is_counted(phone, desk):
    """The same of a row that corrects none: somebody was there."""
    phone.send(passage(visitor(1), at=NOON, verdict="persuade_back", direction="through", checks={}))
    assert counted(phone.node) == (0, 0, 1)
    assert [line.standing for line in sheet(phone.node).lines] == ["turned_back"]


def test_paper_that_was_taken_back_places_nobody_at_the_gate_and_says_nothing_of_his_heat(phone, desk):
    """Neither contacts nor fevers follow from what should never have been typed in."""
    [form] = forms(phone.node, desk)
    brought(typed(form, LINE | {"temperature": "38.6", "health": "黄码"}), phone.node, desk)
    take_back(PaperEntry.objects.get(), reason=WHY, by=desk, at=AT)
    [row] = Passage.objects.filter(corrects__isnull=False)
    assert row.takes_back
    assert (row.temperature, row.health, row.purpose) == (None, 0, 0)
    assert [line.state for line in sheet(phone.node).lines] == [State.TAKEN_BACK, State.REPLACED]
