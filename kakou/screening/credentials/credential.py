"""What a verified credential says, in one shape for every format."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """Which format it is."""

    DCC = "dcc"  # EU Digital COVID Certificate
    SHC = "shc"  # SMART Health Card
    PASS = "pass"  # noqa: S105 - our own 出入证


class RecordKind(StrEnum):
    """What is recorded."""

    VACCINATION = "vaccination"
    TEST = "test"
    RECOVERY = "recovery"


class KeyUsage(StrEnum):
    """May the key sign this kind of record? A key that may not is refused, so it stands in no Credential."""

    FITS = "fits"
    UNKNOWN = "unknown"  # the certificate's extensions cannot be read, or there is no key: never taken as fitting


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose credential it is. Nothing of it enters a repr, and so no log."""

    name: str = field(repr=False)  # as written: given names, then family name
    standard_name: str | None = field(repr=False)  # as in a passport's machine-readable lines: FAMILY<<GIVEN
    born: str | None = field(repr=False)  # ISO 8601 as written: a day, a month, a year, or "" where it is not known


@dataclass(frozen=True, slots=True)
class Record:
    """One vaccination, test or recovery. Codes and dates stay as their format writes them; None is not told."""

    kind: RecordKind
    disease: str | None = None  # SNOMED CT code
    method: str | None = None  # kind of vaccine (dcc `vp`) or of test (dcc `tt`, LOINC of a SMART Health Card)
    product: str | None = None  # dcc: value sets `mp`, `ma` (of a test) or `nm`; shc: CVX code
    manufacturer: str | None = None
    dose: int | None = None
    doses: int | None = None
    date: str | None = None  # ISO 8601: of the dose, of the sample, of the first positive test
    result: str | None = None  # SNOMED CT code, or as written
    valid_from: str | None = None  # of a recovery
    valid_until: str | None = None
    country: str | None = None  # ISO 3166-1 alpha-2
    certificate_id: str | None = field(default=None, repr=False)  # leads to a person


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential whose signature, key, dates and revocation were all looked at. Of a pass only the text was: whether
    it is genuine is for the roster to say.

    Its repr leaves out the holder, what is recorded, and everything else that leads to a person.
    """

    kind: Kind
    issuer: str = ""  # dcc: country, as the certificate or its key says it; shc: URL
    key_id: str = ""  # dcc: base64 of 8 bytes; shc: thumbprint (RFC 7638)
    usage: KeyUsage = KeyUsage.UNKNOWN
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    records: tuple[Record, ...] = field(default=(), repr=False)
    holder: Holder | None = field(default=None, repr=False)
    pass_id: UUID | None = field(default=None, repr=False)
