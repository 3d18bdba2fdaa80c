"""Section "outbox": to whom a phone encrypts what it has unsent, when somebody else must carry it to the office."""

from __future__ import annotations

import base64

from kakou.ledger.lane.outbox import FORMAT
from kakou.vault.keys import outboxes


def outbox_told() -> dict[str, object]:
    """`format` of the file, `id` and `key` (base64, a point of P-256 uncompressed) of this installation's key."""
    point = outboxes.point_of(outboxes.private_key())
    return {"format": FORMAT, "id": outboxes.name_of(point), "key": base64.b64encode(point).decode()}
