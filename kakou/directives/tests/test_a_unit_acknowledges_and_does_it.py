"""A unit acknowledges with one tap and says what it did; by whatever page the order is moved, the task follows; and how
long it took until everybody had acknowledged is counted from both."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.access.scope import acting_as
from kakou.directives import actions, queries
from kakou.directives.rules import Paper, Receipt, figures_of, paper_of
from kakou.directives.tests.handing import HOUR, MINUTE, handed, places, task
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.services.rules import PhotoRefused
from kakou.workorders import actions as orders
from kakou.workorders.rules import OrderRefused, State
from tests.cast import AT

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]
SHEET = Paper("application/pdf", b"%PDF-1.7\nx\n%%EOF\n")


def test_who_and_when_is_kept_and_then_it_is_due_as_the_directive_says(places, cast):
    directive = handed(cast.commander, places)
    for minutes in (20, 40):  # once more changes nothing
        with acting_as(cast.secretary):
            actions.acknowledge(task(directive, places.east), by=cast.secretary, at=AT + minutes * MINUTE)
    east = task(directive, places.east)
    assert (east.acknowledged_at, east.acknowledged_by) == (AT + 20 * MINUTE, cast.secretary)
    assert east.order.due_at == east.order.escalate_at == AT + 24 * HOUR


def test_the_page_of_orders_is_as_good(places, cast):
    directive = handed(cast.commander, places)
    with acting_as(cast.worker):
        orders.accept(task(directive, places.east).order, by=cast.worker, at=AT + HOUR)
        order = task(directive, places.east).order
        orders.close(order, evidence={"finding": "双人值守已到位"}, by=cast.worker, at=AT + 2 * HOUR)
    east = task(directive, places.east)
    assert (east.acknowledged_by, east.done_at, east.done_by) == (cast.worker, AT + 2 * HOUR, cast.worker)
    with acting_as(cast.commander):
        assert queries.what_was_done([east]) == {east.pk: "双人值守已到位"}
        orders.reopen(task(directive, places.east).order, reason="未见记录", by=cast.commander, at=AT + 3 * HOUR)
    again = task(directive, places.east)
    assert (again.state, again.done_at, again.acknowledged_at) == (State.REOPENED, None, AT + HOUR)


def test_nothing_is_done_without_saying_what_nor_unacknowledged(places, cast):
    directive = handed(cast.commander, places)
    with acting_as(cast.secretary), pytest.raises(OrderRefused):
        orders.close(task(directive, places.east).order, evidence={"finding": "已落实"}, by=cast.secretary, at=AT)
    with acting_as(cast.secretary), pytest.raises(OrderRefused):
        actions.finish(task(directive, places.east), text="", by=cast.secretary, at=AT + HOUR)
    assert task(directive, places.east).acknowledged_at is None  # nothing half done


def test_a_neighbour_neither_sees_nor_acknowledges(places, cast):
    directive = handed(cast.commander, places)
    east = task(directive, places.east)
    with acting_as(cast.neighbour), pytest.raises(NotFound):
        queries.task_at(east.pk)
    with acting_as(cast.neighbour), pytest.raises((NotFound, NotAllowed)):
        actions.acknowledge(east, by=cast.neighbour, at=AT)


def test_a_unit_reads_the_directive_and_its_paper_though_it_does_not_see_the_street(places, cast):
    directive = handed(cast.commander, places, paper=SHEET)
    east = task(directive, places.east)
    with acting_as(cast.secretary):
        assert queries.directive_of(east).text == directive.text
        (paper,) = queries.papers_of(directive, east)
        assert actions.show_paper(queries.paper_at(paper.pk, east), by=cast.secretary, at=AT) == SHEET
        with pytest.raises(NotFound):
            queries.paper_at(paper.pk, None)
        actions.finish(east, text="见附件", paper=SHEET, by=cast.secretary, at=AT + HOUR)
    with acting_as(cast.commander):
        assert [one.task_id for one in queries.papers_of(directive, east)] == [None, east.pk]
    with acting_as(cast.neighbour):  # what the east did is not the west's
        west = task(directive, places.west)
        assert [one.task_id for one in queries.papers_of(directive, west)] == [None]


@pytest.fixture
def papered(places, cast):
    return handed(cast.commander, places, paper=SHEET)


def test_papers_are_destroyed_on_their_day(papered, as_worker):
    assert actions.forget_papers(by=None, at=AT + dt.timedelta(days=300)) == 0
    assert actions.forget_papers(by=None, at=AT + dt.timedelta(days=400)) == 1


def test_only_pdf_and_pictures_are_taken():
    assert paper_of(SHEET.content) == SHEET
    for wrong in (b"", b"MZ\x90\0", b"<html>", b"PK\3\4"):
        with pytest.raises(PhotoRefused):
            paper_of(wrong)


minutes = st.integers(1, 2_000)


@given(st.lists(st.tuples(st.none() | minutes, st.booleans()), min_size=1, max_size=30))
def test_full_acknowledgement_is_the_last_of_all_or_not_yet(units):
    receipts = [
        Receipt(AT + m * MINUTE if m else None, AT + 9_000 * MINUTE if m and done else None) for m, done in units
    ]
    told = figures_of(receipts, issued_at=AT, acknowledge_by=AT + 120 * MINUTE)
    known = [m for m, _ in units if m]
    assert told.full == (max(known) * MINUTE if len(known) == len(units) else None)
    assert (told.missing, told.in_time) == (len(units) - len(known), sum(m <= 120 for m in known))
    assert told.done == sum(bool(m and done) for m, done in units)
