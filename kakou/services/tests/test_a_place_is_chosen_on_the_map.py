"""A place is found on the community's own map, or near where somebody is; the exact point is sealed, and only whoever
handles the request sees it."""

import gzip
import re

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from kakou.access.actions import add_node
from kakou.access.scope import acting_as_system
from kakou.notices.tests.outgoing import channel_to
from kakou.places.geo.shapes import metres_between
from kakou.places.models import Entrance, Unit
from kakou.places.tests.mapped import GARDEN_AT, located, mapped, point, square
from kakou.services.pages.ground import ASKED, HOLDS
from kakou.services.queries import requests as queries
from kakou.services.tests.asking import answered, places, stored
from kakou.services.tests.test_a_photo_keeps_nothing_but_the_picture import jpeg
from kakou.services.tests.test_somebody_reports_without_an_account import FORM, photo, photos
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]


@pytest.fixture(autouse=True)
def noon():
    cache.clear()
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def browser():
    return Client(headers={"Accept-Language": "en"})


@pytest.fixture
def ground(places):
    return mapped(places)


def near(browser, lon, lat):
    return browser.post("/s/near/", {"lon": lon, "lat": lat})


def found(page):
    return [place.name for _, _, place in page.context["found"]]


def test_the_map_has_what_the_tree_has_and_every_shape_is_a_link(browser, ground):
    page = browser.get("/s/map/").content.decode()
    assert f'<a href="/s/map/{ground.east.pk}/"' in page
    assert f'<a href="/s/at/{ground.west.pk}/"' in page
    assert "花园小区" not in page
    inner = browser.get(f"/s/map/{ground.east.pk}/").content.decode()
    assert f'href="/s/map/{ground.garden.pk}/"' in inner
    assert "东门" in browser.get(f"/s/map/{ground.garden.pk}/").content.decode()


def test_a_map_is_drawn_once_a_minute_whoever_asks(browser, ground):
    first = browser.get("/s/map/").content.decode()
    with acting_as_system():
        Unit.objects.filter(node=ground.west).update(name="西城社区")
    assert "西城社区" not in browser.get("/s/map/").content.decode()
    assert "地点" in browser.get("/s/map/", headers={"Accept-Language": "zh-hans"}).content.decode() != first
    with time_machine.travel(AT + HOLDS, tick=False):
        assert "西城社区" in browser.get("/s/map/").content.decode()


def test_whoever_asks_for_maps_without_end_reports_without_one(browser, ground):
    at = f"/s/at/{ground.garden.pk}/"
    pages = [browser.get(at) for _ in range(61)]
    assert {page.status_code for page in pages} == {200}
    assert 'name="pick"' in pages[59].content.decode()
    assert 'name="pick"' not in pages[60].content.decode()
    assert 'name="text"' in pages[60].content.decode()


def test_the_list_beside_names_what_the_map_numbers(browser, ground):
    page = browser.get("/s/map/").content.decode()
    numbers = {int(n): name for n, name in re.findall(r'<li value="(\d+)"><a[^>]+>([^<]+)</a>', page)}
    drawn = {int(n): name for n, name in re.findall(r'aria-label="(\d+)\. ([^"]+)"', page)}
    assert numbers == drawn == {1: "东城社区", 2: "西郊社区"}


def test_nothing_on_the_map_is_told_and_what_to_do_instead(browser, places):
    assert "No place is on the map yet" in browser.get("/s/map/").content.decode()
    assert "/s/map/" not in browser.get("/s/").content.decode()
    assert browser.get(f"/s/map/{places.east.pk}/").status_code == 404


@pytest.mark.parametrize("node", [0, 2**31 - 1, 2**31, 10**30])
def test_a_number_that_no_place_has_has_no_map(browser, ground, node):
    assert browser.get(f"/s/map/{node}/").status_code == 404


def test_numbers_of_no_place_are_tried_so_often_and_no_more(browser, ground):
    most = int(ASKED.removesuffix("/m"))
    assert {browser.get(f"/s/map/{number}/").status_code for number in range(10**6, 10**6 + most)} == {404}
    assert browser.get(f"/s/map/{ground.east.pk}/").status_code == 429


@pytest.mark.parametrize("state", [{"state": "closed"}, {"is_inner": True}])
def test_an_entrance_at_which_nobody_stands_is_on_no_public_map(browser, ground, state):
    with acting_as_system():
        Entrance.objects.filter(node=ground.garden_gate).update(**state)
    assert "东门" not in near(browser, *GARDEN_AT).content.decode()
    assert browser.get(f"/s/map/{ground.garden.pk}/").status_code == 404


def test_who_stands_in_a_garden_is_offered_it_first_and_not_the_community_around(browser, ground):
    assert found(near(browser, *GARDEN_AT)) == ["花园小区", "花园小区 东门", "西郊社区"]


def test_who_stands_outside_is_told_how_far_it_is(browser, ground):
    page = near(browser, 117.949, 33.905)
    assert found(page)[0] == "东城社区"
    east = metres_between((117.949, 33.905), (117.95, 33.905))[0]
    assert f"{east:.0f} m away" in page.content.decode()


@pytest.mark.parametrize(("lon", "lat"), [(118.5, 33.9), ("x", 1), ("nan", 33), (-0.1, 51.5)])
def test_who_is_far_away_is_told_so(browser, ground, lon, lat):
    page = near(browser, lon, lat)
    assert found(page) == []
    assert "No place near you" in page.content.decode()


