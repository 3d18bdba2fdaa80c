"""Requests, keys and ways in."""

from __future__ import annotations

from tests.matrix.table.routes import ACT, REASON, SEE_ORDERS, UNFIT, P, Route

SERVICES = {
    "services/": [Route(SEE_ORDERS), Route(SEE_ORDERS, "unit", SEE_ORDERS, by_place=True)],
    "services/new/": [
        Route((P.CLOSE_ORDERS,)),
        Route((P.CLOSE_ORDERS,), "unit", (P.SEE_PLACES,), by_place=True),
        Route((P.CLOSE_ORDERS,), method="POST", fine=UNFIT),
    ],
    "services/paste/": [
        Route((P.CLOSE_ORDERS,)),
        Route((P.CLOSE_ORDERS,), "unit", (P.SEE_PLACES,), by_place=True),
        Route((P.CLOSE_ORDERS,), method="POST", fine=UNFIT),
    ],
    "services/proposals/": [
        Route((P.CLOSE_ORDERS,)),
        Route((P.CLOSE_ORDERS,), "unit", (P.SEE_PLACES,), by_place=True),
    ],
    "services/proposals/<uuid:id>/": [
        Route((P.CLOSE_ORDERS,), "proposal", (P.CLOSE_ORDERS,)),
        Route((P.CLOSE_ORDERS,), "proposal", (P.CLOSE_ORDERS,), method="POST", fine=UNFIT),
    ],
    "services/proposals/<uuid:id>/discard/": [
        Route((P.CLOSE_ORDERS,), "proposal", (P.CLOSE_ORDERS,), method="POST", data={"reason": "asks for nothing"})
    ],
    "services/proposals/<uuid:id>/photo/": [Route((P.CLOSE_ORDERS,), "proposal", (P.CLOSE_ORDERS,))],
    "services/ways-in/": [
        Route((P.MANAGE_NOTICES,)),
        Route((P.MANAGE_NOTICES,), "unit", (P.SEE_PLACES,), by_place=True),
    ],
    "services/ways-in/new/<slug:kind>/": [
        Route((P.MANAGE_NOTICES,), args={"kind": "feishu"}),
        Route((P.MANAGE_NOTICES,), method="POST", args={"kind": "feishu"}, fine=UNFIT),
    ],
    "services/ways-in/<int:id>/": [
        Route((P.MANAGE_NOTICES,), "inlet", (P.MANAGE_NOTICES,)),
        Route((P.MANAGE_NOTICES,), "inlet", (P.MANAGE_NOTICES,), method="POST", fine=UNFIT),
    ],
    "services/ways-in/<int:id>/switch/": [
        Route((P.MANAGE_NOTICES,), "inlet", (P.MANAGE_NOTICES,), method="POST", data={"on": "no"})
    ],
    "services/keys/": [
        Route((P.MANAGE_STAFF,)),
        Route((P.MANAGE_STAFF,), "unit", (P.SEE_PLACES,), by_place=True),
        Route((P.MANAGE_STAFF,), method="POST", fine=UNFIT),
    ],
    "services/keys/<int:id>/end/": [Route((P.MANAGE_STAFF,), "api_key", (P.MANAGE_STAFF,), method="POST")],
    "services/<uuid:id>/": [Route(SEE_ORDERS, "request", SEE_ORDERS)],
    "services/<uuid:id>/step/<slug:step>/": [
        Route((P.CLOSE_ORDERS,), "request", ACT, method="POST", args={"step": "accepted"})
    ],
    "services/<uuid:id>/unlock/": [Route((P.CLOSE_ORDERS,), "request", ACT, method="POST")],
    "services/letterbox/": [
        Route((P.CLOSE_ORDERS,)),
        Route((P.CLOSE_ORDERS,), "unit", (P.SEE_PLACES,), by_place=True),
        Route((P.CLOSE_ORDERS,), method="POST", fine=UNFIT),
    ],
    "services/<uuid:id>/rate/": [Route((P.CLOSE_ORDERS,), "request", ACT, method="POST", fine=UNFIT)],
    "services/<uuid:id>/join/": [Route((P.CLOSE_ORDERS,), "request", SEE_ORDERS, method="POST")],
    "services/<uuid:id>/reveal/": [
        Route((P.REVEAL,), "request", SEE_ORDERS),
        Route((P.REVEAL,), "request", (P.SEE_ORDERS, P.REVEAL), method="POST", data=REASON),
    ],
    "services/<uuid:id>/photo/": [Route((P.CLOSE_ORDERS,), "request", ACT)],
}
