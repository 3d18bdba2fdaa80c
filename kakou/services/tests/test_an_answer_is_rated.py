"""Whoever reported rates the answer, himself or when he is called back: content closes the order, not satisfied opens
it again, once."""

import pytest

from kakou.access.scope import acting_as
from kakou.audit.models import Event
from kakou.kernel.errors import NotAllowed
from kakou.services import actions
from kakou.services.queries import requests as queries
from kakou.services.queries.following import around, followed, found
from kakou.services.rules import After, Rating, RatingRefused
from kakou.services.tests.asking import HOUR, PHONE, answered, asked, fresh, order_of, places
from kakou.workorders import actions as orders
from tests.cast import AT

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]
FOUR = PHONE[-4:]


@pytest.fixture
def request_(places):
    return asked(places.garden.pk)


def rated(request, rating, *, at=AT + 2 * HOUR, remark=""):
    """As whoever knows code and four digits."""
    with around(request.code):
        return actions.rate(found(request.code, FOUR), rating, remark=remark, by=None, at=at)


def test_before_there_is_an_answer_there_is_nothing_to_rate(request_):
    with pytest.raises(RatingRefused):
        rated(request_, Rating.VERY)
    assert fresh(request_).rating == ""


@pytest.mark.parametrize("rating", [Rating.VERY, Rating.OK])
def test_who_is_content_closes_it(request_, cast, rating):
    answered(request_, cast.secretary)
    assert rated(request_, rating) is After.CLOSE
    assert (order_of(request_).state, order_of(request_).closed_by) == ("closed", None)
    assert fresh(request_).rating == rating
    with pytest.raises(RatingRefused):
        rated(request_, Rating.NOT)


def test_who_is_not_satisfied_opens_it_again_once(request_, cast):
    answered(request_, cast.secretary)
    assert rated(request_, Rating.NOT, remark="还是不亮") is After.REOPEN
    assert (order_of(request_).state, order_of(request_).due_clock) == ("reopened", "finish")
    with acting_as(cast.secretary):
        assert queries.seen(fresh(request_)).remark == "还是不亮"
        assert queries.answer_of(fresh(request_).order) == ""  # the former answer is none any more
    answered(request_, cast.secretary, at=AT + 3 * HOUR, text="灯泡已换")
    assert rated(request_, Rating.NOT, at=AT + 4 * HOUR) is After.KEEP
    assert order_of(request_).state == "answered"  # for somebody else to verify


def test_what_staff_closed_is_opened_again_too(request_, cast):
    answered(request_, cast.secretary)
    with acting_as(cast.secretary):
        orders.close(fresh(request_).order, evidence={}, by=cast.secretary, at=AT + HOUR)
    assert rated(request_, Rating.NOT) is After.REOPEN
    assert order_of(request_).state == "reopened"


def test_who_called_back_writes_it_down_in_his_own_name(request_, cast):
    answered(request_, cast.secretary)
    with acting_as(cast.neighbour), pytest.raises(NotAllowed):
        actions.rate(request_, Rating.VERY, by=cast.neighbour, at=AT + HOUR)
    with acting_as(cast.worker):
        actions.rate(fresh(request_), Rating.VERY, by=cast.worker, at=AT + HOUR)
    assert (fresh(request_).rated_by, order_of(request_).closed_by) == (cast.worker, cast.worker)
    assert Event.objects.using("owner").get(action="request.rated").facts == {"rating": "very", "then": "closed"}


def test_a_stranger_with_the_code_sees_where_it_stands_and_the_answer_and_nothing_else(request_, cast):
    assert followed(request_.code, "0000", at=AT) is None
    assert followed("100000007", FOUR, at=AT) is None
    shown = followed(f" {request_.code} ", FOUR, at=AT)
    assert (shown.state, shown.answer, shown.may_rate) == ("reported", "", False)
    answered(request_, cast.secretary)
    shown = followed(request_.code, FOUR, at=AT + HOUR)
    assert (shown.state, shown.answer, shown.may_rate) == ("answered", "路灯已修好", True)
    assert not {"text", "phone", "name", "contact"} & set(shown.__slots__)


def test_who_reported_the_same_as_another_follows_that_one(request_, places, cast):
    other = asked(places.garden.pk, phone="+8613900139001")
    with acting_as(cast.secretary):
        orders.accept(fresh(other).order, by=cast.secretary, at=AT)
        orders.dispatch(fresh(other).order, unit=places.west.pk, by=cast.secretary, at=AT)
        orders.mark_duplicate(fresh(request_).order, of=fresh(other).order, by=cast.secretary, at=AT)
    answered(other, cast.neighbour)
    shown = followed(request_.code, FOUR, at=AT + HOUR)
    assert (shown.joined, shown.state, shown.answer, shown.may_rate) == (True, "answered", "路灯已修好", False)
    assert followed(request_.code, "9001", at=AT) is None
