"""The one cipher. Nothing else in Kakou encrypts a field.

A sealed field is `version (1) | key id (4, big endian) | nonce (12) | ciphertext | tag (16)`: 33 bytes more than the
plain one. Version 1 is AES-256-GCM with a random nonce; another cipher (SM4-GCM where the law asks for it) becomes
version 2 in `_cipher` and nowhere else, and `reseal` moves rows over.

Associated data = header, row, table, field: a value copied to another row, table or field does not open.
"""

from __future__ import annotations

import datetime as dt
import os
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kakou.kernel.errors import Refusal
from kakou.vault.keys import KeyStore, KeyTrouble

AES_256_GCM = 1
OVERHEAD = 33  # bytes a sealed field is longer than its plain text
_HEADER = 5
_NONCE = 12


class SealBroken(Refusal):
    """The bytes are damaged, or were moved here from another row, table or field."""

    code = "seal-broken"
    status = 500


def seal(store: KeyStore, *, due: dt.date, table: str, row: UUID, field: str, plain: bytes) -> bytes:
    """`plain` readable only as this field of this row of this table, and only until the key of `due` is destroyed.

    `due` is the day on which the row is due for destruction. Rows with integer keys pass `UUID(int=pk)`.
    """
    id, key = store.data_key(due)
    header = b"\x01" + id.to_bytes(4, "big")
    nonce = os.urandom(_NONCE)
    return header + nonce + _cipher(AES_256_GCM, key).encrypt(nonce, plain, header + row.bytes + _place(table, field))


def unseal(store: KeyStore, *, table: str, row: UUID, field: str, sealed: bytes) -> bytes:
    """The plain bytes. Raises SealBroken, KeyDestroyed, KeyUnknown."""
    header = sealed[:_HEADER]
    if len(sealed) < OVERHEAD or header[0] != AES_256_GCM:
        raise _broken(table, field)
    key = store.key(int.from_bytes(header[1:], "big"))
    nonce, locked = sealed[_HEADER : _HEADER + _NONCE], sealed[_HEADER + _NONCE :]
    try:
        return _cipher(header[0], key).decrypt(nonce, locked, header + row.bytes + _place(table, field))
    except InvalidTag as bad:
        raise _broken(table, field) from bad


def reseal(store: KeyStore, *, due: dt.date, table: str, row: UUID, field: str, sealed: bytes) -> bytes:
    """The same plain text under the newest key of `due`: after `rotate`, when a person stays longer than first thought
    (due later), or when a new version of the cipher is the default. Returns `sealed` itself if it is already so.
    """
    id, _ = store.data_key(due)
    if key_id_of(sealed) == id and sealed[0] == AES_256_GCM:
        return sealed
    plain = unseal(store, table=table, row=row, field=field, sealed=sealed)
    return seal(store, due=due, table=table, row=row, field=field, plain=plain)


def kept_longer(store: KeyStore, *, due: dt.date, table: str, row: UUID, field: str, sealed: bytes) -> bytes:
    """`reseal`, for a job over many rows: what nobody can open any more stays as it is, and stops no other."""
    try:
        return reseal(store, due=due, table=table, row=row, field=field, sealed=sealed)
    except (KeyTrouble, SealBroken):
        return sealed


def key_id_of(sealed: bytes) -> int:
    """The id of the data key under which this was sealed; its day is `vault.keys.due_of(id)`."""
    return int.from_bytes(sealed[1:_HEADER], "big")


@lru_cache(maxsize=4096)
def _cipher(version: int, key: bytes) -> AESGCM:
    # building the cipher costs more than using it; one object per key serves all threads
    if version != AES_256_GCM:
        raise ValueError(f"no cipher has version {version}")
    return AESGCM(key)


@lru_cache(maxsize=1024)
def _place(table: str, field: str) -> bytes:
    # NUL cannot stand in either name, so no two pairs give the same bytes; the row before it has a fixed length
    if "\0" in table or "\0" in field:
        raise ValueError("a table or field name holds NUL")
    return f"{table}\0{field}".encode()


def _broken(table: str, field: str) -> SealBroken:
    return SealBroken(
        "A sealed value of %(table)s.%(field)s does not open: it was damaged or moved from another row. Restore the "
        "row from a backup and tell the administrator.",
        table=table,
        field=field,
    )
