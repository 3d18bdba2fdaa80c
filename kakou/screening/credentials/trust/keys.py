"""Public keys that sign credentials. Each knows the one algorithm it signs with: no header can choose another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from kakou.screening.credentials.credential import Kind, RecordKind

_SHA256 = SHA256()
_ECDSA = ECDSA(_SHA256)
_SINCE_EVER, _FOR_GOOD = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_PSS = PSS(mgf=MGF1(_SHA256), salt_length=_SHA256.digest_size)


class Algorithm(StrEnum):
    """How a credential is signed: RFC 9053 section 2.1, RFC 8230 section 2, RFC 7518 section 3.4."""

    ES256 = "ES256"  # ECDSA with SHA-256, on the key's own curve
    PS256 = "PS256"  # RSASSA-PSS with SHA-256 and a salt of 32 bytes


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One trusted key: of a certificate (dcc) or of an issuer's key set (shc)."""

    kind: Kind
    id: str  # dcc: base64 of SHA-256(certificate)[:8]; shc: thumbprint of the JWK (RFC 7638)
    issuer: str  # dcc: country of the certificate's subject, "" if it names none; shc: URL
    public: EllipticCurvePublicKey | RSAPublicKey = field(repr=False, compare=False)
    fingerprint: str  # hex SHA-256 of the certificate or, of a JWK, of its thumbprint and issuer
    usages: frozenset[RecordKind] | None = None  # may sign these; None: its extensions cannot be read
    valid_from: datetime = _SINCE_EVER
    valid_until: datetime = _FOR_GOOD
    list_version: int | None = None  # of the revocation list its issuer says there is (`crlVersion`)
    algorithm: Algorithm = field(init=False)
    signature_bytes: int = field(init=False)
    _check: Callable[[bytes, bytes], None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        size = (self.public.key_size + 7) // 8
        if isinstance(self.public, RSAPublicKey):
            algorithm, size, check = Algorithm.PS256, size, _by_rsa(self.public)
        else:
            algorithm, size, check = Algorithm.ES256, 2 * size, _by_curve(self.public)
        object.__setattr__(self, "algorithm", algorithm)
        object.__setattr__(self, "signature_bytes", size)
        object.__setattr__(self, "_check", check)

    def confirms(self, algorithm: Algorithm, signature: bytes, signed: bytes) -> bool:
        """Did this key sign exactly these bytes, in the way the header says and this key does?

        An ECDSA signature is r‖s, each as long as the key's curve: 64 bytes of P-256, 96 of P-384.
        """
        if algorithm is not self.algorithm or len(signature) != self.signature_bytes:
            return False
        try:
            self._check(signature, signed)
        except InvalidSignature:
            return False
        return True


def _by_rsa(public: RSAPublicKey) -> Callable[[bytes, bytes], None]:
    def check(signature: bytes, signed: bytes) -> None:
        public.verify(signature, signed, _PSS, _SHA256)

    return check


def _by_curve(public: EllipticCurvePublicKey) -> Callable[[bytes, bytes], None]:
    def check(signature: bytes, signed: bytes) -> None:
        half = len(signature) // 2
        r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
        public.verify(encode_dss_signature(r, s), signed, _ECDSA)

    return check
