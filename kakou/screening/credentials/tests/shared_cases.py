"""The codes of contracts/vectors/credentials: every refusal by name, and what is honest, of a country and a clinic."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

import base45
import cbor2
from cryptography.hazmat.primitives.asymmetric import ec

from kakou.screening.credentials import TrustStore
from kakou.screening.credentials.tests.issuing import (
    DOSE,
    ES256,
    NOW,
    PS256,
    TEST,
    USAGE,
    UVCI,
    VACCINATION,
    CardIssuer,
    DccIssuer,
    chunks,
    deflated,
    hc1,
    numeric,
    recovered,
    swabbed,
    vaccinated,
)  # fmt: skip
from kakou.screening.credentials.trust.revocations import batch, card_list, of_cards

RID = "MKyCxh7p6uQ"
Case = tuple[str, str, str, datetime]


class Shared(NamedTuple):
    """The codes and whom to believe."""

    cases: list[Case]
    trusts: dict[str, TrustStore]


class _Issuers:
    def __init__(self) -> None:
        self.xanadu, self.by_rsa = DccIssuer.new(), DccIssuer.new(rsa_bits=2048)
        self.long = DccIssuer.new(curve=ec.SECP384R1())
        self.tester = DccIssuer.new(usages=(USAGE + TEST,))
        self.vaccinator = DccIssuer.new(usages=(USAGE + VACCINATION,))
        self.clinic = CardIssuer.new()
        makers = (self.xanadu, self.by_rsa, self.long, self.tester, self.vaccinator, self.clinic)
        self.trust = TrustStore()
        for maker in makers:
            self.trust |= maker.trust


@cache
def shared() -> Shared:
    """Made once a process: keys are fresh."""
    made = _Issuers()
    trusts = {"all": made.trust, "none": TrustStore(), "withdrawn": _withdrawn(made)}
    cases = [*_honest(made), *_of_others(made), *_broken(made), *_late(made), *_cards(made), *_taken_back(made)]
    return Shared([(name, text, trust, at) for name, text, trust, at in cases], trusts)


def _honest(made: _Issuers) -> Iterator[Case]:
    for name, told in (("a vaccination", vaccinated()), ("a test", swabbed()), ("a recovery", recovered())):
        for how, issuer in (("ES256", made.xanadu), ("PS256", made.by_rsa), ("P-384", made.long)):
            yield f"{name}, {how}", issuer.issue(told), "all", NOW
    for dose, doses in ((1, 2), (1, 1), (3, 3), (2, 1), (12, 2)):
        told = vaccinated(v=[{**DOSE, "dn": dose, "sd": doses}])
        yield f"dose {dose} of {doses}", made.xanadu.issue(told), "all", NOW
    two = vaccinated(v=[{**DOSE, "dn": 1, "dt": "2021-05-01"}, DOSE])
    yield "two doses in one", made.xanadu.issue(two), "all", NOW
    yield "only a standard name", made.xanadu.issue(vaccinated(nam={"fnt": "MUSTERFRAU"}, dob="")), "all", NOW
    yield "no issuer told", made.xanadu.issue(iss=None), "all", NOW
    yield "white space around", f" \n{made.xanadu.issue()}\u2003", "all", NOW
    yield "within a CWT", hc1(made.xanadu.message(head=b"\xd8\x3d\xd2")), "all", NOW
    yield "without a tag", hc1(made.xanadu.message(head=b"")), "all", NOW
    outside = made.xanadu.message(protected=b"", unprotected={1: ES256, 4: made.xanadu.kid})
    yield "its key named outside", hc1(outside), "all", NOW
    swab = {**swabbed()["t"][0], "sc": cbor2.CBORTag(0, "2021-08-09T10:30:15Z")}
    yield "a tagged date", made.xanadu.issue(swabbed(t=[swab])), "all", NOW
    yield "a key for vaccinations", made.vaccinator.issue(vaccinated()), "all", NOW


def _of_others(made: _Issuers) -> Iterator[Case]:
    xanadu = made.xanadu
    yield "a menu", "https://example.org/menu", "all", NOW
    yield "a kind to come", "HC2:ABC", "all", NOW
    yield "a byte order mark before it", "\ufeffHC1:ABC", "all", NOW
    yield "nothing", "  ", "all", NOW
    yield "too long", "HC1:" + "A" * 8192, "all", NOW
    yield "nobody is believed", xanadu.issue(), "none", NOW
    yield "a stranger", DccIssuer.new().issue(), "all", NOW
    forger = DccIssuer.new()
    yield "a forger", hc1(forger.message(protected={1: ES256, 4: xanadu.kid})), "all", NOW
    yield "another key id", hc1(xanadu.message(protected={1: ES256, 4: b"another1"})), "all", NOW
    yield "no key id", hc1(xanadu.message(protected={1: ES256})), "all", NOW
    yield "the other algorithm", hc1(xanadu.message(protected={1: PS256, 4: xanadu.kid})), "all", NOW
    yield "an unknown algorithm", hc1(xanadu.message(protected={1: -8, 4: xanadu.kid})), "all", NOW
    yield "a label that is no whole number", hc1(xanadu.message(protected={1.0: ES256, 4: xanadu.kid})), "all", NOW
    twice = b"\xa3\x01\x26\x04\x48" + xanadu.kid + b"\x01\x26"
    yield "a header said twice", hc1(xanadu.message(protected=twice)), "all", NOW
    yield "a key for tests", made.tester.issue(vaccinated()), "all", NOW
    honest = xanadu.claims()
    signature = xanadu.sign(cbor2.dumps({1: ES256, 4: xanadu.kid}), honest)
    changed = xanadu.message(honest.replace(b"Anna Maria", b"Anne Maria"), signature=signature)
    yield "a changed name", hc1(changed), "all", NOW
    yield "a signature of nothing", hc1(xanadu.message(signature=bytes(64))), "all", NOW
    yield "a short signature", hc1(xanadu.message(signature=bytes(63))), "all", NOW


def _broken(made: _Issuers) -> Iterator[Case]:
    xanadu = made.xanadu
    yield "half a code", xanadu.issue()[:200], "all", NOW
    yield "small letters", xanadu.issue().lower().replace("hc1:", "HC1:"), "all", NOW
    yield "a group above its range", "HC1::::", "all", NOW
    yield "not packed", "HC1:" + base45.b45encode(xanadu.message()).decode(), "all", NOW
    yield "a bomb", hc1(bytes(1 << 20)), "all", NOW
    yield "an empty message", hc1(b""), "all", NOW
    yield "without an end", hc1(b"\xd2\x9f\xff"), "all", NOW
    yield "seventeen deep", hc1(xanadu.message(b"\x81" * 17 + b"\x00")), "all", NOW
    yield "something behind it", hc1(xanadu.message() + b"\x00"), "all", NOW
    yield "a number with a tag", xanadu.issue(vaccinated(x=cbor2.CBORTag(2, b"\x01"))), "all", NOW
    for name, told in (
        ("a vaccination and a test", vaccinated(t=swabbed()["t"])),
        ("an empty group", vaccinated(v=[])),
        ("a dose in words", vaccinated(v=[{**DOSE, "dn": "two"}])),
        ("a dose that is no whole number", vaccinated(v=[{**DOSE, "dn": 2.0}])),
        ("no name", vaccinated(nam={})),
        ("no day of birth", vaccinated(dob=None)),
        ("seventeen doses", vaccinated(v=[DOSE] * 17)),
    ):
        yield name, xanadu.issue(told), "all", NOW
    for time in ("2021-08-10", -1, 10**12, True):
        yield f"it ends at {time!r}", xanadu.issue(exp=time), "all", NOW


def _late(made: _Issuers) -> Iterator[Case]:
    begins, ends = NOW, NOW + timedelta(days=30)
    text = made.xanadu.issue(iat=int(begins.timestamp()), exp=int(ends.timestamp()))
    second = timedelta(seconds=1)
    for name, at in (
        ("a second early", begins - second),
        ("its first second", begins),
        ("its last second", ends),
        ("a second late", ends + second),
    ):
        yield name, text, "all", at


def _cards(made: _Issuers) -> Iterator[Case]:
    clinic = made.clinic
    token = clinic.token()
    yield "a card", clinic.issue(), "all", NOW
    yield "a card as its JWS", token, "all", NOW
    parts = chunks(token, 3)
    yield "a card in parts", " ".join(parts[::-1]), "all", NOW
    yield "a part missing", " ".join(parts[:2]), "all", NOW
    yield "a part of another number", " ".join([parts[0], chunks(token, 2)[1]]), "all", NOW
    yield "an odd digit", numeric(token) + "1", "all", NOW
    yield "no digits", "shc:/ABC", "all", NOW
    yield "another scheme", "shc:1234", "all", NOW
    yield "a card of a stranger", CardIssuer.new("https://elsewhere.example").issue(), "all", NOW
    yield "a card of a known name", CardIssuer.new(clinic.url).issue(), "all", NOW
    header = {"zip": "DEF", "alg": "ES256", "kid": clinic.kid}
    yield "a forged card", numeric(CardIssuer.new(clinic.url).token(header=header)), "all", NOW
    yield (
        "a card without a signature",
        numeric(clinic.token(header={**header, "alg": "none"}, signature=b"")),
        "all",
        NOW,
    )
    yield "a card with its own key", numeric(clinic.token(header={**header, "jwk": clinic.jwk})), "all", NOW
    yield "a card that is not packed", numeric(clinic.token(header={"alg": "ES256", "kid": clinic.kid})), "all", NOW
    yield "a card too large", numeric(clinic.token(packed=deflated(b" " * (1 << 17)))), "all", NOW
    yield "a card said twice", numeric(clinic.token(b'{"iss":"a","iss":"b"}')), "all", NOW
    yield "a card that has ended", clinic.issue(exp=(NOW - timedelta(days=1)).timestamp()), "all", NOW
    yield "a card not yet", clinic.issue(nbf=NOW.timestamp() + 0.25), "all", NOW
    yield "a card of books", clinic.issue(types=["https://example.org#library-card"]), "all", NOW


def _withdrawn(made: _Issuers) -> TrustStore:
    entry = base64.b64encode(hashlib.sha256(UVCI.encode()).digest()[:16]).decode()
    told = {"country": "XZ", "kid": None, "hashType": "UCI", "entries": [{"hash": entry}]}
    cards = {"kid": made.clinic.kid, "method": "rid", "ctr": 1, "rids": [RID, f"later.{int(NOW.timestamp())}"]}
    store = made.trust.with_revocations(batch(told, source="a batch"))
    return store.with_revocations(of_cards(card_list(made.clinic.url, cards, source="a list")))


def _taken_back(made: _Issuers) -> Iterator[Case]:
    yield "a withdrawn certificate", made.xanadu.issue(), "withdrawn", NOW
    other = vaccinated(v=[{**DOSE, "ci": "URN:UVCI:01:XZ:ANOTHER"}])
    yield "another certificate", made.xanadu.issue(other), "withdrawn", NOW
    for name, rid in (("a withdrawn card", RID), ("a card issued before", "later"), ("another card", "unlisted")):
        yield name, made.clinic.issue(rid=rid), "withdrawn", NOW
