"""157 published EU test vectors, at the time and with the certificate that each names. What their makers expect is
asked of the layer it is about, and the number of expectations is part of the test: none goes unasked.
"""

import pytest

from kakou.screening.credentials import CredentialRefused, KeyUsage, Layer, Why, base45, cose, verify
from kakou.screening.credentials.bounded import ZLIB, inflated
from kakou.screening.credentials.dcc import payload
from kakou.screening.credentials.dcc.verifying import claims_of, signer_of, unprefixed, usage_of
from kakou.screening.credentials.tests.pictures import text_in
from kakou.screening.credentials.tests.samples import vectors
from kakou.screening.credentials.validity import check_validity

VECTORS = list(vectors())
BY_NAME = {vector.name: vector for vector in VECTORS}


@pytest.fixture
def asked(capsys, record_property):
    """Tells how many vectors expect something, and gives those that do and those that expect the opposite."""

    def ask(what, yes, no):
        expecting = [vector for vector in VECTORS if vector.expects(what) is True]
        refusing = [vector for vector in VECTORS if vector.expects(what) is False]
        with capsys.disabled():
            print(f"\n  {what}: {len(expecting)} expected to pass, {len(refusing)} to be refused", end="")
        record_property(f"dcc {what}: to pass", len(expecting))
        record_property(f"dcc {what}: to be refused", len(refusing))
        assert (len(expecting), len(refusing)) == (yes, no)
        return expecting, refusing

    return ask


def message(vector):
    return cose.read(inflated(base45.decode(unprefixed(vector.text)), ZLIB))


def signer(vector):
    signed = message(vector)
    return signer_of(signed, vector.trust), claims_of(signed.payload)


def refusal(vector):
    with pytest.raises(CredentialRefused) as refused:
        verify(vector.text, trust=vector.trust, at=vector.at)
    return refused.value.why, refused.value.layer


def test_all_of_them_were_found():
    assert len(VECTORS) == 157


def test_their_signatures_are_verified(asked):
    expecting, refusing = asked("VERIFY", 127, 4)
    assert all(signer(vector) for vector in expecting)
    assert {vector.name: refusal(vector) for vector in refusing} == {
        "common/CBO2": (Why.MALFORMED, Layer.COSE),
        "common/CO5": (Why.BAD_SIGNATURE, Layer.SIGNATURE),
        "common/CO22": (Why.WRONG_KEY_ID, Layer.KEY),  # a good signature under another key's id
        "common/CO23": (Why.WRONG_KEY_ID, Layer.KEY),
    }


def test_their_prefix_is_taken_off(asked):
    expecting, refusing = asked("UNPREFIX", 121, 3)
    assert not [vector.name for vector in expecting if unprefixed(vector.text) != vector.told["BASE45"]]
    assert {refusal(vector) for vector in refusing} == {(Why.UNSUPPORTED, Layer.PREFIX)}


def test_their_base45_is_decoded(asked):
    expecting, refusing = asked("B45DECODE", 113, 1)
    compared = [vector for vector in expecting if "COMPRESSED" in vector.told]
    assert len(compared) == 83
    assert all(base45.decode(vector.told["BASE45"]) for vector in expecting)
    assert not [v.name for v in compared if base45.decode(v.told["BASE45"]) != v.bytes_of("COMPRESSED")]
    assert {refusal(vector) for vector in refusing} == {(Why.MALFORMED, Layer.BASE45)}


def test_they_are_inflated(asked):
    expecting, refusing = asked("COMPRESSION", 84, 2)
    assert not [v.name for v in expecting if inflated(base45.decode(v.text[4:]), ZLIB) != v.bytes_of("COSE")]
    assert {refusal(vector) for vector in refusing} == {(Why.MALFORMED, Layer.COMPRESSION)}


def test_what_they_say_is_read(asked):
    expecting, refusing = asked("DECODE", 123, 1)
    read = [payload.read(claims_of(message(vector).payload).certificate) for vector in expecting]
    assert all(records for _, records in read)
    assert {refusal(vector) for vector in refusing} == {(Why.MALFORMED, Layer.CBOR)}


