"""Trust lists are files that an administrator can look at: read whole or refused by name, dated, put together."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kakou.screening.credentials import CredentialRefused, Kind, TrustStore, TrustUnreadable, Why, verify
from kakou.screening.credentials.tests.issuing import NOW, UVCI, CardIssuer, DccIssuer
from kakou.screening.credentials.trust.revocations import revocation_hash

XANADU, YONDER = DccIssuer.new(), DccIssuer.new(country="YY")
CLINIC, LAB = CardIssuer.new(), CardIssuer.new("https://lab.example")


def pem(issuer):
    return x509.load_der_x509_certificate(issuer.certificate).public_bytes(Encoding.PEM)


def crl(issuer, *rids):
    return {"kid": issuer.kid, "method": "rid", "ctr": 3, "rids": list(rids)}


@pytest.fixture
def folder(tmp_path):
    """A folder that holds one of everything."""
    (tmp_path / "xanadu.pem").write_bytes(pem(XANADU) + pem(YONDER))
    (tmp_path / "xanadu.der").write_bytes(XANADU.certificate)
    (tmp_path / "third.txt").write_text(base64.encodebytes(DccIssuer.new(country="ZZ").certificate).decode())
    (tmp_path / "clinic.jwks.json").write_text(json.dumps({"keys": [CLINIC.jwk]}))
    (tmp_path / "lab.jwks.json").write_text(json.dumps({"issuer": LAB.url, "keys": [LAB.jwk, {"kty": "RSA"}]}))
    (tmp_path / "clinic-crl.json").write_text(json.dumps(crl(CLINIC, "gone")))
    hashed = base64.b64encode(revocation_hash(UVCI.encode())).decode()
    batch = {"country": "YY", "hashType": "UCI", "entries": [{"hash": hashed}]}
    (tmp_path / "yonder-batch.json").write_text(json.dumps(batch))
    issuers = {CLINIC.url: {"jwks": "clinic.jwks.json", "crls": ["clinic-crl.json"]}}
    told = {"name": "All of it", "dated": "2021-08-01", "valid_until": "2021-08-15T00:00:00+08:00", "issuers": issuers}
    (tmp_path / "trust.json").write_text(json.dumps(told))
    (tmp_path / "README.md").write_text("Brought in on the first of August.")
    return tmp_path


def test_everything_in_the_folder_counts(folder):
    trust = TrustStore.from_directory(folder)
    assert trust.counts() == {"certificates": 3, "issuers": 2, "issuer_keys": 2, "revoked": 2}
    for issuer in (XANADU, CLINIC, LAB):
        assert verify(issuer.issue(), trust=trust, at=NOW)
    for text in (CLINIC.issue(rid="gone"), YONDER.issue(iss="YY")):
        with pytest.raises(CredentialRefused) as refused:
            verify(text, trust=trust, at=NOW)
        assert refused.value.why is Why.REVOKED


def test_it_is_named_and_dated(folder):
    trust = TrustStore.from_directory(folder)
    assert (trust.name, trust.dated) == ("All of it", datetime(2021, 8, 1, tzinfo=UTC))
    assert not trust.is_old(NOW)
    assert trust.is_old(NOW + timedelta(days=6))
    (folder / "trust.json").unlink()
    (folder / "clinic.jwks.json").unlink()
    (folder / "clinic-crl.json").unlink()
    plain = TrustStore.from_directory(folder)
    assert (plain.name, plain.dated, plain.is_old(NOW)) == (folder.name, None, False)


def test_an_issuers_own_folder_is_read_as_it_publishes_it(tmp_path):
    (tmp_path / ".well-known/crl").mkdir(parents=True)
    keys = {"keys": [{**CLINIC.jwk, "crlVersion": 3}]}
    (tmp_path / ".well-known/jwks.json").write_text(json.dumps(keys))
    with pytest.raises(TrustUnreadable, match="whose keys"):
        TrustStore.from_directory(tmp_path)
    without = TrustStore.from_directory(tmp_path, issuer=CLINIC.url)
    assert [key.id for key in without.missing_lists()] == [CLINIC.kid]
    (tmp_path / f".well-known/crl/{CLINIC.kid}.json").write_text(json.dumps(crl(CLINIC, "gone.1")))
    trust = TrustStore.from_directory(tmp_path, issuer=CLINIC.url)
    assert trust.missing_lists() == ()
    assert trust.counts()["revoked"] == 1
    assert verify(CLINIC.issue(), trust=trust, at=NOW)


def test_a_key_set_may_be_told_its_issuer(tmp_path):
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [CLINIC.jwk]}))
    assert verify(CLINIC.issue(), trust=TrustStore.from_directory(tmp_path, issuer=CLINIC.url), at=NOW)
    with pytest.raises(TrustUnreadable, match="names its issuer"):
        TrustStore.from_directory(tmp_path)


def test_a_snapshot_of_a_directory_is_read(tmp_path):
    entries = [
        {"issuer": {"iss": CLINIC.url, "name": "Clinic"}, "keys": [CLINIC.jwk], "crls": [crl(CLINIC, "gone")]},
        {"issuer": {"iss": LAB.url, "name": "Lab"}, "keys": [LAB.jwk]},
        {"issuer": {"iss": "https://down.example", "name": "Was not reached that day"}, "keys": []},
    ]
    (tmp_path / "vci_snapshot.json").write_text(json.dumps({"directory": "d", "issuerInfo": entries, "time": "t"}))
    trust = TrustStore.from_directory(tmp_path)
    assert trust.counts() == {"certificates": 0, "issuers": 2, "issuer_keys": 2, "revoked": 1}


def test_certificates_come_in_every_usual_form():
    text = base64.b64encode(XANADU.certificate).decode()
    for form in (XANADU.certificate, pem(XANADU), pem(XANADU).decode(), text, text.encode()):
        (key,) = TrustStore.from_certificates([form]).keys
        assert (key.kind, key.id, key.issuer) == (Kind.DCC, base64.b64encode(XANADU.kid).decode(), "XZ")


def test_the_same_key_twice_is_one():
    twice = TrustStore.from_certificates([XANADU.certificate, pem(XANADU)])
    assert len(twice.keys) == 1
    assert len((twice | XANADU.trust).keys) == 1


def test_two_lists_are_as_old_as_the_older():
    old, new = NOW - timedelta(days=9), NOW
    one = TrustStore.from_certificates([XANADU.certificate], name="Old", dated=old, valid_until=NOW)
    other = TrustStore.from_certificates([YONDER.certificate], name="New", dated=new)
    both = one | other
    assert (both.name, both.dated, both.valid_until) == ("Old + New", old, NOW)
    for issuer in (XANADU, YONDER):
        assert verify(issuer.issue(), trust=both, at=NOW)


def test_a_digest_tells_what_is_decided_by():
    one, other = XANADU.trust, YONDER.trust
    assert (one | other).digest() == (other | one).digest()
    assert one.digest() == TrustStore.from_certificates([pem(XANADU)], name="called otherwise").digest()
    assert len({one.digest(), other.digest(), (one | other).digest(), CLINIC.trust.digest()}) == 4


def test_only_keys_for_cards_are_taken_of_a_key_set():
    for change in ({"use": "enc"}, {"alg": "ES384"}, {"kid": "my-key"}, {"crv": "P-384"}, {"kty": "RSA"}):
        with pytest.raises(TrustUnreadable, match="no key that signs"):
            TrustStore.from_jwks(CLINIC.url, {"keys": [{**CLINIC.jwk, **change}]})
    for change in ({"x": "AAAA"}, {"y": 1}, {"x": "!"}):
        with pytest.raises(TrustUnreadable, match="broken"):
            TrustStore.from_jwks(CLINIC.url, {"keys": [{**CLINIC.jwk, **change}]})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bad.pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        ("bad.cer", b"no certificate"),
        ("bad.txt", "证书".encode()),
        ("bad.jwks.json", b'{"keys": []}'),
        ("bad.jwks.json", b'{"issuer": "https://x.example", "keys": []}'),
        ("bad.json", b"{"),
        ("bad.json", b"[]"),
        ("bad.json", b"{}"),
        ("bad.json", b'{"hashType": "NAME", "country": "XZ", "entries": []}'),
        ("bad.json", b'{"hashType": "UCI", "country": "XZ", "entries": [{"hash": "AAAA"}]}'),
        ("bad.json", b'{"hashType": "UCI", "country": "XZ", "entries": [1]}'),
        ("bad.json", b'{"hashType": {}, "country": "XZ", "entries": []}'),
        ("bad.json", b'{"hashType": ["UCI"], "country": "XZ", "entries": []}'),
        ("bad.json", b'{"issuerInfo": [{"keys": []}]}'),
        ("trust.json", b'{"issuers": {"https://x.example": {"jwks": "gone.json"}}}'),
        ("trust.json", b'{"issuers": []}'),
        ("trust.json", b'{"issuers": {"https://x.example": 1}}'),
        ("trust.json", b'{"dated": "soon"}'),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, name, content):
    (tmp_path / "good.pem").write_bytes(pem(XANADU))
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TrustUnreadable) as refused:
        TrustStore.from_directory(tmp_path)
    assert refused.value.params["file"] in (name, "gone.json")


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(TrustUnreadable, match="There is no folder"):
        TrustStore.from_directory(tmp_path / "gone")


def test_a_list_of_withdrawn_cards_is_read_strictly(tmp_path):
    for broken in ({"method": "other"}, {"rids": "all"}, {"rids": ["a.b"]}, {"rids": [1]}, {"kid": 1}, {"ctr": "one"}):
        (tmp_path / "k.json").write_text(json.dumps({"keys": [CLINIC.jwk]}))
        (tmp_path / "c.json").write_text(json.dumps({**crl(CLINIC), **broken}))
        named = {"issuers": {CLINIC.url: {"jwks": "k.json", "crls": ["c.json"]}}}
        (tmp_path / "trust.json").write_text(json.dumps(named))
        with pytest.raises(TrustUnreadable, match="revocation list"):
            TrustStore.from_directory(tmp_path)
