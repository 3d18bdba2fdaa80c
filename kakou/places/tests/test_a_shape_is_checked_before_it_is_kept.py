"""A point, a line or a polygon is taken as GeoJSON writes it; what can be no place is refused with what to mend."""

import json
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.places.geo import Datum, ShapeRefused, kept_shape, read_shape
from kakou.places.geo.shapes import METRES

SQUARE = [[117.9, 33.9], [117.91, 33.9], [117.91, 33.91], [117.9, 33.91], [117.9, 33.9]]


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def refused(shape, datum=Datum.WGS84):
    with pytest.raises(ShapeRefused) as told:
        read_shape(shape, datum)
    assert told.value.fix
    return str(told.value)


@st.composite
def stars(draw):
    """A polygon around a middle, each corner in a direction of its own: it never crosses itself."""
    lon, lat = draw(st.floats(100, 120)), draw(st.floats(20, 40))
    reach = draw(st.lists(st.floats(0.001, 0.01), min_size=3, max_size=30))
    turns = [
        (math.cos(2 * math.pi * n / len(reach)), math.sin(2 * math.pi * n / len(reach))) for n in range(len(reach))
    ]
    ring = [[lon + r * x, lat + r * y] for r, (x, y) in zip(reach, turns, strict=True)]
    return lon, lat, [*ring, ring[0]]


@given(stars())
def test_what_goes_in_comes_out_and_is_the_same_again(star):
    shape = read_shape(polygon(star[2]))
    assert read_shape(shape.geojson()) == shape
    assert kept_shape(json.loads(json.dumps(shape.geojson()))) == shape


@pytest.mark.parametrize(
    "given", [{"type": "Point", "coordinates": SQUARE[0]}, {"type": "LineString", "coordinates": SQUARE[:3]}]
)
def test_a_point_and_a_line_are_kept_as_they_came(given):
    assert kept_shape(given) == read_shape(given)
    assert kept_shape(given).geojson() == given


@given(stars())
def test_its_name_stands_inside_and_so_does_its_middle(star):
    shape = read_shape(polygon(star[2]))
    west, south, east, north = shape.bounds
    assert west <= shape.middle[0] <= east and south <= shape.middle[1] <= north
    assert shape.holds(shape.middle)
    assert shape.distance(shape.middle) == 0
    assert shape.distance((star[0], star[1])) == 0


@given(st.integers(4, 40), st.data())
def test_two_corners_that_change_places_cross(corners, data):
    turns = [2 * math.pi * n / corners for n in range(corners)]
    ring = [[117.9 + 0.01 * math.cos(turn), 33.9 + 0.01 * math.sin(turn)] for turn in turns]
    read_shape(polygon([*ring, ring[0]]))
    n = data.draw(st.integers(0, corners - 2))
    ring[n], ring[n + 1] = ring[n + 1], ring[n]
    assert "crosses" in refused(polygon([*ring, ring[0]]))


@given(st.floats(-5000, 5000), st.floats(-5000, 5000))
def test_a_point_is_as_far_as_the_crow_flies(east, north):
    lon, lat = 117.95, 33.9
    there = (lon + east / METRES / math.cos(math.radians(lat)), lat + north / METRES)
    shape = read_shape({"type": "Point", "coordinates": [lon, lat]})
    assert shape.distance(there) == pytest.approx(math.hypot(east, north), rel=0.002, abs=0.05)


def test_beside_a_square_it_is_as_far_as_to_its_side():
    assert read_shape(polygon(SQUARE)).distance((117.905, 33.92)) == pytest.approx(0.01 * METRES, rel=0.001)


def tangle(corners):
    """A ring whose long sides lie closely side by side, none of them crossing another."""
    rows = [(33 + n * 1e-4, 33 + n * 1e-4 + 4e-5) for n in range(corners // 2)]
    ends = [[(117.0, low), (117.5, high)] if n % 2 == 0 else [(117.5, low), (117.0, high)]
            for n, (low, high) in enumerate(rows)]  # fmt: skip
    ring = [list(end) for pair in ends for end in pair]
    return [*ring, [116.9, ring[-1][1] + 1e-3], [116.9, 32.9], ring[0]]


def test_to_read_what_was_kept_costs_next_to_nothing_however_tangled_it_is():
    shape = read_shape(polygon(tangle(1_000)))
    told = shape.geojson()
    begun = time.process_time()
    assert kept_shape(told) == shape
    assert time.process_time() - begun < 0.1


def test_whether_a_ring_crosses_itself_is_found_out_in_little_time():
    begun = time.process_time()
    read_shape(polygon(tangle(1_990)))
    assert time.process_time() - begun < 3


def test_a_hole_is_not_inside():
    hole = [[117.904, 33.904], [117.906, 33.904], [117.906, 33.906], [117.904, 33.906], [117.904, 33.904]]
    shape = read_shape(polygon(SQUARE, hole))
    assert not shape.holds((117.905, 33.905))
    assert shape.holds(shape.middle)


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ({"type": "Point", "coordinates": [33.9, 117.95]}, "swapped"),
        ({"type": "Point", "coordinates": [2.35, 48.85]}, "outside of China"),
        ({"type": "Point", "coordinates": [117.95]}, "no position"),
        ({"type": "Point", "coordinates": ["117.95", "33.9"]}, "no position"),
        ({"type": "Point", "coordinates": [float("nan"), 33.9]}, "no position"),
        ({"type": "Point", "coordinates": [True, 33.9]}, "no position"),
        ({"type": "MultiPolygon", "coordinates": []}, "MultiPolygon"),
        ({"type": "Polygon", "coordinates": []}, "no position"),
        ({"type": "LineString", "coordinates": [[117.9, 33.9], [117.9, 33.9]]}, "two different"),
        (polygon(SQUARE[:-1]), "ends where it begins"),
        (polygon([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]), "crosses"),
        (polygon([SQUARE[0], SQUARE[1], SQUARE[0], SQUARE[2], SQUARE[0]]), "crosses"),
        (polygon([SQUARE[0]] * 4), "crosses"),
        (polygon([SQUARE[0]] * 2001), "2000"),
        (polygon(SQUARE, [[118.5, 33.8], [119.0, 33.8], [119.0, 34.0], [118.5, 34.0], [118.5, 33.8]]), "hole"),
        ({"type": ["Point"], "coordinates": [117.95, 33.9]}, "Point"),
        ({"type": {}, "coordinates": [117.95, 33.9]}, "{}"),
        (None, "no geometry"),
        ("Point", "no geometry"),
    ],
)
def test_what_can_be_no_place_is_refused_with_what_to_mend(shape, said):
    assert said in refused(shape)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=4), max_leaves=12),
       st.sampled_from(["Point", "LineString", "Polygon", "x", None]))  # fmt: skip
def test_whatever_is_written_is_read_or_refused(coordinates, kind):
    try:
        shape = read_shape({"type": kind, "coordinates": coordinates})
    except ShapeRefused:
        return
    assert read_shape(shape.geojson()) == shape


def test_what_an_atlas_of_china_shows_is_turned_to_where_gps_finds_it():
    shape = read_shape({"type": "Point", "coordinates": [117.95548, 33.89849]}, Datum.GCJ02)
    assert shape.middle == pytest.approx((117.95, 33.90), abs=1e-4)
