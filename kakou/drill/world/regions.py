"""Regions: the division codes the drill speaks of, none of them ever given out (see `papers`), and its risk areas."""

from __future__ import annotations

from typing import NamedTuple

from kakou.screening.rules import Area

HERE = "329901"  # the drill's own county
QUIET = ("329991", "329992", "329993", "329994")  # counties around it, without any case
# streets without a case in counties that have one: who comes from there shows a star on the travel code
STARRED = ("329996001", "329996005", "329998007")


class RiskArea(NamedTuple):
    """A place with a level that holds for as long as the drill lasts."""

    code: str
    name: str
    level: str


MEDIUM = RiskArea("329996002", "白苇市青堤街道", "medium")
CONTROL = RiskArea("329998001", "砚山市莲塘街道", "control")
PREVENTION = RiskArea("329998003", "砚山市望梅街道", "prevention")
HIGH = RiskArea("329997", "鹿鸣市", "high")
RISK_AREAS = (MEDIUM, CONTROL, PREVENTION, HIGH)


def areas() -> tuple[Area, ...]:
    """The risk areas as a verdict reads them. They are as old as any stay that is told."""
    return tuple(_area(area) for area in RISK_AREAS)


def _area(area: RiskArea) -> Area:
    return Area({"code": area.code, "level": area.level, "from": "2000-01-01", "to": None})
