"""What a gate phone is told of screening: which rules hold, risk areas, whom to believe, which passes there are."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Q

from kakou import vault
from kakou.kernel.time import to_ms
from kakou.screening.credentials.trust.told import store_told
from kakou.screening.models import Pass
from kakou.screening.queries import packs, trust
from kakou.screening.queries.areas import areas_since
from kakou.vault.sealing import keyed

LOOKBACK = dt.timedelta(days=30)  # longer than any pack looks back
STILL_TOLD = dt.timedelta(days=30)  # how long a pass that ended is told as ended, and not as unknown


def rules_told(gate: int, unit_kind: str, at: dt.datetime) -> dict[str, Any]:
    """`turns`: from when (epoch ms) which version holds, now and in the thirty days to come; `packs`: their content."""
    turns = packs.turns_at(gate, unit_kind, at)
    return {
        # what holds now has held: its beginning says nothing that would change with every asking
        "turns": [
            {"since": to_ms(turn.since) if number else 0, "version": turn.version} for number, turn in enumerate(turns)
        ],
        "packs": {turn.version: packs.content_of(turn.version) for turn in turns},
    }


def areas_told(day: dt.date) -> list[Any]:
    """Every level that held within the last thirty days, as `rules.Area`."""
    return list(areas_since(day - LOOKBACK))


def trust_told() -> dict[str, Any]:
    """`lists` with their dates; `keys` and what was `revoked`, see trust.told."""
    store = trust.trust_store()
    lists = [
        {"name": one.name, "dated": _ms(one.dated), "valid_until": _ms(one.valid_until)} for one in trust.counting()
    ]
    return {"lists": lists, **store_told(store)}


def passes_told(nodes: Collection[int], device: int, day: dt.date) -> dict[str, Any]:
    """The roster of passes of these units, as salted hashes: a phone that was stolen tells whether a code it is shown
    is genuine, and holds no code that could be shown. `salt` is the phone's own.

    Each pass: first 16 bytes of SHA-256(salt ‖ id), kind, first and last day, is it cancelled, tag of its household
    (8 bytes in the same way, "" for none).
    """
    salt = salt_of(device)
    told = Pass.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day - STILL_TOLD), node_id__in=nodes).order_by("id")
    rows = told.values_list("id", "kind", "valid_from", "valid_to", "cancelled_at", "household")
    return {
        "salt": _b64(salt),
        "passes": sorted(
            [
                pass_tag(salt, id), kind, start.isoformat(),
                end.isoformat() if end else "", cancelled is not None, household_tag(salt, household),
            ]
            for id, kind, start, end, cancelled, household in rows
        ),
    }  # fmt: skip


def tags_told(nodes: Collection[int], device: int, day: dt.date) -> dict[UUID, list[str]]:
    """Person → the tags of his passes in the roster of this phone, cancelled and ended ones left out."""
    salt = salt_of(device)
    held = Pass.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), node_id__in=nodes, cancelled_at=None)
    told: dict[UUID, list[str]] = {}
    for person, id in held.exclude(person=None).order_by("id").values_list("person_id", "id"):
        if person is not None:
            told.setdefault(person, []).append(pass_tag(salt, id))
    return told


def salt_of(device: int) -> bytes:
    """With which a phone's roster is salted."""
    return keyed(vault.store().index_key("roster"), device.to_bytes(8, "big"))[:16]


def pass_tag(salt: bytes, id: UUID) -> str:
    """What a phone knows of a pass."""
    return _b64(hashlib.sha256(salt + id.bytes).digest()[:16])


def household_tag(salt: bytes, household: bytes | memoryview | None) -> str:
    """What a phone knows of a household; "" for none."""
    return _b64(hashlib.sha256(salt + bytes(household)).digest()[:8]) if household else ""


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _ms(at: dt.datetime | None) -> int | None:
    return to_ms(at) if at else None
