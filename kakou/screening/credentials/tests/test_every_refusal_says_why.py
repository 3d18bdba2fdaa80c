"""Everything that can be wrong with a credential, each made for the purpose by an issuer of the tests."""

from datetime import timedelta

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from kakou.screening.credentials import CredentialRefused, KeyUsage, Kind, Layer, RecordKind, TrustStore, Why, verify
from kakou.screening.credentials.tests.issuing import (
    BUNDLE,
    ES256,
    NOW,
    OLD_USAGE,
    PS256,
    RECOVERY,
    TEST,
    USAGE,
    UVCI,
    VACCINATION,
    CardIssuer,
    DccIssuer,
    chunks,
    hc1,
    minified,
    numeric,
    recovered,
    swabbed,
    vaccinated,
)  # fmt: skip
from kakou.screening.passes import pass_text

XANADU = DccIssuer.new()
BY_RSA = DccIssuer.new(rsa_bits=2048)
CLINIC = CardIssuer.new()
TRUST = XANADU.trust | BY_RSA.trust | CLINIC.trust
SECOND = timedelta(seconds=1)


def why(text, *, trust=TRUST, at=NOW):
    with pytest.raises(CredentialRefused) as refused:
        verify(text, trust=trust, at=at)
    return refused.value.why, refused.value.layer


def shown(message):
    return why(hc1(message))


# --- what is honest ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("issuer", [XANADU, BY_RSA], ids=["ES256", "PS256"])
@pytest.mark.parametrize(
    ("certificate", "kind"),
    [(vaccinated(), RecordKind.VACCINATION), (swabbed(), RecordKind.TEST), (recovered(), RecordKind.RECOVERY)],
    ids=["vaccination", "test", "recovery"],
)
def test_it_takes_an_honest_certificate(issuer, certificate, kind):
    credential = verify(issuer.issue(certificate), trust=TRUST, at=NOW)
    assert (credential.kind, credential.issuer, credential.usage) == (Kind.DCC, "XZ", KeyUsage.FITS)
    assert [record.kind for record in credential.records] == [kind]
    assert credential.holder.name == "Anna Maria Müller-Gößinger"
    assert credential.holder.standard_name == "MUELLER<GOESSINGER<<ANNA<MARIA"
    assert credential.records[0].certificate_id == UVCI


def test_it_takes_an_honest_card():
    card = verify(CLINIC.issue(), trust=TRUST, at=NOW)
    assert (card.kind, card.issuer, card.key_id) == (Kind.SHC, CLINIC.url, CLINIC.kid)
    assert [record.kind for record in card.records] == [RecordKind.VACCINATION, RecordKind.TEST]


def test_it_takes_a_pass_without_saying_that_it_is_genuine(village_pass="0190f5fe-7c00-7a00-8000-0123456789ab"):
    from uuid import UUID

    credential = verify(f" {pass_text(UUID(village_pass))}\n", trust=TrustStore(), at=NOW)
    assert (credential.kind, credential.pass_id) == (Kind.PASS, UUID(village_pass))
    assert credential.usage is KeyUsage.UNKNOWN


# --- what is nobody's, or not what it says ----------------------------------------------------------------------------


def test_it_refuses_what_is_something_else():
    for text in ("https://example.org/menu", "HL0:ABC", "hc1:ABC", "1234567890", "\ufeffHC1:ABC"):
        assert why(text) == (Why.UNSUPPORTED, Layer.PREFIX)
    assert why("HC2:ABC") == (Why.UNSUPPORTED, Layer.PREFIX)  # a kind to come
    assert why("  ") == (Why.MALFORMED, Layer.TEXT)
    assert why("KP 0000") == (Why.MALFORMED, Layer.PASS)


def test_it_refuses_a_stranger():
    assert why(DccIssuer.new().issue()) == (Why.UNKNOWN_ISSUER, Layer.KEY)
    assert why(CardIssuer.new("https://elsewhere.example").issue()) == (Why.UNKNOWN_ISSUER, Layer.ISSUER)


