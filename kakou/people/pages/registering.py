"""The register's own page: writing a person down. Finding and showing them is the ledger's."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.people import actions, queries
from kakou.people.actions import NewPerson
from kakou.people.forms import PersonForm
from kakou.people.rules import (
    AddressRefused,
    Category,
    DocumentRefused,
    NameRefused,
    PhoneRefused,
    Relation,
    Special,
)
from kakou.places import queries as places
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of

# where a refusal is told; any other stands above the form
FIELD_OF = {NameRefused: "name", DocumentRefused: "document", PhoneRefused: "phone", AddressRefused: "address"}


@never_cache
@require_http_methods(["GET", "POST"])
@require_permission(Permission.EDIT_PEOPLE)
def register(request: StaffRequest) -> HttpResponse:
    """Write one person down at a unit of mine."""
    place = place_of(request)
    units = places.units_on(nodes_held(Permission.EDIT_PEOPLE))
    form = PersonForm(
        request.POST if request.method == "POST" else None,
        units=[(unit.node_id, unit.name) for unit in units],
        initial={"unit": place.id if place else None},
    )
    if form.is_valid():
        given = form.cleaned_data
        new = NewPerson(
            given["unit"], form.facts(), Category(given["category"]), frozenset(map(Special, given["special"])),
            Relation(given["relation"]) if given["relation"] else None,
        )  # fmt: skip
        try:
            person = actions.write_down(new, by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error(FIELD_OF.get(type(refusal)), of_refusal(refusal).text)
        else:
            messages.success(request, _("%(name)s is in the register.") % {"name": queries.shown(person).name})
            return HttpResponseRedirect(request.get_full_path())
    return render(request, "people/register.html", {"form": form}, status=422 if form.errors else 200)
