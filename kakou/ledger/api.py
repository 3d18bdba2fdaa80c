"""What gate phones ask of the ledger: their bundle, and what other gates know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from kakou.access.actions import PhoneSaid, ShiftSaid, hear_phone, hear_shifts
from kakou.access.api import PerPhone, Phone, PhoneToken, RefusalOut, phone_asking
from kakou.access.leases.actions import renewal_at_contact
from kakou.access.rules import Permission
from kakou.access.scope import acting_for_phone
from kakou.kernel.time import from_ms, now, to_ms
from kakou.ledger.actions.calls import NewCall, make_call
from kakou.ledger.bundle import Bundle, bundle_for
from kakou.ledger.bundle.past import past_told
from kakou.ledger.bundle.people import LEASE
from kakou.ledger.calls import Call, CallState, Supply
from kakou.ledger.events import Gate
from kakou.ledger.queries.calls import Stands, calls_of, stands
from kakou.places.queries import entrance_at

router = Router(tags=["gate phones"], auth=PhoneToken())
JWS = "application/jose"
SIGNED = {200: None, 304: None, 404: RefusalOut}
AS_JWS = {"responses": {200: {"content": {JWS: {"schema": {"type": "string"}}}}}}
MOST_QUEUED = 1_000_000
MOST_PARTS = 500
MOST_SHIFTS = 50
LATEST = 253_402_300_799_999  # ms: the end of the year 9999
FARTHEST = 8_000_000_000_000  # ms: as a passage's own offset


class CountsOut(Schema):
    """Persons and vehicles that visit, and residents who are out."""

    visitors: int
    vehicles: int
    away: int


class InsideOut(Schema):
    """Loops of the gate's unit that are open. `visits` are the latest 200 at most; `counts` count them all."""

    visits: dict[str, tuple[int, int]] = Field(
        description="tag of the passage that began it: since when, until when it may last (epoch ms; 0: no limit)"
    )
    counts: CountsOut
    limits: dict[str, int] = Field(description="purpose, or any: how many minutes a visit may last")


class PastOut(Schema):
    """What other gates know, by the tags of this phone's roster. Times in epoch milliseconds."""

    at: int = Field(description="as of when; what this phone itself recorded since comes on top")
    households: dict[str, list[int]] = Field(description="tag of a household: ways out that use up its quota")
    turned_back: dict[str, int] = Field(description="tag of a pass: how often its holder was persuaded back today")
    inside: InsideOut


@router.get("/past", response={200: PastOut, 404: RefusalOut}, throttle=[PerPhone("past", "30/m")])
def past(request: HttpRequest) -> dict[str, object]:
    """Ways out of households, who was persuaded back today, at all gates around, and whose visit is open. Ask when
    there is a network; go on by the last answer when there is none."""
    with acting_for_phone(phone_asking(request).gate, Permission.SEE_LEDGER) as nodes:
        return past_told(_gate(phone_asking(request), nodes))


@router.get("/bundle", response=SIGNED, openapi_extra=AS_JWS, throttle=[PerPhone("bundle", "30/m")])
def bundle(request: HttpRequest) -> HttpResponse:
    """Rules, risk areas, trust lists and passes for this phone: a JWS (ES256) by the key it pinned when enrolled.

    Send the last `ETag` as `If-None-Match`: 304 says that nothing changed. `Kakou-Lease` lengthens the lease anyway.
    A phone refuses a bundle whose `made_at` is older than the one it has.
    """
    made = _bundle(request)
    return _answer(request, made, lambda: made.jws)


@router.get("/bundle/list", response=SIGNED, openapi_extra=AS_JWS, throttle=[PerPhone("list", "30/m")])
def bundle_list(request: HttpRequest) -> HttpResponse:
    """What the parts of the bundle say, as digests: a JWS as the bundle is, with the same `ETag`. Of a bundle that a
    phone has it fetches only the parts that are not those of the list.
    """
    made = _bundle(request)
    return _answer(request, made, lambda: made.listed)


