"""The one API object; its docs page is served from our own static files ("ninja" is an installed app)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Swagger
from ninja.security import django_auth

from kakou import __version__
from kakou.access.api import router as devices
from kakou.kernel.errors import Refusal
from kakou.ledger.api import router as gate
from kakou.screening.api import router as screening

api = NinjaAPI(title="Kakou", version=__version__, docs=Swagger(settings={"validatorUrl": None}), auth=django_auth)
api.add_router("/devices/", devices)
api.add_router("/gate/", gate)
api.add_router("/gate/", screening)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as JSON, worded in the reader's language."""
    text = _(refusal.text) % refusal.params if refusal.params else _(refusal.text)
    return api.create_response(request, {"code": refusal.code, "text": text}, status=refusal.status)
