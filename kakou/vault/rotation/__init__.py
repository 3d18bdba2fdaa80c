"""Rotation of data keys: a new key for every day, and every row sealed again under it, while Kakou runs.

A file `rotation` in the key store names the keys that are being left, from before the first new key is made until no
row is under one of them. Broken off at any point, everything opens, and the next run goes on with the same new keys.
The old keys stay: backups made before still need them.
"""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Callable
from uuid import UUID

from kakou.vault.events import COLUMNS, ELSEWHERE
from kakou.vault.keys import KeyStore, KeyTrouble, due_of, files, name_of
from kakou.vault.keys.masters import locked
from kakou.vault.keys.store import LOOK_AGAIN
from kakou.vault.rotation.rows import await_writers, move_column
from kakou.vault.sealing import SealBroken, key_id_of, reseal

UNDER_WAY = "rotation"
ROUNDS = 20  # of walks over all tables: each finds only what was sealed while the one before it ran


def leave_keys(store: KeyStore) -> frozenset[int]:
    """Begin a newer key for every day that has a living one, or go on with a rotation that was broken off; ids of the
    keys that are being left.
    """
    path = store.folder / UNDER_WAY
    with locked(store.folder, fcntl.LOCK_SH):
        living = [key for key in store.data_keys() if not key.destroyed]
        files.write_once(path, json.dumps([key.name for key in living]).encode())
        named = set(json.loads(path.read_bytes()))
    left = frozenset(key.id for key in living if key.name in named)
    for due in sorted({due_of(id) for id in left}):
        newest = max(key.id for key in store.data_keys() if key.due == due and not key.destroyed)
        if newest in left:
            store.rotate(due)
    return left


def move_rows(store: KeyStore, left: frozenset[int], *, progress: Callable[[str, int], None]) -> int:
    """Seal again whatever is under the keys `left`, until a walk over all tables finds nothing; how many fields.

    `progress` is told of each table how many more were moved. What opens no more stays as it is. Walks the tables as
    the owner, in portions of their own: pages and gates read and write meanwhile. Nobody seals under the old keys any
    more when it returns: others learn of the new ones within a second, and what they wrote until then is waited for.
    """
    again, moved = _again(store, left), 0
    time.sleep(LOOK_AGAIN)
    for _round in range(ROUNDS):
        await_writers()
        found = sum(move(again) for move in ELSEWHERE)
        for column in sorted(COLUMNS.values(), key=lambda one: (one.table, one.column)):
            found += move_column(column, left, again, progress=lambda n, of=column.table: progress(of, n))  # type: ignore[misc]
        moved += found
        if not found:
            break
    return moved


def end(store: KeyStore) -> None:
    """No row is under the old keys any more."""
    files.wipe(store.folder / UNDER_WAY)


def under_way(store: KeyStore) -> list[str]:
    """Names of the keys that a rotation, which was broken off, is leaving; [] when none is under way."""
    content = files.read_if_there(store.folder / UNDER_WAY)
    return sorted(json.loads(content)) if content else []


def _again(store: KeyStore, left: frozenset[int]) -> Callable[[str, UUID, str, bytes], bytes | None]:
    def again(table: str, row: UUID, field: str, sealed: bytes) -> bytes | None:
        id = key_id_of(sealed)
        if id not in left:
            return None
        try:
            return reseal(store, due=due_of(id), table=table, row=row, field=field, sealed=sealed)
        except (KeyTrouble, SealBroken):
            return None

    return again


__all__ = ["end", "leave_keys", "move_rows", "name_of", "under_way"]