def test_it_refuses_a_stranger_who_takes_a_known_name():
    assert why(CardIssuer.new(CLINIC.url).issue()) == (Why.WRONG_KEY_ID, Layer.KEY)
    forged = DccIssuer.new()
    assert shown(forged.message(protected={1: ES256, 4: XANADU.kid})) == (Why.BAD_SIGNATURE, Layer.SIGNATURE)
    header = {"zip": "DEF", "alg": "ES256", "kid": CLINIC.kid}
    forger = CardIssuer.new(CLINIC.url)
    assert why(forger.token(header=header)) == (Why.BAD_SIGNATURE, Layer.SIGNATURE)


def test_it_refuses_a_known_key_in_another_issuers_name():
    assert why(CLINIC.called("https://other.example").issue()) == (Why.UNKNOWN_ISSUER, Layer.ISSUER)
    other = CardIssuer.new("https://other.example")
    assert why(CLINIC.called(other.url).issue(), trust=TRUST | other.trust) == (Why.WRONG_KEY_ID, Layer.KEY)


def test_two_issuers_may_share_a_key():
    alias = CLINIC.called("https://alias.example")
    for issuer in (CLINIC, alias):
        assert verify(issuer.issue(), trust=CLINIC.trust | alias.trust, at=NOW).issuer == issuer.url


def test_it_refuses_a_good_signature_under_another_key_id():
    assert shown(XANADU.message(protected={1: ES256, 4: b"another1"})) == (Why.WRONG_KEY_ID, Layer.KEY)


def test_it_refuses_what_names_no_key():
    assert shown(XANADU.message(protected={1: ES256})) == (Why.MALFORMED, Layer.COSE)
    assert why(CLINIC.token(header={"zip": "DEF", "alg": "ES256"})) == (Why.MALFORMED, Layer.JWS)


# --- headers ----------------------------------------------------------------------------------------------------------


def test_the_protected_header_wins():
    honest = XANADU.message(protected={1: ES256, 4: XANADU.kid}, unprotected={4: b"another1", 1: PS256})
    assert verify(hc1(honest), trust=TRUST, at=NOW)
    wrong = XANADU.message(protected={1: ES256, 4: b"another1"}, unprotected={4: XANADU.kid})
    assert shown(wrong) == (Why.WRONG_KEY_ID, Layer.KEY)


def test_the_unprotected_header_is_enough():
    assert verify(hc1(XANADU.message(protected=b"", unprotected={1: ES256, 4: XANADU.kid})), trust=TRUST, at=NOW)


def test_it_takes_a_message_tagged_or_not_and_within_a_cwt():
    for head in (b"\xd2", b"\xd8\x3d\xd2", b""):
        assert verify(hc1(XANADU.message(head=head)), trust=TRUST, at=NOW)
    for head in (b"\xd8\x3d", b"\xd2\xd2", b"\xd9\xd9\xf7\xd2", b"\xd8\x12"):
        assert shown(XANADU.message(head=head)) == (Why.MALFORMED, Layer.COSE)


def test_no_header_chooses_another_algorithm():
    assert shown(XANADU.message(protected={1: PS256, 4: XANADU.kid})) == (Why.BAD_SIGNATURE, Layer.SIGNATURE)
    assert shown(BY_RSA.message(protected={1: ES256, 4: BY_RSA.kid})) == (Why.BAD_SIGNATURE, Layer.SIGNATURE)
    for unknown in (-8, 5, -257, 0):  # EdDSA, HMAC, RS256, reserved
        assert shown(XANADU.message(protected={1: unknown, 4: XANADU.kid})) == (Why.UNSUPPORTED, Layer.COSE)
    assert shown(XANADU.message(protected={4: XANADU.kid})) == (Why.MALFORMED, Layer.COSE)


def test_a_card_without_a_signature_is_nothing():
    for header in ({"alg": "none"}, {"alg": "HS256"}, {"alg": "ES384"}, {"alg": "ES256", "crit": ["b64"]}):
        told = {"zip": "DEF", "kid": CLINIC.kid, **header}
        assert why(CLINIC.token(header=told)) == (Why.UNSUPPORTED, Layer.JWS)
        assert why(CLINIC.token(header=told, signature=b"")) == (Why.UNSUPPORTED, Layer.JWS)
    assert why(CLINIC.token(signature=b"")) == (Why.BAD_SIGNATURE, Layer.SIGNATURE)


def test_a_card_does_not_bring_its_own_key():
    forger = CardIssuer.new(CLINIC.url)
    header = {"zip": "DEF", "alg": "ES256", "kid": CLINIC.kid, "jwk": forger.jwk}
    assert why(forger.token(header=header)) == (Why.UNSUPPORTED, Layer.JWS)


