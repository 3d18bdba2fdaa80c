"""What gate phones ask of the ledger: their bundle."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from kakou.access.api import PhoneToken, RefusalOut, phone_asking
from kakou.access.scope import acting_for_phone
from kakou.kernel.time import now
from kakou.ledger.bundle import bundle_for
from kakou.ledger.events import Gate
from kakou.places.queries import entrance_at

router = Router(tags=["gate phones"], auth=PhoneToken())


@router.get("/bundle", response={200: str, 304: None, 404: RefusalOut})
def bundle(request: HttpRequest) -> HttpResponse:
    """Rules, risk areas, trust lists and passes for this phone: a JWS (ES256) by the key it pinned when enrolled.

    Send the last `ETag` as `If-None-Match`: 304 says that nothing changed. A phone refuses a bundle whose `made_at` is
    older than the one it has.
    """
    phone, at = phone_asking(request), now()
    with acting_for_phone(phone.gate) as nodes:
        unit = entrance_at(phone.gate).unit
        made = bundle_for(Gate(phone.id, phone.gate, unit.node_id, unit.kind, nodes, at))
    if request.headers.get("If-None-Match", "").strip('"') == made.etag:
        answer = HttpResponse(status=304)
    else:
        answer = HttpResponse(made.jws, content_type="application/jose")
    answer["ETag"] = f'"{made.etag}"'
    answer["Cache-Control"] = "private, no-cache"
    return answer
