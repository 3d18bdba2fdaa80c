import re

import pytest
from django.test import Client

from kakou.access.models import Device
from kakou.access.scope import acting_as, acting_as_system
from kakou.places.models import Unit
from kakou.places.rules import EntranceKind, UnitKind
from tests.cast import enrol, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def gates(tree, cast):
    """The cast's nodes with a unit and a staffed gate on each side."""
    from kakou.places.models import Entrance

    with acting_as_system():
        for unit_node, gate_node, name in [
            (tree.garden, tree.garden_gate, "花园"),
            (tree.orchard, tree.orchard_gate, "果园"),
        ]:
            unit = Unit.objects.create(node=unit_node, kind=UnitKind.COMPOUND, name=name)
            Entrance.objects.create(
                node=gate_node, unit=unit, name="东门", kind=EntranceKind.COMPOUND_GATE, state="staffed"
            )


@pytest.fixture
def page(cast):
    client = Client(headers={"Accept-Language": "en"})
    sign_in(client, cast.lead)
    return client


def test_the_code_on_the_screen_enrols_one_phone(gates, page, tree, cast):
    shown = page.post("/devices/enrol/", {"node": tree.garden_gate.pk, "name": "east 1"})
    token = re.search(r'class="token">([^<]+)<', shown.content.decode())[1]
    answer = Client().post("/api/devices/enrol", {"token": token}, content_type="application/json")
    assert answer.status_code == 201
    with acting_as(cast.lead):
        assert Device.objects.get().name == "east 1"
    assert "东门" in page.get("/devices/").content.decode()


def test_the_code_is_drawn_without_inline_style(gates, page, tree):
    shown = page.post("/devices/enrol/", {"node": tree.garden_gate.pk, "name": "east 1"}).content.decode()
    assert 'class="qr"' in shown
    assert "style=" not in shown


def test_another_communitys_gate_is_no_choice(gates, page, tree):
    shown = page.post("/devices/enrol/", {"node": tree.orchard_gate.pk, "name": "mine"}).content.decode()
    assert f'value="{tree.orchard_gate.pk}"' not in shown
    assert 'class="token"' not in shown


def test_a_phone_is_revoked_from_the_list(gates, page, tree, cast):
    device, _ = enrol(cast.lead, tree.garden_gate)
    assert page.post(f"/devices/{device.pk}/revoke/").status_code == 302
    with acting_as(cast.lead):
        assert Device.objects.get().revoked_at is not None


def test_another_communitys_phone_is_not_there(gates, page, tree, cast):
    device, _ = enrol(cast.neighbour, tree.orchard_gate)
    assert page.post(f"/devices/{device.pk}/revoke/").status_code == 404
    with acting_as(cast.neighbour):
        assert Device.objects.get().revoked_at is None


def test_a_recorder_does_not_enrol(gates, cast):
    client = Client()
    sign_in(client, cast.recorder)
    assert client.get("/devices/").status_code == 403


def test_the_list_says_what_to_do_when_it_is_empty(gates, page):
    assert "Enrol the first one" in page.get("/devices/").content.decode()


def test_the_roles_are_told_from_the_table(page):
    shown = page.get("/roles/").content.decode()
    assert "Gate lead" in shown
    assert "unmask a person for a reason" in shown
