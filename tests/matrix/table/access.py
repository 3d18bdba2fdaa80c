"""Phones, badges and accounts."""

from __future__ import annotations

from tests.matrix.table.routes import NOBODYS, UNFIT, P, Route

AGREE = (P.RELEASE_NAMES, P.MANAGE_STAFF)
SENDERS = (P.EDIT_PEOPLE, P.EDIT_PLACES, P.CORRECT_LEDGER)

DEVICES = {
    "devices/": [Route((P.ENROL_DEVICES,)), Route((P.ENROL_DEVICES,), "entrance", (P.SEE_PLACES,), by_place=True)],
    "devices/enrol/": [Route((P.ENROL_DEVICES,)), Route((P.ENROL_DEVICES,), method="POST")],
    "devices/<int:id>/revoke/": [Route((P.ENROL_DEVICES,), "device", (P.SEE_PLACES, P.ENROL_DEVICES), method="POST")],
    "devices/renew/": [Route((P.ENROL_DEVICES,)), Route((P.ENROL_DEVICES,), method="POST", fine=UNFIT)],
    "badge/": [Route((P.RECORD_PASSAGES,)), Route((P.RECORD_PASSAGES,), method="POST", fine=UNFIT)],
    "badge/revoke/": [Route((P.RECORD_PASSAGES,), method="POST")],
    "badges/": [Route((P.ENROL_DEVICES,)), Route((P.ENROL_DEVICES,), "unit", (P.SEE_PLACES,), by_place=True)],
    "badges/<int:id>/revoke/": [Route((P.ENROL_DEVICES,), "badge", (P.ENROL_DEVICES,), method="POST")],
    "keys/": [Route((P.MANAGE_STAFF,)), Route((P.MANAGE_STAFF,), "unit", (P.SEE_PLACES,), by_place=True)],
    "keys/<slug:day>/": [  # who administers a part of the site finds nothing; nor does anybody where there is no key
        Route((P.MANAGE_STAFF,), args={"day": "2021-11-08"}, fine=frozenset({404})),
        Route((P.MANAGE_STAFF,), method="POST", args={"day": "2021-11-08"}, fine=frozenset({404})),
    ],
    "incoming/": [Route(SENDERS)],
    "incoming/<uuid:id>/": [Route(SENDERS, args={"id": NOBODYS}, fine=frozenset({404}))],
    "incoming/<uuid:id>/stop/": [Route(SENDERS, args={"id": NOBODYS}, method="POST", fine=frozenset({404}))],
    "roles/": [Route(tuple(P))],
    "exports/": [Route((P.REVEAL, P.RELEASE_NAMES))],
    "exports/<uuid:id>/settle/": [
        Route((P.RELEASE_NAMES,), "export", (P.SEE_PEOPLE, P.RELEASE_NAMES), method="POST", data={"decision": "refuse"})
    ],
}
STAFF = {
    "staff/": [Route((P.MANAGE_STAFF,)), Route((P.MANAGE_STAFF,), "unit", (P.SEE_PLACES,), by_place=True)],
    "view-as/": [
        Route((P.MANAGE_STAFF,)),
        Route((P.MANAGE_STAFF,), "unit", (P.SEE_PLACES, P.MANAGE_STAFF), by_place=True),
        Route((P.MANAGE_STAFF,), "unit", (P.MANAGE_STAFF,), method="POST", by_place=True, fine=UNFIT),
    ],
    "staff/new/": [
        Route((P.MANAGE_STAFF,)),
        Route((P.MANAGE_STAFF,), "unit", (P.SEE_PLACES, P.MANAGE_STAFF), by_place=True),
        Route((P.MANAGE_STAFF,), "unit", (P.MANAGE_STAFF,), method="POST", by_place=True, fine=UNFIT),
    ],
    "staff/roster/": [Route((P.MANAGE_STAFF,)), Route((P.MANAGE_STAFF,), "unit", (P.SEE_PLACES,), by_place=True)],
    "staff/roster/sheet/": [Route((P.MANAGE_STAFF,))],
    "staff/roster/import/": [Route((P.MANAGE_STAFF,)), Route((P.MANAGE_STAFF,), method="POST", fine=UNFIT)],
    "staff/roster/mobilise/": [Route((P.MANAGE_STAFF,), method="POST", data={"act": "home"})],
    "staff/<int:id>/": [
        Route((P.MANAGE_STAFF,), "account", (P.MANAGE_STAFF,)),
        Route((P.MANAGE_STAFF,), "account", (P.MANAGE_STAFF,), method="POST", fine=UNFIT),
    ],
    "staff/<int:id>/password/": [Route((P.MANAGE_STAFF,), "account", (P.MANAGE_STAFF,), method="POST")],
    "staff/<int:id>/factor/": [
        Route((P.MANAGE_STAFF,), "account", (P.MANAGE_STAFF,), method="POST", data={"reason": "the phone is lost"})
    ],
    "staff/factors/": [Route(AGREE)],
    "staff/factors/<uuid:id>/settle/": [Route(AGREE, args={"id": NOBODYS}, method="POST", fine=frozenset({404}))],
    "staff/grant/": [
        Route((P.MANAGE_STAFF,)),
        Route((P.MANAGE_STAFF,), "unit", (P.SEE_PLACES, P.MANAGE_STAFF), by_place=True),
        Route((P.MANAGE_STAFF,), "unit", (P.MANAGE_STAFF,), method="POST", by_place=True, fine=UNFIT),
    ],
    "staff/<int:id>/end/": [Route((P.MANAGE_STAFF,), "grant", (P.MANAGE_STAFF,), method="POST")],
}
