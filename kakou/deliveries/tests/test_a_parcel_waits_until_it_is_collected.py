"""Parcels: left for a door, told of, found by the door, given out, destroyed."""

import pytest

from kakou.access.scope import acting_as, acting_as_system
from kakou.deliveries import actions
from kakou.deliveries.queries.parcels import door_of, for_door, listed, seen
from kakou.deliveries.rules import GoodsRefused, masked_door
from kakou.deliveries.tests.bringing import (
    AT,
    DAY,
    HOUR,
    WAY,
    Delivery,
    Parcel,
    State,
    announced,
    fresh,
    left,
    places,
    step,
)
from kakou.kernel.errors import NotAllowed
from kakou.skills.tests.helping import at_work

__all__ = ["places"]


def test_a_door_shows_its_ends_alone():
    assert masked_door("3栋2单元501") == "3******1"
    assert masked_door("501") == "***"


def test_from_the_carrier_to_whoever_fetches_it(cast, places):
    old, new = left(places, cast.recorder, at=AT - 3 * DAY), left(places, cast.recorder, door="1栋1单元101")
    with acting_as(cast.recorder):
        assert [row.pk for row in listed(node=None, collected=False)] == [old.pk, new.pk]
        assert [row.pk for row in for_door(listed(node=None, collected=False), "３栋2单元-501")] == [old.pk]
        assert actions.tell([old.pk, new.pk], by=cast.recorder, at=AT) == 2
        assert actions.tell([old.pk, new.pk], by=cast.lead, at=AT + HOUR) == 0
        actions.collect(old, name="杨娟", by=cast.recorder, at=AT + HOUR)
        with pytest.raises(GoodsRefused):
            actions.collect(old, name="吴超", by=cast.recorder, at=AT + HOUR)
        [told] = seen(listed(node=None, collected=True))
        [waits] = seen(listed(node=None, collected=False))
    assert (told.collector, told.row.collected_by, told.door) == ("杨*", cast.recorder, "3******1")
    assert (told.row.told_by, waits.row.pk) == (cast.recorder, new.pk)
    assert not waits.old(AT)
    assert waits.old(AT + 2 * DAY)


def test_the_neighbour_sees_and_gives_out_nothing(cast, places):
    row = left(places, cast.recorder)
    with acting_as(cast.neighbour):
        assert not listed(node=None, collected=False).exists()
    with acting_as(cast.recorder), pytest.raises(NotAllowed):
        actions.collect(row, name="杨娟", by=cast.neighbour, at=AT)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_what_is_over_is_destroyed_on_its_day_and_what_waits_is_kept(cast, places):
    done, waits = left(places, cast.recorder), left(places, cast.recorder)
    with acting_as(cast.recorder):
        actions.collect(done, name="杨娟", by=cast.recorder, at=AT)
    never_came, here = announced(places), announced(places, plate="苏C00002")
    step(here, WAY[0], by=cast.recorder)
    with at_work():
        assert actions.forget_deliveries(by=None, at=AT + 89 * DAY) == (0, 1)
        assert actions.forget_deliveries(by=None, at=AT + 90 * DAY) == (1, 0)
    with acting_as_system():
        assert [row.pk for row in Parcel.objects.all()] == [waits.pk]
        assert [row.pk for row in Delivery.objects.all()] == [here.pk]
        assert door_of(fresh(waits)) == "3栋2单元501"
        assert fresh(here).state == State.ARRIVED
    assert never_came.pk != here.pk
