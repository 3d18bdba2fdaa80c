"""A trust store as a phone is told it: the section `trust` of its bundle (contracts/README.md)."""

from __future__ import annotations

import base64
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kakou.screening.credentials.trust.keys import SigningKey
from kakou.screening.credentials.trust.store import TrustStore


def store_told(store: TrustStore) -> dict[str, Any]:
    """`keys` with their public halves (SPKI, base64); what was `revoked`. In an order that is the stores' own."""
    return {
        "keys": sorted((_key(key) for key in store.keys), key=lambda key: (key["kind"], key["id"], key["spki"])),
        "revoked": {
            "certificates": sorted(
                [country, kind.value, _b64(entry)] for country, kind, entry in store.revocations.certificates
            ),
            "cards": [
                {
                    "issuer": issuer,
                    "key": key,
                    "rids": sorted([rid, _until(before)] for rid, before in listed.withdrawn.items()),
                }
                for (issuer, key), listed in sorted(store.revocations.cards.items())
            ],
        },
    }


def _key(key: SigningKey) -> dict[str, Any]:
    spki = key.public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    usages = None if key.usages is None else sorted(usage.value for usage in key.usages)
    return {
        "kind": key.kind.value, "id": key.id, "issuer": key.issuer, "algorithm": key.algorithm.value,
        "spki": _b64(spki), "usages": usages, "from": key.valid_from.isoformat(), "until": key.valid_until.isoformat(),
    }  # fmt: skip


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _until(before: float) -> int | None:
    """Cards issued before this second are withdrawn; None: all."""
    return None if before == float("inf") else int(before)
