"""Directives and their tasks."""

from __future__ import annotations

from tests.matrix.table.routes import ACT, SEE_ORDERS, UNFIT, P, Route

DIRECTS, TASK = (P.DIRECT,), (P.CLOSE_ORDERS,)
DIRECTIVES = {
    "directives/": [Route(SEE_ORDERS), Route(SEE_ORDERS, "unit", (P.SEE_PLACES,), by_place=True)],
    "directives/new/": [
        Route(DIRECTS, "unit", (P.SEE_PLACES, P.DIRECT), by_place=True),
        Route(DIRECTS, "unit", (P.SEE_PLACES, P.DIRECT), method="POST", by_place=True, fine=UNFIT),
    ],
    "directives/texts/": [Route(DIRECTS)],
    "directives/texts/poster/": [Route(DIRECTS, fine=UNFIT)],
    "directives/<uuid:id>/": [Route(SEE_ORDERS, "directive", SEE_ORDERS)],
    "directives/<uuid:id>/sheet/": [Route(SEE_ORDERS, "directive", SEE_ORDERS)],
    "directives/<uuid:id>/remind/": [Route(DIRECTS, "directive", (P.SEE_ORDERS, P.DIRECT), method="POST")],
    "directives/<uuid:id>/withdraw/": [
        Route(DIRECTS, "directive", (P.SEE_ORDERS, P.DIRECT), method="POST", fine=UNFIT)
    ],
    "directives/task/<uuid:id>/": [Route(SEE_ORDERS, "task", SEE_ORDERS)],
    "directives/task/<uuid:id>/acknowledge/": [Route(TASK, "task", ACT, method="POST")],
    "directives/task/<uuid:id>/done/": [Route(TASK, "task", ACT, method="POST", fine=UNFIT)],
    "directives/paper/<uuid:id>/": [Route(SEE_ORDERS, "paper", SEE_ORDERS)],
}
