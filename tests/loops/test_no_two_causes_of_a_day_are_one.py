"""Whatever hour a drill day is played at, each of its causes is about something of its own: else the fate that one is
dealt would be the other's too."""

import datetime as dt
from collections import Counter

import pytest
import time_machine

from tests.loops.day import causes_of
from tests.loops.ground import Ground, NotYet
from tests.loops.of_desks import lately

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.mark.parametrize("hour", [2, 11, 17])
def test_each_is_about_something_of_its_own(hour):
    with time_machine.travel(dt.datetime(2026, 11, 30, hour, 56, tzinfo=dt.UTC)):
        found = Counter(map(named, causes_of(Ground(compounds=4), many=400)))
    assert [one for one, many in found.items() if many > 1 and one[1]] == []


@pytest.mark.parametrize("minute", [0, 25, 59])
def test_nothing_is_overdue_because_midnight_has_just_passed(minute):
    with time_machine.travel(dt.datetime(2026, 11, 30, 16, minute, tzinfo=dt.UTC)):  # 00:00 to 00:59 at the site
        ground = Ground(compounds=4)
    assert lately(ground) == dt.datetime(2026, 11, 30, 16, tzinfo=dt.UTC)


def named(cause):
    try:
        return cause.kind, cause.name()
    except NotYet:
        return cause.kind, ""