def test_they_say_what_their_json_says(asked):
    expecting, _ = asked("VALIDJSON", 107, 0)
    assert not [v.name for v in expecting if claims_of(message(v).payload).certificate != v.told["JSON"]]


def test_they_are_in_force_or_not(asked):
    expecting, refusing = asked("EXPIRATIONCHECK", 79, 2)  # seven of them misspelt
    for vector in expecting:
        key, claims = signer(vector)
        check_validity(
            vector.at,
            begins=max(claims.issued_at, key.valid_from),
            ends=min(claims.expires_at, key.valid_until),
        )
    assert {vector.name: refusal(vector) for vector in refusing} == {
        "common/CO16": (Why.NOT_YET_VALID, Layer.VALIDITY),
        "common/CO17": (Why.EXPIRED, Layer.VALIDITY),
    }


def test_their_key_may_sign_them_or_not(asked, record_property):
    expecting, refusing = asked("KEYUSAGE", 34, 6)
    usages = {}
    for vector in expecting:
        key, claims = signer(vector)
        usages[vector.name] = usage_of(key, payload.read(claims.certificate)[1])
    unreadable = {f"FI/{number}" for number in range(1, 11)} | {"common/CO15"}  # extensions that break DER's rules
    record_property("dcc KEYUSAGE: unknown, never fitting", list(usages.values()).count(KeyUsage.UNKNOWN))
    assert {name for name, usage in usages.items() if usage is KeyUsage.UNKNOWN} == unreadable
    assert {name for name, usage in usages.items() if usage is KeyUsage.FITS} == set(usages) - unreadable
    assert {refusal(vector) for vector in refusing} == {(Why.WRONG_KEY_USAGE, Layer.USAGE)}


def test_their_pictures_are_read(asked):
    expecting, refusing = asked("PICTUREDECODE", 94, 1)
    drawn = [vector for vector in expecting if "2DCODE" in vector.told or "_2DCODE" in vector.told]
    assert {vector.name for vector in expecting} - {vector.name for vector in drawn} == {
        "IE/1", "IE/2", "IE/3", "IE/4", "common/B1",  # expected of a picture that is not in the file
    }  # fmt: skip
    assert not [vector.name for vector in drawn if text_in(vector.picture) != vector.text]
    assert [text_in(vector.picture) for vector in refusing] == [None]


def test_from_end_to_end_nothing_else_is_refused():
    refused = {}
    for vector in VECTORS:
        try:
            verify(vector.text, trust=vector.trust, at=vector.at)
        except CredentialRefused as why:
            refused[vector.name] = why.why
    early = {f"ES/{number}" for number in (1101, 1102, 1103, 2101, 2102, 2103)}  # issued after their own clock
    assert {name for name, why in refused.items() if why is Why.NOT_YET_VALID} == early | {"common/CO16"}
    assert refused["LI/4"] is Why.WRONG_KEY_USAGE  # signed with Liechtenstein's key for another kind of certificate
    assert {name for name in refused if not name.startswith("common/")} == early | {"LI/4"}
    shapeless = {"common/DGC1", "common/DGC2"}  # fields that are missing; three groups at once
    assert {name for name, why in refused.items() if why is Why.MALFORMED} == shapeless | {
        "common/B1", "common/CBO1", "common/CBO2", "common/Z1", "common/Z2",
    }  # fmt: skip
    assert len(refused) == 28


def test_wrapped_messages_and_long_curves_are_among_them():
    assert message(BY_NAME["common/CO28"]) == cose.read(BY_NAME["common/CO28"].bytes_of("COSE"))
    assert BY_NAME["common/CO28"].bytes_of("COSE").startswith(b"\xd8\x3d\xd2")  # COSE within a CWT
    assert len(message(BY_NAME["ES/401"]).signature) == 96  # P-384
    assert signer(BY_NAME["ES/401"])
