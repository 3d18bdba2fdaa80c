"""Open311 GeoReport v2: discovery, services, definitions, reporting by key, and reading without one, in XML and JSON.

The shapes are written from the text of GeoReport v2 and of Service Discovery.
"""

import datetime as dt
import json
import xml.etree.ElementTree as ET
from urllib.parse import quote

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from jsonschema import Draft202012Validator

from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.tests.places import code_at
from kakou.places.tests.mapped import mapped
from kakou.services import actions
from kakou.services.open311 import doors
from kakou.services.queries import requests as queries
from kakou.services.rules import Category
from kakou.services.tests.asking import DAY, LAMP, answered, asked, order_of, places, stored
from kakou.workorders import actions as orders
from tests.canaries import CANARIES, leaks
from tests.cast import AT

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]
TEXT, FLAG, NULL = {"type": "string"}, {"type": "boolean"}, {"type": ["string", "null"]}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}
LIST_OF = {"services": "service", "attributes": "attribute", "values": "value", "service_requests": "request",
           "errors": "error", "endpoints": "endpoint", "formats": "format"}  # fmt: skip


def whole(**fields):
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def array(items, **more):
    return {"type": "array", "items": items, **more}


ENDPOINT = whole(
    specification={"const": "http://wiki.open311.org/GeoReport_v2"}, url=TEXT, changeset=TEXT,
    type={"enum": ["production", "test"]}, formats=array({"enum": ["text/xml", "application/json"]}),
)  # fmt: skip
SERVICE = whole(
    service_code=TEXT, service_name=TEXT, description=TEXT, metadata=FLAG, type={"const": "realtime"}, keywords=TEXT,
    group=TEXT,
)  # fmt: skip
REQUEST = whole(
    service_request_id=TEXT, status={"enum": ["open", "closed"]}, status_notes=NULL, service_name=TEXT,
    service_code=TEXT, description={"type": "null"}, agency_responsible=NULL, service_notice=NULL,
    requested_datetime=MOMENT, updated_datetime=MOMENT, expected_datetime={"anyOf": [MOMENT, {"type": "null"}]},
    address=TEXT, address_id=TEXT, zipcode=NULL, lat={"type": ["number", "null"]}, long={"type": ["number", "null"]},
    media_url=NULL,
)  # fmt: skip
SHAPES = {
    "discovery": whole(changeset=TEXT, contact=TEXT, key_service=TEXT, endpoints=array(ENDPOINT, minItems=1)),
    "services": array(SERVICE, minItems=1),
    "definition": whole(service_code=TEXT, attributes=array({"type": "object"})),
    "requests": array(REQUEST, maxItems=1000),
    "opened": array(
        whole(service_request_id=TEXT, service_notice=NULL, account_id={"type": "null"}), minItems=1, maxItems=1
    ),
    "errors": array(whole(code={"type": "integer"}, description={"type": "string", "minLength": 1}), minItems=1),
}


@pytest.fixture(autouse=True)
def noon():
    cache.clear()
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def client():
    return Client(headers={"Accept-Language": "en"})


@pytest.fixture
def key(places):
    with acting_as_system():
        return actions.make_key(name="城市随手拍", node=places.east.pk, by=None, at=AT)[1]


def spark(element):
    """XML as the Spark convention maps it to JSON; every value a text."""
    if element.tag in LIST_OF:
        assert all(child.tag == LIST_OF[element.tag] for child in element)
        return [spark(child) for child in element]
    return {child.tag: spark(child) for child in element} if len(element) else element.text


