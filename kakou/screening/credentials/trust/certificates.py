"""Document signer certificates of EU Digital COVID Certificates, as SigningKeys."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID, NameOID

from kakou.screening.credentials.credential import Kind, RecordKind
from kakou.screening.credentials.trust.keys import SigningKey
from kakou.screening.credentials.trust.reading import TrustUnreadable

# Extended key usages (certificate governance, section 5), the older ones of the first pilots beside them
_MAY_SIGN = {
    f"{arc}.1847.2021.1.{number}": kind
    for arc in ("1.3.6.1.4.1", "1.3.6.1.4.1.0")
    for number, kind in ((1, RecordKind.TEST), (2, RecordKind.VACCINATION), (3, RecordKind.RECOVERY))
}
_SEQUENCE = b"\x30\x82"  # DER of anything as long as a certificate; base64 cannot begin so
_EVERYTHING = frozenset(RecordKind)


def keys_of(certificates: Iterable[bytes | str], *, source: str) -> tuple[SigningKey, ...]:
    """The keys of certificates in DER, PEM (one or many in a text) or base64 of DER. `source` names them in a refusal.

    Raises TrustUnreadable.
    """
    return tuple(_key(certificate, source) for given in certificates for certificate in _parsed(given, source))


def _parsed(given: bytes | str, source: str) -> Iterator[x509.Certificate]:
    raw = given.encode() if isinstance(given, str) else given
    try:
        if b"-----BEGIN" in raw:
            yield from x509.load_pem_x509_certificates(raw)
        else:
            yield x509.load_der_x509_certificate(raw if raw.startswith(_SEQUENCE) else base64.b64decode(raw))
    except ValueError:
        raise TrustUnreadable(
            "%(file)s is no certificate in PEM, DER or base64. Get it again, or take it out of the folder.", file=source
        ) from None


def _key(certificate: x509.Certificate, source: str) -> SigningKey:
    try:
        public = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        public = None
    if not isinstance(public, EllipticCurvePublicKey | RSAPublicKey):
        raise TrustUnreadable(
            "The certificate in %(file)s has a key that is neither on an elliptic curve nor RSA.", file=source
        )
    fingerprint = hashlib.sha256(certificate.public_bytes(Encoding.DER))
    return SigningKey(
        kind=Kind.DCC,
        id=base64.b64encode(fingerprint.digest()[:8]).decode(),
        issuer=_country(certificate),
        public=public,
        fingerprint=fingerprint.hexdigest(),
        usages=_usages(certificate),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
    )


def _country(certificate: x509.Certificate) -> str:
    try:
        named = certificate.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
    except ValueError:  # a subject that cannot be read names none
        return ""
    return str(named[0].value).upper() if named else ""


def _usages(certificate: x509.Certificate) -> frozenset[RecordKind] | None:
    """What the key may sign. A certificate that names none of the three usages may sign all; one whose extensions
    cannot be read (ten of Finland's test certificates write a default value out, which DER forbids) is unknown.
    """
    try:
        named = certificate.extensions.get_extension_for_oid(ExtensionOID.EXTENDED_KEY_USAGE).value
    except x509.ExtensionNotFound:
        return _EVERYTHING
    except (ValueError, x509.DuplicateExtension):
        return None
    assert isinstance(named, x509.ExtendedKeyUsage)
    return frozenset(_MAY_SIGN[o.dotted_string] for o in named if o.dotted_string in _MAY_SIGN) or _EVERYTHING
