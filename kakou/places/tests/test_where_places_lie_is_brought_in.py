"""GeoJSON: features are matched to places, all are taken or none, and what is wrong names feature, field and fix."""

import datetime as dt
import json
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from kakou.access.scope import acting_as, acting_as_system
from kakou.places import queries
from kakou.places.geo import Datum
from kakou.places.mapping.geojson import has_more_positions, import_shapes, written
from kakou.places.models import Geometry, Unit
from kakou.places.tests.mapped import located, mapped, point, square
from kakou.places.tests.test_the_pages_of_places import places, signed_in, text
from kakou.web.kit.importing import worded
from kakou.web.sheets import SheetProblems, SheetRefused
from tests.cast import AT

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
__all__ = ["places"]
GARDEN = square(117.952, 33.902, 0.002)


def feature(path, shape=GARDEN, **properties):
    geometry = shape if isinstance(shape, dict) else shape.geojson()
    return {"type": "Feature", "properties": {"path": path, **properties}, "geometry": geometry}


def file(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": features, **more}, ensure_ascii=False).encode()


def take(*features, by=None, datum=Datum.WGS84, **more):
    with acting_as_system() if by is None else acting_as(by):
        return import_shapes(file(*features), datum=datum, measured_on=dt.date(2021, 7, 31), by=by, at=AT, **more)


def problems(*features, by=None):
    with pytest.raises(SheetProblems) as refused, translation.override("en"):
        take(*features, by=by)
    with translation.override("en"):
        return [worded(one) for one in refused.value.problems]


def shapes():
    with acting_as_system():
        return queries.shapes()


def test_features_come_onto_the_map_and_the_same_file_again_changes_nothing(places, cast):
    features = [feature("street/east/garden"), feature("garden/south gate", point(117.953, 33.902))]
    done = take(*features, by=cast.secretary)
    assert (done.added, done.changed, done.same) == (2, 0, 0)
    assert shapes() == {places.garden.pk: GARDEN, places.garden_gate.pk: point(117.953, 33.902)}
    again = take(*features, by=cast.secretary)
    assert (again.added, again.changed, again.same) == (0, 0, 2)


def test_what_is_handed_out_is_taken_again_and_is_the_same(places):
    mapped(places)
    before = shapes()
    with acting_as_system():
        content = written()
        done = import_shapes(content, datum=Datum.WGS84, measured_on=AT.date(), by=None, at=AT)
    assert (done.added, done.changed, done.same) == (0, 0, 4)
    assert shapes() == before


def test_a_unit_is_found_by_its_code(places):
    with acting_as_system():
        Unit.objects.filter(node=places.garden).update(code="320324001001")
    assert take(feature("", code="320324001001")).added == 1


def test_a_map_of_amap_is_turned_to_where_gps_finds_it(places):
    take(feature("garden", point(117.95548, 33.89849)), datum=Datum.GCJ02)
    assert shapes()[places.garden.pk].middle == pytest.approx((117.95, 33.9), abs=1e-4)


def test_a_trial_keeps_nothing(places):
    assert take(feature("garden"), dry_run=True).added == 1
    assert shapes() == {}


BAD = [
    (feature("garden", {"type": "Point", "coordinates": [33.9, 117.95]}), "geometry", "swapped", "longitude first"),
    (feature("garden", {"type": "Point", "coordinates": [2.3, 48.8]}), "geometry", "outside of China", "datum"),
    (feature("garden", {"type": "MultiPoint", "coordinates": []}), "geometry", "MultiPoint", "one point"),
    (feature("garden", {"type": "Polygon", "coordinates": [[[117.9, 33.9], [117.91, 33.91], [117.91, 33.9],
                                                            [117.9, 33.91], [117.9, 33.9]]]}),
     "geometry", "crosses", "does not cross"),
    (feature("nowhere"), "properties", "called nowhere", "Correct the name"),
    (feature(""), "properties", "names no place", "path"),
    ({"type": "Feature", "geometry": None, "properties": {"path": "garden"}}, "geometry", "no geometry", "one point"),
    ({"type": "Point", "coordinates": [117.9, 33.9]}, "type", "no feature", "FeatureCollection"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "field", "said", "fix"), BAD)
def test_what_is_wrong_names_feature_field_and_fix_and_nothing_is_taken(places, bad, field, said, fix):
    [(where, what, way)] = problems(feature("east", square(117.95, 33.9)), bad)
    assert where.startswith("Feature 2")
    assert where.endswith(field)
    assert said in what
    assert fix in way
    assert shapes() == {}


def test_the_same_place_twice_a_name_of_two_and_what_is_far_from_all(places):
    with acting_as_system():
        Unit.objects.filter(node=places.west).update(name="east")
    found = problems(feature("garden"), feature("garden"), feature("east"))
    assert ["feature 1 already" in found[0][1], "2 places are called east" in found[1][1]] == [True, True]
    located(places.garden, GARDEN)
    assert "km away" in problems(feature("street/east/garden/south gate", point(104, 30)))[0][1]


def test_nobody_draws_in_a_place_that_is_not_his(places, cast):
    assert "No place is called west" in problems(feature("west"), by=cast.secretary)[0][1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "cannot be read"), (b"{", "cannot be read"), (b"[" * 100_000, "cannot be read"),
        (b"[]", "no GeoJSON with features"), (file(), "no feature"),
        (file(feature("garden"), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}), "crs"),
    ],
)  # fmt: skip
def test_what_is_no_geojson_is_refused(places, content, said):
    with acting_as_system(), pytest.raises(SheetRefused) as refused:
        import_shapes(content, datum=Datum.WGS84, measured_on=AT.date(), by=None, at=AT)
    assert said in str(refused.value)


