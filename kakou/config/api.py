"""The one API object; its docs page is served from our own static files ("ninja" is an installed app)."""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import NinjaAPI, Swagger
from ninja.errors import AuthenticationError, Throttled
from ninja.openapi.schema import OpenAPISchema
from ninja.security import django_auth

from kakou import __version__
from kakou.access.api import PhoneToken
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
        schema["paths"][intake.PATH] = intake.door(PhoneToken.__name__)
        return schema


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
