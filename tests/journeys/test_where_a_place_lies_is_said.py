"""A secretary opens the map of places, says with taps where a gate lies, and looks at it on a phone and on a desk."""

import json

import pytest
import time_machine
from django.core.cache import cache
from playwright.sync_api import expect

from kakou.access.scope import acting_as_system
from kakou.places.geo.shapes import metres_between
from kakou.places.queries import shapes
from kakou.places.tests.mapped import mapped
from tests.cast import AT
from tests.journeys.conftest import PHONE


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_map_and_page_of_a_place_stand(sit, district, language):
    mapped(district.tree)
    cache.clear()
    with time_machine.travel(AT, tick=True):
        desk = sit(district.cast.secretary, language=language)
        desk.open("/places/map/")
        assert desk.flaws(f"places-map-{language}") == []
        desk.open(f"/places/{district.tree.garden.pk}/shape/")
        assert desk.flaws(f"places-shape-{language}") == []


def test_a_gate_is_put_where_it_was_tapped(sit, district):
    mapped(district.tree)
    cache.clear()
    with time_machine.travel(AT, tick=True):
        page = sit(district.cast.secretary, size=PHONE).open(f"/places/{district.tree.garden_gate.pk}/shape/")
        page.get_by_role("button", name="放大").click()
        page.locator("[name=pick]").click(position={"x": 140, "y": 100})
        expect(page.locator("[name=source]")).to_have_value("picked")
        page.locator("form .main").click()
        expect(page.get_by_text("已保存，并记录").first).to_be_visible()
    with acting_as_system():
        east, north = metres_between((117.953, 33.902), shapes()[district.tree.garden_gate.pk].middle)
    assert abs(east) < 2
    assert 5 < north < 60


def test_a_file_of_shapes_is_brought_in(sit, district, tmp_path):
    told = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"path": "阳光小区"}, "geometry": {"type": "Point"}}
    ]}  # fmt: skip
    file = tmp_path / "places.geojson"
    cache.clear()
    with time_machine.travel(AT, tick=True):
        desk = sit(district.cast.secretary)
        page = desk.open("/places/shapes/import/")
        for coordinates, heading in (([33.9, 117.9], "导入 GeoJSON"), ([117.9, 33.9], "场所地图")):
            told["features"][0]["geometry"]["coordinates"] = coordinates
            file.write_text(json.dumps(told, ensure_ascii=False))
            page.locator("[name=file]").set_input_files(file)
            page.get_by_label("WGS-84：GPS").check()
            page.locator("[name=measured_on]").fill("2021-07-31")
            page.locator("form .main").click()
            expect(page.get_by_role("heading", level=1)).to_have_text(heading)
            if heading == "导入 GeoJSON":
                expect(page.get_by_text("经度和纬度写反了")).to_be_visible()
                assert desk.flaws("places-geojson-wrong") == []