class PartsIn(Schema):
    """Which parts a phone lacks."""

    names: list[Annotated[str, Field(max_length=40)]] = Field(min_length=1, max_length=MOST_PARTS)


class PartsOut(Schema):
    """What they say now. Whether it is what a list said, their digests tell."""

    parts: dict[str, Any] = Field(description="by name; a part that is there no more is left out")


@router.post("/bundle/parts", response={200: PartsOut, 404: RefusalOut}, throttle=[PerPhone("parts", "30/m")])
def bundle_parts(request: HttpRequest, given: PartsIn) -> PartsOut:
    """Parts of the bundle, unsigned: the list of their digests is."""
    parts = _bundle(request).parts
    return PartsOut(parts={name: parts[name] for name in given.names if name in parts})


def _bundle(request: HttpRequest) -> Bundle:
    phone = phone_asking(request)
    with acting_for_phone(phone.gate) as nodes:
        return bundle_for(_gate(phone, nodes))


def _answer(request: HttpRequest, made: Bundle, signed: Callable[[], str]) -> HttpResponse:
    """304 where the phone has it; signed only where it is sent."""
    if request.headers.get("If-None-Match", "").strip('"') == made.etag:
        answer = HttpResponse(status=304)
    else:
        answer = HttpResponse(signed(), content_type=JWS)
    phone = phone_asking(request)
    answer["ETag"] = f'"{made.etag}"'
    answer["Kakou-Lease"] = renewal_at_contact(gate=phone.gate, device=phone.id, at=now())
    answer["Cache-Control"] = "private, no-cache"
    return answer


class ShiftIn(Schema):
    """A shift on this phone: somebody's badge and PIN opened the names."""

    recorder: int = Field(ge=1, lt=2**31, description="whose badge it was, as `recorder` of a passage")
    opened: int = Field(
        ge=0, le=LATEST, description="by the phone's clock, epoch milliseconds; by it the shift is known"
    )
    closed: int | None = Field(None, ge=0, le=LATEST, description="likewise; left out while it is open")


class StatusIn(Schema):
    """How the phone is. What its browser does not tell is left out."""

    queue: int = Field(ge=0, le=MOST_QUEUED, description="passages that it holds unsent")
    last_seq: int = Field(ge=0, lt=2**53, description="number of the last passage that it made; 0 before the first")
    oldest_at: int | None = Field(None, ge=0, le=LATEST, description="of the oldest unsent one its `at`")
    clock_at: int = Field(ge=0, le=LATEST, description="the phone's clock now, epoch milliseconds")
    build: str = Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9._+-]+$")
    battery: int | None = Field(None, ge=0, le=100, description="percent")
    charging: bool | None = None
    storage_used: int | None = Field(None, ge=0, lt=2**53, description="bytes")
    storage_limit: int | None = Field(None, ge=0, lt=2**53, description="bytes")
    persisted: bool | None = Field(None, description="did the browser promise to keep the storage?")
    shifts: Annotated[list[ShiftIn], Field(max_length=MOST_SHIFTS)] | None = Field(
        None, description="those begun or ended since it was last answered; told again they change nothing"
    )


class StatusOut(Schema):
    """What the phone must know at once."""

    revoked: bool = Field(description="false: a revoked phone is answered 401")
    server_time: int = Field(description="epoch milliseconds, UTC")
    lease_until: int = Field(description="epoch milliseconds: names may be known until then")
    lease: str = Field(description="the same, signed: a renewal as the lead of a gate shows one (KL1)")


@router.post(
    "/status", response={200: StatusOut, 401: RefusalOut, 404: RefusalOut}, throttle=[PerPhone("status", "12/m")]
)
def status(request: HttpRequest, given: StatusIn) -> StatusOut:
    """Say how the phone is, at least every five minutes while there is a network; it lengthens the lease."""
    phone, at = phone_asking(request), now()
    offset = to_ms(at) - given.clock_at
    oldest = _here(given.oldest_at, offset)
    told = given.model_dump(exclude={"oldest_at", "clock_at", "shifts"})
    said = PhoneSaid(**told, offset_ms=offset, oldest_at=oldest, tells_shifts=given.shifts is not None)
    with acting_for_phone(phone.gate, Permission.RECORD_PASSAGES) as nodes:
        _gate(phone, nodes)
        hear_phone(said, device=phone.id, gate=phone.gate, at=at)
        hear_shifts([_shift(one, offset) for one in given.shifts or ()], device=phone.id, gate=phone.gate)
    return StatusOut(
        revoked=False, server_time=to_ms(at), lease_until=to_ms(at) + LEASE,
        lease=renewal_at_contact(gate=phone.gate, device=phone.id, at=at),
    )  # fmt: skip


