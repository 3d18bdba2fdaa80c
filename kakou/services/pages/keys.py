"""Keys of programs that report requests: made, shown once, ended."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kakou.access.models import Closure
from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.ledger.pages import frame
from kakou.services import actions
from kakou.services.forms import KeyForm
from kakou.services.models import ApiKey
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.MANAGE_STAFF)
def keys(request: StaffRequest) -> HttpResponse:
    """Every key at the place and below it, and one more; what a program shows stands here this once."""
    place, is_sent, token = place_of(request), request.method == "POST", ""
    form = KeyForm(request.POST if is_sent else None, initial={"unit": place.id if place else None})
    if form.is_valid():
        given = form.cleaned_data
        try:
            _made, token = actions.make_key(name=given["name"], node=given["unit"], by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
    found = ApiKey.objects.order_by("-ended_at", "-id")
    if place is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=place.id).values("descendant_id"))
    rows = list(found)
    where = frame.where_names({one.node_id for one in rows})
    context = {
        "now": request.now, "rows": [(one, where.get(one.node_id, "")) for one in rows], "token": token,
        "form": KeyForm() if token else form,
    }  # fmt: skip
    return render(request, "services/keys.html", context, status=422 if form.errors else 200)


@require_POST
@require_permission(Permission.MANAGE_STAFF)
def end(request: StaffRequest, id: int) -> HttpResponse:
    """It holds no longer."""
    actions.end_key(id, by=request.staff, at=request.now)
    messages.success(request, gettext("The key is ended. The program is refused from now on."))
    place = place_of(request)
    return HttpResponseRedirect(reverse("services:keys") + query_of(place=place.id if place else None))
