"""Maps of China are shifted, GPS is not: what comes in by one is turned into the other, and only where it is."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.places.geo import Datum, from_wgs84, to_wgs84
from kakou.places.geo.shapes import metres_between

KNOWN = [  # WGS 84 and GCJ-02 of the tests of googollee/eviltransform
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
]
INSIDE = st.tuples(st.floats(73.5, 119.5), st.floats(3.5, 53.5)) | st.tuples(
    st.floats(122.5, 135), st.floats(3.5, 53.5)
)
OUTSIDE = st.tuples(st.floats(-180, 71.9), st.floats(-90, 90)) | st.tuples(st.floats(72.1, 137), st.floats(55.9, 90))
TAIWAN = st.tuples(st.floats(120, 122), st.floats(21.9, 25.3))


@pytest.mark.parametrize(("gps", "map_"), KNOWN)
def test_known_positions_come_out_as_others_have_them(gps, map_):
    assert from_wgs84(gps, Datum.GCJ02) == pytest.approx(map_, abs=1e-11)
    assert to_wgs84(map_, Datum.GCJ02) == pytest.approx(gps, abs=1e-9)


def test_the_county_of_the_drill_is_shifted_by_half_a_kilometre():
    at = (117.95, 33.90)
    east, north = metres_between(at, from_wgs84(at, Datum.GCJ02))
    assert (round(east, -1), round(north, -1)) == (510, -170)


@given(INSIDE)
def test_there_and_back_is_less_than_a_centimetre(at):
    back = to_wgs84(from_wgs84(at, Datum.GCJ02), Datum.GCJ02)
    assert math.hypot(*metres_between(at, back)) < 0.01


@given(INSIDE)
def test_inside_of_china_maps_are_shifted_by_less_than_a_kilometre(at):
    assert 20 < math.hypot(*metres_between(at, from_wgs84(at, Datum.GCJ02))) < 1000


@given(OUTSIDE | TAIWAN)
def test_outside_and_in_taiwan_nothing_is_turned(at):
    assert from_wgs84(at, Datum.GCJ02) == at == to_wgs84(at, Datum.GCJ02)


@pytest.mark.parametrize("at", [(114.17, 22.32), (113.54, 22.19)])  # Hong Kong, Macau
def test_hong_kong_and_macau_are_shifted_as_amap_draws_them(at):
    assert from_wgs84(at, Datum.GCJ02) != at


@given(INSIDE | OUTSIDE)
def test_what_gps_measured_stays_what_it_is(at):
    assert from_wgs84(at, Datum.WGS84) == at == to_wgs84(at, Datum.WGS84)
