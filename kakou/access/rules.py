"""Who may do what: one table of roles and permissions, read by pages, by both walls and by the matrix test.

Pure. Scope (over which part of the tree) is data: a grant gives a role on a node and everything below it.
Roles: article lines 11, 13, 17 (secretary, cadres, volunteers, street liaison); ux.md A2.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

# a phone with a network speaks every few minutes, if only by a sign of life: after this long it is silent
UNHEARD = dt.timedelta(minutes=15)


class Permission(StrEnum):
    """One act on one kind of record. The value names the transaction setting that carries its nodes to the database."""

    SEE_PLACES = "see_places"
    EDIT_PLACES = "edit_places"
    SEE_LEDGER = "see_ledger"
    RECORD_PASSAGES = "record_passages"
    IMPORT_LEDGER = "import_ledger"
    RESOLVE_QUARANTINE = "resolve_quarantine"
    CORRECT_LEDGER = "correct_ledger"
    SEE_PEOPLE = "see_people"
    EDIT_PEOPLE = "edit_people"
    REVEAL = "reveal"
    SEE_ORDERS = "see_orders"
    CLOSE_ORDERS = "close_orders"
    ENROL_DEVICES = "enrol_devices"
    SEE_AUDIT = "see_audit"
    MANAGE_STAFF = "manage_staff"
    MANAGE_RULES = "manage_rules"
    SEE_FEVER = "see_fever"
    HANDLE_FEVER = "handle_fever"
    ISSUE_PASSES = "issue_passes"
    SEE_CASES = "see_cases"
    TRACE = "trace"
    FOLLOW_UP = "follow_up"
    RELEASE_NAMES = "release_names"
    MANAGE_NOTICES = "manage_notices"
    HANDLE_GOODS = "handle_goods"
    DIRECT = "direct"


class Role(StrEnum):
    """What a person is here for."""

    GATE_RECORDER = "gate_recorder"
    GATE_LEAD = "gate_lead"
    COMMUNITY_WORKER = "community_worker"
    COMMUNITY_SECRETARY = "community_secretary"
    STREET_LIAISON = "street_liaison"
    COMMANDER = "commander"
    ENTERPRISE_OFFICER = "enterprise_officer"
    INVESTIGATOR = "investigator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class RoleDefinition:
    """A role in one sentence (a msgid, shown beside its name) and what it may do within its nodes."""

    title: str
    sentence: str
    permissions: frozenset[Permission]


P = Permission
_LOOK = frozenset({P.SEE_PLACES, P.SEE_LEDGER, P.SEE_ORDERS})
_FEVER = frozenset({P.SEE_FEVER, P.HANDLE_FEVER})
_GATE = _LOOK | _FEVER | {P.RECORD_PASSAGES, P.SEE_PEOPLE, P.HANDLE_GOODS}
_CALLS = frozenset({P.SEE_CASES, P.FOLLOW_UP})
_RIGHT = frozenset({P.RESOLVE_QUARANTINE, P.CORRECT_LEDGER})  # put right what a gate recorded
_DESK = _RIGHT | {P.SEE_PEOPLE, P.EDIT_PEOPLE, P.ISSUE_PASSES, P.CLOSE_ORDERS, P.HANDLE_GOODS}
_WORKER = _LOOK | _FEVER | _CALLS | _DESK

ROLES: Mapping[Role, RoleDefinition] = {
    Role.GATE_RECORDER: RoleDefinition("Gate recorder", "Checks and records whoever passes this gate.", _GATE),
    Role.GATE_LEAD: RoleDefinition(
        "Gate lead",
        "Leads a gate: enrols its phones and closes what stays open there.",
        _GATE | _RIGHT | {P.ENROL_DEVICES, P.CLOSE_ORDERS},
    ),
    Role.COMMUNITY_WORKER: RoleDefinition(
        "Community worker",
        "Keeps the residents' register, issues passes and closes what is open in the community.",
        _WORKER,
    ),
    Role.COMMUNITY_SECRETARY: RoleDefinition(
        "Community secretary",
        "Answers for one community: its gates, people, phones and open matters.",
        _WORKER | {P.EDIT_PLACES, P.ENROL_DEVICES, P.IMPORT_LEDGER, P.REVEAL, P.MANAGE_NOTICES, P.DIRECT},
    ),
    Role.STREET_LIAISON: RoleDefinition(
        "Street liaison",
        "Is stationed in a village for the street office and helps close what is open there.",
        _LOOK | _FEVER | _CALLS | {P.SEE_PEOPLE, P.CLOSE_ORDERS, P.HANDLE_GOODS},
    ),
    Role.COMMANDER: RoleDefinition(
        "Street office and commander",
        "Sees the sub-district in figures, closes, directs, sets the rules of its gates; names stay masked.",
        _LOOK
        | {P.SEE_PEOPLE, P.SEE_FEVER, P.CLOSE_ORDERS, P.MANAGE_RULES, P.SEE_CASES, P.RELEASE_NAMES, P.MANAGE_NOTICES}
        | {P.DIRECT},
    ),
    Role.ENTERPRISE_OFFICER: RoleDefinition(
        "Enterprise officer", "Sees one enterprise's gates and what is open there.", _LOOK
    ),
    Role.INVESTIGATOR: RoleDefinition(
        "Investigator",
        "Traces contacts and may unmask a person for a stated reason.",
        _LOOK | _CALLS | {P.SEE_PEOPLE, P.EDIT_PEOPLE, P.SEE_FEVER, P.REVEAL, P.TRACE, P.RELEASE_NAMES},
    ),
    Role.AUDITOR: RoleDefinition(
        "Auditor", "Reads who did and who saw what; sees no person.", frozenset({P.SEE_PLACES, P.SEE_AUDIT})
    ),
    Role.ADMINISTRATOR: RoleDefinition(
        "Administrator",
        "Sets up places, staff, phones, rules and imports; sees no person's record.",
        frozenset(
            {P.SEE_PLACES, P.EDIT_PLACES, P.MANAGE_STAFF, P.MANAGE_RULES, P.ENROL_DEVICES, P.IMPORT_LEDGER, P.SEE_AUDIT}
            | {P.MANAGE_NOTICES}
        ),
    ),
}


# what a role at a second superior (代管) gives over the units that it manages on behalf of their own: it looks at gates
# and figures, orders, sees that what is open closes, and whom to call who answers there. Who lives there and whose
# accounts work there is for the own line alone
OF_SECOND = frozenset({P.SEE_PLACES, P.SEE_LEDGER, P.SEE_ORDERS, P.CLOSE_ORDERS, P.DIRECT})


def nodes_by_permission(
    grants: Iterable[tuple[Role, Iterable[int]]], second: Iterable[tuple[Role, Iterable[int]]] = ()
) -> dict[Permission, frozenset[int]]:
    """Fold (role, nodes of its subtree) pairs, and those managed on behalf, into the nodes of each permission; one held
    nowhere is empty."""
    held: dict[Permission, set[int]] = {permission: set() for permission in Permission}
    for given, within in ((grants, frozenset(Permission)), (second, OF_SECOND)):
        for role, nodes in given:
            reach = frozenset(nodes)
            for permission in ROLES[role].permissions & within:
                held[permission] |= reach
    return {permission: frozenset(nodes) for permission, nodes in held.items()}


def hash_of_token(token: str) -> bytes:
    """SHA-256: what is kept of the token of a phone or of its enrolment. 192 random bits and more need no salt."""
    return hashlib.sha256(token.encode()).digest()
