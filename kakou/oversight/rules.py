"""Into which drawers the acts of the audit are sorted. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Drawer(StrEnum):
    """What an auditor looks for."""

    LOOKS = "looks"  # somebody's data was shown in plain
    STAFF = "staff"
    PHONES = "phones"
    MATTERS = "matters"
    CASES = "cases"
    PLACES = "places"
    RULES = "rules"
    RECORDS = "records"


# an act is called thing.happened; the whole name goes before the thing alone
THINGS: Mapping[Drawer, tuple[str, ...]] = {
    Drawer.LOOKS: (
        "person.revealed",
        "code.",
        "vehicle.revealed",
        "people.searched",
        "people.list_tried",
        "export.",
        "people.listed_plain",
        "attachment.seen",
        "parcels.searched",
        "trail.",
        "trace.",
        "names.",
        "follow_up.number_shown",
        "follow_up.handed_out",
        "contacts.",
        "picture.",
        "addresses.",
        "request.revealed",
        "request.photo_seen",
        "order.picture_seen",
        "proposal.seen",
        "proposal.photo_seen",
        "directive.paper_seen",
        "gate_sheet.handed_plain",
        "gate_sheet.tried",
    ),
    Drawer.STAFF: ("role.", "staff.", "login.", "logout.", "factor.", "api_key.", "setup.", "roster.", "looking."),
    Drawer.PHONES: ("device.", "badge.", "lease.", "chain.", "passage.", "outbox.", "shifts."),
    Drawer.MATTERS: (
        "order.",
        "orders.",
        "quarantine.",
        "fever.",
        "gate.",
        "spot_audit.",
        "spot_audits.",
        "channel.",
        "notice.",
        "notices.",
        "request.",
        "requests.",
        "help.",
        "delivery.",
        "deliveries.",
        "parcel.",
        "parcels.",
        "proposal.",
        "proposals.",
        "inlet.",
        "telling.",
        "directive.",
        "directives.",
    ),
    Drawer.CASES: (
        "outbreak.",
        "measure.",
        "involved.",
        "question.",
        "follow_up.",
        "mates.",
        "line_list.",
        "handover.",
        "office.",
    ),
    Drawer.PLACES: ("unit.", "entrance.", "place.", "places.", "tree.", "allowance.", "place_code."),
    Drawer.RULES: ("pack.", "areas.", "trust.", "site_day."),
    Drawer.RECORDS: (
        "list.",
        "people.",
        "proxy.",
        "attachment.",
        "pass.",
        "passes.",
        "person.",
        "vehicles.",
        "subjects.",
        "stays.",
        "ledger.",
        "gate_sheet.",
        "paper.",
        "key.",
        "drill.",
        "backup.",
        "visit.",
        "visits.",
        "licence.",
        "licences.",
    ),
}


def drawer_of(action: str) -> Drawer | None:
    """Where `action` lies; None for what no part of Kakou records."""
    for drawer, things in THINGS.items():
        if any(action == thing or (thing.endswith(".") and action.startswith(thing)) for thing in things):
            return drawer
    return None
