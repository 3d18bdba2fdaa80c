"""Vault: encryption of fields, blind indexes, masking and the key store outside the database.

Owns: the key store (`keys`), the one cipher and the blind indexes (`sealing`), the masks (`rules`). Promises: a sealed
field opens only in its own row; destroying a data key makes what it sealed unreadable in every backup; a key store
that has vanished is reported, never made anew. Never: decides who may see a value (access) or when data dies
(oversight).
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kakou.vault.keys import KeyStore


def store() -> KeyStore:
    """The key store of this installation, opened once per process and folder, with or without Django.

    Raises KeyStoreMissing or KeyStoreExposed. Set-up makes it with `KeyStore.create(folder())`.
    """
    # asked for with every field that is sealed or blinded: no path is made of the variable each time
    return _opened(os.environ.get("KAKOU_KEYS") or os.fspath(folder()))


def folder() -> Path:
    """Where the key store lies: KAKOU_KEYS, else what the settings say."""
    if given := os.environ.get("KAKOU_KEYS"):
        return Path(given)
    from django.conf import settings

    keys: Path = settings.KEYS
    return keys


@cache
def _opened(folder: str) -> KeyStore:
    from kakou.vault.keys import KeyStore

    return KeyStore(Path(folder))
