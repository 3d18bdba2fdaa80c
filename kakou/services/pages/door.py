"""The door at which robots of groups hand messages over: no account, no cookie, a signature each time."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kakou.kernel.errors import Refusal
from kakou.kernel.time import now
from kakou.ledger.pages.limits import count
from kakou.services.actions.receiving import hear, keep, robot_at
from kakou.services.rules import InletKind
from kakou.services.rules.robots import MOST_BYTES, Call, Heard, RobotRefused

# of one address, and of all at one door: a vendor has few addresses for many robots; a stranger fills neither up
KNOCKED, AT_ONE_DOOR = "1200/m", "12000/m"
NOBODYS = "none"  # all addresses at which no robot stands are one door
SAID = "120/m"  # by the robot itself: no group writes faster


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, row: UUID) -> HttpResponse:
    """A message, or the vendor's question whether somebody is there. What is refused is told in a word."""
    at = now()
    try:
        inlet = robot_at(row)
        count(request, "inlet", client=KNOCKED, about=(AT_ONE_DOOR, str(row) if inlet else NOBODYS))
        if inlet is None:
            raise RobotRefused("This is no message of the robot that is set up here.")
        heard = hear(inlet, _call(request), at=at)
        count(request, "robot", client=KNOCKED, about=(SAID, str(row)))
        keep(inlet, heard, at=at)
    except Refusal as refusal:
        return HttpResponse(refusal.code, status=refusal.status, content_type="text/plain")
    return _answer(InletKind(inlet.kind), heard)


def _call(request: HttpRequest) -> Call:
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise RobotRefused("This message is too large.")
    try:
        body = request.body
    except (RequestDataTooBig, UnreadablePostError) as unread:
        raise RobotRefused("This message is too large.") from unread
    return Call(body, request.GET.dict(), {name.lower(): value for name, value in request.headers.items()})


def _answer(kind: InletKind, heard: Heard) -> HttpResponse:
    if kind is InletKind.FEISHU:
        return JsonResponse({"challenge": heard.echo} if heard.echo else {})
    if kind is InletKind.DINGTALK:
        return JsonResponse({})
    return HttpResponse(heard.echo, content_type="text/plain")
