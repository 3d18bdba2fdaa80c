"""Whom to believe: signing keys and lists of what was withdrawn, brought in as files, dated, and never fetched."""

from kakou.screening.credentials.trust.keys import Algorithm, SigningKey
from kakou.screening.credentials.trust.reading import TrustUnreadable
from kakou.screening.credentials.trust.revocations import HashKind, Revocations
from kakou.screening.credentials.trust.store import TrustStore

__all__ = ["Algorithm", "HashKind", "Revocations", "SigningKey", "TrustStore", "TrustUnreadable"]
