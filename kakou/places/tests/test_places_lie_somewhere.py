"""Where a unit or an entrance lies is said by whoever may change places, kept with who said so, and taken back."""

import datetime as dt

import pytest

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.places import actions, queries
from kakou.places.geo import Shape, ShapeKind, ShapeRefused, read_shape
from kakou.places.models import Entrance, Geometry, Unit
from kakou.places.rules import ShapeSource
from kakou.places.tests.test_the_pages_of_places import places
from tests.cast import AT

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
__all__ = ["places"]
POINT = read_shape({"type": "Point", "coordinates": [117.95, 33.9]})
OUTLINE = read_shape(
    {"type": "Polygon", "coordinates": [[[117.9, 33.9], [117.91, 33.9], [117.91, 33.91], [117.9, 33.9]]]}
)


def located(node, by, shape=POINT, source=ShapeSource.SURVEYED):
    actions.locate(node.pk, shape=shape, source=source, measured_on=dt.date(2021, 7, 31), by=by, at=AT)


def test_a_place_is_put_on_the_map_and_moved_there(places, cast):
    with acting_as(cast.secretary):
        located(places.garden, cast.secretary)
        located(places.garden_gate, cast.secretary)
        located(places.garden, cast.secretary, OUTLINE)
        assert queries.shapes() == {places.garden.pk: OUTLINE, places.garden_gate.pk: POINT}
        kept = queries.geometry_of(places.garden.pk)
        assert (kept.west, kept.north, kept.source, kept.set_by) == (117.9, 33.91, "surveyed", cast.secretary)
        assert (kept.lon, kept.lat) == OUTLINE.middle


def test_it_is_taken_off_the_map_and_then_it_is_not_there(places, cast):
    with acting_as(cast.secretary):
        located(places.garden, cast.secretary)
        actions.unlocate(places.garden.pk, by=cast.secretary, at=AT)
        assert queries.geometry_of(places.garden.pk) is None
        with pytest.raises(NotFound):
            actions.unlocate(places.garden.pk, by=cast.secretary, at=AT)


def test_nobody_draws_in_a_foreign_place_or_where_nothing_stands(places, cast):
    with acting_as(cast.secretary):
        for node in (places.west, places.orchard):
            with pytest.raises((NotAllowed, NotFound)):
                located(node, cast.secretary)
    with acting_as_system(), pytest.raises(NotFound):
        located(places.orchard, None)


def test_of_a_foreign_place_nobody_learns_where_it_lies(places, cast):
    with acting_as_system():
        located(places.west, None)
    with acting_as(cast.secretary):
        assert queries.shapes() == {}


def test_former_shapes_stay_in_the_history_and_the_act_in_the_audit(places, cast):
    with acting_as(cast.secretary):
        located(places.garden, cast.secretary)
        located(places.garden, cast.secretary, OUTLINE)
    with acting_as_system():
        former = Geometry.pgh_event_model.objects.get()
        assert former.shape == POINT.geojson()
        assert (Unit.objects.count(), Entrance.objects.count()) == (4, 1)


def test_what_was_kept_is_read_as_it_is_and_not_checked_again(places):
    ring = (117.9, 33.9), (117.91, 33.91), (117.91, 33.9), (117.9, 33.92), (117.9, 33.9)
    crossing = Shape(ShapeKind.POLYGON, (ring,))
    with pytest.raises(ShapeRefused):
        read_shape(crossing.geojson())
    with acting_as_system():
        located(places.east, None, crossing)
        assert queries.shapes() == {places.east.pk: crossing}
