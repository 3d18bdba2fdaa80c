"""Section "place": the unit at whose gate the phone stands."""

from __future__ import annotations

from django.conf import settings

from kakou.kernel.time import to_ms
from kakou.ledger.bundle.expected import visit_tag
from kakou.ledger.events import Gate
from kakou.ledger.queries.place_codes import spots_of
from kakou.places.queries import full_names, periods_of, unit_at
from kakou.screening.queries.bundle import salt_of


def place_told(gate: Gate) -> dict[str, object]:
    """What a phone must know of the unit it stands at: its kind, under which rules it stands from when on, whose days
    count there (an IANA name), what the gate is called, and where the place codes hang that somebody may show."""
    periods = [
        {
            "management": period.management,
            "since": to_ms(period.starts_at),
            "until": to_ms(period.ends_at) if period.ends_at else None,
        }
        for period in periods_of(unit_at(gate.unit))
        if period.ends_at is None or period.ends_at > gate.at
    ]
    return {
        "unit": gate.unit,
        "kind": gate.unit_kind,
        "periods": periods,
        "zone": settings.SITE_ZONE,
        "name": full_names([gate.node]).get(gate.node, ""),
        "codes": _codes(gate),
    }


def _codes(gate: Gate) -> dict[str, str]:
    """Tag of each place code that is in use at the unit or its entrances → where it hangs."""
    unit, spots = spots_of(gate.unit)
    salt = salt_of(gate.device)
    told = {unit.node_id: unit.name, **{spot.node: f"{unit.name} {spot.name}" for spot in spots[1:]}}
    return {visit_tag(salt, spot.code.code): told[spot.node] for spot in spots if spot.code}
