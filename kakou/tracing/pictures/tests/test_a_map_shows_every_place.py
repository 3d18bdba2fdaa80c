import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kakou.tracing.pictures import placemap
from kakou.tracing.pictures.placemap import PlaceMap, Seen, geojson, numbered
from kakou.tracing.pictures.tests.samples import SITE, a_map

points = st.tuples(st.floats(117.9, 118.0), st.floats(33.85, 33.95))
maps = st.lists(st.tuples(st.none() | points, st.integers(0, 500)), max_size=25).map(
    lambda rows: PlaceMap(
        "map", tuple(Seen(f"k{n}", f"P{n}", many, at=at) for n, (at, many) in enumerate(rows)), "people"
    )
)


def discs(svg):
    return [
        tuple(map(float, found)) for found in re.findall(r'<circle cx="([-\d.]+)" cy="([-\d.]+)" r="([\d.]+)"', svg)
    ]


@settings(deadline=None)
@given(maps)
def test_every_place_with_coordinates_is_drawn_and_the_others_are_told(data):
    picture = placemap.picture(data, str, SITE)
    located = [place for place in data.places if place.at]
    assert len(discs(picture.wide)) == len(discs(picture.narrow)) == len(located)
    assert len(picture.table.rows) == len(data.places)
    lost = [row for row in picture.table.rows if row[-1] == "no coordinates"]
    assert len(lost) == len(data.places) - len(located)
    assert bool(picture.told) == bool(lost)


@settings(deadline=None)
@given(maps)
def test_every_number_can_be_read(data):
    found = discs(placemap.svg(data, str, SITE))
    for number, (x, y, r) in enumerate(found):
        for a, b, other in found[number + 1 :]:
            assert math.dist((x, y), (a, b)) >= r + other - 0.2


def test_numbers_follow_the_first_time():
    firsts = [place.first for _, place in numbered(a_map())]
    assert firsts == sorted(firsts)


def test_north_is_up_and_a_kilometre_is_a_kilometre():
    west, east = (117.95, 33.9), (117.95 + 1000 / (111_320 * math.cos(math.radians(33.9))), 33.9)
    south = (117.95, 33.89)
    data = PlaceMap("map", tuple(Seen(k, k, 1, at=p) for k, p in (("a", west), ("b", east), ("c", south))), "people")
    svg = placemap.svg(data, str, SITE)
    a, b, c = discs(svg)
    assert (a[1], a[0]) == (b[1], c[0])
    assert c[1] > a[1]
    metres, px = re.search(r"h([\d.]+)v-5.*?>([\d.]+) (k?m)<", svg).group(2, 1)
    assert float(px) / (float(metres) * (1000 if f">{metres} km<" in svg else 1)) * 1000 == pytest.approx(
        b[0] - a[0], rel=0.01
    )


def test_geojson_is_closed_and_longitude_comes_first():
    features = geojson(a_map())["features"]
    rings = [ring for f in features if f["geometry"]["type"] == "Polygon" for ring in f["geometry"]["coordinates"]]
    assert rings
    assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings)
    (area,) = [f for f in features if f["properties"].get("id") == "area" and f["geometry"]["type"] == "Point"]
    assert 117 < area["geometry"]["coordinates"][0] < 118
