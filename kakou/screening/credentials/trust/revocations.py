"""What issuers withdrew: hashes of EU certificates, and revocation ids of SMART Health Cards."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from kakou.screening.credentials.trust.reading import TrustUnreadable

HASH_BYTES = 16  # the first 128 bits of SHA-256
_ALWAYS = float("inf")


class HashKind(StrEnum):
    """What an entry of an EU revocation batch is the hash of."""

    SIGNATURE = "SIGNATURE"  # of ECDSA only r: s can be negated by anybody and still verifies
    UCI = "UCI"
    COUNTRYCODEUCI = "COUNTRYCODEUCI"


def revocation_hash(content: bytes) -> bytes:
    """The first 128 bits of SHA-256."""
    return hashlib.sha256(content).digest()[:HASH_BYTES]


@dataclass(frozen=True, slots=True)
class CardList:
    """The cards that one issuer withdrew of those it signed with one key."""

    issuer: str
    key_id: str
    version: int  # how often the list was updated (`ctr`)
    withdrawn: Mapping[str, float]  # rid → cards issued before this second are withdrawn, infinity: all

    def holds(self, rid: str, issued: float) -> bool:
        """Is the card with this `rid`, issued (`nbf`) at this second, withdrawn?"""
        return issued < self.withdrawn.get(rid, -_ALWAYS)


@dataclass(frozen=True, slots=True)
class Revocations:
    """Everything withdrawn that is known here."""

    certificates: frozenset[tuple[str, HashKind, bytes]] = frozenset()  # country, what is hashed, 16 bytes
    cards: Mapping[tuple[str, str], CardList] = field(default_factory=dict)  # by issuer and key id

    def __or__(self, other: Revocations) -> Revocations:
        cards = dict(self.cards)
        for place, later in other.cards.items():
            cards[place] = _merged(cards[place], later) if place in cards else later
        return Revocations(self.certificates | other.certificates, cards)

    def __len__(self) -> int:
        return len(self.certificates) + sum(len(listed.withdrawn) for listed in self.cards.values())


def of_cards(*lists: CardList) -> Revocations:
    """Revocations of these lists; two of one key are put together."""
    merged = Revocations()
    for listed in lists:
        merged |= Revocations(cards={(listed.issuer, listed.key_id): listed})
    return merged


def _merged(one: CardList, other: CardList) -> CardList:
    withdrawn = dict(one.withdrawn)
    for rid, before in other.withdrawn.items():
        withdrawn[rid] = max(before, withdrawn.get(rid, before))
    return CardList(one.issuer, one.key_id, max(one.version, other.version), withdrawn)


def card_list(issuer: str, found: Mapping[str, Any], *, source: str) -> CardList:
    """A Card Revocation List ("Revocation"): `kid`, `method` "rid", `ctr`, and `rids`, each with or without a
    `.timestamp` before which cards are withdrawn. Raises TrustUnreadable.
    """
    key_id, version, rids = found.get("kid"), found.get("ctr"), found.get("rids")
    fits = isinstance(key_id, str) and isinstance(version, int) and isinstance(rids, list)
    if not fits or found.get("method") != "rid" or not all(isinstance(rid, str) for rid in rids or ()):
        raise TrustUnreadable("%(file)s is no revocation list of SMART Health Cards.", file=source)
    withdrawn: dict[str, float] = {}
    for rid in rids or ():
        name, dot, before = rid.partition(".")
        if dot and not (before.isascii() and before.isdigit()):
            raise TrustUnreadable("%(file)s is no revocation list of SMART Health Cards.", file=source)
        withdrawn[name] = max(float(before) if dot else _ALWAYS, withdrawn.get(name, 0.0))
    return CardList(issuer, str(key_id), int(version or 0), withdrawn)


def batch(found: Mapping[str, Any], *, source: str) -> Revocations:
    """A revocation batch of the EU gateway: `country`, `hashType`, `entries[].hash` in base64. It counts for
    certificates of its country, whichever key signed them. Raises TrustUnreadable.
    """
    country, kind, entries = found.get("country"), found.get("hashType"), found.get("entries")
    known = isinstance(kind, str) and kind in set(HashKind)
    if not (isinstance(country, str) and known and isinstance(entries, list)):
        raise TrustUnreadable("%(file)s is no revocation batch of EU certificates.", file=source)
    hashes = _hashes(entries, source)
    return Revocations(frozenset((country.upper(), HashKind(str(kind)), entry) for entry in hashes))


def _hashes(entries: list[Any], source: str) -> Iterator[bytes]:
    for entry in entries:
        try:
            decoded = base64.b64decode(entry["hash"], validate=True)
        except (TypeError, KeyError, ValueError):
            decoded = b""
        if len(decoded) != HASH_BYTES:
            raise TrustUnreadable("%(file)s is no revocation batch of EU certificates.", file=source)
        yield decoded
