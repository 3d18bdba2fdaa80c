"""Goods vehicles and parcels."""

from __future__ import annotations

from tests.matrix.table.routes import UNFIT, P, Route

GOODS, SEE_GOODS = (P.HANDLE_GOODS,), (P.SEE_LEDGER,)
HANDLE = (P.SEE_LEDGER, P.HANDLE_GOODS)
DELIVERIES = {
    "deliveries/": [Route(SEE_GOODS), Route(SEE_GOODS, "unit", SEE_GOODS, by_place=True)],
    "deliveries/new/": [
        Route(GOODS), Route(GOODS, "unit", (P.SEE_PLACES,), by_place=True), Route(GOODS, method="POST", fine=UNFIT)
    ],
    "deliveries/<uuid:id>/": [Route(SEE_GOODS, "delivery", SEE_GOODS)],
    "deliveries/<uuid:id>/step/<slug:step>/": [
        Route(GOODS, "delivery", HANDLE, method="POST", args={"step": "arrived"})
    ],
    "parcels/": [Route(SEE_GOODS), Route(SEE_GOODS, "unit", SEE_GOODS, by_place=True)],
    "parcels/find/": [Route(GOODS, method="POST", data={"door": "1-1"})],
    "parcels/new/": [
        Route(GOODS), Route(GOODS, "unit", (P.SEE_PLACES,), by_place=True), Route(GOODS, method="POST", fine=UNFIT)
    ],
    "parcels/told/": [Route(GOODS, method="POST")],
    "parcels/<uuid:id>/collect/": [Route(GOODS, "parcel", HANDLE, method="POST", data={"name": "某"})],
    "parcels/sheet/": [Route(SEE_GOODS), Route(SEE_GOODS, "unit", SEE_GOODS, by_place=True)],
}  # fmt: skip
