"""An enterprise or a resident announces a goods vehicle: open to everybody, without an account or a script."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from kakou.deliveries.actions import NewDelivery, announce
from kakou.deliveries.forms import DeliveryForm
from kakou.deliveries.pages.words import BODIES
from kakou.deliveries.queries.places import gates_to
from kakou.deliveries.rules import DAYS_AHEAD, KEEP
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.ids import new_id
from kakou.kernel.time import day_in, now
from kakou.ledger.pages.limits import count
from kakou.ledger.pages.scanned import public
from kakou.services.queries.places import Spot, spot_at, spot_of
from kakou.vault.rules import Kind, mask
from kakou.web.queries import site_zone
from kakou.web.refusals.answers import of_refusal

ANNOUNCED, AT_A_PLACE = "20/h", "200/h"


@require_http_methods(["GET", "HEAD", "POST"])
def announce_by_code(request: HttpRequest, code: str) -> HttpResponse:
    """For the place whose code hangs there."""
    spot = spot_of(code)
    if spot is None:
        raise NotFound("This place code does not hold any more, or was mistyped. Find the place by its name instead.")
    return _announce(request, spot)


@require_http_methods(["GET", "HEAD", "POST"])
def announce_at(request: HttpRequest, node: int) -> HttpResponse:
    """For the place that was found by its name."""
    spot = spot_at(node)
    if spot is None:
        raise NotFound("This place is not known here.")
    return _announce(request, spot)


def _announce(request: HttpRequest, spot: Spot) -> HttpResponse:
    at = now()
    today, unit = day_in(site_zone(), at), spot.around[0][0]  # of a gate its unit
    gates = gates_to(unit)
    data = request.POST if request.method == "POST" else None
    initial = {"key": new_id(), "expected_on": today, "unit": unit}
    form = DeliveryForm(data, initial=initial, gates=gates, units=[(unit, spot.name)], today=today)
    context = {
        "spot": spot,
        "form": form,
        "has_gates": bool(gates),
        "keep_days": KEEP.days,
        "days_ahead": DAYS_AHEAD,
        "now": at,
    }
    if form.is_valid():
        given = form.cleaned_data
        new = NewDelivery(
            given["unit"],
            given["gate"],
            given["plate"],
            given["body"],
            given["goods"],
            given["expected_on"],
            given["phone"],
        )
        try:
            count(request, "delivery", client=ANNOUNCED, about=(AT_A_PLACE, str(spot.node)))
            made = announce(new, key=given["key"], by=None, at=at)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            told = {
                "made": made,
                "plate": mask(Kind.PLATE, given["plate"]),
                "body": gettext(BODIES[given["body"]]),
                "gate": dict(gates)[given["gate"]],
            }
            return public(request, "deliveries/announced.html", context | told)
    return public(request, "deliveries/announce.html", context, status=422 if form.errors else 200)
