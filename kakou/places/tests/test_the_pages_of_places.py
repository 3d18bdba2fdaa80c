import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kakou.access.scope import acting_as_system
from kakou.places.models import Entrance, Period, Unit
from kakou.places.tests.test_the_tree_is_brought_in_from_a_sheet import sheet
from tests.cast import sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def places(tree):
    with acting_as_system():
        for name, kind in [("street", "street"), ("east", "community_urban"), ("west", "community_urban")]:
            Unit.objects.create(node=getattr(tree, name), kind=kind, name=name)
        garden = Unit.objects.create(node=tree.garden, kind="compound", name="garden")
        Entrance.objects.create(node=tree.garden_gate, unit=garden, name="south gate", kind="compound_gate")
    return tree


def signed_in(staff):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, staff)
    return client


def text(response, status=200):
    assert response.status_code == status, response.content[:300]
    return response.content.decode()


def test_the_tree_shows_what_is_in_scope(places, cast, django_assert_max_num_queries):
    commander = signed_in(cast.commander)
    with django_assert_max_num_queries(30):
        page = text(commander.get("/places/"))
    assert all(name in page for name in ("street", "east", "west", "garden"))
    page = text(signed_in(cast.secretary).get("/places/"))
    assert "garden" in page
    assert "west" not in page


def test_who_works_at_a_gate_sees_the_gate_without_its_unit(places, cast):
    page = text(signed_in(cast.lead).get("/places/"))
    assert "south gate" in page
    assert "garden" not in page.replace("garden_gate", "")


def test_a_unit_shows_its_entrances_and_a_foreign_one_is_not_there(places, cast):
    client = signed_in(cast.secretary)
    assert "south gate" in text(client.get(f"/places/{places.garden.pk}/"))
    for node in (places.west.pk, 10**8):
        assert "west" not in text(client.get(f"/places/{node}/"), 404)


def test_a_gate_is_sealed_and_told_what_is_missing(places, cast):
    client, url = signed_in(cast.secretary), f"/places/entrance/{places.garden_gate.pk}/"
    assert "Say with what" in text(client.post(url, {"state": "sealed", "material": ""}), 422)
    assert client.post(url, {"state": "sealed", "material": "铁皮围挡"}).status_code == 302
    with acting_as_system():
        assert Entrance.objects.get().seal_material == "铁皮围挡"
    assert signed_in(cast.worker).post(url, {"state": "closed"}).status_code == 403


def test_a_unit_is_put_under_a_rule(places, cast):
    client, url = signed_in(cast.secretary), f"/places/{places.garden.pk}/management/"
    given = {"management": "lockdown", "starts_at": "2021-08-01T08:00"}
    assert client.post(url, given).status_code == 302
    assert "Lockdown" in text(client.get(f"/places/{places.garden.pk}/"))
    assert "Lockdown" in text(client.get("/places/"))
    assert text(client.post(url, {**given, "ends_at": "2021-07-01T08:00"}), 422)
    with acting_as_system():
        assert Period.objects.count() == 1


def test_a_sheet_is_brought_in_or_told_cell_by_cell(places, cast):
    client = signed_in(cast.secretary)

    def send(rows, **more):
        return client.post("/places/import/", {"file": SimpleUploadedFile("places.xlsx", sheet(rows)), **more})

    page = text(send([["小区", "二期", "west"], ["小镇", "x", "east"]]), 422)
    assert "C2" in page or "row 2" in page.lower()
    assert "小镇" in page
    assert "Would add 1" in text(send([["小区", "二期", "east"]], dry_run="on"))
    assert send([["小区", "二期", "east"]]).status_code == 302
    with acting_as_system():
        assert Unit.objects.filter(name="二期").exists()
