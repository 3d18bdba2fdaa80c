"""Places, their shapes, and the map."""

from __future__ import annotations

from tests.matrix.table.routes import UNFIT, P, Route

STATE = {"state": "sealed", "material": "iron sheet"}
RULE = {"management": "closed", "starts_at": "2021-08-01T08:00"}
PLACES = {
    "places/": [Route((P.SEE_PLACES,)), Route((P.SEE_PLACES,), "unit", (P.SEE_PLACES,), by_place=True)],
    "places/import/": [Route((P.EDIT_PLACES,)), Route((P.EDIT_PLACES,), method="POST", fine=UNFIT)],
    "places/map/": [Route((P.SEE_PLACES,)), Route((P.SEE_PLACES,), "unit", (P.SEE_PLACES,), by_place=True)],
    "places/shapes/": [Route((P.SEE_PLACES,)), Route((P.SEE_PLACES,), "unit", (P.SEE_PLACES,), by_place=True)],
    "places/shapes/import/": [Route((P.EDIT_PLACES,)), Route((P.EDIT_PLACES,), method="POST", fine=UNFIT)],
    "places/<int:node>/shape/": [
        Route((P.SEE_PLACES,), "unit", (P.SEE_PLACES,)),
        Route((P.SEE_PLACES,), "entrance", (P.SEE_PLACES,)),
    ],
    "places/<int:node>/shape/set/": [
        Route((P.EDIT_PLACES,), "unit", (P.SEE_PLACES, P.EDIT_PLACES), method="POST", fine=UNFIT)
    ],
    "places/<int:node>/shape/off/": [Route((P.EDIT_PLACES,), "located", (P.SEE_PLACES, P.EDIT_PLACES), method="POST")],
    "places/<int:node>/": [Route((P.SEE_PLACES,), "unit", (P.SEE_PLACES,))],
    "places/<int:node>/recut/": [
        Route((P.EDIT_PLACES,), "unit", (P.SEE_PLACES, P.EDIT_PLACES)),
        Route((P.EDIT_PLACES,), "unit", (P.SEE_PLACES, P.EDIT_PLACES), method="POST", fine=UNFIT),
    ],
    "places/sheet/": [Route((P.SEE_PLACES,)), Route((P.SEE_PLACES,), "unit", (P.SEE_PLACES,), by_place=True)],
    "places/chain/": [Route((P.SEE_PLACES,)), Route((P.SEE_PLACES,), "unit", (P.SEE_PLACES,), by_place=True)],
    "places/<int:node>/answers/": [
        Route((P.EDIT_PLACES,), "unit", (P.SEE_PLACES, P.EDIT_PLACES)),
        Route((P.EDIT_PLACES,), "entrance", (P.SEE_PLACES, P.EDIT_PLACES), method="POST", fine=UNFIT),
    ],
    "places/serving/<int:id>/remove/": [
        Route((P.EDIT_PLACES,), "serving", (P.SEE_PLACES, P.EDIT_PLACES), method="POST")
    ],
    "places/seal/<uuid:id>/": [Route((P.SEE_PLACES,), "seal", (P.SEE_PLACES,))],
    "places/<int:node>/second/": [
        Route((P.EDIT_PLACES,), "unit", (P.SEE_PLACES, P.EDIT_PLACES)),
        Route((P.EDIT_PLACES,), "unit", (P.SEE_PLACES, P.EDIT_PLACES), method="POST", fine=UNFIT),
    ],
    "places/recut/<uuid:id>/back/": [
        Route((P.EDIT_PLACES,), "cut", (P.SEE_PLACES, P.EDIT_PLACES), method="POST", fine=UNFIT)
    ],
    "places/<int:node>/management/": [
        Route((P.EDIT_PLACES,), "unit", (P.SEE_PLACES, P.EDIT_PLACES), method="POST", data=RULE)
    ],
    "places/entrance/<int:node>/": [
        Route((P.EDIT_PLACES,), "entrance", (P.SEE_PLACES,)),
        Route((P.EDIT_PLACES,), "entrance", (P.SEE_PLACES, P.EDIT_PLACES), method="POST", data=STATE),
    ],
    "place/": [Route(thing="unit", sees=(P.SEE_PLACES,), by_place=True)],
}
