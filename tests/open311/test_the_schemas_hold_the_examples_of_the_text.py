"""The schemas accept what the text of GeoReport v2 shows and refuse what it forbids; XML and JSON say the same.

The examples are of the same shape as those of https://wiki.open311.org/GeoReport_v2/; a code with a leading zero,
which is no JSON, is text.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.open311 import spark
from tests.open311.conformance import KINDS, conforms, validator
from tests.open311.spark import NotGeoReport

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
REQUEST = {
    "service_request_id": "638344", "status": "closed", "status_notes": "Duplicate request.",
    "service_name": "Sidewalk", "service_code": "006", "description": None, "agency_responsible": None,
    "service_notice": None, "requested_datetime": "2010-04-14T06:37:38-08:00",
    "updated_datetime": "2010-04-14T06:37:38-08:00", "expected_datetime": "2010-04-15T06:37:38-08:00",
    "address": "8TH AVE and JUDAH ST", "address_id": "545483", "zipcode": "94122", "lat": 37.762221815,
    "long": -122.4651145, "media_url": "http://city.gov/638344.jpg",
}  # fmt: skip
ATTRIBUTE = {
    "variable": True, "code": "WHISHETN", "datatype": "singlevaluelist", "required": True, "datatype_description": None,
    "order": 1, "description": "Which make?", "values": [{"key": "123", "name": "Ford"}, {"key": "124", "name": "F"}],
}  # fmt: skip
SERVICE = {
    "service_code": "001", "service_name": "Cans left out", "description": "Left out for a day.", "metadata": True,
    "type": "realtime", "keywords": "lorem, ipsum", "group": "sanitation",
}  # fmt: skip
ENDPOINT = {
    "specification": "http://wiki.open311.org/GeoReport_v2", "url": "http://open311.mycity.gov/v2",
    "changeset": "2010-11-23 09:01", "type": "production", "formats": ["text/xml", "application/json"],
}  # fmt: skip
EXAMPLES: dict[str, Any] = {
    "discovery": {"changeset": "2011-02-03", "contact": "Call", "key_service": "Ask", "endpoints": [ENDPOINT]},
    "services": [SERVICE, {**SERVICE, "service_code": "002", "keywords": None}],
    "service_definition": {"service_code": "DMV66", "attributes": [ATTRIBUTE]},
    "created": [{"service_request_id": "293944", "service_notice": "Within 24 hours", "account_id": None}],
    "token": [{"service_request_id": "638344", "token": "12345"}],
    "requests": [REQUEST, {**REQUEST, "status": "open", "status_notes": None}],
    "request": [REQUEST],
    "errors": [{"code": 403, "description": "Invalid api_key received"}],
}
ROOTS = {"created": "service_requests", "token": "service_requests", "requests": "service_requests"} | {
    "request": "service_requests",
}
ITEMS = {"services": "service", "attributes": "attribute", "values": "value", "service_requests": "request"} | {
    "errors": "error", "endpoints": "endpoint", "formats": "format",
}  # fmt: skip
BROKEN: list[tuple[str, str, Any]] = [
    ("services", "type", "soon"),
    ("services", "metadata", "yes"),
    ("services", "service_code", ""),
    ("requests", "status", "in progress"),
    ("requests", "requested_datetime", "2010-04-14T06:37:38"),
    ("requests", "requested_datetime", "2010-04-14"),
    ("requests", "description", "<b>bold</b>"),
    ("requests", "description", "x" * 4001),
    ("requests", "lat", 91),
    ("requests", "media_url", "javascript:alert(1)"),
    ("requests", "phone", "1"),
    ("created", "token", "12345"),
    ("errors", "description", ""),
]


def xml(name: str, content: Any) -> str:
    """The same content as XML."""
    if isinstance(content, dict):
        inner = "".join(xml(key, value) for key, value in content.items())
    elif isinstance(content, list):
        inner = "".join(xml(ITEMS[name], item) for item in content)
    elif isinstance(content, bool):
        inner = str(content).lower()
    else:
        inner = "" if content is None else str(content).replace("&", "&amp;").replace("<", "&lt;")
    return f"<{name}>{inner}</{name}>"


def answer(kind: str, form: str, content: Any, **headers: str) -> httpx.Response:
    body = DECLARATION + xml(ROOTS.get(kind, kind), content) if form == "xml" else json.dumps(content)
    told = {"content-type": {"xml": "text/xml", "json": "application/json"}[form] + "; charset=utf-8", **headers}
    status = 403 if kind == "errors" else 200
    return httpx.Response(status, content=body.encode(), headers=told, request=httpx.Request("GET", "http://city.gov/"))


def test_every_schema_is_a_schema_and_has_an_example() -> None:
    assert tuple(sorted(EXAMPLES)) == KINDS
    for form in ("xml", "json"):
        for kind in KINDS:
            checker = validator(form, kind)
            checker.check_schema(checker.schema)


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_example_conforms(kind: str, form: str) -> None:
    content = conforms(kind, answer(kind, form, EXAMPLES[kind]))
    if form == "xml":
        said = json.loads(json.dumps(EXAMPLES[kind]), parse_int=str, parse_float=str)
        assert spark.data(content) == _as_text(said)


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize(("kind", "name", "value"), BROKEN)
def test_a_breach_is_found(kind: str, name: str, value: Any, form: str) -> None:
    broken = [{**EXAMPLES[kind][0], name: value}]
    with pytest.raises(NotGeoReport, match="should not be valid under" if name == "token" else name):
        conforms(kind, answer(kind, form, broken))


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"created"}))
def test_a_missing_field_is_found(kind: str, form: str) -> None:
    whole = EXAMPLES[kind]
    first = next(iter(whole[0] if isinstance(whole, list) else whole))
    without = [
        {k: v for k, v in item.items() if k != first} for item in (whole if isinstance(whole, list) else [whole])
    ]
    with pytest.raises(NotGeoReport, match=first):
        conforms(kind, answer(kind, form, without if isinstance(whole, list) else without[0]))


@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_list_without_options_is_found(form: str) -> None:
    for values in ([], None):
        bare = {"service_code": "1", "attributes": [{**ATTRIBUTE, "values": values}]}
        with pytest.raises(NotGeoReport, match="values"):
            conforms("service_definition", answer("service_definition", form, bare))


@pytest.mark.parametrize(
    "body",
    [
        "<services></services>",
        '<?xml version="1.0"?><services></services>',
        DECLARATION + '<services type="array"></services>',
        DECLARATION + '<services xmlns="http://wiki.open311.org/GeoReport_v2"></services>',
        DECLARATION + "<services><service><type>x</type><type>y</type></service></services>",
        DECLARATION + '<!DOCTYPE services [<!ENTITY a "b">]><services></services>',
        DECLARATION + "<services>",
    ],
)
def test_other_xml_is_refused(body: str) -> None:
    with pytest.raises(NotGeoReport):
        spark.tree(body.encode())


@pytest.mark.parametrize("told", ["application/xml; charset=utf-8", "text/xml", "text/html; charset=utf-8", ""])
def test_another_content_type_is_refused(told: str) -> None:
    with pytest.raises(NotGeoReport, match="content type"):
        conforms("services", answer("services", "xml", EXAMPLES["services"], **{"content-type": told}))


def _as_text(content: Any) -> Any:
    if isinstance(content, list):
        return [_as_text(item) for item in content]
    if isinstance(content, dict):
        return {key: _as_text(value) for key, value in content.items()}
    return str(content).lower() if isinstance(content, bool) else content
