"""The intake's door as OpenAPI 3.1 describes it, its shapes as msgspec reads and writes them: they cannot differ."""

from __future__ import annotations

import inspect
from typing import Any

import msgspec

from kakou.ledger.lane.answers import Answers, NotTaken
from kakou.ledger.lane.wire import Batch, Passage

PATH = "/intake/passages"
NOT_STORED = {
    401: "not enrolled here: keep everything", 405: "the door is posted to", 408: "the body came too slowly: send less",
    413: "too large: send less", 415: "neither plain nor gzip", 422: "no envelope can be read: keep everything",
    429: "too much was kept in quarantine: come again after Retry-After", 503: "come again after Retry-After",
}  # fmt: skip


def shapes() -> dict[str, Any]:
    """Name → JSON Schema of what goes in and out, for `components.schemas`."""
    _, found = msgspec.json.schema_components((Batch, Passage, Answers, NotTaken), ref_template=_ref("{name}"))
    # the envelope leaves its items unread: each is read, and refused, by itself
    found["Batch"]["properties"]["items"]["items"] = {"$ref": _ref("Passage")}
    found["Carried"]["properties"]["item"] = {"$ref": _ref("Passage")}
    return {name: shape | _description(shape) for name, shape in found.items()}


def door(security: str) -> dict[str, Any]:
    """The path item of `PATH`. `security`: name of the scheme by which a phone shows its token."""
    refused = {str(status): _answer(why, "NotTaken") for status, why in NOT_STORED.items()}
    return {
        "post": {
            "operationId": "kakou_ledger_lane_passages",
            "summary": "Passages",
            "description": "Up to 500 passages, gzip allowed; answered after COMMIT, one entry each in the order sent.",
            "tags": ["gate phones"],
            "security": [{security: []}],
            "requestBody": {"content": _json("Batch"), "required": True},
            "responses": {"200": _answer("where each item stands", "Answers"), **refused},
        }
    }


def _description(shape: dict[str, Any]) -> dict[str, str]:
    return {"description": inspect.cleandoc(shape["description"])} if "description" in shape else {}


def _answer(description: str, shape: str) -> dict[str, Any]:
    return {"description": description, "content": _json(shape)}


def _json(shape: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _ref(shape)}}}


def _ref(name: str) -> str:
    return f"#/components/schemas/{name}"
