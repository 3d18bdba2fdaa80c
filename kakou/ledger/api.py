"""What gate phones ask of the ledger: their bundle, and what other gates know."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from kakou.access.api import PerPhone, Phone, PhoneToken, RefusalOut, phone_asking
from kakou.access.rules import Permission
from kakou.access.scope import acting_for_phone
from kakou.kernel.time import now
from kakou.ledger.bundle import bundle_for
from kakou.ledger.bundle.past import past_told
from kakou.ledger.events import Gate
from kakou.places.queries import entrance_at

router = Router(tags=["gate phones"], auth=PhoneToken())


class PastOut(Schema):
    """What other gates know, by the tags of this phone's roster. Times in epoch milliseconds."""

    at: int = Field(description="as of when; what this phone itself recorded since comes on top")
    households: dict[str, list[int]] = Field(description="tag of a household: ways out that use up its quota")
    turned_back: dict[str, int] = Field(description="tag of a pass: how often its holder was persuaded back today")


@router.get("/past", response={200: PastOut, 404: RefusalOut}, throttle=[PerPhone("past", "30/m")])
def past(request: HttpRequest) -> dict[str, object]:
    """Ways out of households, and who was persuaded back today, at all gates around. Ask when there is a network; go on
    by the last answer when there is none."""
    with acting_for_phone(phone_asking(request).gate, Permission.SEE_LEDGER) as nodes:
        return past_told(_gate(phone_asking(request), nodes))


@router.get("/bundle", response={200: str, 304: None, 404: RefusalOut}, throttle=[PerPhone("bundle", "30/m")])
def bundle(request: HttpRequest) -> HttpResponse:
    """Rules, risk areas, trust lists and passes for this phone: a JWS (ES256) by the key it pinned when enrolled.

    Send the last `ETag` as `If-None-Match`: 304 says that nothing changed. A phone refuses a bundle whose `made_at` is
    older than the one it has.
    """
    with acting_for_phone(phone_asking(request).gate) as nodes:
        made = bundle_for(_gate(phone_asking(request), nodes))
    if request.headers.get("If-None-Match", "").strip('"') == made.etag:
        answer = HttpResponse(status=304)
    else:
        answer = HttpResponse(made.jws, content_type="application/jose")
    answer["ETag"] = f'"{made.etag}"'
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _gate(phone: Phone, nodes: frozenset[int]) -> Gate:
    unit = entrance_at(phone.gate).unit
    return Gate(phone.id, phone.gate, unit.node_id, unit.kind, nodes, now())
