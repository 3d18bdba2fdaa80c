"""The layers of a SMART Health Card (framework 1.4.0), each a function."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kakou.screening.credentials.bounded import RAW_DEFLATE, inflated, json_object, moment
from kakou.screening.credentials.credential import Credential, KeyUsage, Kind
from kakou.screening.credentials.refusals import (
    Layer,
    damaged,
    forged,
    misshapen,
    not_ours,
    other_key,
    stranger,
    withdrawn,
)
from kakou.screening.credentials.shc import bundle, digits, jws
from kakou.screening.credentials.shc.jws import Jws
from kakou.screening.credentials.trust import SigningKey, TrustStore
from kakou.screening.credentials.validity import check_validity

_HEALTH_CARD = "https://smarthealth.cards#health-card"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a card says around its health data."""

    issued_at: datetime
    expires_at: datetime | None
    rid: str | None  # revocation id
    bundle: dict[str, Any]  # FHIR


def verify_shc(text: str, *, trust: TrustStore, at: datetime) -> Credential:
    """A text of shc:/ codes, or a bare JWS, as a Credential. Raises CredentialRefused."""
    signed = jws.read(digits.jws_of(text) if text.startswith(digits.SCHEME) else text)
    payload = payload_of(signed)
    key = signer_of(signed, payload, trust)
    claims = claims_of(payload)
    holder, records = bundle.read(claims.bundle)
    check_validity(at, begins=claims.issued_at, ends=claims.expires_at)
    check_revocation(claims, key, trust)
    return Credential(
        kind=Kind.SHC,
        issuer=key.issuer,
        key_id=key.id,
        usage=KeyUsage.FITS,
        issued_at=claims.issued_at,
        expires_at=claims.expires_at,
        records=records,
        holder=holder,
    )


def payload_of(signed: Jws) -> dict[str, Any]:
    """The payload, inflated and parsed. Raises CredentialRefused (malformed; layer compression or json)."""
    return json_object(inflated(signed.packed, RAW_DEFLATE), Layer.JSON)


def signer_of(signed: Jws, payload: dict[str, Any], trust: TrustStore) -> SigningKey:
    """The trusted key of the issuer that the card names, which has the card's key id and made its signature. Issuers
    of one house may share a key.

    Raises CredentialRefused (layer json, issuer, key or signature).
    """
    issuer = payload.get("iss")
    if type(issuer) is not str:
        raise damaged(Layer.JSON)
    key = next((key for key in trust.find(Kind.SHC, signed.key_id) if key.issuer == issuer), None)
    if key is None:
        raise other_key() if any(trust.of_issuer(Kind.SHC, issuer)) else stranger(Layer.ISSUER)
    if not key.confirms(signed.algorithm, signed.signature, signed.signed):
        raise forged()
    return key


def claims_of(payload: dict[str, Any]) -> Claims:
    """The claims of a card. `nbf` is asked for, `exp` may be missing. Raises CredentialRefused (layer payload)."""
    credential = payload.get("vc")
    if type(credential) is not dict or type(credential.get("type")) is not list:
        raise misshapen()
    if _HEALTH_CARD not in credential["type"]:
        raise not_ours(Layer.PAYLOAD)
    issued_at, expires_at = moment(payload.get("nbf")), moment(payload.get("exp"))
    subject, rid = credential.get("credentialSubject"), credential.get("rid")
    health = subject.get("fhirBundle") if type(subject) is dict else None
    if issued_at is None or (expires_at is None and "exp" in payload) or type(health) is not dict:
        raise misshapen()
    if rid is not None and type(rid) is not str:
        raise misshapen()
    return Claims(issued_at, expires_at, rid, health)


def check_revocation(claims: Claims, key: SigningKey, trust: TrustStore) -> None:
    """Raises CredentialRefused (revoked) if the issuer's list of this key holds the card's `rid`, without a time or
    with a later one than the card was issued ("Revocation").
    """
    listed = trust.revocations.cards.get((key.issuer, key.id))
    if listed and claims.rid is not None and listed.holds(claims.rid, claims.issued_at.timestamp()):
        raise withdrawn()
