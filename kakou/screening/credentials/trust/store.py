"""The trust store: whose keys are believed, what was withdrawn, as of when. Immutable: all threads share one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from kakou.screening.credentials.credential import Kind
from kakou.screening.credentials.trust import certificates, folder, issuers
from kakou.screening.credentials.trust.keys import SigningKey
from kakou.screening.credentials.trust.revocations import Revocations


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Trusted keys, parsed once, and revocations. `a | b` trusts what either does and is as old as the older one."""

    keys: tuple[SigningKey, ...] = field(default=(), repr=False)
    revocations: Revocations = field(default_factory=Revocations, repr=False)
    name: str = ""
    dated: datetime | None = None  # as of when the list was drawn up
    valid_until: datetime | None = None  # when a newer one should be there; an alarm, it refuses nobody
    _by_id: Mapping[tuple[Kind, str], tuple[SigningKey, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_id: dict[tuple[Kind, str], tuple[SigningKey, ...]] = {}
        for key in self.keys:
            by_id[key.kind, key.id] = (*by_id.get((key.kind, key.id), ()), key)
        object.__setattr__(self, "_by_id", by_id)

    @classmethod
    def from_certificates(
        cls,
        certs: Iterable[bytes | str],
        *,
        name: str = "",
        dated: datetime | None = None,
        valid_until: datetime | None = None,
    ) -> TrustStore:
        """Trust these certificates (DER, PEM, base64 of DER) to sign EU certificates. Raises TrustUnreadable."""
        keys = certificates.keys_of(certs, source=name or "certificates")
        return cls(keys=_once(keys), name=name, dated=dated, valid_until=valid_until)

    @classmethod
    def from_jwks(cls, issuer: str, jwks: Mapping[str, Any]) -> TrustStore:
        """Trust the keys of this JWK set to sign SMART Health Cards for `issuer`, its URL. Raises TrustUnreadable."""
        return cls(keys=_once(issuers.keys_of(issuer, jwks, source=issuer)), name=issuer)

    @classmethod
    def from_directory(cls, path: Path | str, *, issuer: str | None = None) -> TrustStore:
        """Trust what a folder holds; `trust.folder` tells its layout. `issuer` is the URL of the issuer whose
        `.well-known` folder or key set it holds, where no file says so. Raises TrustUnreadable, naming the file.
        """
        found = folder.read(Path(path), issuer=issuer)
        withdrawn = Revocations()
        for part in found.parts:
            withdrawn |= part.revocations
        keys = _once(key for part in found.parts for key in part.keys)
        return cls(keys, withdrawn, name=found.name, dated=found.dated, valid_until=found.valid_until)

    def __or__(self, other: TrustStore) -> TrustStore:
        return TrustStore(
            keys=_once((*self.keys, *other.keys)),
            revocations=self.revocations | other.revocations,
            name=" + ".join(name for name in (self.name, other.name) if name),
            dated=_earlier(self.dated, other.dated),
            valid_until=_earlier(self.valid_until, other.valid_until),
        )

    def with_revocations(self, revocations: Revocations) -> TrustStore:
        """The same keys, and these revocations besides those known."""
        return TrustStore(self.keys, self.revocations | revocations, self.name, self.dated, self.valid_until)

    def find(self, kind: Kind, key_id: str) -> tuple[SigningKey, ...]:
        """Every key of that id: key ids of EU certificates are short, so that two may share one."""
        return self._by_id.get((kind, key_id), ())

    def of_issuer(self, kind: Kind, issuer: str) -> Iterator[SigningKey]:
        """The keys of that issuer, and those that name none; all keys, if the issuer is not told ("")."""
        return (key for key in self.keys if key.kind is kind and (not issuer or key.issuer in ("", issuer)))

    def is_old(self, at: datetime) -> bool:
        """Should a newer list be there by now?"""
        return self.valid_until is not None and at > self.valid_until

    def missing_lists(self) -> tuple[SigningKey, ...]:
        """Keys of which the issuer says there is a newer revocation list (`crlVersion`) than the one known here."""
        known = self.revocations.cards
        return tuple(
            key
            for key in self.keys
            if key.list_version is not None
            and ((key.issuer, key.id) not in known or known[key.issuer, key.id].version < key.list_version)
        )

    def counts(self) -> dict[str, int]:
        """How much of what it holds."""
        cards = [key for key in self.keys if key.kind is Kind.SHC]
        return {
            "certificates": len(self.keys) - len(cards),
            "issuers": len({key.issuer for key in cards}),
            "issuer_keys": len(cards),
            "revoked": len(self.revocations),
        }

    def digest(self) -> str:
        """Hex SHA-256 of what it decides by. Two stores of one digest verify alike, whatever they are called."""
        told = {
            "keys": sorted([key.kind, key.id, key.fingerprint] for key in self.keys),
            "certificates": sorted(
                [country, kind, entry.hex()] for country, kind, entry in self.revocations.certificates
            ),
            "cards": sorted(
                [*place, sorted(listed.withdrawn.items())] for place, listed in self.revocations.cards.items()
            ),
        }
        return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()


def _once(keys: Iterable[SigningKey]) -> tuple[SigningKey, ...]:
    return tuple({(key.kind, key.fingerprint): key for key in keys}.values())


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one and other else one or other
