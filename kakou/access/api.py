"""A phone introduces itself: trades the token of its enrolment QR for its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.security import HttpBearer
from ninja.throttling import AnonRateThrottle, SimpleRateThrottle

from kakou.access import actions
from kakou.access.login.adapter import client_address
from kakou.access.queries import phone_of
from kakou.kernel.errors import Refusal
from kakou.kernel.time import now, to_ms
from kakou.vault.keys import bundles

router = Router(tags=["devices"])


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone that showed its token: its id, and the node of its gate."""

    id: int
    gate: int


class RevokedDevice(Refusal):
    """The phone was revoked: it forgets what it knows of people, and sends what it has not sent."""

    code = "revoked-device"
    status = 401


class PhoneToken(HttpBearer):
    """`Authorization: Bearer <device token>`. A revoked phone is told so: 401, as to nobody, under another code."""

    openapi_name = "device token"

    def authenticate(self, request: HttpRequest, token: str) -> Phone | None:
        """The phone that holds the token."""
        found = phone_of(token)
        if found is None:
            return None
        if found.revoked:
            raise RevokedDevice(
                "This phone was revoked. What it has not sent is still taken, for a person to look at; have it enrolled"
                " again at the gate's page."
            )
        return Phone(found.id, found.gate)


def phone_asking(request: HttpRequest) -> Phone:
    """The phone that `PhoneToken` let in."""
    phone = getattr(request, "auth", None)
    assert isinstance(phone, Phone)
    return phone


class PerClient(AnonRateThrottle):
    """Counts by the address that our own proxy saw, never by what a client claims."""

    def get_ident(self, request: HttpRequest) -> str:
        """The client's address."""
        return client_address(request)


class PerPhone(SimpleRateThrottle):
    """Counts by the phone that `PhoneToken` let in, each door apart: a token that was stolen asks no oftener than a
    queue at a gate does.
    """

    def __init__(self, door: str, rate: str) -> None:
        super().__init__(rate)
        self.scope = f"phone_{door}_{self.duration}"

    def get_cache_key(self, request: HttpRequest) -> str:
        """The phone and the door."""
        return self.cache_format % {"scope": self.scope, "ident": phone_asking(request).id}


class EnrolIn(Schema):
    """What the QR holds."""

    token: str = Field(min_length=16, max_length=64, description="from the enrolment QR; single use, fifteen minutes")


class EnrolOut(Schema):
    """What the phone keeps."""

    device: int
    node: int = Field(description="the gate's node")
    token: str = Field(description="the device's own token, shown this once")
    server_time: int = Field(description="epoch milliseconds, UTC")
    bundle_key: dict[str, str] = Field(description="public key (JWK) to pin: it signs every bundle the phone is given")


class RefusalOut(Schema):
    """Why not, and what to do."""

    code: str
    text: str


@router.post("/enrol", response={201: EnrolOut, 403: RefusalOut}, auth=None, throttle=[PerClient("20/m")])
def enrol(request: HttpRequest, given: EnrolIn) -> Status[EnrolOut]:
    """Enrol a phone at the gate that the token names."""
    at = now()
    device, token = actions.enrol_device(token=given.token, at=at)
    key = bundles.public_jwk()
    return Status(
        201, EnrolOut(device=device.pk, node=device.node_id, token=token, server_time=to_ms(at), bundle_key=key)
    )
