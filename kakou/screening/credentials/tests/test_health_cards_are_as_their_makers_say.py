"""The published examples of SMART Health Cards verify; each malformed one is refused at the layer that it breaks."""

import dataclasses
import json
from datetime import UTC, datetime

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from kakou.screening.credentials import CredentialRefused, Layer, RecordKind, TrustStore, Why, verify
from kakou.screening.credentials.tests.samples import folder
from kakou.screening.credentials.trust.revocations import card_list, of_cards

SAMPLES = folder("shc")
ISSUER = "https://spec.smarthealth.cards/examples/issuer"
AT = datetime(2023, 7, 1, tzinfo=UTC)
TRUST = TrustStore.from_directory(SAMPLES / "examples/issuer", issuer=ISSUER)

# each malformed sample, by what its name says is wrong
BROKEN = {
    "d-jws-der-signature": (Why.BAD_SIGNATURE, Layer.SIGNATURE),
    "d-jws-invalid-signature": (Why.BAD_SIGNATURE, Layer.SIGNATURE),
    "d-jws-jws_too_long": (Why.UNKNOWN_ISSUER, Layer.ISSUER),  # its length is no reason; example 02 is longer
    "d-jws-no_deflate": (Why.MALFORMED, Layer.COMPRESSION),
    "d-jws-no_jws_header_alg": (Why.MALFORMED, Layer.JWS),
    "d-jws-no_jws_header_kid": (Why.MALFORMED, Layer.JWS),
    "d-jws-wrong_jws_header_kid": (Why.WRONG_KEY_ID, Layer.KEY),
    "f-qr-code-numeric-value-0-index-out-of-range": (Why.MALFORMED, Layer.CHUNKS),
    "f-qr-code-numeric-value-0-number-too-big": (Why.MALFORMED, Layer.NUMERIC),
    "f-qr-code-numeric-value-0-odd-count": (Why.MALFORMED, Layer.NUMERIC),
    "f-qr-code-numeric-value-0-wrong_qr_header": (Why.MALFORMED, Layer.PREFIX),
}


def text(name):
    return (SAMPLES / name).read_text()


def claims(number):
    return json.loads(text(f"examples/example-{number}-c-jws-payload-minified.json"))


def shown(number):
    """Every form in which an example was published."""
    jws_file = json.loads(text(f"examples/example-{number}-e-file.smart-health-card"))
    codes = sorted(SAMPLES.glob(f"examples/example-{number}-f-qr-code-numeric-value-*.txt"))
    return {
        "the JWS": text(f"examples/example-{number}-d-jws.txt"),
        "its file": jws_file["verifiableCredential"][0],
        "its codes": "\n".join(code.read_text() for code in codes),
        "its codes the other way round": " ".join(code.read_text() for code in reversed(codes)),
    }


@pytest.mark.parametrize(("number", "codes"), [("00", 1), ("01", 1), ("02", 3)])
def test_an_example_verifies_in_every_form(number, codes, record_property):
    forms = shown(number)
    assert len(forms["its codes"].split()) == codes
    said = {form: verify(as_shown, trust=TRUST, at=AT) for form, as_shown in forms.items()}
    assert len(set(map(dataclasses.astuple, said.values()))) == 1
    record_property("shc: examples verified", 1)
    card = said["the JWS"]
    assert card.issuer == ISSUER == claims(number)["iss"]
    assert card.issued_at.timestamp() == pytest.approx(claims(number)["nbf"], abs=1e-6)


def test_it_says_what_the_card_says():
    card = verify(shown("00")["its codes"], trust=TRUST, at=AT)
    assert (card.holder.name, card.holder.born) == ("John B. Anyperson", "1951-01-20")
    assert [(record.kind, record.product, record.date) for record in card.records] == [
        (RecordKind.VACCINATION, "207", "2021-01-01"),
        (RecordKind.VACCINATION, "207", "2021-01-29"),
        (RecordKind.VACCINATION, "229", "2022-09-05"),
    ]


def test_a_chain_of_certificates_that_has_ended_is_not_judged():
    """Example 01's chain ended on 2022-06-01, a year before: whom to believe is the administrator's choice."""
    (key,) = [key for key in json.loads(text("examples/issuer/.well-known/jwks.json"))["keys"] if "x5c" in key]
    assert verify(shown("01")["the JWS"], trust=TRUST, at=AT).key_id == key["kid"]


def test_another_library_agrees_on_their_signatures():
    keys = {key["kid"]: key for key in json.loads(text("examples/issuer/.well-known/jwks.json"))["keys"]}
    for number in ("00", "01", "02"):
        card = verify(shown(number)["the JWS"], trust=TRUST, at=AT)
        key = ECKey.import_key({name: keys[card.key_id][name] for name in ("kty", "crv", "x", "y")})
        registry = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)  # it does not know `zip`
        assert jws.deserialize_compact(shown(number)["the JWS"], key, registry=registry)


def test_every_malformed_sample_is_here():
    names = {file.stem.removeprefix("test-example-00-") for file in SAMPLES.glob("malformed/*.txt")}
    assert names == set(BROKEN)


@pytest.mark.parametrize("broken", BROKEN)
def test_a_malformed_sample_is_refused_where_it_breaks(broken, record_property):
    with pytest.raises(CredentialRefused) as refused:
        verify(text(f"malformed/test-example-00-{broken}.txt"), trust=TRUST, at=AT)
    record_property(f"shc: malformed, refused at {refused.value.layer}", 1)
    assert (refused.value.why, refused.value.layer) == BROKEN[broken]


def test_a_missing_code_is_told():
    codes = shown("02")["its codes"].split()
    with pytest.raises(CredentialRefused, match="has 3 parts, and 2 were scanned") as refused:
        verify(" ".join(codes[:2]), trust=TRUST, at=AT)
    assert refused.value.layer is Layer.CHUNKS


def test_before_they_were_issued_they_are_refused():
    """Their `nbf` is in June 2023."""
    with pytest.raises(CredentialRefused) as refused:
        verify(shown("00")["the JWS"], trust=TRUST, at=datetime(2022, 5, 31, tzinfo=UTC))
    assert refused.value.why is Why.NOT_YET_VALID


def test_none_of_them_is_revoked_until_its_issuer_says_so(record_property):
    assert TRUST.counts()["revoked"] == 4
    rid, key_id = claims("00")["vc"]["rid"], verify(shown("00")["the JWS"], trust=TRUST, at=AT).key_id
    told = {"kid": key_id, "method": "rid", "ctr": 2, "rids": [rid]}
    withdrawn = TRUST.with_revocations(of_cards(card_list(ISSUER, told, source="a newer list")))
    with pytest.raises(CredentialRefused) as refused:
        verify(shown("00")["the JWS"], trust=withdrawn, at=AT)
    assert refused.value.why is Why.REVOKED
    record_property("shc: withdrawn by a list, refused", 1)
    assert verify(shown("01")["the JWS"], trust=withdrawn, at=AT)
