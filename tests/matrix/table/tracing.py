"""Outbreaks, cases, contacts, and their hand-over."""

from __future__ import annotations

from tests.matrix.table.routes import NOBODYS, UNFIT, P, Route

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
