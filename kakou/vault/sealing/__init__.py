"""Sealing: one cipher behind one function, and blind indexes to find by what cannot be read. No Django in here."""

from kakou.vault.sealing.alike import NotOpened, open_alike, seal_alike
from kakou.vault.sealing.blind import BLIND_BYTES, Purpose, blind, keyed
from kakou.vault.sealing.cipher import OVERHEAD, SealBroken, kept_longer, key_id_of, reseal, seal, unseal

__all__ = [
    "BLIND_BYTES",
    "OVERHEAD",
    "NotOpened",
    "Purpose",
    "SealBroken",
    "blind",
    "kept_longer",
    "key_id_of",
    "keyed",
    "open_alike",
    "reseal",
    "seal",
    "seal_alike",
    "unseal",
]
