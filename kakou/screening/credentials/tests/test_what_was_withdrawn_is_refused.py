"""Revocation: the EU's hashes of a certificate's id or signature, and the revocation ids of SMART Health Cards."""

import base64
import hashlib
from datetime import timedelta

import pytest

from kakou.screening.credentials import CredentialRefused, Layer, Why, base45, cose, verify
from kakou.screening.credentials.bounded import ZLIB, inflated
from kakou.screening.credentials.tests.issuing import NOW, UVCI, CardIssuer, DccIssuer
from kakou.screening.credentials.trust.revocations import batch, card_list, of_cards

XANADU, BY_RSA, CLINIC = DccIssuer.new(), DccIssuer.new(rsa_bits=2048), CardIssuer.new()
ISSUED = int((NOW - timedelta(days=20)).timestamp())
TRUST = XANADU.trust | BY_RSA.trust | CLINIC.trust


def withdrawn(kind, content, country="XZ"):
    entry = base64.b64encode(hashlib.sha256(content).digest()[:16]).decode()
    told = {"country": country, "kid": None, "hashType": kind, "expires": "2022-11-01T00:00:00Z"}
    return TRUST.with_revocations(batch({**told, "entries": [{"hash": entry}]}, source="a batch"))


def refused(text, trust):
    with pytest.raises(CredentialRefused) as refusal:
        verify(text, trust=trust, at=NOW)
    return (refusal.value.why, refusal.value.layer) == (Why.REVOKED, Layer.REVOCATION)


def signature(text):
    return cose.read(inflated(base45.decode(text[4:]), ZLIB)).signature


def test_a_certificate_is_withdrawn_by_its_id():
    text = XANADU.issue()
    assert refused(text, withdrawn("UCI", UVCI.encode()))
    assert refused(text, withdrawn("COUNTRYCODEUCI", b"XZ" + UVCI.encode()))
    for other in (withdrawn("UCI", b"XZ" + UVCI.encode()), withdrawn("COUNTRYCODEUCI", UVCI.encode())):
        assert verify(text, trust=other, at=NOW)


def test_a_certificate_is_withdrawn_by_its_signature():
    text = XANADU.issue()
    assert refused(text, withdrawn("SIGNATURE", signature(text)[:32]))  # r alone, since s can be negated
    assert verify(text, trust=withdrawn("SIGNATURE", signature(text)), at=NOW)
    assert verify(XANADU.issue(), trust=withdrawn("SIGNATURE", signature(text)[:32]), at=NOW)
    by_rsa = BY_RSA.issue()
    assert refused(by_rsa, withdrawn("SIGNATURE", signature(by_rsa)))


def test_a_country_withdraws_only_its_own():
    assert verify(XANADU.issue(), trust=withdrawn("UCI", UVCI.encode(), country="QQ"), at=NOW)
    assert refused(XANADU.issue(iss="Ministry of Health of Xanadu"), withdrawn("UCI", UVCI.encode()))
    assert refused(XANADU.issue(iss=None), withdrawn("COUNTRYCODEUCI", b"XZ" + UVCI.encode()))


def listing(*rids, issuer=CLINIC):
    told = {"kid": issuer.kid, "method": "rid", "ctr": 1, "rids": list(rids)}
    return TRUST.with_revocations(of_cards(card_list(issuer.url, told, source="a list")))


def test_a_card_is_withdrawn_by_its_rid():
    assert refused(CLINIC.issue(rid="MKyCxh7p6uQ"), listing("other", "MKyCxh7p6uQ"))
    assert verify(CLINIC.issue(rid="MKyCxh7p6uQ"), trust=listing("other"), at=NOW)
    assert verify(CLINIC.issue(), trust=listing("MKyCxh7p6uQ"), at=NOW)  # it has none


def test_cards_issued_before_a_time_are_withdrawn():
    text = CLINIC.issue(rid="MKyCxh7p6uQ", nbf=ISSUED)
    assert refused(text, listing(f"MKyCxh7p6uQ.{ISSUED + 1}"))
    assert verify(text, trust=listing(f"MKyCxh7p6uQ.{ISSUED}"), at=NOW)
    assert refused(text, listing(f"MKyCxh7p6uQ.{ISSUED - 100}", f"MKyCxh7p6uQ.{ISSUED + 100}"))
    assert refused(text, listing(f"MKyCxh7p6uQ.{ISSUED - 100}", "MKyCxh7p6uQ"))  # without a time: all of them


def test_an_issuer_withdraws_only_what_that_key_signed():
    assert verify(CLINIC.issue(rid="MKyCxh7p6uQ"), trust=listing("MKyCxh7p6uQ", issuer=CardIssuer.new()), at=NOW)


def test_two_lists_are_put_together():
    both = listing("one") | listing("two.9999999999")
    assert refused(CLINIC.issue(rid="one"), both)
    assert refused(CLINIC.issue(rid="two"), both)
    assert both.counts()["revoked"] == 2
