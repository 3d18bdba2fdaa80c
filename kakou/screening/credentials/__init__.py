"""Credentials: what a person shows as a code, verified from its first character to the signature and the issuer's list.

    verify(text, trust=..., at=...) -> Credential, or CredentialRefused with `why` and the `layer` that broke

EU Digital COVID Certificates (`dcc`), SMART Health Cards (`shc`) and our own passes. No network, no clock and no
database in here: whom to believe is a TrustStore, brought in and dated; what time it is, is told.

Never: a verdict on a person (`rules`), and never a guess. What cannot be verified is refused, saying why and what to do
at the gate; a certificate that is genuine says nothing yet about who may pass.
"""

from kakou.screening.credentials.credential import Credential, Holder, KeyUsage, Kind, Record, RecordKind
from kakou.screening.credentials.refusals import CredentialRefused, Layer, Why
from kakou.screening.credentials.trust import TrustStore, TrustUnreadable
from kakou.screening.credentials.verifying import verify

__all__ = [
    "Credential",
    "CredentialRefused",
    "Holder",
    "KeyUsage",
    "Kind",
    "Layer",
    "Record",
    "RecordKind",
    "TrustStore",
    "TrustUnreadable",
    "Why",
    "verify",
]
