"""Section "people": who belongs to the unit behind the gate, for whoever opens it with badge and PIN.

    key store ── roster key of this phone, day and set of badges ── encrypts the people
                        └── wrapped once for each badge, by the key that badge and PIN make

The phone holds no key: it holds wrapped ones, and what unwraps them comes with whoever takes the shift. The roster key
follows from a secret of the key store, so that asking twice gives the same bytes and the same etag. It changes with the
day, and as soon as a badge is revoked or its holder records here no more: what comes after, that badge does not open.

The people are sealed in pieces, each by itself: when one of them changes, one piece does (`bundle/parts.py`).
"""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import hashlib
import json
from collections import OrderedDict
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from kakou import vault
from kakou.access.badges.queries import keys_at, staff_of
from kakou.access.leases import HOURS
from kakou.kernel.time import to_ms
from kakou.ledger.bundle.expected import expected_told
from kakou.ledger.bundle.parts import BETWEEN
from kakou.ledger.events import Gate
from kakou.people.queries import Brief, briefs, state_of_briefs
from kakou.people.rules import Special
from kakou.screening.queries.bundle import tags_told
from kakou.vault.keys import KeyDestroyed
from kakou.vault.sealing import keyed, seal_alike
from kakou.web.queries import site_zone

FORMAT = 2
PIECES = 64
LEASE = HOURS * 3_600_000  # ms
# what a gate acts by; that somebody is ill or pregnant is for those who visit them
TOLD = frozenset({Special.NO_PHONE, Special.ELDERLY, Special.MINOR, Special.EXEMPT})


def people_told(gate: Gate) -> dict[str, Any]:
    """`lease` (ms from `made_at`), `until` (the end of the longest lease that a contact of this day gives, epoch ms),
    `badges` (number → roster key, wrapped), `count`, `sealed`. Without a badge nobody could open it: nothing is told.
    """
    zone = site_zone()
    day = gate.at.astimezone(zone).date()
    until = to_ms(dt.datetime.combine(day + dt.timedelta(days=2), dt.time(), zone))
    keys = keys_at(gate.node, day)
    told: dict[str, Any] = {"format": FORMAT, "lease": LEASE, "until": until, "badges": {}, "count": 0, "sealed": ""}
    if not keys:
        return told
    key = roster_key(gate.device, day, keys.keys())
    rows = _rows(_brief(gate.nodes), tags_told(gate.nodes, gate.device, day))
    staff = {str(badge): staff for badge, staff in staff_of(keys.keys()).items()}
    pieces = _pieces(rows, {"staff": staff, "expected": expected_told(gate)})
    sealed = [_sealed(piece, key, place_of_people(gate.device, until, number)) for number, piece in enumerate(pieces)]
    wrapped = _wrapped(key, keys, gate.device, until)
    return told | {"badges": wrapped, "count": len(rows), "sealed": BETWEEN.join(sealed)}


def roster_key(device: int, day: dt.date, badges: Collection[int]) -> bytes:
    """32 bytes; another phone, another day, or other badges: another key."""
    held = b"".join(id.to_bytes(4, "big") for id in sorted(badges))
    return keyed(vault.store().index_key("roster_key"), device.to_bytes(4, "big") + day.isoformat().encode() + held)


def place_of_people(device: int, until: int, number: int) -> bytes:
    """What a piece of the people is bound to (associated data): contract, phone, end, which piece."""
    return b"kakou people 2\0" + device.to_bytes(4, "big") + until.to_bytes(8, "big") + bytes([number])


def place_of_badge(device: int, badge: int, until: int) -> bytes:
    """What a wrapped key is bound to: contract, phone, badge, end."""
    return b"kakou badge 1\0" + device.to_bytes(4, "big") + badge.to_bytes(4, "big") + until.to_bytes(8, "big")


def _wrapped(key: bytes, badges: Mapping[int, bytes], device: int, until: int) -> dict[str, str]:
    store = vault.store()
    return {
        str(badge): _b64(seal_alike(store, wrapping, place=place_of_badge(device, badge, until), plain=key))
        for badge, wrapping in badges.items()
    }


def _rows(people: Collection[Brief], tags: Mapping[Any, list[str]]) -> list[list[Any]]:
    """id, name, initials, last four of document and of phone, category, flags, tags of passes."""
    return [
        [
            str(one.id), one.name, " ".join(one.initials), one.document, one.phone, one.category,
            [flag for flag in one.special if flag in TOLD], tags.get(one.id, []),
        ]
        for one in people
    ]  # fmt: skip


def _pieces(rows: list[list[Any]], more: dict[str, Any]) -> list[dict[str, Any]]:
    """The people by the last six bits of their id; what is said besides stands in the first piece."""
    pieces: list[dict[str, Any]] = [{"people": []} for _ in range(PIECES)]
    for row in rows:
        pieces[int(row[0][-2:], 16) % PIECES]["people"].append(row)
    pieces[0] |= more
    return pieces


def _sealed(piece: dict[str, Any], key: bytes, place: bytes) -> str:
    """Base64; "" for a piece in which nobody is."""
    if piece == {"people": []}:
        return ""
    text = json.dumps(piece, separators=(",", ":"), ensure_ascii=False).encode()
    return _b64(seal_alike(vault.store(), key, place=place, plain=gzip.compress(text, 6, mtime=0)))


class _Held(NamedTuple):
    state: str
    keys: frozenset[int]
    people: list[Brief]


class _Briefly:
    """What was read last for some units: opening twenty thousand names for every phone that asks takes seconds. Masked
    names only; gone as soon as somebody changes, or a key by which one was read is destroyed.
    """

    MOST = 8

    def __init__(self) -> None:
        self._held: OrderedDict[str, _Held] = OrderedDict()

    def __call__(self, nodes: frozenset[int]) -> list[Brief]:
        where = hashlib.sha256(repr(sorted(nodes)).encode()).hexdigest()
        state, held = state_of_briefs(nodes), self._held.get(where)
        if held is None or held.state != state or not _all_live(held.keys):
            people = briefs(nodes)
            held = _Held(state, frozenset().union(*(one.keys for one in people)), people)
            self._held[where] = held
            while len(self._held) > self.MOST:
                self._held.popitem(last=False)
        return held.people

    def forget(self) -> None:
        """Read it anew."""
        self._held.clear()


_brief = _Briefly()


def _all_live(keys: Collection[int]) -> bool:
    store = vault.store()
    try:
        return all(store.key(key) for key in keys)
    except KeyDestroyed:
        return False


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()
