"""The declared permission table: every route of Kakou, what it asks, and of which thing it speaks.

A route that is not in here fails `test_every_route.py`. What follows from an entry, for every role over the east:

    gate    permissions of which one must be held somewhere to come in (else 403; a stranger too; nobody: to the login)
    sees    permissions that must all be held over the thing itself (else 404, just as if there were no such thing)
    thing   what the URL (or ?place=) names: unit, entrance, person, order …: made in the east, the west and the street
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from kakou.access.rules import Permission

P = Permission


class Who(Enum):
    """Routes that ask for no permission of the table."""

    ANYONE = "before any login"
    SIGNED_IN = "any account, about itself only"
    DRILL = "accounts of the drill on this machine; others learn nothing of it"
    TOKEN = "who holds a token of its own; an account opens nothing"


@dataclass(frozen=True)
class Route:
    """See the module."""

    gate: tuple[P, ...] = ()
    thing: str = ""
    sees: tuple[P, ...] = ()
    method: str = "GET"
    by_place: bool = False  # the thing's node stands in ?place=
    data: Mapping[str, object] | Callable[[], Mapping[str, object]] = field(default_factory=dict)
    fine: frozenset[int] = frozenset({200, 302})
    args: Mapping[str, object] = field(default_factory=dict)  # of the URL, besides the thing


STATE = {"state": "sealed", "material": "iron sheet"}
RULE = {"management": "closed", "starts_at": "2021-08-01T08:00"}
UNFIT = frozenset({422})  # let in, and told what is missing

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
    "places/<int:node>/management/": [
        Route((P.EDIT_PLACES,), "unit", (P.SEE_PLACES, P.EDIT_PLACES), method="POST", data=RULE)
    ],
    "places/entrance/<int:node>/": [
        Route((P.EDIT_PLACES,), "entrance", (P.SEE_PLACES,)),
        Route((P.EDIT_PLACES,), "entrance", (P.SEE_PLACES, P.EDIT_PLACES), method="POST", data=STATE),
    ],
    "place/": [Route(thing="unit", sees=(P.SEE_PLACES,), by_place=True)],
}

DEVICES = {
    "devices/": [Route((P.ENROL_DEVICES,)), Route((P.ENROL_DEVICES,), "entrance", (P.SEE_PLACES,), by_place=True)],
    "devices/enrol/": [Route((P.ENROL_DEVICES,)), Route((P.ENROL_DEVICES,), method="POST")],
    "devices/<int:id>/revoke/": [Route((P.ENROL_DEVICES,), "device", (P.SEE_PLACES, P.ENROL_DEVICES), method="POST")],
    "devices/renew/": [Route((P.ENROL_DEVICES,)), Route((P.ENROL_DEVICES,), method="POST", fine=UNFIT)],
    "badge/": [Route((P.RECORD_PASSAGES,)), Route((P.RECORD_PASSAGES,), method="POST", fine=UNFIT)],
    "badge/revoke/": [Route((P.RECORD_PASSAGES,), method="POST")],
    "badges/": [Route((P.ENROL_DEVICES,)), Route((P.ENROL_DEVICES,), "unit", (P.SEE_PLACES,), by_place=True)],
    "badges/<int:id>/revoke/": [Route((P.ENROL_DEVICES,), "badge", (P.ENROL_DEVICES,), method="POST")],
    "roles/": [Route(tuple(P))],
}
OVERSIGHT = {
    "audit/": [Route((P.SEE_AUDIT,)), Route((P.SEE_AUDIT,), "unit", (P.SEE_PLACES,), by_place=True)],
}
BACKUP = {"backups/": [Route((P.MANAGE_STAFF,)), Route((P.MANAGE_STAFF,), "unit", (P.SEE_PLACES,), by_place=True)]}
STAFF = {
    "staff/": [Route((P.MANAGE_STAFF,)), Route((P.MANAGE_STAFF,), "unit", (P.SEE_PLACES,), by_place=True)],
    "staff/grant/": [
        Route((P.MANAGE_STAFF,)),
        Route((P.MANAGE_STAFF,), "unit", (P.SEE_PLACES, P.MANAGE_STAFF), by_place=True),
        Route((P.MANAGE_STAFF,), "unit", (P.MANAGE_STAFF,), method="POST", by_place=True, fine=UNFIT),
    ],
    "staff/<int:id>/end/": [Route((P.MANAGE_STAFF,), "grant", (P.MANAGE_STAFF,), method="POST")],
}
FIELD = {"field": "phone"}
REASON = {"reason": "contacts of a case"}
PASS = {"kind": "resident", "valid_from": "2021-08-01"}
ANSWERS = {"health": "yes", "temperature": "no", "mask": "unsure"}
NOBODYS = "01912345-0000-7000-8000-000000000000"
ALLOWED = {"whom": "visit:0", "hours": "4"}
LEDGER = {
    "": [Route((P.SEE_PLACES,)), Route((P.SEE_PLACES,), "unit", (P.SEE_PLACES,), by_place=True)],
    "ledger/today/": [Route((P.SEE_LEDGER,)), Route((P.SEE_LEDGER,), "entrance", (P.SEE_LEDGER,), by_place=True)],
    "ledger/checks/": [Route((P.SEE_LEDGER,)), Route((P.SEE_LEDGER,), "entrance", (P.SEE_LEDGER,), by_place=True)],
    "ledger/inside/": [Route((P.SEE_LEDGER,)), Route((P.SEE_LEDGER,), "unit", (P.SEE_LEDGER,), by_place=True)],
    "ledger/subject/<uuid:subject>/": [Route((P.SEE_LEDGER,), "person", (P.SEE_LEDGER,))],
    "ledger/subject/<uuid:subject>/reveal/<slug:field>/": [
        Route((P.REVEAL,), "person", (P.SEE_PEOPLE, P.REVEAL), args=FIELD),
        Route((P.REVEAL,), "person", (P.SEE_PEOPLE, P.REVEAL), method="POST", data=REASON, args=FIELD),
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

CASES, TRACES, CALLS = (P.SEE_CASES,), (P.TRACE,), (P.FOLLOW_UP,)
WRITE, CALL = (P.SEE_CASES, P.TRACE), (P.SEE_CASES, P.FOLLOW_UP)
TRACING = {
    "tracing/": [Route(CASES), Route(CASES, "unit", (P.SEE_PLACES,), by_place=True),
                 Route(CASES, method="POST", fine=frozenset({200, 422}))],
    "tracing/outbreak/<uuid:id>/": [Route(CASES, "outbreak", CASES)],
    "tracing/outbreak/<uuid:id>/edition/": [
        Route(TRACES, "outbreak", WRITE, method="POST", data={"plan": "cn-9"})
    ],
    "tracing/outbreak/<uuid:id>/close/": [Route(TRACES, "outbreak", WRITE, method="POST")],
    "tracing/outbreak/<uuid:id>/measure/": [Route(TRACES, "outbreak", WRITE, method="POST", fine=UNFIT)],
    "tracing/outbreak/<uuid:id>/names/": [
        Route(TRACES, "outbreak", WRITE, method="POST", data={"reason": "to call them"})
    ],
    "tracing/outbreak/<uuid:id>/contacts/": [Route(CASES, "outbreak", CASES)],
    "tracing/outbreak/<uuid:id>/contacts/decide/": [Route(TRACES, "outbreak", WRITE, method="POST", fine=UNFIT)],
    "tracing/contacts/": [Route(CASES), Route(CASES, "unit", (P.SEE_PLACES,), by_place=True)],
    "tracing/contacts/decide/": [Route(TRACES, method="POST", fine=UNFIT)],
    "tracing/outbreak/<uuid:id>/case/": [
        Route(TRACES, "outbreak", CASES), Route(TRACES, "outbreak", CASES, method="POST", data={"q": "0001"}),
    ],
    "tracing/outbreak/<uuid:id>/case/<uuid:subject>/": [
        Route(TRACES, "outbreak", CASES, args={"subject": NOBODYS}, fine=frozenset({404}))
    ],
    "tracing/measure/<uuid:id>/end/": [Route(TRACES, "measure", WRITE, method="POST")],
    "tracing/names/<uuid:id>/": [
        Route((P.TRACE, P.RELEASE_NAMES), "release", (P.SEE_CASES, P.RELEASE_NAMES), method="POST",
              data={"move": "grant"})
    ],
    "tracing/person/<uuid:id>/": [Route(CASES, "case", CASES)],
    "tracing/person/<uuid:id>/step/": [
        Route((P.TRACE, P.FOLLOW_UP), "case", (P.SEE_CASES, P.FOLLOW_UP), method="POST",
              data={"move": "noted", "reason": "asked around"})
    ],
    "tracing/person/<uuid:id>/facts/": [
        Route(TRACES, "case", WRITE, method="POST", data={"state": "suspected"})
    ],
    "tracing/person/<uuid:id>/trace/": [
        Route(TRACES, "case", WRITE, method="POST", data={"reason": "the first case", "hops": "1"})
    ],
    "tracing/trace/<uuid:id>/": [Route(CASES, "trace", CASES)],
    "tracing/outbreak/<uuid:id>/chain/": [Route(CASES, "outbreak", CASES)],
    "tracing/outbreak/<uuid:id>/chain/file/<slug:form>/": [Route(CASES, "outbreak", CASES, args={"form": "svg"})],
    "tracing/outbreak/<uuid:id>/curve/": [Route(CASES, "outbreak", CASES)],
    "tracing/outbreak/<uuid:id>/curve/file/<slug:form>/": [Route(CASES, "outbreak", CASES, args={"form": "xlsx"})],
    "tracing/outbreak/<uuid:id>/map/": [Route(CASES, "outbreak", CASES)],
    "tracing/outbreak/<uuid:id>/map/file/<slug:form>/": [Route(CASES, "outbreak", CASES, args={"form": "svg"})],
    "tracing/person/<uuid:id>/timeline/": [Route(CASES, "case", CASES)],
    "tracing/person/<uuid:id>/timeline/file/<slug:form>/": [Route(CASES, "case", CASES, args={"form": "xlsx"})],
    "tracing/outbreak/<uuid:id>/questions/": [Route(TRACES, "outbreak", CASES)],
    "tracing/outbreak/<uuid:id>/questions/close/": [Route(TRACES, "outbreak", WRITE, method="POST", fine=UNFIT)],
    "tracing/outbreak/<uuid:id>/questions/rank/": [
        Route(TRACES, "outbreak", WRITE, method="POST",
              data={"since": "2021-08-09", "until": "2021-08-10", "reason": "where most met"})
    ],
    "tracing/question/<uuid:id>/": [Route(CASES, "question", CASES)],
    "tracing/question/<uuid:id>/sheet/": [Route(CASES, "question", CASES)],
    "tracing/follow-up/": [Route(CALLS), Route(CALLS, "unit", (P.SEE_PLACES,), by_place=True)],
    "tracing/follow-up/sheet/": [Route(CALLS), Route(CALLS, "unit", (P.SEE_PLACES,), by_place=True)],
    "tracing/follow-up/calendar/": [Route(CALLS), Route(CALLS, "unit", (P.SEE_PLACES,), by_place=True)],
    "tracing/follow-up/calendar/<slug:form>/": [Route(CALLS, args={"form": "svg"})],
    "tracing/follow-up/<uuid:id>/tell/": [
        Route(CALLS, "follow_up", CALL, method="POST", data={"finding": "normal", "was": "due"})
    ],
    "tracing/follow-up/<uuid:id>/all-well/": [Route(CALLS, "follow_up", CALL, method="POST")],
    "tracing/follow-up/<uuid:id>/back/": [Route(CALLS, "follow_up", CALL, method="POST")],
    "tracing/follow-up/<uuid:id>/release/": [Route(CALLS, "follow_up", CALL, method="POST", fine=UNFIT)],
    "tracing/follow-up/<uuid:id>/lost/": [
        Route(CALLS, "follow_up", CALL, method="POST", data={"reason": "not at home"})
    ],
    "tracing/follow-up/<uuid:id>/test/": [Route(CALLS, "follow_up", CALL, method="POST", data={"day": "2021-08-12"})],
    "tracing/follow-up/<uuid:id>/number/": [Route(CALLS, "follow_up", CALL, method="POST")],
}  # fmt: skip

HANDING = {
    "tracing/outbreak/<uuid:id>/interview/": [
        Route(TRACES, "outbreak", CASES), Route(TRACES, "outbreak", WRITE, method="POST", fine=UNFIT),
    ],
    "tracing/person/<uuid:id>/mates/": [Route(TRACES, "case", WRITE, method="POST")],
    "tracing/outbreak/<uuid:id>/line-list/": [
        Route(TRACES, "outbreak", CASES), Route(TRACES, "outbreak", WRITE, method="POST", fine=UNFIT),
    ],
    "tracing/line-list/<uuid:id>/undo/": [Route(TRACES, "line_list", WRITE, method="POST")],
    "tracing/outbreak/<uuid:id>/contacts/file/": [Route(CASES, "outbreak", CASES)],
    "tracing/outbreak/<uuid:id>/hand-over/": [
        Route(TRACES, "outbreak", CASES), Route(TRACES, "outbreak", WRITE, method="POST", fine=UNFIT),
    ],
    "tracing/outbreak/<uuid:id>/hand-in/": [
        Route(TRACES, "outbreak", CASES), Route(TRACES, "outbreak", WRITE, method="POST", fine=UNFIT),
    ],
    "tracing/hand-overs/": [Route(TRACES)],
    "tracing/hand-overs/receipt/": [Route(TRACES, method="POST", fine=UNFIT)],
    "tracing/hand-overs/card/": [Route(TRACES, method="POST")],
    "tracing/hand-overs/office/": [Route(TRACES, method="POST", fine=UNFIT)],
    "tracing/hand-overs/office/<uuid:id>/end/": [
        Route(TRACES, args={"id": NOBODYS}, method="POST", fine=frozenset({404}))
    ],
    "tracing/hand-overs/taken/<uuid:id>/receipt/": [Route(TRACES, "handed_in", CASES)],
}  # fmt: skip

SEE_ORDERS, ACT = (P.SEE_ORDERS,), (P.SEE_ORDERS, P.CLOSE_ORDERS)
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
CHANNELS = (P.MANAGE_NOTICES,)
NOTICES = {
    "notices/": [Route(CHANNELS), Route(CHANNELS, "unit", (P.SEE_PLACES,), by_place=True)],
    "notices/desk/": [Route(CHANNELS), Route(CHANNELS, "unit", (P.SEE_PLACES,), by_place=True)],
    "notices/new/": [
        Route(CHANNELS),
        Route(CHANNELS, "unit", (P.SEE_PLACES, P.MANAGE_NOTICES), by_place=True),
        Route(CHANNELS, "unit", (P.SEE_PLACES, P.MANAGE_NOTICES), method="POST", by_place=True, fine=UNFIT),
    ],
    "notices/channel/<int:id>/": [
        Route(CHANNELS, "channel", CHANNELS), Route(CHANNELS, "channel", CHANNELS, method="POST", fine=UNFIT),
    ],
    "notices/channel/<int:id>/switch/": [Route(CHANNELS, "channel", CHANNELS, method="POST", data={"on": "yes"})],
    "notices/channel/<int:id>/test/": [Route(CHANNELS, "channel", CHANNELS, method="POST")],
    "notices/channel/<int:id>/retry/": [Route(CHANNELS, "channel", CHANNELS, method="POST")],
    "notices/tellings/": [
        Route(CHANNELS),
        Route(CHANNELS, "unit", (P.SEE_PLACES,), by_place=True),
        Route(CHANNELS, "unit", (P.SEE_PLACES, P.MANAGE_NOTICES), method="POST", by_place=True, fine=UNFIT),
    ],
    "notices/tellings/<int:id>/stop/": [Route(CHANNELS, "telling", CHANNELS, method="POST")],
    "notices/message/<int:id>/": [Route(CHANNELS, "message", CHANNELS)],
    "notices/message/<int:id>/retry/": [Route(CHANNELS, "message", CHANNELS, method="POST")],
    "notices/message/<int:id>/discard/": [
        Route(CHANNELS, "message", CHANNELS, method="POST", data={"reason": "out of date"})
    ],
}  # fmt: skip

TABLE: Mapping[str, list[Route] | Who] = {
    **PLACES,
    **DEVICES,
    **STAFF,
    **OVERSIGHT,
    **BACKUP,
    **PEOPLE,
    **LEDGER,
    **SCREENING,
    **TRACING,
    **HANDING,
    **SERVICES,
    **SKILLS,
    **DELIVERIES,
    **dict.fromkeys(("h/<str:code>/", "d/at/<int:node>/", "d/p/<str:code>/"), Who.ANYONE),
    **DIRECTIVES,
    **dict.fromkeys(
        (
            "s/",
            "s/map/",
            "s/map/<int:node>/",
            "s/near/",
            "s/at/<int:node>/",
            "s/p/<str:code>/",
            "s/follow/",
            "s/counts/",
        ),
        Who.ANYONE,
    ),
    **dict.fromkeys(
        (
            "open311/discovery.<slug:form>",
            "open311/v2/services.<slug:form>",
            "open311/v2/services/<slug:code>.<slug:form>",
            "open311/v2/requests.<slug:form>",
            "open311/v2/requests/<slug:id>.<slug:form>",
            "open311/v2/tokens/<slug:token>.<slug:form>",
            r"^open311/(?P<rest>[\s\S]*)$",
        ),
        Who.ANYONE,
    ),
    **NOTICES,
    "p/<str:code>/": Who.ANYONE,
    "p/<str:code>/visit/": Who.ANYONE,
    "v/": Who.ANYONE,
    "root-certificate/": Who.ANYONE,  # a phone needs it before it can log in anywhere
    "root-certificate/kakou-root.<str:form>": Who.ANYONE,
    "language/": Who.ANYONE,
    "theme/": Who.ANYONE,
    "live/": Who.SIGNED_IN,
    "api/": Who.ANYONE,
    "api/docs": Who.ANYONE,
    "api/openapi.json": Who.ANYONE,
    "in/<uuid:row>/": Who.TOKEN,  # a robot's: its signature
    "api/devices/enrol": Who.TOKEN,
    "api/gate/bundle": Who.TOKEN,  # the phone's: tests/matrix/test_devices.py
    "api/gate/bundle/list": Who.TOKEN,
    "api/gate/bundle/parts": Who.TOKEN,
    "api/gate/past": Who.TOKEN,
    "api/gate/status": Who.TOKEN,
    "api/gate/calls": Who.TOKEN,
    "api/gate/fever": Who.TOKEN,
    "api/gate/fever/<passage>/steps": Who.TOKEN,
    "api/gate/passes/check": Who.TOKEN,
    "api/gate/codes/ask": Who.TOKEN,
    "drill/": Who.DRILL,
    "drill/<int:run_id>/stop/": Who.DRILL,
    "drill/<int:run_id>/resume/": Who.DRILL,
    "drill/seat/": Who.DRILL,
    "drill/time/": Who.DRILL,
    "drill/enter/<str:token>/": Who.TOKEN,
    "accounts/login/": Who.ANYONE,
    "accounts/logout/": Who.ANYONE,
    "accounts/inactive/": Who.ANYONE,
    "accounts/signup/": Who.ANYONE,  # answers that it is closed
    "accounts/confirm-email/": Who.ANYONE,
    r"accounts/^confirm-email/(?P<key>[-:\w]+)/$": Who.ANYONE,
    "accounts/password/reset/": Who.ANYONE,
    "accounts/password/reset/done/": Who.ANYONE,
    "accounts/password/reset/key/done/": Who.ANYONE,
    r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": Who.ANYONE,
    "accounts/login/code/confirm/": Who.ANYONE,
    "accounts/2fa/authenticate/": Who.ANYONE,  # between password and code
    "accounts/email/": Who.SIGNED_IN,
    "accounts/reauthenticate/": Who.SIGNED_IN,
    "accounts/password/change/": Who.SIGNED_IN,
    "accounts/password/set/": Who.SIGNED_IN,
    "accounts/2fa/": Who.SIGNED_IN,
    "accounts/2fa/reauthenticate/": Who.SIGNED_IN,
    "accounts/2fa/totp/activate/": Who.SIGNED_IN,
    "accounts/2fa/totp/deactivate/": Who.SIGNED_IN,
    "accounts/2fa/recovery-codes/": Who.SIGNED_IN,
    "accounts/2fa/recovery-codes/generate/": Who.SIGNED_IN,
    "accounts/2fa/recovery-codes/download/": Who.SIGNED_IN,
    "accounts/2fa/webauthn/": Who.SIGNED_IN,
    "accounts/2fa/webauthn/add/": Who.SIGNED_IN,
    "accounts/2fa/webauthn/reauthenticate/": Who.SIGNED_IN,
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": Who.SIGNED_IN,
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": Who.SIGNED_IN,
}

# what the front answers before Django is asked, by path
FRONT: Mapping[str, Who] = {
    "/intake/passages": Who.TOKEN,  # the device's: tests/matrix/test_devices.py
    "/events": Who.TOKEN,  # the ticket that live/ gives, which names the nodes
}
