"""Keys wrapped under the master key, as one line of text per file.

A line is `kakou-key 1 <base64 of nonce, ciphertext and tag>`; AES-256-GCM with the key's own name as associated data,
so that a file renamed to stand for another key does not open.
"""

from __future__ import annotations

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kakou.vault.keys.refusals import KeyUnreadable

KEY_BYTES = 32
_NONCE = 12
_MARK = b"kakou-key 1 "
_MASTER_MARK = b"kakou-master 1 "


def new_key() -> bytes:
    """32 bytes from the operating system."""
    return os.urandom(KEY_BYTES)


def master_line(master: bytes) -> bytes:
    """The master key as it lies in its file (plain: the file's mode is its only guard)."""
    return _MASTER_MARK + base64.b64encode(master) + b"\n"


def read_master(line: bytes) -> bytes:
    """The master key out of its file. Raises KeyUnreadable."""
    raw = _body(line, _MASTER_MARK)
    if raw is None or len(raw) != KEY_BYTES:
        raise KeyUnreadable("The master key file is damaged. Put back the copy made with `kakou keys export`.")
    return raw


def wrap(master: bytes, name: str, key: bytes) -> bytes:
    """One line which only this master key opens, and only under this name."""
    nonce = os.urandom(_NONCE)
    return _MARK + base64.b64encode(nonce + AESGCM(master).encrypt(nonce, key, name.encode())) + b"\n"


def unwrap(master: bytes, name: str, line: bytes) -> bytes:
    """The key in `line`. Raises KeyUnreadable for damage, another master or another name."""
    raw = _body(line, _MARK)
    try:
        if raw is None:
            raise InvalidTag
        return AESGCM(master).decrypt(raw[:_NONCE], raw[_NONCE:], name.encode())
    except (InvalidTag, ValueError) as bad:
        raise KeyUnreadable(
            "The key %(key)s does not open with this master key: the file is damaged or belongs to another key store. "
            "Put back key and master key from the same copy.",
            key=name,
        ) from bad


def _body(line: bytes, mark: bytes) -> bytes | None:
    if not line.startswith(mark):
        return None
    try:
        return base64.b64decode(line[len(mark) :].strip(), validate=True)
    except binascii.Error:
        return None
