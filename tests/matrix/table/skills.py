"""Licences, and calls for helpers."""

from __future__ import annotations

from tests.matrix.table.routes import ACT, SEE_ORDERS, UNFIT, P, Route

PEOPLE_ALONE, PEOPLE_ACT = (P.SEE_PEOPLE,), (P.SEE_PEOPLE, P.EDIT_PEOPLE)
SKILLS = {
    "skills/": [Route(PEOPLE_ALONE), Route(PEOPLE_ALONE, "unit", (P.SEE_PEOPLE,), by_place=True)],
    "skills/new/": [Route((P.EDIT_PEOPLE,)), Route((P.EDIT_PEOPLE,), method="POST", fine=UNFIT)],
    "skills/<uuid:id>/": [Route(PEOPLE_ALONE, "licence", PEOPLE_ALONE)],
    "skills/<uuid:id>/<slug:act>/": [
        Route((P.EDIT_PEOPLE,), "licence", PEOPLE_ACT, method="POST", args={"act": "verify"})
    ],
    "helpers/": [Route(SEE_ORDERS), Route(SEE_ORDERS, "unit", SEE_ORDERS, by_place=True)],
    "helpers/new/": [
        Route((P.CLOSE_ORDERS,)),
        Route((P.CLOSE_ORDERS,), method="POST", fine=UNFIT),
    ],
    "helpers/<uuid:id>/": [Route(SEE_ORDERS, "call", SEE_ORDERS)],
    "helpers/<uuid:id>/ask/": [Route((P.CLOSE_ORDERS,), "call", ACT, method="POST", fine=UNFIT)],
    "helpers/<uuid:id>/end/": [Route((P.CLOSE_ORDERS,), "call", ACT, method="POST")],
    "helpers/asked/<uuid:id>/<slug:act>/": [Route((P.CLOSE_ORDERS,), "asked", ACT, method="POST", args={"act": "no"})],
}
