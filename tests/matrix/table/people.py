"""The register of people."""

from __future__ import annotations

from tests.matrix.table.routes import REASON, UNFIT, P, Route

PEOPLE = {
    "people/new/": [
        Route((P.EDIT_PEOPLE,)),
        Route((P.EDIT_PEOPLE,), "unit", (P.SEE_PLACES,), by_place=True),
        Route((P.EDIT_PEOPLE,), method="POST", fine=UNFIT),
    ],
    "people/census/": [Route((P.EDIT_PEOPLE,)), Route((P.EDIT_PEOPLE,), "unit", (P.SEE_PLACES,), by_place=True)],
    "people/census/new/": [
        Route((P.EDIT_PEOPLE,)),
        Route((P.EDIT_PEOPLE,), "unit", (P.SEE_PLACES,), by_place=True),
        Route((P.EDIT_PEOPLE,), method="POST", fine=UNFIT),
    ],
    "people/census/sheet/": [Route((P.EDIT_PEOPLE,)), Route((P.EDIT_PEOPLE,), "unit", (P.SEE_PLACES,), by_place=True)],
    "people/census/plain/": [
        Route((P.REVEAL,)),
        Route((P.REVEAL,), "unit", (P.SEE_PLACES,), by_place=True),
        Route((P.REVEAL,), method="POST", data=REASON),
    ],
    "people/households/": [Route((P.SEE_PEOPLE,)), Route((P.SEE_PEOPLE,), "unit", (P.SEE_PLACES,), by_place=True)],
    "people/households/<uuid:id>/": [Route((P.SEE_PEOPLE,), "person", (P.SEE_PEOPLE,))],
    "people/households/<uuid:id>/answer/": [
        Route((P.EDIT_PEOPLE,), "person", (P.SEE_PEOPLE, P.EDIT_PEOPLE), method="POST", fine=UNFIT)
    ],
    "people/households/<uuid:id>/attach/": [
        Route((P.EDIT_PEOPLE,), "person", (P.SEE_PEOPLE, P.EDIT_PEOPLE), method="POST", fine=UNFIT)
    ],
    "people/attachments/<uuid:id>/": [
        Route((P.REVEAL,), "attachment", (P.SEE_PEOPLE,)),
        Route((P.REVEAL,), "attachment", (P.SEE_PEOPLE, P.REVEAL), method="POST", data=REASON),
    ],
    "people/attachments/<uuid:id>/remove/": [
        Route((P.EDIT_PEOPLE,), "attachment", (P.SEE_PEOPLE, P.EDIT_PEOPLE), method="POST")
    ],
    "people/proxies/<uuid:id>/end/": [Route((P.EDIT_PEOPLE,), "proxy", (P.SEE_PEOPLE, P.EDIT_PEOPLE), method="POST")],
    "people/alike/": [Route((P.EDIT_PEOPLE,)), Route((P.EDIT_PEOPLE,), "unit", (P.SEE_PLACES,), by_place=True)],
    "people/alike/decide/": [Route((P.EDIT_PEOPLE,), method="POST", fine=frozenset({404}))],
    "people/merged/": [Route((P.EDIT_PEOPLE,)), Route((P.EDIT_PEOPLE,), "unit", (P.SEE_PLACES,), by_place=True)],
    "people/merged/<uuid:id>/part/": [Route((P.EDIT_PEOPLE,), "merge", (P.SEE_PEOPLE, P.EDIT_PEOPLE), method="POST")],
    "people/census/<uuid:id>/": [Route((P.EDIT_PEOPLE,), "census", (P.SEE_PEOPLE,))],
    "people/census/<uuid:id>/undo/": [Route((P.EDIT_PEOPLE,), "census", (P.SEE_PEOPLE, P.EDIT_PEOPLE), method="POST")],
}