def test_a_header_that_says_a_thing_twice_is_refused():
    twice = b"\xa3\x01\x26\x04\x48" + XANADU.kid + b"\x01\x26"
    assert shown(XANADU.message(protected=twice)) == (Why.MALFORMED, Layer.COSE)
    header = minified({"zip": "DEF", "alg": "ES256", "kid": CLINIC.kid})
    assert why(CLINIC.token(header=header[:-1] + b',"alg":"none"}')) == (Why.MALFORMED, Layer.JWS)


def test_a_label_that_merely_equals_another_is_refused():
    assert shown(XANADU.message(protected={1.0: ES256, 4: XANADU.kid})) == (Why.MALFORMED, Layer.COSE)
    assert shown(XANADU.message(protected={True: ES256, 4: XANADU.kid})) == (Why.MALFORMED, Layer.COSE)


# --- signatures -------------------------------------------------------------------------------------------------------


def test_a_changed_certificate_is_refused():
    honest = XANADU.claims()
    changed = honest.replace(b"Anna Maria", b"Anne Maria")
    protected = cbor2.dumps({1: ES256, 4: XANADU.kid})
    forged = XANADU.message(changed, signature=XANADU.sign(protected, honest))
    assert shown(forged) == (Why.BAD_SIGNATURE, Layer.SIGNATURE)


def test_a_signature_has_the_length_of_its_keys_curve():
    long = DccIssuer.new(curve=ec.SECP384R1())
    assert verify(long.issue(), trust=long.trust, at=NOW)
    signature = long.sign(cbor2.dumps({1: ES256, 4: long.kid}), long.claims())
    short = hc1(long.message(signature=signature[:64]))
    assert why(short, trust=long.trust) == (Why.BAD_SIGNATURE, Layer.SIGNATURE)
    assert shown(XANADU.message(signature=bytes(64))) == (Why.BAD_SIGNATURE, Layer.SIGNATURE)


def test_certificates_that_share_a_key_id_are_each_tried():
    from dataclasses import replace

    other = DccIssuer.new()
    (mine,), (others,) = XANADU.trust.keys, other.trust.keys
    crowd = TrustStore(keys=(replace(others, id=mine.id), mine, replace(others, id=mine.id, fingerprint="x")))
    assert len(crowd.find(Kind.DCC, mine.id)) == 3
    assert verify(XANADU.issue(), trust=crowd, at=NOW)
    stranger = DccIssuer.new().message(protected={1: ES256, 4: XANADU.kid})
    assert why(hc1(stranger), trust=crowd) == (Why.BAD_SIGNATURE, Layer.SIGNATURE)


# --- what the key may sign --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arc", [USAGE, OLD_USAGE])
def test_a_key_signs_only_what_it_may(arc):
    made = {TEST: swabbed(), VACCINATION: vaccinated(), RECOVERY: recovered()}
    for usage in made:
        issuer = DccIssuer.new(usages=(arc + usage, "1.3.6.1.5.5.7.3.3"))
        for other, certificate in made.items():
            if other == usage:
                assert verify(issuer.issue(certificate), trust=issuer.trust, at=NOW).usage is KeyUsage.FITS
            else:
                assert why(issuer.issue(certificate), trust=issuer.trust) == (Why.WRONG_KEY_USAGE, Layer.USAGE)


def test_a_key_that_names_no_usage_may_sign_all():
    for usages in ((), ("1.3.6.1.5.5.7.3.3",)):
        issuer = DccIssuer.new(usages=usages)
        assert verify(issuer.issue(recovered()), trust=issuer.trust, at=NOW).usage is KeyUsage.FITS


# --- dates ------------------------------------------------------------------------------------------------------------


def test_it_is_valid_from_its_first_second_to_its_last():
    begins, ends = NOW, NOW + timedelta(days=30)
    text = XANADU.issue(iat=int(begins.timestamp()), exp=int(ends.timestamp()))
    assert why(text, at=begins - SECOND) == (Why.NOT_YET_VALID, Layer.VALIDITY)
    assert verify(text, trust=TRUST, at=begins)
    assert verify(text, trust=TRUST, at=ends)
    assert why(text, at=ends + SECOND) == (Why.EXPIRED, Layer.VALIDITY)


