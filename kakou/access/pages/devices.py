"""The phones at my gates: enrol one by a code on the screen, revoke one at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kakou.access import actions
from kakou.access.events import registry as known
from kakou.access.forms import EnrolmentForm
from kakou.access.models import Device, Node, PhoneState
from kakou.access.pages.certificate import address_for_phones, drawn, root_of
from kakou.access.pages.guard import StaffRequest, nodes_held, require_permission
from kakou.access.queries import device_for, devices_below
from kakou.access.rules import UNHEARD, Permission
from kakou.kernel.time import now
from kakou.web.shell.here import place_of, query_of

LONG = dt.timedelta(hours=1)
LOW, FULL = 20, 80  # percent
CLOCK = 60  # seconds
HANDSHAKE = 1  # version of what the code holds; a phone that does not know it asks for an update


@require_safe
@require_permission(Permission.ENROL_DEVICES)
def devices(request: StaffRequest) -> HttpResponse:
    """Every phone at the place, with when it was last heard."""
    place = place_of(request)
    found = devices_below(place.id if place else None)
    mine = frozenset(nodes_held(Permission.ENROL_DEVICES))
    names = known.gates(frozenset(device.node_id for device in found))
    gone = known.losses([device.pk for device in found], at=request.now)
    rows = [
        (device, names.get(device.node_id, ""), device.node_id in mine, said_of(device, gone.get(device.pk, 0)))
        for device in found
    ]
    return render(request, "access/devices.html", {"rows": rows, "root": root_of()})


@dataclass(frozen=True, slots=True)
class Said:
    """What a phone last said of itself, and what of it somebody should look at: words, in the reader's language."""

    state: PhoneState
    storage: str
    clock: str
    worries: list[str]


def said_of(device: Device, lost: int = 0) -> Said | None:
    """None where it never said anything. `lost`: passages that are neither with it nor here."""
    state: PhoneState | None = getattr(device, "state", None)
    if state is None:
        return None
    share = _share(state)
    off = abs(state.clock_offset_ms) // 1000
    troubles = {
        _("lost %(n)d passages") % {"n": lost}: lost > 0,
        _("unsent for long"): state.oldest_at is not None and state.heard_at - state.oldest_at > LONG,
        _("went silent with passages unsent"): state.queue > 0 and _is_silent(device, state),
        _("battery low"): state.battery is not None and state.battery < LOW and not state.charging,
        _("storage nearly full"): share is not None and share >= FULL,
        _("storage may be cleared by the browser"): state.persisted is False,
        _("clock wrong"): off > CLOCK,
    }
    storage = "—" if share is None else f"{share} %"
    return Said(state, storage, _("%(n)d s off") % {"n": off}, [word for word, so in troubles.items() if so])


def _share(state: PhoneState) -> int | None:
    if state.storage_used is None or not state.storage_limit:
        return None
    return min(100, 100 * state.storage_used // state.storage_limit)


def _is_silent(device: Device, state: PhoneState) -> bool:
    heard = max(state.heard_at, device.last_seen_at or state.heard_at)
    return device.revoked_at is not None or now() - heard > UNHEARD


@never_cache
@require_permission(Permission.ENROL_DEVICES)
def enrol(request: StaffRequest) -> HttpResponse:
    """Choose the gate, then show the code: good for one phone and fifteen minutes, never shown again."""
    gates = known.gates(frozenset(nodes_held(Permission.ENROL_DEVICES)), staffed=True)
    place = place_of(request)
    form = EnrolmentForm(
        request.POST or None,
        gates=sorted(gates.items(), key=lambda gate: gate[1]),
        initial={"node": place.id if place and place.id in gates else None},
    )
    if not form.is_valid():
        return render(request, "access/enrol.html", {"form": form, "gates": gates}, status=422 if form.errors else 200)
    node = Node.objects.get(pk=form.cleaned_data["node"])
    enrolment, token = actions.issue_enrolment(
        node=node, name=form.cleaned_data["name"], by=request.staff, at=request.now
    )
    shown = {
        "enrolment": enrolment,
        "token": token,
        "gate": gates[node.pk],
        "qr": qr_of(request, token),
        "root": root_of(),
    }
    return render(request, "access/enrolment.html", shown)


def qr_of(request: StaffRequest, token: str) -> str:
    """The code as SVG without inline styles: the address of the gate app, which any camera opens, with version and
    token behind the #, which no server is sent and no log keeps. Nothing about anybody."""
    return drawn(f"{address_for_phones(request)}gate/#{HANDSHAKE}.{token}")


@require_POST
@require_permission(Permission.ENROL_DEVICES)
def revoke(request: StaffRequest, id: int) -> HttpResponse:
    """From now on whatever this phone sends is kept apart."""
    device: Device = device_for(id)
    actions.revoke_device(device, by=request.staff, at=request.now)
    messages.success(
        request, _("%(name)s is revoked: nothing it sends enters the ledger any more.") % {"name": device.name}
    )
    place = place_of(request)
    return redirect(reverse("access:devices") + query_of(place=place.id if place else None))
