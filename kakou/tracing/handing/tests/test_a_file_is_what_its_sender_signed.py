"""A hand-over is refused when one byte of it differs, when it is meant for another, or when it is no hand-over."""

import datetime as dt
import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import ECKey, OKPKey

from kakou.kernel.errors import Refusal
from kakou.tracing import handing

AT = dt.datetime(2021, 8, 10, 4, 45, tzinfo=dt.UTC)
SENDER, P256, X25519 = OKPKey.generate_key("Ed25519"), ECKey.generate_key("P-256"), OKPKey.generate_key("X25519")
WANG = handing.HandedPerson(
    name="王晓梅", document=("10", "110105199003078027"), phone="+8613800138001", grade="close", since=AT, last=AT,
    met=[handing.Met(place="阳光小区", since=AT, until=AT, words="Lives in the same household.")],
)  # fmt: skip
PAPER = handing.Paper(
    id=UUID("01912345-0000-7000-8000-000000000001"), made_at=AT, sender="睢城街道", area="邗江区", outbreak="八月疫情",
    edition="cn-8", people=[WANG],
)  # fmt: skip


def line(paper=PAPER, key=SENDER, kind=handing.HANDOVER):
    return handing.signed(handing.write_paper(paper), key, kind=kind)


def read(content, key=P256):
    """The whole way in, as the action goes it."""
    text = handing.opened_with(handing.read_file(content), key)
    who, payload = handing.verified(text, kind=handing.HANDOVER)
    return who, handing.read_paper(payload)


OPEN = line().encode()
SEALED = {"P-256": handing.sealed(line(), P256).encode(), "X25519": handing.sealed(line(), X25519).encode()}


@pytest.mark.parametrize(("content", "key"), [(OPEN, P256), (SEALED["P-256"], P256), (SEALED["X25519"], X25519)])
def test_it_says_what_was_signed_and_by_whose_key(content, key):
    who, paper = read(content, key)
    assert paper == PAPER
    assert handing.fingerprint(who) == handing.fingerprint(SENDER)


@given(place=st.integers(0, len(OPEN) - 1), byte=st.integers(0, 255))
def test_any_other_byte_anywhere_is_refused(place, byte):
    changed = OPEN[:place] + bytes([byte]) + OPEN[place + 1 :]
    if changed != OPEN:
        with pytest.raises(Refusal):
            read(changed)


@pytest.mark.parametrize("curve", SEALED)
def test_any_single_bit_of_a_sealed_file_is_refused(curve):
    """Every bit of every byte that matters most: the ends of each part, where base64 has bits that nobody reads."""
    content, key = SEALED[curve], P256 if curve == "P-256" else X25519
    ends = [place for place, byte in enumerate(content) if byte == ord(".")]
    for place in {near for end in [0, *ends, len(content)] for near in range(end - 3, end + 3)}:
        for bit in range(8):
            if 0 <= place < len(content):
                changed = bytearray(content)
                changed[place] ^= 1 << bit
                with pytest.raises(Refusal):
                    read(bytes(changed), key)


@given(st.data())
def test_any_other_byte_of_a_sealed_file_is_refused(data):
    curve = data.draw(st.sampled_from(sorted(SEALED)))
    content, key = SEALED[curve], P256 if curve == "P-256" else X25519
    place, byte = data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(0, 255))
    changed = content[:place] + bytes([byte]) + content[place + 1 :]
    if changed != content:
        with pytest.raises(Refusal):
            read(changed, key)


@given(cut=st.integers(0, len(OPEN) - 1), more=st.binary(min_size=1, max_size=3))
def test_nothing_may_be_missing_or_added(cut, more):
    for changed in (OPEN[:cut], OPEN + more, more + OPEN):
        with pytest.raises(Refusal):
            read(changed)


@given(st.binary(max_size=200))
def test_whatever_else_somebody_uploads_is_refused_and_nothing_breaks(content):
    with pytest.raises(Refusal):
        read(content)


