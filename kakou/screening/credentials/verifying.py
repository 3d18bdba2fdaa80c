"""One door for every format: what does this text claim to be, and is it that?"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from kakou.screening.credentials.bounded import MAX_TEXT
from kakou.screening.credentials.credential import Credential, Kind
from kakou.screening.credentials.dcc import PREFIX, verify_dcc
from kakou.screening.credentials.refusals import CredentialRefused, Layer, Why, damaged, not_ours
from kakou.screening.credentials.shc import SCHEME, verify_shc
from kakou.screening.credentials.trust import TrustStore
from kakou.screening.passes import PassMisread, pass_id

_JWS = re.compile(r"eyJ[\w-]*\.[\w.-]*", re.ASCII)  # a JSON object in base64url
_NEWER = re.compile(r"HC[0-9A-Z]:")  # context identifiers to come (hcert-spec 4.2.2)


def verify(text: str, *, trust: TrustStore, at: datetime) -> Credential:
    """What the text says, if it is genuine, in force at `at` (aware) and not withdrawn. White space around it is
    passed over; the parts of a SMART Health Card that is spread over several codes are given in one text, apart by
    white space.

    Raises CredentialRefused and, for any text whatsoever, nothing else.
    """
    if at.tzinfo is None:
        raise ValueError("`at` has no time zone")
    if len(text) > MAX_TEXT:
        raise CredentialRefused(
            "This code is too long for a health certificate or pass. Look at the paper.",
            why=Why.MALFORMED,
            layer=Layer.TEXT,
        )
    text, at = text.strip(), at.astimezone(UTC)
    if text.startswith(PREFIX):
        return verify_dcc(text, trust=trust, at=at)
    if text.startswith(SCHEME) or _JWS.fullmatch(text):
        return verify_shc(text, trust=trust, at=at)
    if text[:2].upper() == "KP":
        return _pass(text)
    raise _other(text)


def _pass(text: str) -> Credential:
    try:
        return Credential(kind=Kind.PASS, pass_id=pass_id(text))
    except PassMisread as misread:
        raise CredentialRefused(misread.text, why=Why.MALFORMED, layer=Layer.PASS) from None


def _other(text: str) -> CredentialRefused:
    if not text:
        return damaged(Layer.TEXT)
    if not _NEWER.match(text):
        return not_ours(Layer.PREFIX)
    return CredentialRefused(
        "This is a newer kind of certificate, which cannot be checked here yet. Look at the paper, and tell the "
        "office.",
        why=Why.UNSUPPORTED,
        layer=Layer.PREFIX,
    )
