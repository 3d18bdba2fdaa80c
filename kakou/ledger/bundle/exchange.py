"""Section "exchange": by which keys the phones of one gate tell each other their passages without a network.

    key store ── key of the gate and day ── encrypts what phones show each other as codes
            └── key of the phone ── proves to the server which passages are this phone's, whoever brings them

Both follow from secrets of the key store, so that asking twice gives the same bytes. The gate's key changes with the
day, and yesterday's stands beside today's: a phone that had its last contact before midnight is still understood.
"""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

from kakou import vault
from kakou.kernel.time import day_in
from kakou.ledger.events import Gate
from kakou.ledger.lane.carried import proof_key
from kakou.vault.sealing import keyed
from kakou.web.queries import site_zone

DAYS = 2  # today and before


def exchange_told(gate: Gate) -> dict[str, Any]:
    """`keys`: day → key of the gate (base64, 32 bytes); `proof`: the key by which this phone proves its passages."""
    today = day_in(site_zone(), gate.at)
    days = [today - dt.timedelta(days=back) for back in reversed(range(DAYS))]
    keys = {day.isoformat(): _b64(gate_key(gate.node, day)) for day in days}
    return {"keys": keys, "proof": _b64(proof_key(vault.store(), gate.device))}


def gate_key(node: int, day: dt.date) -> bytes:
    """32 bytes; another gate or another day: another key."""
    return keyed(vault.store().index_key("exchange"), node.to_bytes(4, "big") + day.isoformat().encode())


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()
