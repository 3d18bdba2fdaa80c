"""Is an HTTP answer one that GeoReport v2 allows? Status, content type, encoding, and the schema of its form.

`conforms("services", answer)` returns the content (JSON, or the tree of the XML) or raises NotGeoReport.
Kinds are the file names in schemas/json and schemas/xml, "errors" for anything that is no success.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import httpx
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.open311 import spark
from tests.open311.spark import NotGeoReport

SCHEMAS = Path(__file__).parent / "schemas"
CONTENT_TYPES = {"xml": "text/xml", "json": "application/json"}
KINDS = tuple(sorted({path.stem for path in SCHEMAS.glob("*/*.json")} - {"common"}))
# Errors: 404 for what does not exist, 403 for a missing or wrong key, 400 for anything else.
ERROR_STATUSES = (400, 403, 404)


def conforms(kind: str, answer: httpx.Response) -> Any:
    """The content of a conforming answer; raises NotGeoReport for any breach."""
    form = form_of(answer)
    if (kind == "errors") != (answer.status_code in ERROR_STATUSES) or answer.status_code >= 500:
        raise NotGeoReport(f"{kind}: HTTP status {answer.status_code} at {answer.request.url}")
    content = read(form, answer.content)
    breaches = [f"{error.json_path}: {error.message}" for error in validator(form, kind).iter_errors(content)]
    if breaches:
        raise NotGeoReport(f"{kind} as {form} at {answer.request.url}: " + "; ".join(breaches))
    return content


def form_of(answer: httpx.Response) -> str:
    """ "xml" or "json" by the content type, whose charset must be utf-8."""
    declared = [part.strip().lower() for part in answer.headers.get("content-type", "").split(";")]
    for form, content_type in CONTENT_TYPES.items():
        if declared == [content_type, "charset=utf-8"]:
            return form
    raise NotGeoReport(f"content type {declared} (HTTP {answer.status_code}) at {answer.request.url}")


def read(form: str, body: bytes) -> Any:
    """The content of a body: the tree of XML, or JSON."""
    if form == "xml":
        return spark.tree(body)
    try:
        return json.loads(body.decode("utf-8"))
    except ValueError as error:
        raise NotGeoReport(f"not JSON: {error}") from error


@functools.cache
def validator(form: str, kind: str) -> Draft202012Validator:
    """The validator of one file; references between files of one form resolve by name."""
    documents = {path.name: json.loads(path.read_text("utf-8")) for path in (SCHEMAS / form).glob("*.json")}
    registry: Any = Registry().with_resources(
        [(f"{form}/{name}", Resource.from_contents(document)) for name, document in documents.items()],
    )
    return Draft202012Validator(documents[f"{kind}.json"], registry=registry)
