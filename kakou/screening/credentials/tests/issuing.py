"""Issuers for the tests: whole, honest credentials by default, and a knob for every defect. All names are invented."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property
from typing import Any

import base45
import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc.jwk import ECKey

from kakou.screening.credentials import TrustStore

NOW = datetime(2021, 8, 10, 12, 45, tzinfo=timezone(timedelta(hours=8)))  # at noon, at the checkpoint
TEST, VACCINATION, RECOVERY = "1", "2", "3"  # the last number of a key usage
USAGE = "1.3.6.1.4.1.1847.2021.1."
OLD_USAGE = "1.3.6.1.4.1.0.1847.2021.1."
ES256, PS256 = -7, -37
UVCI = "URN:UVCI:01:XZ:10807843F94AEE0EE5093FBC254BD813#B"
NAMES = {"fn": "Müller-Gößinger", "gn": "Anna Maria", "fnt": "MUELLER<GOESSINGER", "gnt": "ANNA<MARIA"}
DOSE = {
    "tg": "840539006", "vp": "1119349007", "mp": "EU/1/20/1528", "ma": "ORG-100030215", "dn": 2, "sd": 2,
    "dt": "2021-06-18", "co": "XZ", "is": "Ministry of Health of Xanadu", "ci": UVCI,
}  # fmt: skip
SWAB = {
    "tg": "840539006", "tt": "LP6464-4", "nm": "Roche LightCycler qPCR", "sc": "2021-08-09T10:30:15Z",
    "tr": "260415000", "tc": "Test centre 1", "co": "XZ", "is": "Ministry of Health of Xanadu", "ci": UVCI,
}  # fmt: skip
ILLNESS = {
    "tg": "840539006", "fr": "2021-02-20", "df": "2021-03-20", "du": "2021-09-20", "co": "XZ",
    "is": "Ministry of Health of Xanadu", "ci": UVCI,
}  # fmt: skip


def vaccinated(**more: Any) -> dict[str, Any]:
    return {"ver": "1.3.0", "nam": NAMES, "dob": "1990-02-28", "v": [DOSE], **more}


def swabbed(**more: Any) -> dict[str, Any]:
    return {"ver": "1.3.0", "nam": NAMES, "dob": "1990-02-28", "t": [SWAB], **more}


def recovered(**more: Any) -> dict[str, Any]:
    return {"ver": "1.3.0", "nam": NAMES, "dob": "1990-02-28", "r": [ILLNESS], **more}


def hc1(message: bytes) -> str:
    """A COSE message as the text in a code."""
    return "HC1:" + base45.b45encode(zlib.compress(message)).decode()


@dataclass(frozen=True)
class DccIssuer:
    """A country's signing key and its certificate."""

    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificate: bytes  # DER

    @classmethod
    def new(
        cls,
        *,
        curve: ec.EllipticCurve | None = None,
        rsa_bits: int = 0,
        country: str = "XZ",
        usages: tuple[str, ...] = (),
        begins: datetime = NOW - timedelta(days=90),
        ends: datetime = NOW + timedelta(days=640),
    ) -> DccIssuer:
        """A fresh key. `usages` are object identifiers; without any, the certificate has no such extension."""
        private = (
            rsa.generate_private_key(65537, rsa_bits) if rsa_bits else ec.generate_private_key(curve or ec.SECP256R1())
        )
        attributes = [x509.NameAttribute(x509.NameOID.COMMON_NAME, "Signer of the tests")]
        if country:
            attributes.append(x509.NameAttribute(x509.NameOID.COUNTRY_NAME, country))
        name = x509.Name(attributes)
        builder = x509.CertificateBuilder(
            issuer_name=name,
            subject_name=name,
            public_key=private.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=begins.astimezone(UTC).replace(tzinfo=None),
            not_valid_after=ends.astimezone(UTC).replace(tzinfo=None),
        )
        if usages:
            named = [x509.ObjectIdentifier(usage) for usage in usages]
            builder = builder.add_extension(x509.ExtendedKeyUsage(named), critical=False)
        return cls(private, builder.sign(private, SHA256()).public_bytes(Encoding.DER))

    @property
    def kid(self) -> bytes:
        return hashlib.sha256(self.certificate).digest()[:8]

    @property
    def algorithm(self) -> int:
        return PS256 if isinstance(self.private, rsa.RSAPrivateKey) else ES256

    @property
    def trust(self) -> TrustStore:
        return TrustStore.from_certificates([self.certificate])

    def sign(self, protected: bytes, payload: bytes) -> bytes:
        """The raw signature over a COSE_Sign1: r‖s, or RSASSA-PSS."""
        content = cbor2.dumps(["Signature1", protected, b"", payload])
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(content, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())
        r, s = decode_dss_signature(self.private.sign(content, ec.ECDSA(SHA256())))
        size = (self.private.key_size + 7) // 8
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def claims(self, certificate: object = None, **other: Any) -> bytes:
        """The CWT. `iss`, `iat`, `exp` replace what is usual; None leaves one out."""
        told = {
            "iss": "XZ",
            "exp": int((NOW + timedelta(days=300)).timestamp()),
            "iat": int((NOW - timedelta(days=20)).timestamp()),
            **other,
        }
        labels = {"iss": 1, "exp": 4, "iat": 6}
        around = {labels[name]: value for name, value in told.items() if value is not None}
        return cbor2.dumps({**around, -260: {1: vaccinated() if certificate is None else certificate}})

    def message(
        self,
        payload: bytes | None = None,
        *,
        protected: dict[Any, Any] | bytes | None = None,
        unprotected: dict[Any, Any] | None = None,
        head: bytes = b"\xd2",
        signature: bytes | None = None,
    ) -> bytes:
        """A COSE_Sign1 over `payload`: headers as given, `head` the bytes of its tags."""
        if protected is None:
            protected = {1: self.algorithm, 4: self.kid}
        inside = protected if isinstance(protected, bytes) else cbor2.dumps(protected)
        payload = self.claims() if payload is None else payload
        made = self.sign(inside, payload) if signature is None else signature
        return head + cbor2.dumps([inside, unprotected or {}, payload, made])

    def issue(self, certificate: object = None, **claims: Any) -> str:
        """An honest certificate as the text in its code."""
        return hc1(self.message(self.claims(certificate, **claims)))


