"""An outbox as a phone exports it, written by the server's own library: to be brought in by tests."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kakou.ledger.lane.outbox import file_key
from kakou.vault.keys import outboxes

SENT_AT = 1_628_570_760_000


def exported(
    device: int, token: str, items: list[dict[str, Any]], *, to: bytes | None = None, contract: int = 1
) -> bytes:
    """The file. `to`: a public point, else this installation's."""
    site = outboxes.point_of(outboxes.private_key()) if to is None else to
    own, nonce = generate_private_key(SECP256R1()), os.urandom(12)
    point = outboxes.point_of(own)
    line = f"kakou-outbox 1 {device} {outboxes.name_of(site)}\n".encode()
    said = {"contract": contract, "device": device, "sent_at": SENT_AT, "items": items}
    packed = gzip.compress(json.dumps(said, ensure_ascii=False).encode())
    key = file_key(
        outboxes.agreed(own, site), point=point, site=site, token_hash=hashlib.sha256(token.encode()).digest()
    )
    return line + point + nonce + AESGCM(key).encrypt(nonce, packed, line)
