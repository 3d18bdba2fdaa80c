"""A key for a program is made on a page, shown there once, and ended there; nobody makes one for places of others."""

import pytest
import time_machine

from kakou.access.scope import acting_as_system
from kakou.services.actions import key_of
from kakou.services.models import ApiKey
from kakou.services.tests.asking import places
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def ask(client):
    def asked_for(staff, path="", data=None):
        sign_in(client, staff)
        client.cookies["django_language"] = "en"
        path = f"/services/keys/{path}"
        return client.get(path) if data is None else client.post(path, data)

    return asked_for


def made():
    with acting_as_system():
        return list(ApiKey.objects.order_by("id"))


def test_it_is_shown_once_and_holds_until_it_is_ended(ask, places, cast):
    page = ask(cast.administrator, "", {"unit": places.east.pk, "name": "网格通"})
    token = page.context["token"]
    assert token in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    [key] = made()
    assert key_of(token) == (key.pk, places.east.pk)
    again = ask(cast.administrator).content.decode()
    assert "网格通" in again
    assert token not in again
    assert ask(cast.administrator, f"{key.pk}/end/", {}).status_code == 302
    assert key_of(token) is None
    assert ask(cast.administrator, f"{key.pk}/end/", {}).status_code == 404


def test_it_needs_a_name_and_a_place_of_ones_own(ask, places, cast):
    assert ask(cast.administrator, "", {"unit": places.east.pk, "name": " "}).status_code == 422
    assert ask(cast.administrator, "", {"unit": 10**6, "name": "x"}).status_code == 422
    assert ask(cast.worker, "", {"unit": places.east.pk, "name": "x"}).status_code == 403
    assert made() == []


def test_an_empty_page_says_what_to_do(ask, places, cast):
    assert "Make a key and give it to whoever runs the program" in ask(cast.administrator).content.decode()
