"""Handing contacts to another area as a signed file, and the receipt that comes back. Pure: no Django, no clock.

    text = sealed(signed(write_paper(paper), key, kind=HANDOVER), recipient)   # sealed only for a known recipient
    file = read_file(content)                                   # NotAFile, FileTooLarge
    opened = opened_with(file, private_key)                     # ForAnother, FileAltered
    who, payload = verified(opened, kind=HANDOVER)              # FileAltered: whose key, and what it signed
    paper = read_paper(payload)                                 # PaperUnfit

A file is one line of ASCII: a JWS in compact form (RFC 7515, Ed25519 by RFC 9864) whose header carries the public key
of the sender; for a recipient whose key is known, a JWE around it (RFC 7516, ECDH-ES with A256GCM). Whether a key is
that of somebody trusted is decided by people who compare its fingerprint. Every byte counts: texts that decode to the
same bytes but are written otherwise are refused too.
"""

from kakou.tracing.handing.cards import (
    Card,
    RecipientRefused,
    fingerprint,
    grouped,
    read_card,
    read_recipient,
    write_card,
)
from kakou.tracing.handing.files import (
    CARD,
    HANDOVER,
    MOST_BYTES,
    RECEIPT,
    FileAltered,
    FileTooLarge,
    ForAnother,
    NotAFile,
    digest_of,
    is_sealed,
    opened_with,
    read_file,
    sealed,
    signed,
    verified,
)
from kakou.tracing.handing.papers import (
    MOST_PEOPLE,
    Done,
    HandedPerson,
    Met,
    Paper,
    PaperUnfit,
    Receipt,
    read_paper,
    read_receipt,
    write_paper,
    write_receipt,
)

__all__ = [
    "CARD", "HANDOVER", "MOST_BYTES", "MOST_PEOPLE", "RECEIPT", "Card", "Done", "FileAltered", "FileTooLarge",
    "ForAnother", "HandedPerson", "Met", "NotAFile", "Paper", "PaperUnfit", "Receipt", "RecipientRefused", "digest_of",
    "fingerprint", "grouped", "is_sealed", "opened_with", "read_card", "read_file", "read_paper", "read_receipt",
    "read_recipient", "sealed", "signed", "verified", "write_card", "write_paper", "write_receipt",
]  # fmt: skip
