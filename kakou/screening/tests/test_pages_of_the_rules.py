"""The office reads rules in words, tries a case, changes a number, publishes it, ends it: all of it on pages."""

import json
import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kakou.access.scope import acting_as_system
from kakou.screening.models import Edition, Publication
from kakou.screening.packs import shipped
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


@pytest.fixture
def office(district):
    client = Client(headers={"accept-language": "en"})
    with time_machine.travel(AT, tick=False):
        sign_in(client, district.cast.administrator)
        yield client


def read(client, path, **data):
    answer = client.get(path, data)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def numbers(**changed):
    params = {name: param["value"] for name, param in shipped("cn-2021-08")["params"].items()}
    degrees = {name: params[name] / 10 for name in ("temperature_limit", "temperature_low")}
    return {**params, **degrees, "note": "cooler days", **changed}


def test_a_version_stands_there_in_words(office):
    page = read(office, "/screening/rules/cn-2021-08.1/")
    for words in ("Check the two codes", "Abnormal temperature from", "37.3 °C", "The health code is red", "Refer"):
        assert words in page
    assert read(office, "/screening/rules/cn-2021-08.2/").count("37.5 °C") >= 1


def test_a_version_that_nobody_knows_is_not_found(office):
    for version in ("cn-2021-08.99", "nothing", "cn-2021-08.1e5", "cn-2021-08."):
        assert office.get(f"/screening/rules/{version}/").status_code == 404


@pytest.mark.parametrize(
    ("case", "verdict", "reason"),
    [
        ({"health": "red"}, "Refer", "The health code is red"),
        ({"health": "green", "health_age": "31"}, "Hold", "The health code is too old"),
        ({"temperature": "37.3", "who": "resident"}, "Hold", "Abnormal temperature"),
        ({"stays": "320115001 2021-07-28 2021-08-01"}, "", "medium"),
        ({"purpose": "emergency"}, "Emergency", "Ambulance"),
    ],
)
def test_a_case_is_tried_and_every_reason_told(office, case, verdict, reason):
    page = read(office, "/screening/rules/cn-2021-08.1/try/", **{"direction": "in", "who": "visitor", **case})
    told = page[page.index("The verdict") :]
    assert verdict in told
    assert reason.lower() in told.lower()


def test_a_case_that_cannot_be_read_names_the_line(office):
    asked = {"direction": "in", "who": "visitor", "stays": "320115001 2021-07-28\nsomewhere"}
    answer = office.get("/screening/rules/cn-2021-08.1/try/", asked)
    assert answer.status_code == 422
    assert "Line 2" in answer.content.decode()


def test_what_differs_is_told_in_words(office):
    page = read(office, "/screening/rules/cn-2021-08.2/compare/")
    assert "37.3 °C 37.5 °C" in page
    assert "They do not differ" in read(office, "/screening/rules/who-poe.1/compare/", **{"with": "who-poe.1"})
    assert len(read(office, "/screening/rules/cn-2022-06.1/compare/", **{"with": "cn-2021-08.1"})) > 1000


def test_a_number_is_changed_and_published_from_now_on(office, district):
    answer = office.post("/screening/rules/cn-2021-08.1/numbers/", numbers(temperature_limit="37.0"))
    assert answer.status_code == 302
    assert answer["Location"] == "/screening/rules/cn-2021-08.3/publish/"
    answer = office.post(answer["Location"], {"node": district.tree.garden.pk, "unit_kind": "", "starts_at": ""})
    assert answer.status_code == 302, answer.content.decode()
    page = read(office, "/screening/rules/", place=district.tree.garden_gate.pk)
    assert "now Jiangsu practice of August 2021 (8th edition) cn-2021-08.3 · cooler days" in page


def test_a_number_outside_its_bounds_is_told_at_its_field_and_nothing_is_made(office):
    answer = office.post("/screening/rules/cn-2021-08.1/numbers/", numbers(temperature_limit="42.0"))
    assert answer.status_code == 422
    assert "less than or equal to 38.5" in answer.content.decode()
    answer = office.post("/screening/rules/cn-2021-08.1/numbers/", numbers())
    assert "Nothing is changed" in answer.content.decode()
    assert Edition.objects.count() == 1  # the district's


def test_nobody_publishes_into_the_past_on_the_page(office, district):
    form = {"node": district.tree.street.pk, "unit_kind": "", "starts_at": "2021-08-10T10:00"}
    answer = office.post("/screening/rules/cn-2021-08.2/publish/", form)
    assert answer.status_code == 422
    assert "This time is over" in answer.content.decode()


def test_it_is_ended_with_a_click(office):
    with acting_as_system():
        publication = Publication.objects.get()
    assert office.post(f"/screening/rules/published/{publication.pk}/end/").status_code == 302
    assert "Ended" in read(office, "/screening/rules/")


def test_a_pack_of_ones_own_is_downloaded_changed_and_brought_back(office):
    content = json.loads(office.get("/screening/rules/cn-2021-08.1/file/").content)
    content["params"]["quota_persons"]["value"] = 2

    def bring(text):
        file = SimpleUploadedFile("rules.json", text.encode())
        return office.post("/screening/rules/new/", {"file": file, "note": "two a household"})

    answer = bring(json.dumps(content))
    assert answer["Location"] == "/screening/rules/cn-2021-08.3/"
    content["rules"]["health.red"]["when"] = {"or": []}
    answer = bring(json.dumps(content))
    assert answer.status_code == 422
    assert "rules.health.red" in answer.content.decode()
    for text in ("{", "[]", "[" * 5000):
        assert bring(text).status_code == 422
    assert Edition.objects.count() == 2


def test_who_only_looks_sees_no_button(district):
    client = Client(headers={"accept-language": "en"})
    with time_machine.travel(AT, tick=False):
        sign_in(client, district.cast.recorder)
        page = read(client, "/screening/rules/cn-2021-08.1/")
        assert "Publish" not in page and "Try a case" in page
        assert client.post("/screening/rules/cn-2021-08.1/numbers/", numbers()).status_code == 403
