"""On the pages: who takes many unmasked asks, a second person releases, and then it is taken, once, with its mark."""

import io

import openpyxl
import pytest
import time_machine

from kakou.access.exporting import rules
from kakou.access.rules import Role
from tests.cast import AT, sign_in, staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
GIVEN = {"reason": "printed for the police"}


@pytest.fixture
def office(district, monkeypatch):
    monkeypatch.setattr(rules, "FEW", 1)
    with time_machine.travel(AT, tick=False):
        yield staff("office", Role.COMMANDER, district.tree.street)


def test_who_asks_is_told_to_wait_and_who_releases_is_told_that_somebody_waits(client, district, office):
    def page(who, path, data=None):
        sign_in(client, who)
        client.cookies["django_language"] = "en"
        return client.get(path) if data is None else client.post(path, data)

    secretary, here = district.cast.secretary, f"?place={district.tree.garden.pk}"
    asked = page(secretary, f"/people/census/plain/{here}", GIVEN)
    assert asked["Location"] == f"/exports/{here}"
    assert "waits for a second person" in page(secretary, asked["Location"]).content.decode()
    assert "Release it" not in page(secretary, asked["Location"]).content.decode()
    assert "1 request waits for a second person" in page(office, "/").content.decode()
    told = page(office, "/exports/")
    [row] = told.context["rows"]
    assert row.may_settle
    assert page(office, f"/exports/{row.asked.pk}/settle/", {"decision": "release"}).status_code == 302
    assert "waits" not in page(office, "/").content.decode().partition('id="exports"')[2][:400]
    assert "Take the list" in page(secretary, "/exports/").content.decode()
    sheet = page(secretary, f"/people/census/plain/{here}", GIVEN)
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    assert book.active.max_row > 2
    assert "secretary · 2021-08-10" in book.properties.description
    assert "secretary · 2021-08-10" in book.active.oddFooter.left.text
    assert page(secretary, f"/people/census/plain/{here}", GIVEN).status_code == 302, "once"
