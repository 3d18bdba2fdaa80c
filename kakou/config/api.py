"""The one API object; its docs page is served from our own static files ("ninja" is an installed app)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import NinjaAPI, Swagger
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import django_auth

from kakou import __version__
from kakou.access.api import PhoneToken, RefusalOut
from kakou.access.api import router as devices
from kakou.kernel.errors import Refusal
from kakou.ledger.api import router as gate
from kakou.ledger.lane import described as intake
from kakou.screening.api import router as screening


class Api(NinjaAPI):
    """Every door that speaks JSON, the intake too, which stands beside Django."""

    def get_openapi_schema(self, **how: Any) -> OpenAPISchema:
        """OpenAPI 3.1, as kept in contracts/openapi.json."""
        schema = super().get_openapi_schema(**how)
        shapes = schema["components"]["schemas"]
        assert shapes.keys().isdisjoint(intake.shapes())
        shapes.update(intake.shapes())
        throttled = self._throttled()
        for door in (door for methods in schema["paths"].values() for door in methods.values()):
            for status in _refused_by_any(door, throttled):
                door["responses"].setdefault(status, _refusal(HTTPStatus(status).phrase))
        schema["paths"][intake.PATH] = intake.door(PhoneToken.__name__)
        return schema

    def _throttled(self) -> frozenset[str]:
        """The ids of the doors that count how often they are asked."""
        doors = (
            door for _, router in self._routers for at in router.path_operations.values() for door in at.operations
        )
        return frozenset(
            door.operation_id or self.get_openapi_operation_id(door) for door in doors if door.throttle_objects
        )


def _refused_by_any(door: Mapping[str, Any], throttled: frozenset[str]) -> Iterator[int]:
    """What every door of such a kind answers besides what it declares: see the handlers below."""
    if "requestBody" in door:
        yield HTTPStatus.BAD_REQUEST
    if "security" in door:
        yield HTTPStatus.UNAUTHORIZED
    if "requestBody" in door or door["parameters"]:
        yield HTTPStatus.UNPROCESSABLE_ENTITY
    if door["operationId"] in throttled:
        yield HTTPStatus.TOO_MANY_REQUESTS


def _refusal(description: str) -> dict[str, Any]:
    shape = {"$ref": f"#/components/schemas/{RefusalOut.__name__}"}
    return {"description": description, "content": {"application/json": {"schema": shape}}}


api = Api(title="Kakou", version=__version__, docs=Swagger(settings={"validatorUrl": None}), auth=django_auth)
api.add_router("/devices/", devices)
api.add_router("/gate/", gate)
api.add_router("/gate/", screening)


class UnknownDevice(Refusal):
    """No token of a phone that is enrolled."""

    code = "unknown-device"
    status = 401


class TooOften(Refusal):
    """More questions than a gate has."""

    code = "too-often"
    status = 429


class Unreadable(Refusal):
    """What was sent is no JSON."""

    code = "unreadable"
    status = 400


class NotAsDescribed(Refusal):
    """What was sent is JSON, but not of the shape that the description has."""

    code = "not-as-described"
    status = 422


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, _error: HttpError) -> HttpResponse:
    """A body that cannot be read."""
    return refused(request, Unreadable(gettext_noop("What was sent cannot be read as JSON. Send it again.")))


@api.exception_handler(ValidationError)
def not_as_described(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """With the first field that is wrong, and why."""
    first = error.errors[0]
    field = ".".join(str(part) for part in first["loc"][1:] if part != "given") or "body"
    words = gettext_noop("%(field)s is not as the description has it: %(why)s.")
    return refused(request, NotAsDescribed(words, field=field, why=first["msg"]))


@api.exception_handler(AuthenticationError)
def nobody(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    """As the intake calls it."""
    words = gettext_noop("This phone is not enrolled here. Have it enrolled again; what is unsent is kept.")
    return refused(request, UnknownDevice(words))


@api.exception_handler(Throttled)
def too_often(request: HttpRequest, throttled: Throttled) -> HttpResponse:
    """With the seconds after which to come again."""
    words = gettext_noop("Asked too often. Go on by what the phone has, and ask again in a minute.")
    answer = refused(request, TooOften(words))
    answer["Retry-After"] = str(math.ceil(throttled.wait or 60))
    return answer


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as JSON, worded in the reader's language."""
    text = _(refusal.text) % refusal.params if refusal.params else _(refusal.text)
    return api.create_response(request, {"code": refusal.code, "text": text}, status=refusal.status)