def test_its_key_has_dates_too():
    begins, ends = NOW.replace(microsecond=0), NOW + timedelta(days=10)
    issuer = DccIssuer.new(begins=begins, ends=ends)
    assert why(issuer.issue(), trust=issuer.trust, at=begins - SECOND) == (Why.NOT_YET_VALID, Layer.VALIDITY)
    assert verify(issuer.issue(), trust=issuer.trust, at=ends)
    assert why(issuer.issue(), trust=issuer.trust, at=ends + SECOND) == (Why.EXPIRED, Layer.VALIDITY)


def test_a_card_may_end_and_begins_with_a_fraction_of_a_second():
    ends = NOW + timedelta(days=1)
    text = CLINIC.issue(nbf=NOW.timestamp() + 0.25, exp=ends.timestamp())
    assert why(text, at=NOW) == (Why.NOT_YET_VALID, Layer.VALIDITY)
    assert verify(text, trust=TRUST, at=ends).expires_at == ends
    assert why(text, at=ends + SECOND) == (Why.EXPIRED, Layer.VALIDITY)


def test_times_that_are_none_are_malformed():
    for time in ("2021-08-10", -1, 10**12, float("nan"), float("inf"), True, None, 2**63):
        assert why(XANADU.issue(exp=time)) == (Why.MALFORMED, Layer.CBOR)
    for time in ("2021-08-10", -1, 10**12, True, None):
        assert why(CLINIC.issue(nbf=time)) == (Why.MALFORMED, Layer.PAYLOAD)
    assert why(CLINIC.issue(exp="never")) == (Why.MALFORMED, Layer.PAYLOAD)


def test_the_time_it_is_has_a_zone():
    with pytest.raises(ValueError, match="no time zone"):
        verify(XANADU.issue(), trust=TRUST, at=NOW.replace(tzinfo=None))


# --- what it says -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "certificate",
    [
        vaccinated(t=swabbed()["t"]),
        vaccinated(v=[]),
        vaccinated(v=None),
        vaccinated(v=[1]),
        vaccinated(v={"dn": 1}),
        vaccinated(v=vaccinated()["v"] * 17),
        vaccinated(v=[{**vaccinated()["v"][0], "dn": "two"}]),
        vaccinated(v=[{**vaccinated()["v"][0], "dn": True}]),
        vaccinated(v=[{**vaccinated()["v"][0], "dt": 20210618}]),
        vaccinated(v=[{"dn": 1}]),
        vaccinated(nam={}),
        vaccinated(nam="Anna"),
        vaccinated(nam={"fn": 1}),
        vaccinated(dob=None),
        {},
    ],
)
def test_a_certificate_that_does_not_say_what_it_must_is_malformed(certificate):
    assert why(XANADU.issue(certificate)) == (Why.MALFORMED, Layer.PAYLOAD)


def test_it_takes_what_may_be_left_out():
    named = verify(XANADU.issue(vaccinated(nam={"fnt": "MUSTERFRAU"}, dob="")), trust=TRUST, at=NOW)
    assert (named.holder.name, named.holder.standard_name, named.holder.born) == ("", "MUSTERFRAU", "")
    assert verify(XANADU.issue(vaccinated(t=None, r=[])), trust=TRUST, at=NOW)
    assert verify(XANADU.issue(iss=None), trust=TRUST, at=NOW).issuer == "XZ"  # as its key's certificate says
    half = verify(XANADU.issue(vaccinated(), iat=(NOW - timedelta(days=1)).timestamp() + 0.5), trust=TRUST, at=NOW)
    assert half.issued_at.microsecond == 500_000


def test_a_tagged_date_is_its_text_and_no_other_tag_is_followed():
    swab = {**swabbed()["t"][0], "sc": cbor2.CBORTag(0, "2021-08-09T10:30:15Z")}
    taken = verify(XANADU.issue(swabbed(t=[swab])), trust=TRUST, at=NOW)
    assert taken.records[0].date == "2021-08-09T10:30:15Z"
    for tag, content in ((0, 1), (1, 1), (2, b"\x01" * 1000), (35, "(a+)+$"), (28, []), (258, [1]), (99_999, "")):
        odd = {**swabbed()["t"][0], "sc": cbor2.CBORTag(tag, content)}
        assert why(XANADU.issue(swabbed(t=[odd]))) == (Why.MALFORMED, Layer.CBOR)


