"""Published samples: EU test vectors and SMART Health Cards, found through KAKOU_TESTDATA."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kakou.screening.credentials import TrustStore

HERE = Path(os.environ.get("KAKOU_TESTDATA") or Path(__file__).parents[5] / "shared/data")


def folder(name: str) -> Path:
    """A folder of samples; without it the module's tests are skipped, saying so."""
    found = HERE / name
    if not found.exists():
        pytest.skip(f"no samples in {found}: set KAKOU_TESTDATA", allow_module_level=True)
    return found


@dataclass(frozen=True)
class Vector:
    """One EU test vector (dgc-testdata): a certificate at every layer, and what its makers expect of each."""

    name: str
    told: dict[str, Any]

    def expects(self, what: str) -> bool | None:
        """EXPECTED<what>; None where nothing is expected. Some files nest or misspell it."""
        outer = self.told["EXPECTEDRESULTS"]
        inner = outer.get("EXPECTEDRESULTS")
        for place in (outer, inner if isinstance(inner, dict) else {}):
            for name in (f"EXPECTED{what}", *(["EXPTECTEDEXPIRED"] if what == "EXPIRATIONCHECK" else [])):
                if name in place:
                    return bool(place[name])
        return None

    @property
    def text(self) -> str:
        return str(self.told["PREFIX"])

    @property
    def at(self) -> datetime:
        """VALIDATIONCLOCK: up to nine digits of a second, sometimes no zone (then UTC)."""
        clock = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", self.told["TESTCTX"]["VALIDATIONCLOCK"]))
        return clock if clock.tzinfo else clock.replace(tzinfo=UTC)

    @property
    def trust(self) -> TrustStore:
        return TrustStore.from_certificates([self.told["TESTCTX"]["CERTIFICATE"]])

    @property
    def picture(self) -> bytes:
        return base64.b64decode(self.told.get("2DCODE") or self.told["_2DCODE"])

    def bytes_of(self, layer: str) -> bytes:
        return bytes.fromhex(self.told[layer])


def vectors() -> Iterator[Vector]:
    """Every vector there is, by name."""
    home = folder("dcc/vectors")
    for file in sorted(home.rglob("*.json")):
        yield Vector(f"{file.relative_to(home).parts[0]}/{file.stem}", json.loads(file.read_bytes()))
