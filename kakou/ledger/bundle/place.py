"""Section "place": the unit at whose gate the phone stands."""

from __future__ import annotations

from django.conf import settings

from kakou.kernel.time import to_ms
from kakou.ledger.events import Gate
from kakou.places.queries import full_names, periods_of, unit_at


def place_told(gate: Gate) -> dict[str, object]:
    """What a phone must know of the unit it stands at: its kind, under which rules it stands from when on, whose days
    count there (an IANA name), and what the gate is called."""
    periods = [
        {
            "management": period.management,
            "since": to_ms(period.starts_at),
            "until": to_ms(period.ends_at) if period.ends_at else None,
        }
        for period in periods_of(unit_at(gate.unit))
        if period.ends_at is None or period.ends_at > gate.at
    ]
    name = full_names([gate.node]).get(gate.node, "")
    return {"unit": gate.unit, "kind": gate.unit_kind, "periods": periods, "zone": settings.SITE_ZONE, "name": name}
