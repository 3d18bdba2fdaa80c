"""Why a credential is refused, and at which layer it broke: one exception for everything a code can have wrong."""

from __future__ import annotations

from enum import StrEnum

from kakou.kernel.errors import Refusal


class Why(StrEnum):
    """What is wrong, as machines read it. People read the refusal's text."""

    MALFORMED = "malformed"
    UNKNOWN_ISSUER = "unknown_issuer"
    BAD_SIGNATURE = "bad_signature"
    WRONG_KEY_ID = "wrong_key_id"
    WRONG_KEY_USAGE = "wrong_key_usage"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNSUPPORTED = "unsupported"


class Layer(StrEnum):
    """Where it broke, from the outside in."""

    TEXT = "text"  # length and characters
    PREFIX = "prefix"
    CHUNKS = "chunks"  # the parts of a SMART Health Card that is spread over several codes
    NUMERIC = "numeric"  # the pairs of digits of a SMART Health Card
    BASE45 = "base45"
    COMPRESSION = "compression"
    COSE = "cose"
    JWS = "jws"
    KEY = "key"
    SIGNATURE = "signature"
    CBOR = "cbor"  # of the signed payload
    JSON = "json"  # of the signed payload
    PAYLOAD = "payload"
    ISSUER = "issuer"
    USAGE = "usage"
    VALIDITY = "validity"
    REVOCATION = "revocation"
    PASS = "pass"  # noqa: S105


class CredentialRefused(Refusal):
    """The code is not to be relied on. `why` and `layer` are for machines, `text` says what to do at the gate."""

    code = "credential-refused"

    def __init__(self, text: str, /, *, why: Why, layer: Layer, **params: object) -> None:
        super().__init__(text, **params)
        self.why = why
        self.layer = layer


# Every text is written once: what to do at the gate is the same, whichever format it is.


def damaged(layer: Layer) -> CredentialRefused:
    """Its bytes cannot be read at this layer."""
    return CredentialRefused(
        "This code is damaged or incomplete. Scan it again, or look at the paper.", why=Why.MALFORMED, layer=layer
    )


def misshapen() -> CredentialRefused:
    """It can be read, but does not say what its standard asks for."""
    return CredentialRefused(
        "This certificate does not say what it must say. Do not rely on it, look at the paper.",
        why=Why.MALFORMED,
        layer=Layer.PAYLOAD,
    )


def not_ours(layer: Layer) -> CredentialRefused:
    """It is something else."""
    return CredentialRefused(
        "This is no health certificate or pass that can be checked here. Look at the paper.",
        why=Why.UNSUPPORTED,
        layer=layer,
    )


def unknown_way(layer: Layer) -> CredentialRefused:
    """Its signature is of an algorithm, or told with a header, that is not known here."""
    return CredentialRefused(
        "This certificate is signed in a way that cannot be checked here. Look at the paper, and tell the office.",
        why=Why.UNSUPPORTED,
        layer=layer,
    )


def stranger(layer: Layer) -> CredentialRefused:
    """Nobody trusted issued it, or the trust list is old."""
    return CredentialRefused(
        "Whoever signed this certificate is not on the trust list. Do not rely on it, look at the paper; if there are "
        "many of them, ask the office whether the list is up to date.",
        why=Why.UNKNOWN_ISSUER,
        layer=layer,
    )


def other_key() -> CredentialRefused:
    """Its issuer is known, but no key of that issuer has the id it names."""
    return CredentialRefused(
        "The issuer is known, but not the key that this certificate names. Do not rely on it, look at the paper; if "
        "there are many of them, ask the office whether the list is up to date.",
        why=Why.WRONG_KEY_ID,
        layer=Layer.KEY,
    )


def forged() -> CredentialRefused:
    """The key it names did not sign it."""
    return CredentialRefused(
        "The signature does not fit: this certificate was changed or forged. Do not accept it, and tell the shift "
        "leader.",
        why=Why.BAD_SIGNATURE,
        layer=Layer.SIGNATURE,
    )


def withdrawn() -> CredentialRefused:
    """Its issuer revoked it."""
    return CredentialRefused(
        "The issuer withdrew this certificate. Do not accept it.", why=Why.REVOKED, layer=Layer.REVOCATION
    )
