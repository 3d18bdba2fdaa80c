"""Whoever edits places says how long visitors and residents may take; everybody who sees the unit sees what counts."""

import re

import pytest

from kakou.access.scope import acting_as_system
from kakou.audit.models import Event
from kakou.ledger.actions.allowances import set_usual
from kakou.ledger.models import Allowance
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def open_as(client, district):
    def opened(staff, path, data=None):
        sign_in(client, staff)
        client.cookies["django_language"] = "en"
        return client.get(path) if data is None else client.post(path, data)

    return opened


def text_of(response):
    assert response.status_code in (200, 422), response.content[:300]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_it_is_found_from_the_unit_and_says_what_counts_though_it_was_set_above_the_reader(open_as, district):
    with acting_as_system():
        set_usual(node=district.tree.street.pk, by=None, at=AT)
    garden = district.tree.garden.pk
    unit = open_as(district.cast.worker, f"/places/{garden}/").content.decode()
    assert f'href="/ledger/allowances/{garden}/' in unit
    page = text_of(open_as(district.cast.worker, f"/ledger/allowances/{garden}/"))
    assert "Who lives here, out 24 h a unit above yours" in page
    assert "Visitors: delivery 1 h a unit above yours" in page
    assert "Keep it" not in page, "who may not edit places only reads"


def test_it_is_set_and_taken_back_with_an_audit_event(open_as, district):
    garden = district.tree.garden.pk
    path = f"/ledger/allowances/{garden}/"
    assert "No limit is set" in text_of(open_as(district.cast.secretary, path))
    answer = open_as(district.cast.secretary, path + "set/", {"whom": "visit:3", "hours": "0.5"})
    assert (answer.status_code, answer.headers["Location"]) == (302, path)
    assert "Visitors: delivery 0.5 h this unit" in text_of(open_as(district.cast.secretary, path))
    with acting_as_system():
        assert Allowance.objects.get().set_by == district.cast.secretary
        event = Event.objects.using("owner").get(action="allowance.set")
        assert (event.by, event.facts["minutes"]) == (district.cast.secretary.pk, 30)
    assert open_as(district.cast.secretary, path + "set/", {"whom": "visit:3", "hours": ""}).status_code == 302
    assert "No limit is set" in text_of(open_as(district.cast.secretary, path))


@pytest.mark.parametrize(
    "data", [{"whom": "visit:3", "hours": "0"}, {"whom": "visit:77", "hours": "2"}, {"hours": "x"}]
)
def test_it_says_what_is_wrong_and_changes_nothing(open_as, district, data):
    answer = open_as(district.cast.secretary, f"/ledger/allowances/{district.tree.garden.pk}/set/", data)
    assert answer.status_code == 422
    with acting_as_system():
        assert not Allowance.objects.exists()


def test_a_foreign_unit_is_not_there(open_as, district):
    path = f"/ledger/allowances/{district.tree.orchard.pk}/"
    assert open_as(district.cast.secretary, path).status_code == 404
    assert open_as(district.cast.secretary, path + "set/", {"whom": "visit:0", "hours": "2"}).status_code == 404
