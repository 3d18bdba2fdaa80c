"""The shared cases of contracts/vectors/verdict: what the article, the plans and their boundaries ask for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

VECTORS = Path(__file__).resolve().parents[3] / "contracts/vectors"


class Vector(NamedTuple):
    """One case with the pack that judges it, the risk areas it knows, and what must come out."""

    pack: str
    group: str
    name: str
    case: dict[str, Any]
    areas: list[dict[str, Any]]
    expected: dict[str, Any]


def vectors() -> Iterator[Vector]:
    """Every case of every file."""
    for file in sorted((VECTORS / "verdict").glob("*.json")):
        told = json.loads(file.read_text("utf-8"))
        for row in told["cases"]:
            areas = row.get("areas", told["areas"])
            yield Vector(told["pack"], row["group"], row["name"], row["case"], areas, row["expected"])
