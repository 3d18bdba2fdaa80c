"""Keys of other offices: the card by which one Kakou introduces itself to another, and fingerprints to compare.

A card is signed by the key that it names, which proves that whoever made it holds that key; that he is who he says he
is, people find out by telephone, reading the fingerprint to each other.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from kakou.kernel.errors import Refusal
from kakou.tracing.handing.files import CARD, NotAFile, Recipient, read_file, signed, verified

LONGEST_NAME = 80
_MEMBERS = ("kty", "crv", "x", "y")
_GROUP, _SHOWN = 4, 32  # 128 bits are compared: nobody makes a second key of the same


class RecipientRefused(Refusal):
    """No public key that a file can be sealed to."""

    code = "recipient-refused"


@dataclass(frozen=True, slots=True)
class Card:
    """An office: what it calls itself, the key it signs with, the key to which files for it are sealed."""

    name: str
    signs: OKPKey
    opens: Recipient


def fingerprint(key: OKPKey) -> str:
    """SHA-256 over the 32 bytes of the public key, 64 hex digits."""
    return hashlib.sha256(key.public_key.public_bytes_raw()).hexdigest()


def grouped(print_: str) -> str:
    """As it is read aloud: 32 digits in groups of four."""
    shown = print_[:_SHOWN].upper()
    return " ".join(shown[start : start + _GROUP] for start in range(0, _SHOWN, _GROUP))


def write_card(name: str, signs: OKPKey, opens: Recipient) -> str:
    """The card of whoever holds `signs` (private); `opens`: the public half, or the private one, of which only the
    public half is written."""
    content = {"name": name[:LONGEST_NAME], "opens": public_jwk(opens)}
    return signed(json.dumps(content, ensure_ascii=False).encode(), signs, kind=CARD)


def read_card(content: bytes) -> Card:
    """Raises NotAFile, FileTooLarge, FileAltered."""
    key, payload = verified(read_file(content), kind=CARD)
    try:
        told: dict[str, Any] = json.loads(payload)
        name = str(told["name"]).strip()
        opens = _recipient(told["opens"])
    except (ValueError, KeyError, TypeError, RecursionError, RecipientRefused):
        raise NotAFile("This card says something that this version does not understand.") from None
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise NotAFile("This card says something that this version does not understand.")
    return Card(name, key, opens)


def read_recipient(text: str) -> Recipient:
    """A public key as others give it: JWK, or PEM, on P-256 or X25519. Raises RecipientRefused."""
    plain = text.strip()
    try:
        if plain.startswith("{"):
            return _recipient(json.loads(plain))
        for kind in (ECKey, OKPKey):
            try:
                key = kind.import_key(plain)
                told = key.as_dict(private=key.is_private)
            except (JoseError, ValueError, KeyError, TypeError, AttributeError):
                continue
            return _recipient(told)
    except (ValueError, RecursionError):
        pass
    raise _refused()


def public_jwk(key: Recipient) -> dict[str, str]:
    """The public half, as it is stored and sent."""
    told = key.as_dict(private=False)
    return {name: str(told[name]) for name in _MEMBERS if name in told}


def _recipient(jwk: Any) -> Recipient:
    if not isinstance(jwk, dict):
        raise _refused()
    if "d" in jwk:
        raise RecipientRefused("This is a private key. Never give it to anybody: ask for the public one.")
    public: dict[str, str | list[str]] = {name: str(jwk[name]) for name in _MEMBERS if name in jwk}
    try:
        if (public.get("kty"), public.get("crv")) == ("EC", "P-256"):
            return _built(ECKey.import_key(public))
        if (public.get("kty"), public.get("crv")) == ("OKP", "X25519"):
            return _built(OKPKey.import_key(public))
    except (JoseError, ValueError, KeyError, TypeError) as bad:
        raise _refused() from bad
    raise _refused()


def _built(key: Recipient) -> Recipient:
    assert key.raw_value  # the point is looked at when it is built
    return key


def _refused() -> RecipientRefused:
    return RecipientRefused("This is no public key that a file can be sealed to: a P-256 or X25519 key as JWK or PEM.")
