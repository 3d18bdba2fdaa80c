"""How many who rated are satisfied stands among the rates of orders, with its formula, within the reader's walls."""

import pytest
import time_machine

from kakou.access.scope import acting_as
from kakou.services.actions import rate
from kakou.services.rules import Rating
from kakou.services.tests.asking import DAY, HOUR, answered, asked, fresh, places
from kakou.workorders.actions import mark_duplicate
from kakou.workorders.figures.rates import figures, rates
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]


def rated(place, by, rating, *, at=AT):
    request = asked(place, at=at)
    answered(request, by, at=at + HOUR)
    with acting_as(by):
        rate(fresh(request), rating, by=by, at=at + 2 * HOUR)
    return request


@pytest.fixture
def asked_for(places, cast):
    for rating in (Rating.VERY, Rating.OK, Rating.NOT):
        rated(places.garden.pk, cast.commander, rating)
    rated(places.orchard.pk, cast.commander, Rating.NOT)
    rated(places.garden.pk, cast.commander, Rating.NOT, at=AT - 40 * DAY)  # before the span
    asked(places.garden.pk)  # never rated
    return places


def satisfaction(staff, node=None):
    """(kind, part, whole) of each row that has one."""
    [one] = [one for one in rates() if one.name == "satisfaction"]
    with acting_as(staff):
        told = figures(since=AT - DAY, until=AT + DAY, at=AT + 3 * HOUR, node=node)
    return [(row.kind, one.part(row), one.whole(row)) for row in told]


def test_it_is_counted_of_those_who_rated_at_the_places_that_are_seen(asked_for, cast):
    assert satisfaction(cast.commander) == [(None, 2, 4), ("service_request", 2, 4)]
    assert satisfaction(cast.secretary) == [(None, 2, 3), ("service_request", 2, 3)]
    assert satisfaction(cast.commander, asked_for.west.pk) == [(None, 0, 1), ("service_request", 0, 1)]


def test_what_was_joined_with_another_counts_nowhere(asked_for, cast, places):
    one, other = asked(places.garden.pk), asked(places.garden.pk)
    with acting_as(cast.secretary):
        mark_duplicate(fresh(one).order, of=fresh(other).order, by=cast.secretary, at=AT + HOUR)
    assert satisfaction(cast.secretary)[0] == (None, 2, 3)


def test_the_board_shows_it_with_its_formula(asked_for, client, cast):
    with time_machine.travel(AT + 3 * HOUR, tick=False):
        sign_in(client, cast.secretary)
        client.cookies["django_language"] = "en"
        page = client.get("/ledger/loops/board/").content.decode()
        sheet = client.get("/ledger/loops/board/sheet/")
    assert "2 / 3 · 66 %" in page
    assert "requests rated very satisfied or all right ÷ requests that were rated" in page
    assert sheet.status_code == 200