def _shift(one: ShiftIn, offset: int) -> ShiftSaid:
    opened_at = _here(one.opened, offset)
    assert opened_at is not None
    return ShiftSaid(one.recorder, one.opened, opened_at, one.closed, _here(one.closed, offset))


def _here(ms: int | None, offset: int) -> dt.datetime | None:
    """A moment by the phone's clock as it is by ours."""
    return None if ms is None else from_ms(min(max(ms + offset, 0), LATEST))


class CallIn(Schema):
    """What a gate calls for."""

    id: UUID = Field(description="UUIDv7 made by the phone: sending it again changes nothing")
    kind: Call
    at: int = Field(ge=0, le=LATEST, description="the phone's clock, epoch milliseconds")
    offset: int = Field(0, ge=-FARTHEST, le=FARTHEST, description="server minus device, as of a passage (ms)")
    supplies: Annotated[list[Supply], Field(max_length=len(Supply))] = Field([], description="which, for `supplies`")
    note: str | None = Field(None, min_length=2, max_length=200, description="no number of a person in it")
    recorder: int | None = Field(None, ge=1, lt=2**31, description="whose shift it is; of another gate he is left out")


class CallOut(Schema):
    """How a call stands. Times in epoch milliseconds, UTC."""

    id: UUID
    kind: Call
    supplies: list[Supply]
    at: int
    state: CallState
    who: str = Field(description="duty title: who took or closed it; whose it is while open; '' nobody's")
    since: int = Field(description="since when it stands so")


CALLS = {401: RefusalOut, 404: RefusalOut, 409: RefusalOut, 422: RefusalOut}
ORDERS = (Permission.SEE_ORDERS, Permission.CLOSE_ORDERS)


@router.get("/calls", response={200: list[CallOut], 404: RefusalOut}, throttle=[PerPhone("calls", "30/m")])
def calls(request: HttpRequest) -> list[CallOut]:
    """How this gate's calls of the last day stand, of all its phones, and those that are still open."""
    phone = phone_asking(request)
    with acting_for_phone(phone.gate, *ORDERS):
        entrance_at(phone.gate)
        return [_call(one) for one in calls_of(phone.gate, at=now())]


@router.post("/calls", response={200: CallOut, **CALLS}, throttle=[PerPhone("call", "12/m")])
def call(request: HttpRequest, given: CallIn) -> CallOut:
    """Call for help, supplies or relief: a work order opens, with the gate as its place. 409: another call was sent
    under this id before. 422: the note names a number of a person; send it without."""
    phone, at = phone_asking(request), now()
    made_at = from_ms(min(max(given.at + given.offset, 0), to_ms(at)))
    new = NewCall(given.id, given.kind, made_at, tuple(given.supplies), given.note or "", given.recorder)
    with acting_for_phone(phone.gate, *ORDERS):
        entrance_at(phone.gate)
        return _call(stands([make_call(new, gate=phone.gate, device=phone.id, at=at)])[0])


def _call(one: Stands) -> CallOut:
    order = one.order
    return CallOut(
        id=UUID(order.cause), kind=one.call, supplies=order.facts.get("supplies", []), at=to_ms(order.opened_at),
        state=one.state, who=one.who, since=to_ms(one.since),
    )  # fmt: skip


def _gate(phone: Phone, nodes: frozenset[int]) -> Gate:
    unit = entrance_at(phone.gate).unit
    return Gate(phone.id, phone.gate, unit.node_id, unit.kind, nodes, now())