def test_a_card_of_another_type_is_not_ours():
    assert why(CLINIC.issue(types=["https://example.org#library-card"])) == (Why.UNSUPPORTED, Layer.PAYLOAD)


def test_what_was_not_done_is_no_record():
    def card(**changed):
        entries = [BUNDLE["entry"][0], {"resource": {**BUNDLE["entry"][1]["resource"], **changed}}]
        vc = {
            "type": ["https://smarthealth.cards#health-card"],
            "credentialSubject": {"fhirBundle": {"resourceType": "Bundle", "entry": entries}},
        }
        return CLINIC.issue(vc=vc)

    assert len(verify(card(), trust=TRUST, at=NOW).records) == 1
    assert verify(card(status="not-done"), trust=TRUST, at=NOW).records == ()
    assert verify(card(status="entered-in-error"), trust=TRUST, at=NOW).records == ()
    for broken in ({"vaccineCode": []}, {"vaccineCode": {"coding": [1]}}, {"occurrenceDateTime": 1}):
        assert why(card(**broken)) == (Why.MALFORMED, Layer.PAYLOAD)
    assert why(card(occurrenceDateTime="\ud800")) == (Why.MALFORMED, Layer.PAYLOAD)  # half a character
    for odd in ({}, [], 1, None, "final"):  # a status that is no word of FHIR's is none that says "done"
        assert verify(card(resourceType="Observation", status=odd, code=None), trust=TRUST, at=NOW).records == ()
        assert verify(card(resourceType=odd), trust=TRUST, at=NOW).records == ()


# --- parts ------------------------------------------------------------------------------------------------------------


def test_parts_are_put_together_in_any_order():
    parts = chunks(CLINIC.token(), 4)
    for order in (parts, parts[::-1], parts[2:] + parts[:2]):
        assert verify("\n".join(order), trust=TRUST, at=NOW)
        assert verify(" ".join(order), trust=TRUST, at=NOW)


def test_parts_that_do_not_make_one_card_are_refused():
    parts, others = chunks(CLINIC.token(), 3), chunks(CLINIC.token(), 2)
    assert why(" ".join(parts[:2])) == (Why.MALFORMED, Layer.CHUNKS)
    assert why(" ".join([*parts, parts[0]])) == (Why.MALFORMED, Layer.CHUNKS)
    assert why(" ".join([parts[0], others[1]])) == (Why.MALFORMED, Layer.CHUNKS)
    assert why(" ".join([numeric(CLINIC.token()), parts[0]])) == (Why.MALFORMED, Layer.CHUNKS)
    assert why(" ".join([numeric(CLINIC.token())] * 2)) == (Why.MALFORMED, Layer.CHUNKS)
    for changed in ("shc:/0/3/", "shc:/4/3/", "shc:/1/0/"):
        assert why(" ".join([changed + parts[0][9:], *parts[1:]])) == (Why.MALFORMED, Layer.CHUNKS)
    mixed = " ".join([parts[0], *chunks(CardIssuer.new(CLINIC.url).token(), 3)[1:]])
    assert why(mixed)[0] in (Why.BAD_SIGNATURE, Why.MALFORMED)


def test_digits_are_plain_digits():
    for text in ("shc:/", "shc:/1", "shc:/١٢", "shc:/1/1/", "shc:/12 34", "shc:/99"):
        assert why(text)[0] is Why.MALFORMED


# --- withdrawn --------------------------------------------------------------------------------------------------------


def test_every_code_of_why_is_in_this_file_or_the_next():
    assert {str(one) for one in Why} == {
        "malformed", "unknown_issuer", "bad_signature", "wrong_key_id", "wrong_key_usage", "not_yet_valid", "expired",
        "revoked", "unsupported",
    }  # fmt: skip


def test_nothing_of_the_person_stands_in_a_repr():
    for text in (XANADU.issue(), CLINIC.issue()):
        credential = verify(text, trust=TRUST, at=NOW)
        told = repr(credential) + repr(credential.holder) + repr(credential.records)
        for personal in ("Anna", "Müller", "MUELLER", "Joan", "Anyperson", "1990", "1951", UVCI):
            assert personal not in told
        assert "2021-0" not in repr(credential)
