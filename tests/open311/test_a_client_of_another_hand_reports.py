"""A client written from the text of GeoReport v2 alone runs unchanged against the server over HTTP, in XML and in JSON;
every answer on the wire is one that the schemas of that text allow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.core.cache import cache

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.time import now
from kakou.services import actions
from kakou.services.queries import requests as queries
from kakou.services.tests.asking import DAY, LAMP, answered, asked, order_of, places, stored
from kakou.workorders import actions as orders
from tests.open311.client import MIME, Client, Form, Open311Error
from tests.open311.conformance import conforms

pytestmark = [
    pytest.mark.django_db(databases=["default", "owner"], transaction=True),
    pytest.mark.parametrize("form", ["xml", "json"]),
]
__all__ = ["places"]
NOBODYS = "01912345-0000-7000-8000-000000000000"
TOLD = {
    "address_string": "3号楼 花园小区 东城社区", "lat": 34.01, "long": 117.95, "phone": "13812345678",
    "first_name": "Ana", "last_name": "Silva", "email": "ana@example.org", "device_id": "tt222111",
    "account_id": "123456", "media_url": "http://city.example/2212426634.jpg", "description": LAMP,
}  # fmt: skip


@pytest.fixture
def client(live_server: Any, places: Any, form: Form) -> Iterator[Client]:
    """It found its endpoint by discovery; at the end all that it saw is held against the schemas."""
    cache.clear()
    with acting_as_system():
        key = actions.make_key(name="城市随手拍", node=places.east.pk, by=None, at=now())[1]
    with httpx.Client(timeout=30, headers={"Accept-Language": "en"}) as http:
        found = Client.discover(f"{live_server.url}/open311/discovery", form, http=http, api_key=key)
        yield found
    assert found.seen
    for kind, answer in found.seen:
        conforms(kind, answer)
        assert answer.headers["content-type"] == f"{MIME[form]}; charset=utf-8"


def refused(status: int, ask: Any) -> str:
    """What the server says of why it refuses."""
    with pytest.raises(Open311Error) as refusal:
        ask()
    assert refusal.value.status == status
    return " ".join(error["description"] for error in refusal.value.errors)


def test_it_reports_what_any_service_asks_for_and_reads_where_it_stands(client: Client, cast: Any) -> None:
    for service in client.services():
        questions = client.definition(service["service_code"])["attributes"]
        assert service["metadata"] == bool(questions)
        given = {one["code"]: ["1"] for one in questions if one["variable"]}
        made = client.report(service["service_code"], given, **TOLD, jurisdiction_id="city.example")
        assert bool(made.get("service_request_id")) == (service["type"] == "realtime")
        shown = client.request(client.wait_for_id(made))
        assert shown["service_request_id"] == made["service_request_id"]
        assert (shown["service_code"], shown["status"]) == (service["service_code"], "open")
        assert shown["service_name"] == service["service_name"]
        assert shown["address"] == "花园小区"
    everything = "".join(answer.text for _, answer in client.seen)
    assert not [word for word in (LAMP, "Silva", "13812345678", "ana@example.org", "2212426634") if word in everything]
    with acting_as(cast.secretary):
        assert LAMP in queries.text_of(stored()[0])
        assert queries.contact_of(stored()[0]).name == "Ana Silva"


def test_any_one_location_will_do(client: Client, places: Any) -> None:
    for where in ({"lat": 34.01, "long": 117.95}, {"address_string": "花园小区"}, {"address_id": places.garden.pk}):
        client.report("facilities", **where, description=str(where))
    assert len(client.requests()) == 3


def test_it_sees_a_request_being_closed(client: Client, cast: Any, places: Any) -> None:
    made = client.report("facilities", address_id=places.garden.pk, description=LAMP)
    [request] = stored()
    answered(request, cast.secretary, at=now())
    with acting_as(cast.secretary):
        orders.close(order_of(request), evidence={}, by=cast.secretary, at=now())
    shown = client.request(client.wait_for_id(made))
    assert shown["status"] == "closed"
    assert shown["updated_datetime"] >= shown["requested_datetime"]
    assert client.requests(status=["open"]) == []
    assert [one["status"] for one in client.requests(status=["closed"])] == ["closed"]


def test_it_asks_for_some_of_many(client: Client, places: Any) -> None:
    at = now()
    made = {days: str(asked(places.garden.pk, at=at - days * DAY).pk) for days in (0, 10, 40, 100)}

    def days(**which: Any) -> list[int]:
        found = {one["service_request_id"] for one in client.requests(**which)}
        return [days for days, id in made.items() if id in found]

    assert days() == [0, 10, 40]
    assert days(start_date=at - dt.timedelta(days=50), end_date=at - dt.timedelta(days=5)) == [10, 40]
    assert days(end_date=at - dt.timedelta(days=50)) == [100]
    assert days(service_code=["danger"]) == []
    assert days(service_code=["facilities", "danger"], status=["open", "closed"]) == [0, 10, 40]
    assert days(service_request_id=[made[100], made[10]], status=["closed"]) == [10, 100]


def test_it_turns_the_pages(client: Client, places: Any) -> None:
    at = now()
    made = [str(asked(places.garden.pk, at=at - n * dt.timedelta(minutes=1)).pk) for n in range(5)]
    assert [len(client.requests(page=n, page_size=2)) for n in (1, 2, 3, 4)] == [2, 2, 1, 0]
    assert [one["service_request_id"] for one in client.every_request(page_size=2)] == made
    refused(400, lambda: client.requests(page=-1, page_size=2))
    refused(400, lambda: client.requests(page_size=1001))


def test_it_is_told_what_is_wrong(client: Client, places: Any) -> None:
    assert "api_key" in refused(403, lambda: client.report("facilities", address_string="花园小区", api_key="wrong"))
    assert "x1" in refused(404, lambda: client.report("x1", address_string="花园小区"))
    assert "service_code" in refused(400, lambda: client.report("", address_string="花园小区"))
    assert "location" in refused(400, lambda: client.report("facilities", description=LAMP))
    assert "lat" in refused(400, lambda: client.report("facilities", lat=34.01))
    refused(400, lambda: client.report("facilities", address_string="花园小区", description="x" * 4001))
    refused(404, lambda: client.definition("x1"))
    refused(404, lambda: client.request(NOBODYS))
    refused(400, lambda: client.requests(status=["lost"]))
    refused(400, lambda: client.requests(start_date=now() - 100 * DAY, end_date=now()))
    client.api_key = None
    assert "api_key" in refused(403, lambda: client.report("facilities", address_string="花园小区"))
    assert stored() == []


def test_a_token_of_nobody_is_not_found(client: Client) -> None:
    refused(404, lambda: client.request_id("12345"))
    refused(404, lambda: client.request_id("some/thing 花"))


@pytest.mark.parametrize(
    "code",
    ["no such", "花园", "a/b", "a.b", "%00", "..", "<b>", "1;2", "a\nb", "\n"],
)
def test_whatever_stands_in_a_path_is_not_found(client: Client, code: str) -> None:
    refused(404, lambda: client.definition(code))
    refused(404, lambda: client.request(code))
