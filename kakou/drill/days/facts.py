"""Facts: what a recorder saw and asked of somebody at a gate, before any rule is asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from kakou.screening.rules import Look

MINUTE = 60_000
DAY = 86_400_000
# what else a passage says of a look, besides the word of its name
_DETAILS = {
    Look.HEALTH: ("health_how", "health_region"),
    Look.TRAVEL: ("travel_how",),
    Look.ORIGIN: ("origin_from",),
    Look.MASK: ("mask_guided", "mask_corrected"),
}


@dataclass(slots=True)
class Facts:
    """`looks`: what rules may ask for, in the words of the contract. `more`: details that none asks for. Ages of codes
    in seconds, temperatures in tenths. `stays`: (division code, first and last day, in days before today)."""

    looks: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    stays: tuple[tuple[str, int, int], ...] = ()
    health_age: int | None = None
    travel_age: int | None = None
    temperature: int | None = None
    before: int | None = None

    def checks(self, ms: int) -> dict[str, Any]:
        """The `checks` of a passage at `ms` (true time)."""
        checks = {**self.looks, **self.more}
        if self.health_age is not None:
            checks["health_at"] = ms - self.health_age * 1000
        if self.travel_age is not None:
            checks["travel_at"] = ms - self.travel_age * 1000
        if self.temperature is not None:
            checks["temperature"], checks["temperature_at"] = self.temperature, ms
        if self.before is not None:
            checks["temperature_before"] = self.before
        return checks

    def said_stays(self, today: dt.date) -> list[dict[str, str]]:
        """The `stays` of a passage."""
        return [
            {
                "code": code,
                "from": (today - dt.timedelta(days=first)).isoformat(),
                "to": (today - dt.timedelta(days=last)).isoformat(),
            }
            for code, first, last in self.stays
        ]

    def looked(self, look: str) -> bool:
        """Was it looked at?"""
        return self.temperature is not None if look == Look.TEMPERATURE else look in self.looks

    def leave_out(self, look: str) -> None:
        """As if nobody had looked, and without a word."""
        for name in (look, *_DETAILS.get(Look(look), ())):
            self.looks.pop(name, None)
            self.more.pop(name, None)
        if look == Look.TEMPERATURE:
            self.temperature = self.before = None
            for name in ("temperature_by", "thermometer"):
                self.more.pop(name, None)
        elif look == Look.HEALTH:
            self.health_age = None
        elif look == Look.TRAVEL:
            self.travel_age = None
