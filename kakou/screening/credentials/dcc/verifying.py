"""The layers of an EU certificate, each a function (hcert-spec 1.0.8, section 3 and 4; EU certificate governance)."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from kakou.screening.credentials import base45, cose
from kakou.screening.credentials.bounded import MAX_CERTIFICATE, ZLIB, cbor, inflated, moment
from kakou.screening.credentials.cose import LABELS, Sign1
from kakou.screening.credentials.credential import Credential, KeyUsage, Kind, Record
from kakou.screening.credentials.dcc import payload
from kakou.screening.credentials.refusals import (
    CredentialRefused,
    Layer,
    Why,
    damaged,
    forged,
    not_ours,
    stranger,
    withdrawn,
)
from kakou.screening.credentials.trust import HashKind, SigningKey, TrustStore
from kakou.screening.credentials.trust.keys import Algorithm
from kakou.screening.credentials.trust.revocations import revocation_hash
from kakou.screening.credentials.validity import check_validity

PREFIX = "HC1:"
_ISS, _EXP, _IAT, _HCERT, _EU = 1, 4, 6, -260, 1
_MOST_TRIED = 64  # keys tried to tell a wrong key id from a stranger; either is refused


class Claims(NamedTuple):
    """What the CWT says around the certificate."""

    issuer: str  # "" where it is not told: the claim is optional
    issued_at: datetime
    expires_at: datetime
    certificate: dict[Any, Any]


def verify_dcc(text: str, *, trust: TrustStore, at: datetime) -> Credential:
    """A text that begins with HC1: as a Credential. Raises CredentialRefused."""
    signed = cose.read(inflated(base45.decode(unprefixed(text)), ZLIB, MAX_CERTIFICATE))
    key = signer_of(signed, trust)
    claims = claims_of(signed.payload)
    holder, records = payload.read(claims.certificate)
    usage = usage_of(key, records)
    check_validity(at, begins=max(claims.issued_at, key.valid_from), ends=min(claims.expires_at, key.valid_until))
    check_revocation(signed, {claims.issuer, key.issuer} - {""}, records, trust)
    return Credential(
        kind=Kind.DCC,
        issuer=claims.issuer or key.issuer,
        key_id=key.id,
        usage=usage,
        issued_at=claims.issued_at,
        expires_at=claims.expires_at,
        records=records,
        holder=holder,
    )


def unprefixed(text: str) -> str:
    """What follows the context identifier. Raises CredentialRefused (unsupported, layer prefix)."""
    if not text.startswith(PREFIX):
        raise not_ours(Layer.PREFIX)
    return text[len(PREFIX) :]


def signer_of(signed: Sign1, trust: TrustStore) -> SigningKey:
    """The trusted key that has the message's key id and made its signature; several keys may share an id, so each is
    tried (hcert-spec 3.3.3). Raises CredentialRefused (layer key or signature).
    """
    content = signed.signed
    keys = trust.find(Kind.DCC, signed.key_id)
    for key in keys:
        if key.confirms(signed.algorithm, signed.signature, content):
            return key
    if keys:
        raise forged()
    raise _nobodys(signed, trust)


def _nobodys(signed: Sign1, trust: TrustStore) -> CredentialRefused:
    # a good signature under another key's id is a fault of the issuer or a trick, and told apart from a stranger's
    content = signed.signed
    candidates = trust.of_issuer(Kind.DCC, claims_of(signed.payload).issuer)
    if any(key.confirms(signed.algorithm, signed.signature, content) for key in islice(candidates, _MOST_TRIED)):
        return CredentialRefused(
            "This certificate names another key than the one that signed it. Do not rely on it, look at the paper.",
            why=Why.WRONG_KEY_ID,
            layer=Layer.KEY,
        )
    return stranger(Layer.KEY)


def claims_of(encoded: bytes) -> Claims:
    """The claims of a CWT. Issuer may be missing; times and certificate may not (hcert-spec 3.3.4 to 3.3.7).

    Raises CredentialRefused (malformed, layer cbor).
    """
    claims = cbor(encoded, Layer.CBOR)
    if type(claims) is not dict or not set(map(type, claims)) <= LABELS:
        raise damaged(Layer.CBOR)
    issuer, issued_at, expires_at = claims.get(_ISS, ""), moment(claims.get(_IAT)), moment(claims.get(_EXP))
    health = claims.get(_HCERT)
    certificate = health.get(_EU) if type(health) is dict else None
    if type(issuer) is not str or issued_at is None or expires_at is None or type(certificate) is not dict:
        raise damaged(Layer.CBOR)
    return Claims(issuer, issued_at, expires_at, certificate)


def usage_of(key: SigningKey, records: tuple[Record, ...]) -> KeyUsage:
    """May this key sign these records? Raises CredentialRefused (wrong_key_usage) if it may not."""
    if key.usages is None:
        return KeyUsage.UNKNOWN
    if not {record.kind for record in records} <= key.usages:
        raise CredentialRefused(
            "The key that signed this certificate may not sign this kind of certificate. Do not rely on it, look at "
            "the paper.",
            why=Why.WRONG_KEY_USAGE,
            layer=Layer.USAGE,
        )
    return KeyUsage.FITS


def check_revocation(signed: Sign1, countries: set[str], records: tuple[Record, ...], trust: TrustStore) -> None:
    """Raises CredentialRefused (revoked) if one of these countries withdrew the signature or a certificate id. They are
    the issuer as it is told, which is not always a country's code, and the country of its key.
    """
    listed = trust.revocations.certificates
    if not listed:
        return
    elliptic = signed.algorithm is Algorithm.ES256
    signature = signed.signature[: len(signed.signature) // 2] if elliptic else signed.signature
    for country in countries:
        hashed = [(HashKind.SIGNATURE, signature)]
        for name in (record.certificate_id or "" for record in records):
            hashed += [(HashKind.UCI, name.encode()), (HashKind.COUNTRYCODEUCI, (country + name).encode())]
        if any((country.upper(), kind, revocation_hash(content)) in listed for kind, content in hashed):
            raise withdrawn()
