"""A phone introduces itself: trades the token of its enrolment QR for its own."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.throttling import AnonRateThrottle

from kakou.access import actions
from kakou.access.login.adapter import client_address
from kakou.kernel.time import now, to_ms

router = Router(tags=["devices"])


class PerClient(AnonRateThrottle):
    """Counts by the address that our own proxy saw, never by what a client claims."""

    def get_ident(self, request: HttpRequest) -> str:
        """The client's address."""
        return client_address(request)


class EnrolIn(Schema):
    """What the QR holds."""

    token: str = Field(min_length=16, max_length=64, description="from the enrolment QR; single use, fifteen minutes")


class EnrolOut(Schema):
    """What the phone keeps."""

    device: int
    node: int = Field(description="the gate's node")
    token: str = Field(description="the device's own token, shown this once")
    server_time: int = Field(description="epoch milliseconds, UTC")


class RefusalOut(Schema):
    """Why not, and what to do."""

    code: str
    text: str


@router.post("/enrol", response={201: EnrolOut, 403: RefusalOut}, auth=None, throttle=[PerClient("20/m")])
def enrol(request: HttpRequest, given: EnrolIn) -> Status[EnrolOut]:
    """Enrol a phone at the gate that the token names."""
    at = now()
    device, token = actions.enrol_device(token=given.token, at=at)
    return Status(201, EnrolOut(device=device.pk, node=device.node_id, token=token, server_time=to_ms(at)))