BUNDLE = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {
            "fullUrl": "resource:0",
            "resource": {
                "resourceType": "Patient",
                "name": [{"family": "Anyperson", "given": ["Joan", "B."]}],
                "birthDate": "1951-01-20",
            },
        },
        {
            "fullUrl": "resource:1",
            "resource": {
                "resourceType": "Immunization",
                "status": "completed",
                "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "207"}]},
                "patient": {"reference": "resource:0"},
                "occurrenceDateTime": "2021-01-29",
                "lotNumber": "0000007",
            },
        },
        {
            "fullUrl": "resource:2",
            "resource": {
                "resourceType": "Observation",
                "status": "final",
                "code": {"coding": [{"system": "http://loinc.org", "code": "94558-4"}]},
                "effectiveDateTime": "2021-08-09",
                "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "260415000"}]},
            },
        },
    ],
}


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def deflated(plain: bytes) -> bytes:
    """Raw DEFLATE, as `zip: DEF` means it."""
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(plain) + packer.flush()


PAIRS = {chr(code): f"{code - 45:02}" for code in range(45, 145)}


def digits(token: str) -> str:
    return "".join([PAIRS[letter] for letter in token])


def numeric(token: str) -> str:
    """A JWS as the text in one code."""
    return "shc:/" + digits(token)


def chunks(token: str, parts: int) -> list[str]:
    """A JWS spread over several codes."""
    size = -(-len(token) // parts)
    cut = [token[start : start + size] for start in range(0, len(token), size)]
    return [f"shc:/{number}/{len(cut)}/{digits(part)}" for number, part in enumerate(cut, 1)]


@dataclass(frozen=True)
class CardIssuer:
    """An issuer of SMART Health Cards: its URL and its key."""

    url: str
    private: ec.EllipticCurvePrivateKey

    @classmethod
    def new(cls, url: str = "https://health.example/shc") -> CardIssuer:
        return cls(url, ec.generate_private_key(ec.SECP256R1()))

    @cached_property
    def jwk(self) -> dict[str, Any]:
        numbers = self.private.public_key().public_numbers()
        point = {"x": b64(numbers.x.to_bytes(32, "big")), "y": b64(numbers.y.to_bytes(32, "big"))}
        key = {"kty": "EC", "crv": "P-256", **point}
        return {**key, "kid": ECKey.import_key(key).thumbprint(), "use": "sig", "alg": "ES256"}

    @property
    def kid(self) -> str:
        return str(self.jwk["kid"])

    @property
    def trust(self) -> TrustStore:
        return TrustStore.from_jwks(self.url, {"keys": [self.jwk]})

    def called(self, url: str) -> CardIssuer:
        """The same key under another name."""
        return replace(self, url=url)

    def payload(self, *, rid: str | None = None, types: list[str] | None = None, **claims: Any) -> dict[str, Any]:
        """The claims. `iss`, `nbf`, `exp`, `vc` replace what is usual; None leaves one out."""
        vc: dict[str, Any] = {
            "type": types or ["https://smarthealth.cards#health-card"],
            "credentialSubject": {"fhirVersion": "4.0.1", "fhirBundle": BUNDLE},
        }
        if rid is not None:
            vc["rid"] = rid
        told = {"iss": self.url, "nbf": (NOW - timedelta(days=20)).timestamp() + 0.5, "vc": vc, **claims}
        return {name: value for name, value in told.items() if value is not None}

    def token(
        self,
        payload: dict[str, Any] | bytes | None = None,
        *,
        header: dict[str, Any] | bytes | None = None,
        packed: bytes | None = None,
        signature: bytes | None = None,
    ) -> str:
        """A JWS over the payload (bytes are taken as they are), or over what is already packed."""
        if header is None:
            header = {"zip": "DEF", "alg": "ES256", "kid": self.kid}
        if packed is None:
            payload = self.payload() if payload is None else payload
            packed = deflated(payload if isinstance(payload, bytes) else minified(payload))
        signed = f"{b64(header if isinstance(header, bytes) else minified(header))}.{b64(packed)}"
        return f"{signed}.{b64(self.sign(signed) if signature is None else signature)}"

    def sign(self, signed: str) -> bytes:
        """r‖s over the first two parts of a JWS."""
        r, s = decode_dss_signature(self.private.sign(signed.encode(), ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def issue(self, **claims: Any) -> str:
        """An honest card as the text in its code."""
        return numeric(self.token(self.payload(**claims)))


def minified(told: dict[str, Any]) -> bytes:
    return json.dumps(told, separators=(",", ":")).encode()
