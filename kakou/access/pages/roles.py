"""Who may do what, as the code itself has it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from kakou.access.pages.guard import StaffRequest, require_permission, shown_to
from kakou.access.queries import role_matrix
from kakou.access.rules import ROLES, Permission, Role

WORDS = {
    Permission.SEE_PLACES: gettext_noop("see places and entrances"),
    Permission.EDIT_PLACES: gettext_noop("change places and entrances"),
    Permission.SEE_LEDGER: gettext_noop("see passages and who is inside"),
    Permission.RECORD_PASSAGES: gettext_noop("record passages at a gate"),
    Permission.IMPORT_LEDGER: gettext_noop("import passages from a sheet"),
    Permission.RESOLVE_QUARANTINE: gettext_noop("decide about what could not be accepted"),
    Permission.CORRECT_LEDGER: gettext_noop("correct rows of the ledger by new ones"),
    Permission.SEE_PEOPLE: gettext_noop("see the register, masked"),
    Permission.EDIT_PEOPLE: gettext_noop("change the register"),
    Permission.REVEAL: gettext_noop("unmask a person for a reason"),
    Permission.SEE_ORDERS: gettext_noop("see what is open"),
    Permission.CLOSE_ORDERS: gettext_noop("close what is open"),
    Permission.ENROL_DEVICES: gettext_noop("enrol and revoke phones"),
    Permission.SEE_AUDIT: gettext_noop("read who did and who saw what"),
    Permission.MANAGE_STAFF: gettext_noop("give and end roles"),
    Permission.MANAGE_RULES: gettext_noop("publish rules, risk areas and trust lists"),
    Permission.SEE_FEVER: gettext_noop("see who has a fever, as a case without a name"),
    Permission.HANDLE_FEVER: gettext_noop("take the steps of a fever"),
    Permission.ISSUE_PASSES: gettext_noop("issue and cancel passes"),
    Permission.SEE_CASES: gettext_noop("see cases and their contacts"),
    Permission.TRACE: gettext_noop("open cases, trace their contacts and decide about them"),
    Permission.FOLLOW_UP: gettext_noop("follow cases and contacts up, day by day"),
    Permission.RELEASE_NAMES: gettext_noop("release names to somebody else who traces"),
    Permission.MANAGE_NOTICES: gettext_noop("set up channels for notices, decide about what cannot be sent"),
    Permission.HANDLE_GOODS: gettext_noop("receive goods vehicles and parcels at the gate, step by step"),
    Permission.DIRECT: gettext_noop("hand directives down to units and follow who has acknowledged"),
}


@require_safe
@require_permission(*Permission)
def roles(request: StaffRequest) -> HttpResponse:
    """Every role in a sentence, and the matrix, generated from the table that both walls are built from."""
    matrix = role_matrix()
    mine = set(request.staff.grants.filter(ended_at=None).values_list("role", flat=True))
    shown = {
        "may_view": bool(shown_to(request, Permission.MANAGE_STAFF)),
        "roles": [(role, _(ROLES[role].title), _(ROLES[role].sentence), role in mine) for role in Role],
        "rows": [(_(WORDS[permission]), [held[role] for role in Role]) for permission, held in matrix.items()],
    }
    return render(request, "access/roles.html", shown)