def plain(value):
    """JSON with every value as the text that XML has for it."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return {True: "true", False: "false"}.get(value) if isinstance(value, bool) else value and str(value)


def both(client, path, shape, *, code=200, **query):
    """The same answer in both forms, each as its shape says; as JSON."""
    answers = {form: client.get(f"/open311/{path}.{form}", query) for form in ("json", "xml")}
    assert {answer.status_code for answer in answers.values()} == {code}
    assert answers["json"]["Content-Type"] == "application/json; charset=utf-8"
    assert answers["xml"]["Content-Type"] == "text/xml; charset=utf-8"
    assert answers["xml"].content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    told = json.loads(answers["json"].content)
    Draft202012Validator(SHAPES[shape]).validate(told)
    assert spark(ET.fromstring(answers["xml"].content)) == plain(told)
    return told


def send(client, key, form="json", **fields):
    return client.post(f"/open311/v2/requests.{form}", {"api_key": key, "service_code": "facilities", **fields})


def test_discovery_leads_to_the_services_and_their_definitions(client, places):
    [endpoint] = both(client, "discovery", "discovery")["endpoints"]
    assert endpoint["url"] == "http://testserver/open311/v2"
    services = both(client, "v2/services", "services")
    assert {one["service_code"] for one in services} == set(Category)
    for one in services:
        assert not one["metadata"]
        assert both(client, f"v2/services/{one['service_code']}", "definition")["attributes"] == []
    both(client, "v2/services/unknown", "errors", code=404)


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_program_reports_and_reads_where_it_stands(client, key, places, cast, form):
    told = {"description": LAMP, "address_string": "东城社区 花园小区 3号楼", "phone": "13812345678", "last_name": "王",
            "first_name": "小明", "email": "a@b.cn", "lat": "34.01", "long": "117.95"}  # fmt: skip
    answer = send(client, key, form, **told)
    assert answer.status_code == 200
    made = json.loads(answer.content) if form == "json" else spark(ET.fromstring(answer.content))
    if form == "json":
        Draft202012Validator(SHAPES["opened"]).validate(made)
    [request] = stored()
    assert made[0]["service_request_id"] == str(request.pk)
    assert (request.place_id, request.node_id, request.channel) == (places.garden.pk, places.east.pk, "program")
    with acting_as(cast.secretary):
        assert queries.text_of(request) == f"{LAMP}\n东城社区 花园小区 3号楼"
        assert queries.point_of(request) == (117.95, 34.01)
        contact = queries.contact_of(request)
    assert (contact.phone, contact.name, contact.email) == ("+8613812345678", "王小明", "a@b.cn")
    [row] = both(client, f"v2/requests/{request.pk}", "requests")
    assert (row["status"], row["address"], row["agency_responsible"]) == ("open", "花园小区", "东城社区")
    assert row["expected_datetime"] == "2021-08-11T04:45:00Z"
    code = made[0]["service_notice"].split()[1].rstrip(":")
    known = client.post("/s/follow/", {"code": code, "last_four": "5678"})
    assert known.context["shown"].id == request.pk


def test_closed_ones_say_when_and_no_answer_ever_holds_what_was_said(client, key, places, cast):
    one = CANARIES[0]
    send(
        client,
        key,
        description=f"{one.name} {one.address}",
        phone=one.phone,
        last_name=one.name,
        address_id=places.garden.pk,
    )
    [request] = stored()
    answered(request, cast.secretary, at=AT)
    with acting_as(cast.secretary):
        orders.close(order_of(request), evidence={}, by=cast.secretary, at=AT + DAY)
    [row] = both(client, f"v2/requests/{request.pk}", "requests")
    assert (row["status"], row["updated_datetime"]) == ("closed", "2021-08-11T04:45:00Z")
    everything = client.get("/open311/v2/requests.json").content.decode() + json.dumps(row, ensure_ascii=False)
    assert not leaks(everything=everything)
    assert not [word for word in (request.code, "路灯已修好", one.phone[-4:]) if word in everything]


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"api_key": ""}, 403, "api_key"), ({"api_key": "wrong"}, 403, "api_key"),
        ({"service_code": ""}, 400, "service_code was not provided"), ({"service_code": "x"}, 404, "no service"),
        ({"address_string": ""}, 400, "location"), ({"address_string": "", "lat": "34"}, 400, "lat and long"),
        ({"lat": "91", "long": "0"}, 400, "lat and long"), ({"address_id": "0"}, 400, "address_id"),
        ({"address_id": "nonsense"}, 400, "address_id"), ({"phone": "12"}, 400, "11 digits"),
        ({"email": "no mail"}, 400, "mail"), ({"description": "x" * 4001}, 400, "4000"),
        ({"description": "a\u202eb"}, 400, "cannot be seen"), ({"lat": "nan", "long": "0"}, 400, "lat and long"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["json", "xml"])
def test_what_is_wrong_is_told_as_the_text_says(client, key, places, form, fields, status, said):
    answer = send(client, key, form, **{"address_string": "花园小区", "description": LAMP, **fields})
    assert answer.status_code == status
    if form == "json":
        errors = json.loads(answer.content)
        Draft202012Validator(SHAPES["errors"]).validate(errors)
    else:
        errors = spark(ET.fromstring(answer.content))
    assert str(errors[0]["code"]) == str(status)
    assert said in errors[0]["description"]
    assert stored() == []


def test_a_key_reports_for_its_own_part_of_the_tree_and_no_longer_than_it_holds(client, key, places, cast):
    assert send(client, key, address_id=places.orchard.pk).status_code == 400
    code = code_at(places.garden_gate, cast.secretary)
    assert send(client, key, address_id=code).status_code == 200
    assert stored()[0].place_id == places.garden_gate.pk
    send(client, key, address_string="果园村")  # not below: where the key reports for
    assert {request.place_id for request in stored()} == {places.garden_gate.pk, places.east.pk}
    with acting_as_system():
        actions.end_key(actions.key_of(key).id, by=None, at=AT)
    assert send(client, key, address_id=places.garden.pk).status_code == 403


def test_sent_twice_within_minutes_it_is_one_and_next_day_another(client, key, places):
    told = {"address_id": places.garden.pk, "description": LAMP}
    for minutes, many in ((0, 1), (9, 1), (24 * 60, 2)):
        with time_machine.travel(AT + dt.timedelta(minutes=minutes), tick=False):
            assert send(client, key, **told).status_code == 200
            assert len(stored()) == many
    send(client, key, **{**told, "description": "漏水"})
    assert len(stored()) == 3


def test_requests_are_filtered_as_the_text_says(client, places, cast):
    made = {days: asked(places.garden.pk, at=AT - days * DAY) for days in (1, 30, 89, 91, 200)}
    danger = asked(places.garden.pk, at=AT - DAY, category=Category.DANGER)
    answered(made[30], cast.secretary, at=AT)
    with acting_as(cast.secretary):
        orders.close(order_of(made[30]), evidence={}, by=cast.secretary, at=AT)

    def found(**query):
        return [row["service_request_id"] for row in both(client, "v2/requests", "requests", **query)]

    ids = {str(request.pk): days for days, request in made.items()} | {str(danger.pk): "danger"}
    days = lambda **query: {ids[id] for id in found(**query)}  # noqa: E731
    assert days() == {1, 30, 89, "danger"}
    assert days(status="closed") == {30}
    assert days(status="open,closed") == days(status="") == days()
    assert days(service_code="danger") == {"danger"}
    assert days(service_code="danger, facilities", status="open") == {1, 89, "danger"}
    early = (AT - 210 * DAY).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert days(start_date=early) == {200}
    assert days(end_date=(AT - 90 * DAY).isoformat()) == {91}
    assert days(start_date=early, end_date=(AT - 199 * DAY).isoformat()) == {200}
    assert found(service_request_id=f"{made[200].pk},{made[1].pk},nonsense", status="closed") == [
        str(made[1].pk), str(made[200].pk),
    ]  # fmt: skip
    assert found(service_request_id="nonsense") == []
    assert [row["service_request_id"] for row in both(client, "v2/requests", "requests")][-1] == str(made[89].pk)


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "2021-08-01"}, {"start_date": "yesterday"}, {"start_date": "2021-08-01T00:00:00"},
        {"start_date": "2021-01-01T00:00:00Z", "end_date": "2021-08-01T00:00:00Z"}, {"status": "lost"},
        {"start_date": "2021-08-02T00:00:00Z", "end_date": "2021-08-01T00:00:00Z"},
        {"start_date": "9999-12-31T00:00:00Z"}, {"end_date": "0001-01-01T00:00:00+14:00"},
        {"end_date": "2021-02-30T00:00:00Z"},
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_is_refused(client, places, query):
    both(client, "v2/requests", "errors", code=400, **query)


def test_what_is_not_there_is_not_found(client, places):
    for path in ("v2/requests/01912345-0000-7000-8000-000000000000", "v2/requests/1", "v2/services/x"):
        both(client, path, "errors", code=404)
    answer = client.get("/open311/v2/services.yaml")
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/xml; charset=utf-8")
    assert client.put("/open311/v2/requests.json").status_code == 400
    assert client.delete("/open311/v2/services.json").status_code == 400


def test_no_more_than_a_thousand_are_told(client, places, monkeypatch):
    monkeypatch.setattr("kakou.services.queries.public.MOST", 2)
    for _ in range(3):
        asked(places.garden.pk)
    assert len(both(client, "v2/requests", "requests")) == 2


def test_who_asks_too_often_is_told_to_wait(client, places):
    answers = [client.get("/open311/v2/services.json") for _ in range(121)]
    assert [answer.status_code for answer in answers[-2:]] == [200, 400]
    assert json.loads(answers[-1].content)[0]["code"] == 429


def test_who_reports_without_a_key_too_often_is_told_to_wait_and_nobody_else(client, key, places, monkeypatch):
    monkeypatch.setattr(doors, "SENT", "3/h")
    told = {"address_id": places.garden.pk, "description": LAMP}
    assert [send(client, "wrong", **told).status_code for _ in range(3)] == [403] * 3
    for theirs in ("wrong", key):
        answer = send(client, theirs, **told)
        assert answer.status_code == 400
        assert json.loads(answer.content)[0]["code"] == 429
    other = Client(headers={"Accept-Language": "en"}, REMOTE_ADDR="10.1.2.3")
    assert send(other, key, **told).status_code == 200
    assert len(stored()) == 1


def test_a_plus_that_nobody_escaped_is_understood(client, places):
    asked(places.garden.pk, at=AT - DAY)
    path = "/open311/v2/requests.json?start_date=" + quote("2021-08-01T00:00:00+08:00", safe=":+")
    assert len(json.loads(client.get(path).content)) == 1


AT_THE_GARDEN = {"lat": "33.9031", "long": "117.9532"}


def test_lat_and_long_find_the_innermost_place_and_stay_sealed(client, key, places):
    mapped(places)
    assert send(client, key, **AT_THE_GARDEN).status_code == 200
    [request] = stored()
    assert request.place_id == places.garden.pk
    with acting_as_system():
        assert queries.point_of(request) == (117.9532, 33.9031)
        assert "33.9" not in queries.text_of(request)
    [row] = both(client, f"v2/requests/{request.pk}", "requests")
    assert (row["long"], row["lat"]) == (117.953, 33.903)  # where the place lies, not what the report told


def test_what_lies_near_is_taken_and_what_is_far_away_is_an_error(client, key, places):
    mapped(places)
    assert send(client, key, lat="33.905", long="117.9455").status_code == 200
    assert stored()[0].place_id == places.east.pk
    answer = send(client, key, lat="33.905", long="117.944")
    assert answer.status_code == 400
    assert "500 m" in answer.content.decode()
    assert send(client, key, lat="-90", long="0").status_code == 400


def test_a_place_of_others_is_not_found_by_the_key_of_these(client, key, places):
    mapped(places)
    assert send(client, key, lat="33.905", long="117.97").status_code == 400  # in the west


def test_a_name_in_the_address_goes_before_the_position(client, key, places):
    mapped(places)
    assert send(client, key, lat="33.905", long="118.5", address_string="花园小区 3号楼").status_code == 200
    assert stored()[0].place_id == places.garden.pk


@pytest.mark.parametrize(("lat", "long"), [("0", "0"), ("90", "0"), ("33.9", "-117.95")])
def test_a_point_where_no_place_can_be_is_left_out(client, key, places, lat, long):
    assert send(client, key, lat=lat, long=long, address_string="花园小区").status_code == 200
    with acting_as_system():
        assert queries.point_of(stored()[0]) is None
