"""Passages, stays, open loops and work orders."""

from __future__ import annotations

from tests.matrix.table.routes import REASON, UNFIT, P, Route

FIELD = {"field": "phone"}
ALLOWED = {"whom": "visit:0", "hours": "4"}
PAPER = (P.SEE_PLACES, P.CORRECT_LEDGER)
LEDGER = {
    "": [Route((P.SEE_PLACES,)), Route((P.SEE_PLACES,), "unit", (P.SEE_PLACES,), by_place=True)],
    "ledger/today/": [Route((P.SEE_LEDGER,)), Route((P.SEE_LEDGER,), "entrance", (P.SEE_LEDGER,), by_place=True)],
    "ledger/units/": [Route((P.SEE_LEDGER,)), Route((P.SEE_LEDGER,), "entrance", (P.SEE_LEDGER,), by_place=True)],
    "ledger/checks/": [Route((P.SEE_LEDGER,)), Route((P.SEE_LEDGER,), "entrance", (P.SEE_LEDGER,), by_place=True)],
    "ledger/inside/": [Route((P.SEE_LEDGER,)), Route((P.SEE_LEDGER,), "unit", (P.SEE_LEDGER,), by_place=True)],
    "ledger/subject/<uuid:subject>/": [Route((P.SEE_LEDGER,), "person", (P.SEE_LEDGER,))],
    "ledger/subject/<uuid:subject>/reveal/<slug:field>/": [
        Route((P.REVEAL,), "person", (P.SEE_PEOPLE, P.REVEAL), args=FIELD),
        Route((P.REVEAL,), "person", (P.SEE_PEOPLE, P.REVEAL), method="POST", data=REASON, args=FIELD),
    ],
    "ledger/passage/<uuid:passage>/": [Route((P.SEE_LEDGER,), "passage", (P.SEE_LEDGER,))],
    "ledger/passage/<uuid:passage>/correct/": [
        Route((P.CORRECT_LEDGER,), "passage", (P.SEE_LEDGER, P.CORRECT_LEDGER)),
        Route((P.CORRECT_LEDGER,), "passage", (P.SEE_LEDGER, P.CORRECT_LEDGER), method="POST", fine=UNFIT),
    ],
    "ledger/gate-sheet/<int:node>/": [
        Route((P.SEE_LEDGER,), "unit", (P.SEE_PLACES, P.SEE_LEDGER)),
        Route((P.SEE_LEDGER,), "entrance", (P.SEE_PLACES, P.SEE_LEDGER)),
    ],
    "ledger/gate-sheet/<int:node>/sheet/": [Route((P.SEE_LEDGER,), "entrance", (P.SEE_PLACES, P.SEE_LEDGER))],
    "ledger/gate-sheet/<int:node>/print/": [
        Route((P.SEE_LEDGER,), "entrance", (P.SEE_PLACES, P.SEE_LEDGER), method="POST")
    ],
    "ledger/gate-sheet/<int:node>/plain/": [
        Route((P.REVEAL,), "entrance", (P.SEE_PLACES, P.REVEAL)),
        Route((P.REVEAL,), "entrance", (P.SEE_PLACES, P.REVEAL), method="POST", data=REASON | {"form": "sheet"}),
    ],
    "ledger/paper/<int:node>/": [Route((P.CORRECT_LEDGER,), "entrance", PAPER)],
    "ledger/paper/<int:node>/forms/": [
        Route((P.CORRECT_LEDGER,), "entrance", PAPER, method="POST", data={"day": "2021-08-10", "many": "1"})
    ],
    "ledger/paper/<int:node>/type-in/": [
        Route((P.CORRECT_LEDGER,), "entrance", PAPER),
        Route((P.CORRECT_LEDGER,), "entrance", PAPER, method="POST", fine=UNFIT),
    ],
    "ledger/paper/form/<uuid:form>/sheet/": [Route((P.CORRECT_LEDGER,), "form", PAPER)],
    "ledger/paper/form/<uuid:form>/print/": [Route((P.CORRECT_LEDGER,), "form", PAPER)],
    "ledger/paper/entry/<uuid:entry>/": [Route((P.CORRECT_LEDGER,), "entry", (P.CORRECT_LEDGER,))],
    "ledger/paper/entry/<uuid:entry>/undo/": [
        Route((P.CORRECT_LEDGER,), "entry", (P.CORRECT_LEDGER,), method="POST", data={"reason": "typed in twice"})
    ],
    "ledger/find/": [Route((P.SEE_PEOPLE,)), Route((P.SEE_PEOPLE,), "unit", (P.SEE_PEOPLE,), by_place=True)],
    "ledger/allowances/<int:node>/": [Route((P.SEE_PLACES,), "unit", (P.SEE_PLACES,))],
    "ledger/allowances/<int:node>/set/": [
        Route((P.EDIT_PLACES,), "unit", (P.SEE_PLACES, P.EDIT_PLACES), method="POST", data=ALLOWED)
    ],
    "ledger/place-codes/<int:node>/": [Route((P.SEE_PLACES,), "unit", (P.SEE_PLACES,))],
    "ledger/place-codes/<int:node>/make/": [
        Route((P.EDIT_PLACES,), "unit", (P.SEE_PLACES, P.EDIT_PLACES), method="POST"),
        Route((P.EDIT_PLACES,), "entrance", (P.SEE_PLACES, P.EDIT_PLACES), method="POST"),
    ],
    "ledger/place-codes/<int:node>/cancel/": [
        Route((P.EDIT_PLACES,), "entrance", (P.SEE_PLACES, P.EDIT_PLACES), method="POST")
    ],
    "ledger/place-codes/<int:node>/poster/": [Route((P.SEE_PLACES,), "coded", (P.SEE_PLACES,))],
    "ledger/expected/": [Route((P.SEE_PEOPLE,)), Route((P.SEE_PEOPLE,), "entrance", (P.SEE_PLACES,), by_place=True)],
    "ledger/expected/decline/": [Route((P.RECORD_PASSAGES,), method="POST", fine=UNFIT)],
    "ledger/quarantine/": [
        Route((P.RESOLVE_QUARANTINE,)),
        Route((P.RESOLVE_QUARANTINE,), "unit", (P.RESOLVE_QUARANTINE,), by_place=True),
    ],
    "ledger/quarantine/<uuid:item>/": [
        Route((P.RESOLVE_QUARANTINE,), "quarantined", (P.SEE_LEDGER,)),
        Route(
            (P.RESOLVE_QUARANTINE,),
            "quarantined",
            (P.SEE_LEDGER, P.RESOLVE_QUARANTINE),
            method="POST",
            data={"decision": "aside", "reason": "sent by mistake"},
        ),
    ],
    "ledger/outboxes/": [
        Route((P.RESOLVE_QUARANTINE,)),
        Route((P.RESOLVE_QUARANTINE,), method="POST", fine=UNFIT),
    ],
    "ledger/loops/": [Route((P.SEE_ORDERS,)), Route((P.SEE_ORDERS,), "unit", (P.SEE_ORDERS,), by_place=True)],
    "ledger/loops/import/": [Route((P.CLOSE_ORDERS,)), Route((P.CLOSE_ORDERS,), method="POST", fine=UNFIT)],
    "ledger/loops/sheet/": [Route((P.SEE_ORDERS,)), Route((P.SEE_ORDERS,), "unit", (P.SEE_ORDERS,), by_place=True)],
    "ledger/loops/hand-on/": [
        Route((P.CLOSE_ORDERS,)),
        Route((P.CLOSE_ORDERS,), "unit", (P.SEE_PLACES,), method="POST", by_place=True, fine=UNFIT),
    ],
    "ledger/loops/day/": [Route((P.SEE_ORDERS,)), Route((P.SEE_ORDERS,), "unit", (P.SEE_ORDERS,), by_place=True)],
    "ledger/loops/day/<uuid:order>/close/": [
        Route((P.CLOSE_ORDERS,), "order", (P.SEE_ORDERS, P.CLOSE_ORDERS), method="POST", data={"finding": "went home"})
    ],
    "ledger/loops/day/<uuid:order>/reopen/": [
        Route((P.CLOSE_ORDERS,), "order", (P.SEE_ORDERS, P.CLOSE_ORDERS), method="POST", fine=UNFIT)
    ],
    "ledger/loops/board/": [Route((P.SEE_ORDERS,)), Route((P.SEE_ORDERS,), "unit", (P.SEE_ORDERS,), by_place=True)],
    "ledger/loops/board/sheet/": [
        Route((P.SEE_ORDERS,)),
        Route((P.SEE_ORDERS,), "unit", (P.SEE_ORDERS,), by_place=True),
    ],
    "ledger/loops/<uuid:order>/join/": [
        Route((P.CLOSE_ORDERS,), "order", (P.SEE_ORDERS, P.CLOSE_ORDERS), method="POST", fine=UNFIT)
    ],
    "ledger/loops/<uuid:order>/leave/": [
        Route((P.CLOSE_ORDERS,), "order", (P.SEE_ORDERS, P.CLOSE_ORDERS), method="POST", fine=UNFIT)
    ],
    "ledger/loops/<uuid:order>/duplicate/": [
        Route((P.CLOSE_ORDERS,), "order", (P.SEE_ORDERS, P.CLOSE_ORDERS), method="POST", fine=UNFIT)
    ],
    "ledger/loops/<uuid:order>/prove/<slug:proof>/": [
        Route(
            (P.CLOSE_ORDERS,),
            "order",
            (P.SEE_ORDERS, P.CLOSE_ORDERS),
            method="POST",
            data={"ref": "36.5"},
            args={"proof": "reading"},
        )
    ],
    "workorders/days/": [Route((P.MANAGE_RULES,)), Route((P.MANAGE_RULES,), method="POST", fine=UNFIT)],
    "workorders/days/forget/": [Route((P.MANAGE_RULES,), method="POST", fine=frozenset({400}))],
    "ledger/loops/picture/<uuid:id>/": [Route((P.CLOSE_ORDERS,), "picture", (P.CLOSE_ORDERS,))],
    "ledger/loops/<uuid:order>/": [Route((P.SEE_ORDERS,), "order", (P.SEE_ORDERS,))],
    "ledger/loops/<uuid:order>/close/": [
        Route((P.CLOSE_ORDERS,), "order", (P.SEE_ORDERS, P.CLOSE_ORDERS), method="POST", data={"finding": "went home"})
    ],
    "ledger/loops/<uuid:order>/note/": [
        Route((P.CLOSE_ORDERS,), "order", (P.SEE_ORDERS, P.CLOSE_ORDERS), method="POST", data={"text": "asked around"})
    ],
    "ledger/loops/<uuid:order>/reopen/": [
        Route((P.CLOSE_ORDERS,), "order", (P.SEE_ORDERS, P.CLOSE_ORDERS), method="POST", fine=UNFIT)
    ],
    "ledger/loops/<uuid:order>/step/<slug:step>/": [
        Route((P.CLOSE_ORDERS,), "order", (P.SEE_ORDERS, P.CLOSE_ORDERS), method="POST", args={"step": "begun"})
    ],
    "ledger/loops/<uuid:order>/owner/": [
        Route((P.CLOSE_ORDERS,), "order", (P.SEE_ORDERS, P.CLOSE_ORDERS), method="POST", fine=UNFIT)
    ],
}