def test_a_file_for_another_does_not_open():
    with pytest.raises(handing.ForAnother):
        read(SEALED["P-256"], ECKey.generate_key("P-256"))
    with pytest.raises(handing.ForAnother):
        read(SEALED["X25519"], P256)


def test_a_key_put_into_the_header_by_somebody_else_is_another_sender():
    """Whoever signs anew stands in the file by his own key: the fingerprint is what people compare."""
    who, _ = read(line(key=OKPKey.generate_key("Ed25519")).encode())
    assert handing.fingerprint(who) != handing.fingerprint(SENDER)


def test_a_receipt_is_no_hand_over():
    with pytest.raises(handing.NotAFile):
        read(line(kind=handing.RECEIPT).encode())


def test_no_signature_and_other_algorithms_are_refused():
    head, body, tail = OPEN.decode().split(".")
    import base64

    told = json.loads(base64.urlsafe_b64decode(head + "=="))
    for change in ({"alg": "none"}, {"alg": "HS256"}, {"alg": "EdDSA"}, {"crit": ["b64"], "b64": False}, {"kid": "1"}):
        forged = base64.urlsafe_b64encode(json.dumps(told | change).encode()).rstrip(b"=").decode()
        for signature in (tail, ""):
            with pytest.raises(Refusal):
                read(f"{forged}.{body}.{signature}".encode())


def test_one_sealed_into_another_is_refused():
    nested = jwe.encrypt_compact(
        {"alg": "ECDH-ES", "enc": "A256GCM"}, SEALED["P-256"], P256, algorithms=["ECDH-ES", "A256GCM"]
    )
    with pytest.raises(handing.NotAFile):
        read(nested.encode())


def test_too_large_a_file_is_refused_unread():
    with pytest.raises(handing.FileTooLarge):
        handing.read_file(b"e" * (handing.MOST_BYTES + 1))


def test_as_many_people_as_may_be_fit_into_a_sealed_file():
    many = [WANG] * handing.MOST_PEOPLE
    content = handing.sealed(
        line(handing.Paper(**{f: getattr(PAPER, f) for f in PAPER.__struct_fields__} | {"people": many})), P256
    )
    assert len(read(content.encode())[1].people) == handing.MOST_PEOPLE


def test_what_another_version_says_is_refused_by_its_place():
    told = json.loads(handing.write_paper(PAPER))
    for change, place in (
        ({"version": 2}, "version"), ({"people": []}, "people"),
        ({"people": [{**told["people"][0], "grade": "x"}]}, "grade"),
        ({"made_at": "2021-08-10T04:45:00"}, "made_at"), ({"more": 1}, ""),
    ):  # fmt: skip
        text = handing.signed(json.dumps(told | change).encode(), SENDER, kind=handing.HANDOVER)
        with pytest.raises(handing.PaperUnfit) as refused:
            read(text.encode())
        assert place in str(refused.value)


def test_a_card_names_an_office_and_its_two_keys():
    card = handing.read_card(handing.write_card("睢城街道", SENDER, P256).encode())
    assert card.name == "睢城街道"
    assert handing.fingerprint(card.signs) == handing.fingerprint(SENDER)
    assert read(handing.sealed(line(), card.opens).encode())[1] == PAPER


@pytest.mark.parametrize("key", [P256, X25519])
def test_a_public_key_is_taken_in_the_forms_that_others_send(key):
    for text in (key.as_pem(private=False).decode(), json.dumps(key.as_dict(private=False))):
        assert read(handing.sealed(line(), handing.read_recipient(text)).encode(), key)[1] == PAPER


@pytest.mark.parametrize("text", ["", "x", "{}", "[]", '{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}', "-----BEGIN"])
def test_what_is_no_public_key_is_refused(text):
    with pytest.raises(handing.RecipientRefused):
        handing.read_recipient(text)


def test_a_private_key_is_refused_aloud():
    for text in (json.dumps(P256.as_dict(private=True)), P256.as_pem(private=True).decode()):
        with pytest.raises(handing.RecipientRefused, match="private"):
            handing.read_recipient(text)
