"""A small GeoReport v2 client, written from the published text alone (see the package).

    client = Client.discover("https://api.city.gov/discovery", form="json", api_key="xyz")
    client.services()
    made = client.report("001", {"WHISPAWN": "1", "MANY": ["a", "b"]}, lat=37.76, long=-122.42, description="…")
    client.requests(status=["open"], start_date=…)

It shows JSON and XML alike: lists and objects with text, numbers, booleans and None, and identifiers as text. An
error of the server is raised as Open311Error with its status and the list of {"code", "description"}. `client.seen`
holds every HTTP answer in order with the kind of answer that was asked for: a test can look at what was on the wire.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Self
from urllib.parse import quote

import httpx

from tests.open311 import spark

Form = Literal["xml", "json"]
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
MIME = {"xml": "text/xml", "json": "application/json"}
POSTED = "application/x-www-form-urlencoded; charset=utf-8"
BOOLEANS = frozenset({"metadata", "variable", "required"})
NUMBERS = frozenset({"lat", "long", "order"})
Scalar = str | int | float
Attributes = Mapping[str, str | Sequence[str]]


class Open311Error(Exception):
    """The server refused. `status` is the HTTP status, `errors` the list of its codes and descriptions."""

    def __init__(self, status: int, errors: list[dict[str, Any]]) -> None:
        super().__init__(status, errors)
        self.status = status
        self.errors = errors


class NoEndpoint(Exception):
    """The discovery document offers no GeoReport v2 endpoint in the wanted form."""


@dataclass
class Client:
    """One endpoint in one form. `url` without a trailing slash, e.g. https://api.city.gov/dev/v2."""

    url: str
    form: Form = "xml"
    api_key: str | None = None
    jurisdiction_id: str | None = None
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))
    seen: list[tuple[str, httpx.Response]] = field(default_factory=list)

    @classmethod
    def discover(cls, base: str, form: Form = "xml", kind: str = "production", **more: Any) -> Self:
        """The first fitting endpoint of `base`.xml or `base`.json; base ends in /discovery (Service Discovery)."""
        client = cls(url="", form=form, **more)
        document = client._read("discovery", client.http.get(f"{base}.{form}"))
        for endpoint in document["endpoints"]:
            fits = endpoint["specification"] == SPECIFICATION and endpoint["type"] == kind
            if fits and MIME[form] in endpoint["formats"]:
                client.url = endpoint["url"].rstrip("/")
                return client
        raise NoEndpoint(f"{base}.{form} names no {kind} endpoint of {SPECIFICATION} in {MIME[form]}")

    def services(self) -> list[dict[str, Any]]:
        """GET Service List."""
        return self._get("services", "services")

    def definition(self, service_code: str) -> dict[str, Any]:
        """GET Service Definition; of use where a service's metadata is true."""
        return self._get("service_definition", f"services/{quote(service_code, safe='')}")

    def report(
        self, service_code: str, attributes: Attributes | None = None, **fields: Scalar | None
    ) -> dict[str, Any]:
        """POST Service Request: lat & long, address_string or address_id; email, phone, media_url, description ….

        Returns the one request of the answer: a service_request_id, or a token, or (blackbox) neither.
        """
        given = {"api_key": self.api_key, "jurisdiction_id": self.jurisdiction_id, "service_code": service_code}
        form = _present({**given, **fields})
        for code, value in (attributes or {}).items():
            if isinstance(value, str):
                form[f"attribute[{code}]"] = value
            else:
                form[f"attribute[{code}][]"] = list(value)
        answer = self.http.post(f"{self.url}/requests.{self.form}", data=form, headers={"Content-Type": POSTED})
        return self._read("created", answer)[0]

    def request_id(self, token: str) -> str | None:
        """GET service_request_id from a token; None while there is none yet."""
        found = self._get("token", f"tokens/{quote(token, safe='')}")
        return found[0]["service_request_id"] if found else None

    def wait_for_id(self, made: Mapping[str, Any], tries: int = 5, pause: float = 1.0) -> str:
        """The id of what `report` returned: at once, or asked for by its token at most `tries` times."""
        if made.get("service_request_id"):
            return str(made["service_request_id"])
        for _ in range(tries):
            if found := self.request_id(str(made["token"])):
                return found
            time.sleep(pause)
        raise TimeoutError(f"no service_request_id for token {made['token']}")

    def requests(
        self,
        *,
        service_request_id: Iterable[str] = (),
        service_code: Iterable[str] = (),
        status: Iterable[str] = (),
        start_date: datetime | None = None,
        end_date: datetime | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> list[dict[str, Any]]:
        """GET Service Requests; several values are comma delimited, paging is the extension page and page_size."""
        asked = {
            "service_request_id": ",".join(service_request_id),
            "service_code": ",".join(service_code),
            "status": ",".join(status),
            "start_date": w3(start_date),
            "end_date": w3(end_date),
            "page": page,
            "page_size": page_size,
        }
        return self._get("requests", "requests", **asked)

    def every_request(self, page_size: int = 50, **asked: Any) -> list[dict[str, Any]]:
        """All pages of `requests`, until one is not full."""
        found: list[dict[str, Any]] = []
        page = 1
        while True:
            more = self.requests(page=page, page_size=page_size, **asked)
            found += more
            if len(more) < page_size:
                return found
            page += 1

    def request(self, service_request_id: str) -> dict[str, Any]:
        """GET Service Request."""
        return self._get("request", f"requests/{quote(service_request_id, safe='')}")[0]

    def _get(self, kind: str, resource: str, **asked: Scalar | None) -> Any:
        query = _present({"jurisdiction_id": self.jurisdiction_id, **asked})
        return self._read(kind, self.http.get(f"{self.url}/{resource}.{self.form}", params=query))

    def _read(self, kind: str, answer: httpx.Response) -> Any:
        self.seen.append((kind if answer.is_success else "errors", answer))
        content = spark.data(spark.tree(answer.content)) if self.form == "xml" else answer.json()
        if not answer.is_success:
            raise Open311Error(answer.status_code, content)
        return _typed(content)


def w3(moment: datetime | None) -> str | None:
    """A datetime with zone as the text wants it, e.g. 2010-01-01T00:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _present(fields: Mapping[str, Any]) -> dict[str, Any]:
    """An empty parameter is the same as none (Definitions, Optional Arguments)."""
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _typed(content: Any, name: str = "") -> Any:
    """One reading for both forms: booleans, numbers, and identifiers as text."""
    if isinstance(content, list):
        return [_typed(item) for item in content]
    if isinstance(content, dict):
        return {key: _typed(value, key) for key, value in content.items()}
    if content is None:
        return None
    if name in BOOLEANS:
        return content in (True, "true")
    if name in NUMBERS:
        return float(content)
    return str(content)
