"""Who is announced today and tomorrow at the unit of the phone's gate, and inside it: sealed with its people."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from typing import Any

from kakou.kernel.time import day_in, to_ms
from kakou.ledger.events import Gate
from kakou.ledger.models import ExpectedVisit
from kakou.ledger.queries.visits import expected_at, told_of
from kakou.ledger.rules import Purpose, SubjectKind
from kakou.people.rules import last_four
from kakou.screening.queries.bundle import salt_of
from kakou.vault.rules import Kind, mask
from kakou.web.queries import site_zone

SHORT = 20  # characters of a door
MOST = 300  # visits: whoever knows a place code may announce, and every phone of the unit is told


def expected_told(gate: Gate) -> list[dict[str, Any]]:
    """Each visit that nobody withdrew or declined, by when it begins: for the shift's eyes only, since of a salted hash
    of a telephone number whoever copies the phone finds the number by trying them all.

    `tag`: see `visit_tag`, with the salt of the phone's roster; `kind`: person or vehicle; `from`, `until`: epoch ms;
    `number`: plate, or last four of the telephone; `name`: masked, "" for none.
    """
    salt = salt_of(gate.device)
    told = [entry for visit in _expected(gate) if (entry := _entry(salt, visit)) is not None]
    return sorted(told, key=lambda entry: (entry["from"], entry["until"], entry["tag"]))[:MOST]


def visit_tag(salt: bytes, number: str) -> str:
    """What a phone knows of a number: first 16 bytes of SHA-256(salt ‖ number as normalised, UTF-8), in base64."""
    return base64.b64encode(hashlib.sha256(salt + number.encode()).digest()[:16]).decode()


def _expected(gate: Gate) -> list[ExpectedVisit]:
    zone = site_zone()
    today = dt.datetime.combine(day_in(zone, gate.at), dt.time.min, zone)
    # two days by the calendar: one of them may have 23 or 25 hours
    end = dt.datetime.combine(today.date() + dt.timedelta(days=2), dt.time.min, zone)
    return [visit for visit in expected_at(gate.nodes, today, end) if not (visit.withdrawn_at or visit.declined_at)]


def _entry(salt: bytes, visit: ExpectedVisit) -> dict[str, Any] | None:
    told = told_of(visit)
    if told is None:
        return None
    is_person = visit.subject_kind == SubjectKind.PERSON
    return {
        "tag": visit_tag(salt, told.number), "kind": SubjectKind(visit.subject_kind).name.lower(),
        "purpose": Purpose(visit.purpose).name.lower(), "from": to_ms(visit.starts_at), "until": to_ms(visit.ends_at),
        "many": visit.many, "door": told.door[:SHORT],
        "number": last_four(told.number) if is_person else told.number,
        "name": mask(Kind.NAME, told.name) if told.name else "",
    }  # fmt: skip
