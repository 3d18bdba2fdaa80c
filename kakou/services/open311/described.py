"""The doors of Open311 as OpenAPI 3.1 describes them, kept in contracts/open311.json.

The shapes are those of JSON; XML holds the same, its element names are those of `xml` (the Spark convention).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kakou import __version__
from kakou.services.open311.documents import JSON, SPECIFICATION, XML
from kakou.services.open311.reading import LAST_PAGE
from kakou.services.queries.public import MOST
from kakou.services.rules import LONGEST, Category

Shape = dict[str, Any]
FORM = "application/x-www-form-urlencoded"
MOMENT: Shape = {"type": "string", "format": "date-time"}
TEXT: Shape = {"type": "string"}
NONE: Shape = {"type": "null"}
DEGREES: Shape = {"type": ["number", "null"]}
MAYBE: Shape = {"type": ["string", "null"]}
CODE: Shape = {"enum": [category.value for category in Category]}
ID: Shape = {"type": "string", "format": "uuid"}


def described() -> Shape:
    """The whole document."""
    paths = {
        "/open311/discovery.{form}": _get("discovery", "where the endpoint is", "Discovery"),
        "/open311/v2/services.{form}": _get("services", "every service", "Services"),
        "/open311/v2/services/{code}.{form}": _get(
            "service_definition", "what a service asks for besides: nothing", "Definition", path={"code": TEXT}
        ),
        "/open311/v2/requests.{form}": {
            **_get("requests", "several requests, the latest first", "Requests", query=_ASKED), **_posted(),
        },
        "/open311/v2/requests/{id}.{form}": _get("request", "one request", "Requests", path={"id": TEXT}),
        "/open311/v2/tokens/{token}.{form}": _get(
            "token", "none was ever given out", None, path={"token": TEXT}
        ),
    }  # fmt: skip
    info = {"title": "Kakou, Open311 GeoReport v2", "version": __version__, "description": SPECIFICATION}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": _SHAPES}}


def _whole(**fields: Shape) -> Shape:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def _list(element: str, item: str, shape: Shape, **more: Any) -> Shape:
    return {
        "type": "array", "items": {**shape, "xml": {"name": item}}, "xml": {"name": element, "wrapped": True}, **more,
    }  # fmt: skip


_ENDPOINT = _whole(
    specification={"const": SPECIFICATION}, url={"type": "string", "format": "uri"}, changeset=TEXT,
    type={"const": "production"}, formats=_list("formats", "format", {"enum": [XML, JSON]}),
)  # fmt: skip
_SERVICE = _whole(
    service_code=CODE, service_name=TEXT, description=TEXT, metadata={"const": False}, type={"const": "realtime"},
    keywords=TEXT, group=TEXT,
)  # fmt: skip
_REQUEST = _whole(
    service_request_id=ID, status={"enum": ["open", "closed"]}, status_notes=TEXT, service_name=TEXT,
    service_code=CODE, description=NONE, agency_responsible=MAYBE, service_notice=NONE, requested_datetime=MOMENT,
    updated_datetime=MOMENT, expected_datetime={"anyOf": [MOMENT, NONE]}, address=TEXT, address_id=TEXT, zipcode=NONE,
    lat=DEGREES, long=DEGREES, media_url=NONE,
)  # fmt: skip
_OPENED = _whole(service_request_id=ID, service_notice=TEXT, account_id=NONE)
_ERROR = _whole(code={"enum": [400, 403, 404, 429]}, description={"type": "string", "minLength": 1})
_SHAPES: Mapping[str, Shape] = {
    "Discovery": {
        **_whole(changeset=TEXT, contact=TEXT, key_service=TEXT, endpoints=_list("endpoints", "endpoint", _ENDPOINT)),
        "xml": {"name": "discovery"},
    },
    "Services": _list("services", "service", _SERVICE, minItems=1),
    "Definition": {
        **_whole(service_code=CODE, attributes={"type": "array", "maxItems": 0}), "xml": {"name": "service_definition"},
    },
    "Requests": _list("service_requests", "request", _REQUEST, maxItems=MOST),
    "Opened": _list("service_requests", "request", _OPENED, minItems=1, maxItems=1),
    "Errors": _list("errors", "error", _ERROR, minItems=1),
}  # fmt: skip
_ASKED: Mapping[str, Shape] = {
    "service_request_id": {"type": "string", "description": "one or several with commas; overrides all others"},
    "service_code": {"type": "string", "description": "one or several with commas"},
    "status": {"enum": ["", "open", "closed", "open,closed"]},
    "start_date": {**MOMENT, "description": "of when it was reported; at most 90 days before end_date"},
    "end_date": MOMENT,
    "page": {"type": "integer", "minimum": 1, "maximum": LAST_PAGE},
    "page_size": {"type": "integer", "minimum": 1, "maximum": MOST},
}
_TOLD: Mapping[str, Shape] = {
    "api_key": TEXT, "service_code": CODE, "address_id": TEXT, "address_string": TEXT,
    "lat": {"type": "number", "minimum": -90, "maximum": 90},
    "long": {"type": "number", "minimum": -180, "maximum": 180},
    "description": {"type": "string", "maxLength": LONGEST}, "phone": TEXT, "first_name": TEXT, "last_name": TEXT,
    "email": TEXT, "media_url": TEXT, "device_id": TEXT, "account_id": TEXT, "jurisdiction_id": TEXT,
}  # fmt: skip


def _get(
    id: str,
    summary: str,
    shape: str | None,
    *,
    path: Mapping[str, Shape] | None = None,
    query: Mapping[str, Shape] | None = None,
) -> Shape:
    parameters = [*_parameters("path", {**(path or {}), **_FORM}), *_parameters("query", {**(query or {}), **_SHARED})]
    return {"get": {"operationId": id, "summary": summary, "parameters": parameters, "responses": _answers(shape)}}


def _posted() -> Shape:
    somewhere = [{"required": names} for names in (["address_string"], ["address_id"], ["lat", "long"])]
    body = {
        "type": "object", "properties": dict(_TOLD), "required": ["api_key", "service_code"], "anyOf": somewhere,
    }  # fmt: skip
    return {
        "post": {
            "operationId": "created", "summary": "report a request", "parameters": _parameters("path", _FORM),
            "requestBody": {"required": True, "content": {FORM: {"schema": body}}},
            "responses": _answers("Opened", 403),
        }
    }  # fmt: skip


_FORM: Mapping[str, Shape] = {"form": {"enum": ["xml", "json"]}}
_SHARED: Mapping[str, Shape] = {"jurisdiction_id": {"type": "string", "description": "not looked at"}}


def _parameters(where: str, named: Mapping[str, Shape]) -> list[Shape]:
    return [{"name": name, "in": where, "required": where == "path", "schema": shape} for name, shape in named.items()]


def _answers(shape: str | None, *more: int) -> Shape:
    why = {400: "what is asked cannot be, or too often", 403: "no key that holds", 404: "there is no such thing"}
    refused: Sequence[int] = sorted((400, 404, *more))
    found = {"200": _answer("done", shape)} if shape else {}
    return {**found, **{str(status): _answer(why[status], "Errors") for status in refused}}


def _answer(description: str, shape: str) -> Shape:
    schema = {"schema": {"$ref": f"#/components/schemas/{shape}"}}
    return {"description": description, "content": {JSON: schema, XML: schema}}