FORM = {"datum": "wgs84", "measured_on": "2021-07-31"}


@pytest.mark.parametrize("odd", [
    feature("half \ud800 a sign"), feature("garden", {"type": "half \ud800", "coordinates": [117.95, 33.9]}),
    feature("garden", {"type": ["Point"], "coordinates": [117.95, 33.9]}),
    feature("garden", {"type": "Polygon", "coordinates": [
        square(117.95, 33.90).geojson()["coordinates"][0], square(118.5, 33.8, 0.3).geojson()["coordinates"][0],
    ]}),
])  # fmt: skip
def test_whatever_a_feature_says_the_page_names_it(places, cast, odd):
    content = json.dumps({"type": "FeatureCollection", "features": [odd]}).encode()
    sent = {**FORM, "file": SimpleUploadedFile("map.geojson", content)}
    assert "Feature 1" in text(signed_in(cast.secretary).post("/places/shapes/import/", sent), 422)


def test_a_file_of_outlines_without_end_is_refused_before_any_is_looked_at(places):
    ring = [[117.9, 33.9]] * 2_000
    hostile = [{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": {}}] * 51
    started = time.process_time()
    with pytest.raises(SheetRefused, match="positions together"):
        take(*hostile)
    assert time.process_time() - started < 5
    odd = [
        None,
        7,
        {"geometry": []},
        {"geometry": {"coordinates": 1}},
        {"geometry": {"coordinates": [[1, 2], [], "x"]}},
    ]
    assert not has_more_positions(odd, 1)
    assert has_more_positions(odd, 0)


def sent(client, *features, **form):
    upload = SimpleUploadedFile("places.geojson", file(*features))
    return client.post("/places/shapes/import/", {**FORM, "file": upload, **form})


def test_the_page_asks_for_the_datum_and_takes_nothing_of_baidu(places, cast):
    client = signed_in(cast.secretary)
    assert "Baidu are not taken" in text(sent(client, feature("garden"), datum="bd09"), 422)
    assert list(sent(client, feature("garden"), datum="").context["form"].errors) == ["datum"]
    assert "Feature 1" in text(sent(client, feature("nowhere")), 422)
    assert sent(client, feature("garden")).status_code == 302
    page = text(client.get("/places/map/"))
    assert "garden" in page
    told = json.loads(client.get("/places/shapes/").content)
    assert [one["properties"]["path"] for one in told["features"]] == ["east/garden"]


def test_a_point_is_typed_and_another_is_tapped(places, cast):
    mapped(places)
    client, url = signed_in(cast.secretary), f"/places/{places.garden_gate.pk}/shape/"
    typed = {"lon": "117.95548", "lat": "33.89849", "datum": "gcj02", "source": "surveyed", "measured_on": "2021-07-30"}
    assert client.post(f"{url}set/", typed).status_code == 302
    assert shapes()[places.garden_gate.pk].middle == pytest.approx((117.95, 33.9), abs=1e-4)
    assert 'value="2021-07-30"' in text(client.get(url))  # as a field for days takes it
    page = client.post(f"{url}set/", {**typed, "pick.x": "100", "pick.y": "90"})
    assert page.context["form"]["source"].value() == "picked"
    beside = client.post(f"{url}set/", {**typed, "pick.x": "9" * 400, "pick.y": "90"})
    assert beside.context["form"]["lon"].value() == typed["lon"]
    near = client.post(f"{url}set/", {**typed, "closer": "1"})
    assert near.context["form"]["zoom"].value() == 1
    assert "swapped" in text(client.post(f"{url}set/", {**typed, "lon": "33.9", "lat": "117.95"}), 422)
    assert client.post(f"{url}off/").status_code == 302
    with acting_as_system():
        assert not Geometry.objects.filter(node=places.garden_gate).exists()


def test_an_outline_is_not_offered_as_the_point_in_its_middle(places, cast):
    mapped(places)
    client = signed_in(cast.secretary)
    outline, at_the_gate = (client.get(f"/places/{node.pk}/shape/") for node in (places.garden, places.garden_gate))
    assert not outline.context["form"]["lon"].value()
    assert at_the_gate.context["form"]["lon"].value()


def test_who_may_not_change_places_sees_where_they_lie_and_no_form(places, cast):
    mapped(places)
    client = signed_in(cast.lead)
    page = text(client.get(f"/places/{places.garden_gate.pk}/shape/"))
    assert "117.953" in page
    assert "<form method" not in page.split("<main")[1]
    assert "garden" not in text(client.get("/places/map/")).replace("garden_gate", "")


def test_the_map_of_a_place_that_lies_nowhere_shows_what_is_below_it_alone(places, cast):
    located(places.west, point(117.97, 33.905))
    located(places.garden, point(117.953, 33.903))
    page = signed_in(cast.commander).get(f"/places/map/?place={places.east.pk}")
    assert [one.node for _, one, *_ in page.context["rows"]] == [places.garden.pk]
