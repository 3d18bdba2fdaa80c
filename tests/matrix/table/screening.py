"""Rules, passes, certificates, fevers."""

from __future__ import annotations

from tests.matrix.table.routes import NOBODYS, UNFIT, P, Route

PASS = {"kind": "resident", "valid_from": "2021-08-01"}
ANSWERS = {"health": "yes", "temperature": "no", "mask": "unsure"}
VERSION = {"version": "cn-2021-08.1"}
SEE, RULES, PASSES = (P.SEE_PLACES,), (P.MANAGE_RULES,), (P.ISSUE_PASSES,)
SCREENING = {
    "screening/rules/": [Route(SEE), Route(SEE, "unit", SEE, by_place=True)],
    "screening/rules/new/": [Route(RULES), Route(RULES, method="POST", fine=UNFIT)],
    "screening/rules/published/<uuid:publication>/end/": [
        Route(RULES, "publication", (P.SEE_PLACES, P.MANAGE_RULES), method="POST")
    ],
    "screening/rules/<str:version>/": [Route(SEE, args=VERSION)],
    "screening/rules/<str:version>/try/": [Route(SEE, args=VERSION)],
    "screening/rules/<str:version>/compare/": [Route(SEE, args=VERSION)],
    "screening/rules/<str:version>/numbers/": [
        Route(RULES, args=VERSION), Route(RULES, method="POST", args=VERSION, fine=UNFIT),
    ],
    "screening/rules/<str:version>/publish/": [
        Route(RULES, args=VERSION), Route(RULES, method="POST", args=VERSION, fine=UNFIT),
    ],
    "screening/rules/<str:version>/file/": [Route(SEE, args=VERSION)],
    "screening/areas/": [Route(SEE)],
    "screening/areas/file/": [Route(SEE)],
    "screening/areas/import/": [Route(RULES), Route(RULES, method="POST", fine=UNFIT)],
    "screening/trust/": [Route(RULES)],
    "screening/trust/import/": [Route(RULES), Route(RULES, method="POST", fine=UNFIT)],
    "screening/trust/check/": [
        Route((P.MANAGE_RULES, P.RECORD_PASSAGES, P.CLOSE_ORDERS)),
        Route((P.MANAGE_RULES, P.RECORD_PASSAGES, P.CLOSE_ORDERS), method="POST", fine=UNFIT),
    ],
    "screening/trust/<uuid:id>/withdraw/": [Route(RULES, args={"id": NOBODYS}, method="POST", fine=frozenset({404}))],
    "screening/fever/": [Route((P.SEE_FEVER,)), Route((P.SEE_FEVER,), "unit", (P.SEE_PLACES,), by_place=True)],
    "screening/fever/<uuid:case>/": [Route((P.SEE_FEVER,), "fever", (P.SEE_FEVER,))],
    "screening/fever/<uuid:case>/step/": [
        Route((P.HANDLE_FEVER,), "fever", (P.SEE_FEVER, P.HANDLE_FEVER), method="POST", fine=UNFIT)
    ],
    "screening/passes/": [Route(PASSES), Route(PASSES, "unit", (P.SEE_PLACES,), by_place=True)],
    "screening/passes/paper/": [Route(PASSES, method="POST")],  # back to the list, which says what is missing
    "screening/posters/<int:node>/": [Route(SEE, "unit", SEE)],
    "screening/passes/new/": [
        Route(PASSES), Route(PASSES, method="POST", fine=UNFIT), Route(PASSES, method="POST", data={"words": "0001"}),
    ],
    "screening/passes/new/<uuid:subject>/": [
        Route(PASSES, "person", (P.SEE_PEOPLE,)),
        Route(PASSES, "vehicle", (P.SEE_PEOPLE,)),
        Route(PASSES, "person", (P.SEE_PEOPLE, P.ISSUE_PASSES), method="POST", data=PASS),
    ],
    "screening/passes/<uuid:id>/": [Route(PASSES, "pass", (P.SEE_PEOPLE,))],
    "screening/passes/<uuid:id>/cancel/": [
        Route(PASSES, "pass", (P.SEE_PEOPLE, P.ISSUE_PASSES), method="POST", data={"reason": "lost"})
    ],
    "screening/audits/": [
        Route((P.CLOSE_ORDERS,)), Route((P.CLOSE_ORDERS,), "unit", (P.SEE_PLACES,), by_place=True),
    ],
    "screening/audits/<uuid:passage>/": [
        Route((P.CLOSE_ORDERS,), "audit", (P.SEE_ORDERS,)),
        Route((P.CLOSE_ORDERS,), "audit", (P.SEE_ORDERS, P.CLOSE_ORDERS), method="POST", data=ANSWERS),
    ],
}  # fmt: skip
