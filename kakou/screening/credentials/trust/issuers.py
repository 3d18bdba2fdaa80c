"""Key sets of SMART Health Card issuers, and the snapshots that directories publish of many of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from kakou.screening.credentials.credential import Kind, RecordKind
from kakou.screening.credentials.trust.keys import SigningKey
from kakou.screening.credentials.trust.reading import TrustUnreadable
from kakou.screening.credentials.trust.revocations import CardList, card_list

_SIGNS_CARDS = {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256"}


def keys_of(issuer: str, key_set: Mapping[str, Any], *, source: str) -> tuple[SigningKey, ...]:
    """The keys of a JWK set that sign SMART Health Cards for `issuer`: P-256, ES256, with their thumbprint as id
    ("Determining keys associated with an issuer"). Others in the set are for something else and passed over; `x5c` is
    not judged, for who is trusted is the administrator's choice.

    Raises TrustUnreadable when there is none, or one of them is no point on its curve.
    """
    listed = key_set.get("keys")
    wanted = [key for key in _objects(listed) if all(key.get(name) == value for name, value in _SIGNS_CARDS.items())]
    keys = tuple(found for key in wanted if (found := _key(issuer, key, source)))
    if not keys:
        raise TrustUnreadable("%(file)s holds no key that signs SMART Health Cards.", file=source)
    return keys


def snapshot(found: Mapping[str, Any], *, source: str) -> tuple[tuple[SigningKey, ...], tuple[CardList, ...]]:
    """Keys and revocation lists of a VCI directory snapshot: `issuerInfo[]` of `issuer.iss`, `keys`, `crls`. An issuer
    that had no usable key on the day of the snapshot is left out.

    Raises TrustUnreadable.
    """
    keys: list[SigningKey] = []
    lists: list[CardList] = []
    for entry in _objects(found.get("issuerInfo")):
        issuer = (entry.get("issuer") or {}).get("iss")
        if not isinstance(issuer, str):
            raise TrustUnreadable("%(file)s names no issuer of its keys. Get it again from its directory.", file=source)
        lists += [card_list(issuer, listed, source=source) for listed in _objects(entry.get("crls"))]
        if _objects(entry.get("keys")):
            keys += keys_of(issuer, entry, source=source)
    return tuple(keys), tuple(lists)


def _objects(listed: object) -> Sequence[Mapping[str, Any]]:
    return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []


def _key(issuer: str, jwk: Mapping[str, Any], source: str) -> SigningKey | None:
    try:
        key = ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y")})
        thumbprint, public = key.thumbprint(), key.public_key
    except (KeyError, ValueError, TypeError, JoseError):
        raise TrustUnreadable(
            "%(file)s holds a key that is broken. Get it again from its issuer.", file=source
        ) from None
    if jwk.get("kid") != thumbprint:
        return None
    assert isinstance(public, EllipticCurvePublicKey)
    version = jwk.get("crlVersion")
    return SigningKey(
        kind=Kind.SHC,
        id=thumbprint,
        issuer=issuer,
        public=public,
        fingerprint=hashlib.sha256(f"{issuer} {thumbprint}".encode()).hexdigest(),
        usages=frozenset(RecordKind),
        list_version=version if isinstance(version, int) else None,
    )
