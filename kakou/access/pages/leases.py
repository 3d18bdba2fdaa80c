"""A code that lets phones without a network know names for another day."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kakou.access.events import registry as known
from kakou.access.forms import RenewalForm
from kakou.access.leases import actions
from kakou.access.models import Device
from kakou.access.pages.badges import code_of
from kakou.access.pages.guard import StaffRequest, nodes_held, require_permission
from kakou.access.queries import device_for, devices_below
from kakou.access.rules import Permission
from kakou.kernel.time import from_ms


@never_cache
@require_http_methods(["GET", "POST"])
@require_permission(Permission.ENROL_DEVICES)
def renew(request: StaffRequest) -> HttpResponse:
    """Choose the gate or the phone, then show the code."""
    mine = frozenset(nodes_held(Permission.ENROL_DEVICES))
    phones = [device for device in devices_below(None) if device.revoked_at is None and device.node_id in mine]
    gates = known.gates(frozenset(device.node_id for device in phones))
    choices = [(device.pk, f"{gates.get(device.node_id, '')} · {device.name}") for device in phones]
    form = RenewalForm(request.POST if request.method == "POST" else None, gates=gates, phones=choices)
    if not form.is_valid():
        shown = {"form": form, "gates": gates}
        return render(request, "access/renew.html", shown, status=422 if form.errors else 200)
    gate, device = _chosen(form.cleaned_data["whom"])
    said, text = actions.show_renewal(
        gate=gate, device=device, span=form.cleaned_data["span"], by=request.staff, at=request.now
    )
    ends: dt.datetime = from_ms(said.ends * 1000)
    shown = {"gate": gates[gate], "device": device, "ends": ends, "text": text, "qr": code_of(text)}
    return render(request, "access/renewal.html", shown)


def _chosen(whom: str) -> tuple[int, Device | None]:
    kind, _, id = whom.partition(":")
    if kind == "gate":
        return int(id), None
    device = device_for(int(id))
    return device.node_id, device