def test_where_somebody_is_goes_with_the_report_and_can_be_taken_out(browser, ground):
    url = f"/s/at/{ground.garden.pk}/"
    page = browser.post(url, {"begin": "1", "lon": "117.953", "lat": "33.903"})
    assert page.status_code == 200
    assert page.context["point"] == (117.953, 33.903)
    again = browser.post(url, {**FORM, "lon": "117.953", "lat": "33.903", "unpick": "1"})
    assert again.context["point"] is None
    assert FORM["text"] in again.content.decode()
    assert not stored()


def test_a_tap_on_the_map_is_the_point_that_was_tapped(browser, ground):
    url = f"/s/at/{ground.garden.pk}/"
    page = browser.get(url)
    middle = {"pick.x": page.context["pick_width"] // 2, "pick.y": page.context["pick_height"] // 2}
    picked = browser.post(url, {**FORM, **middle})
    assert metres_between(GARDEN_AT, picked.context["point"]) == pytest.approx((0, 0), abs=1)
    assert FORM["text"] in picked.content.decode()
    lon, lat = picked.context["point"]
    browser.post(url, {**FORM, "lon": lon, "lat": lat})
    [request] = stored()
    with acting_as_system():
        assert queries.point_of(request) == picked.context["point"]


def test_a_report_sent_again_with_another_point_loses_it_not(browser, ground):
    url = f"/s/at/{ground.garden.pk}/"
    points = [(117.953, 33.903), (117.953, 33.903), (117.9531, 33.9031)]
    browser.get(url)  # by whose sheet the same is known again
    for lon, lat in points:
        browser.post(url, {**FORM, "lon": lon, "lat": lat})
    with acting_as_system():
        assert sorted(queries.point_of(one) for one in stored()) == sorted(set(points))


def test_whether_messages_are_wanted_stays_as_it_was_said_and_begins_with_yes(browser, ground):
    channel_to("http://127.0.0.1:9/", "sms", ground.street.pk, to=("13800138000",), may_write_people=True)
    url, tap = f"/s/at/{ground.garden.pk}/", {**FORM, "pick.x": "9", "pick.y": "9"}
    for said, is_ticked in (
        ({"begin": "1", "lon": "117.953", "lat": "33.903"}, True), (tap, False), ({**tap, "wants_word": "on"}, True),
    ):  # fmt: skip
        page = browser.post(url, said).content.decode()
        assert bool(re.search(r'name="wants_word"[^>]*checked', page)) is is_ticked, said


def test_a_key_on_the_map_chooses_no_corner(browser, ground):
    url = f"/s/at/{ground.garden.pk}/"
    assert browser.post(url, {**FORM, "pick.x": "0", "pick.y": "0"}).context["point"] is None


def test_a_photo_that_was_chosen_before_the_tap_is_kept(browser, ground):
    url = f"/s/at/{ground.garden.pk}/"
    page = browser.post(url, {**FORM, "pick.x": "9", "pick.y": "9", "photo": photo(jpeg())})
    assert page.context["kept"]
    browser.post(url, {**FORM, "kept": page.context["kept"]})
    assert photos() == [stored()[0].pk]


def test_a_photo_that_is_none_is_told_at_the_tap_and_nothing_else_is(browser, ground):
    page = browser.post(
        f"/s/at/{ground.garden.pk}/", {"text": "", "pick.x": "9", "pick.y": "9", "photo": photo(b"no picture")}
    )
    assert page.status_code == 422 and list(page.context["form"].errors) == ["photo"]
    assert page.context["point"] and not page.context["kept"]


def test_who_taps_too_often_is_told_so_and_loses_nothing(browser, ground, monkeypatch):
    monkeypatch.setattr("kakou.services.pages.ground.ASKED", "1/m")
    url, tap = f"/s/at/{ground.garden.pk}/", {**FORM, "pick.x": "9", "pick.y": "9"}
    first = browser.post(url, {**tap, "photo": photo(jpeg())})
    page = browser.post(url, {**tap, "kept": first.context["kept"]})
    assert page.status_code == 422 and FORM["text"] in page.content.decode()
    assert page.context["kept"]


@pytest.mark.parametrize("point_", [{"lon": "33.9", "lat": "117.9"}, {"lon": "117.9"}])
def test_a_point_that_can_be_none_is_left_out(browser, ground, point_):
    browser.post(f"/s/at/{ground.garden.pk}/", {**FORM, **point_})
    with acting_as_system():
        assert queries.point_of(stored()[0]) is None


def test_the_point_is_sealed_and_seen_by_who_handles_it_alone(browser, ground, cast):
    browser.post(f"/s/at/{ground.garden.pk}/", {**FORM, "lon": "117.9531", "lat": "33.9032"})
    [request] = stored()
    assert b"117.95" not in bytes(request.point_sealed)
    for who, sees in ((cast.secretary, True), (cast.lead, False)):
        staff = Client(headers={"Accept-Language": "en"})
        sign_in(staff, who)
        assert ("117.95310" in staff.get(f"/services/{request.pk}/").content.decode()) is sees
    answered(request, cast.secretary, at=AT)
    public = browser.get("/open311/v2/requests.json").json()
    assert [(row["long"], row["lat"]) for row in public] == [(117.953, 33.903)]  # of the garden, not of the report


def test_a_map_of_many_places_stays_small(browser, places):
    with acting_as_system():
        for n in range(60):
            node = add_node(parent=places.west)
            Unit.objects.create(node=node, kind="compound", name=f"第{n}小区")
            located(node, square(117.97 + 0.003 * (n % 8), 33.9 + 0.003 * (n // 8), 0.002))
    located(places.west, square(117.96, 33.89, 0.05))
    located(places.east, point(117.95, 33.9))
    page = browser.get(f"/s/map/{places.west.pk}/").content
    assert len(gzip.compress(page)) < 25_000
