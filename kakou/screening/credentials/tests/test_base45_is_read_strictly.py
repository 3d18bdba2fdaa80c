"""Our decoder against the library that is thirty times as slow."""

import base45 as library
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.screening.credentials import CredentialRefused, base45


@given(st.binary(max_size=600))
def test_it_gives_back_what_was_encoded(content):
    assert base45.decode(library.b45encode(content).decode()) == content


@given(st.text(alphabet=base45.ALPHABET.decode(), max_size=40) | st.text(max_size=12))
def test_it_refuses_exactly_what_the_library_refuses(text):
    try:
        expected = library.b45decode(text)
    except (ValueError, UnicodeError):
        expected = None
    try:
        decoded = base45.decode(text)
    except CredentialRefused:
        decoded = None
    assert decoded == expected


@pytest.mark.parametrize("text", ["A", "AAAA", ":::", "::", "GGW", "aaa", "A\nA", "ＡＡＡ", "\ud800"])
def test_it_refuses_what_rfc_9285_refuses(text):
    with pytest.raises(CredentialRefused):
        base45.decode(text)


def test_the_examples_of_the_rfc():
    assert base45.decode("BB8") == b"AB"
    assert base45.decode("%69 VD92EX0") == b"Hello!!"
    assert base45.decode("QED8WEX0") == b"ietf!"
    assert base45.decode("FGW") == b"\xff\xff"
    assert base45.decode("") == b""
