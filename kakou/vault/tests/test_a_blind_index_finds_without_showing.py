import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.vault.keys import KeyStore
from kakou.vault.sealing import BLIND_BYTES, Purpose, blind

texts = st.text(min_size=1, max_size=80)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return KeyStore.create(tmp_path_factory.mktemp("home") / "keys")


@given(a=texts, b=texts)
def test_equal_texts_meet_and_others_do_not(store, a, b):
    assert (blind(store, "phone", a) == blind(store, "phone", b)) == (a == b)


@given(text=texts)
def test_it_is_the_hmac_of_the_standard_library(store, text):
    whole = hmac.digest(store.index_key("name"), text.encode(), hashlib.sha256)
    assert blind(store, "name", text) == whole[:BLIND_BYTES]


def test_one_text_looks_different_for_every_purpose(store):
    assert len({blind(store, purpose, "1234") for purpose in Purpose}) == len(Purpose)


def test_another_site_gives_other_bytes(store, tmp_path):
    other = KeyStore.create(tmp_path / "keys")
    assert blind(store, "plate", "苏C12345") != blind(other, "plate", "苏C12345")


def test_it_survives_a_restart(store):
    assert blind(KeyStore(store.folder), "plate", "苏C12345") == blind(store, "plate", "苏C12345")


@pytest.mark.parametrize(("purpose", "text"), [("phone", ""), ("address", "x"), ("../master", "x")])
def test_an_empty_text_or_an_unknown_purpose_is_a_bug(store, purpose, text):
    with pytest.raises(ValueError):
        blind(store, purpose, text)
