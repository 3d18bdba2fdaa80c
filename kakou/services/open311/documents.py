"""What Open311 answers with, as XML and as JSON: one tree of values, written in either way (the Spark convention: a
list is an element for itself in XML and a plain array in JSON)."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from kakou.services.queries.public import Listed
from kakou.services.rules import LINES, Category
from kakou.workorders.rules import ENDED

Value = str | int | float | bool | None | Sequence["Value"] | Mapping[str, "Value"]
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-29 00:00"  # when what discovery and definitions say was changed last
JSON, XML = "application/json", "text/xml"
_ITEMS = {
    "services": "service", "attributes": "attribute", "values": "value", "service_requests": "request",
    "errors": "error", "endpoints": "endpoint", "formats": "format",
}  # fmt: skip
_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
KEYWORDS = "速来办"


@dataclass(frozen=True, slots=True)
class Document:
    """`root`: the name of the element around it all in XML."""

    root: str
    content: Value

    def written(self, media_type: str) -> bytes:
        """In UTF-8."""
        if media_type == JSON:
            return json.dumps(self.content, ensure_ascii=False).encode()
        return ('<?xml version="1.0" encoding="utf-8"?>\n' + _element(self.root, self.content)).encode()


def discovery(url: str, *, contact: str, key_service: str) -> Document:
    """Where the one endpoint is: `url` without a slash at its end."""
    endpoint: Mapping[str, Value] = {
        "specification": SPECIFICATION, "url": url, "changeset": CHANGESET, "type": "production",
        "formats": [XML, JSON],
    }  # fmt: skip
    told: Mapping[str, Value] = {
        "changeset": CHANGESET, "contact": contact, "key_service": key_service, "endpoints": [endpoint],
    }  # fmt: skip
    return Document("discovery", told)


def services(words: Mapping[Category, tuple[str, str, str]]) -> Document:
    """Category → its name, its description and the name of its group."""
    return Document("services", [_service(category, *words[category]) for category in LINES])


def _service(category: Category, name: str, description: str, group: str) -> Mapping[str, Value]:
    return {
        "service_code": category.value, "service_name": name, "description": description, "metadata": False,
        "type": "realtime", "keywords": f"{category.value}, {KEYWORDS}", "group": group,
    }  # fmt: skip


def definition(category: Category) -> Document:
    """No category asks for more than what every request tells."""
    return Document("service_definition", {"service_code": category.value, "attributes": []})


def opened(id: str, notice: str) -> Document:
    """A request that was reported."""
    told: Mapping[str, Value] = {"service_request_id": id, "service_notice": notice, "account_id": None}
    return Document("service_requests", [told])


def requests(rows: Sequence[tuple[Listed, str, str]]) -> Document:
    """Requests, each with the name of its category and the words of its state."""
    return Document("service_requests", [_request(*row) for row in rows])


def _request(row: Listed, name: str, notes: str) -> Mapping[str, Value]:
    is_closed = row.state in ENDED
    return {
        "service_request_id": str(row.id), "status": "closed" if is_closed else "open", "status_notes": notes,
        "service_name": name, "service_code": row.category.value, "description": None,
        "agency_responsible": row.office or None, "service_notice": None,
        "requested_datetime": moment(row.reported_at), "updated_datetime": moment(row.updated_at),
        "expected_datetime": None if is_closed else moment(row.due_at), "address": row.place,
        "address_id": str(row.place_node), "zipcode": None, "lat": row.lat, "long": row.lon, "media_url": None,
    }  # fmt: skip


def errors(*told: tuple[int, str]) -> Document:
    """Codes and what they mean for whoever reads it."""
    return Document("errors", [{"code": code, "description": description} for code, description in told])


def moment(at: dt.datetime) -> str:
    """1994-11-05T13:15:30Z, whole seconds."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _element(name: str, value: Value) -> str:
    inside = _inside(name, value)
    return f"<{name}>{inside}</{name}>" if inside else f"<{name}/>"


def _inside(name: str, value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return escape(_NO_XML.sub("", str(value)), quote=False)
    if isinstance(value, Mapping):
        return "".join(_element(key, one) for key, one in value.items())
    return "".join(_element(_ITEMS[name], one) for one in value)
