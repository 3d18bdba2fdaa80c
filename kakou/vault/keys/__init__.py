"""The key store, without Django and without a database: see `store` for the folder and its promises."""

from kakou.vault.keys.names import due_of, generation_of, id_of, key_id, name_of
from kakou.vault.keys.refusals import (
    KeyDestroyed,
    KeyStoreExposed,
    KeyStoreMissing,
    KeyTrouble,
    KeyUnknown,
    KeyUnreadable,
)
from kakou.vault.keys.store import KeyInfo, KeyStore, fingerprint, public_pem, read_public

__all__ = [
    "KeyDestroyed",
    "KeyInfo",
    "KeyStore",
    "KeyStoreExposed",
    "KeyStoreMissing",
    "KeyTrouble",
    "KeyUnknown",
    "KeyUnreadable",
    "due_of",
    "fingerprint",
    "generation_of",
    "id_of",
    "key_id",
    "name_of",
    "public_pem",
    "read_public",
]
