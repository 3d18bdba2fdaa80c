import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.vault.keys import KeyDestroyed, KeyStore, KeyUnknown, due_of
from kakou.vault.sealing import OVERHEAD, SealBroken, key_id_of, reseal, seal, unseal

DUE = dt.date(2027, 1, 5)
LATER = dt.date(2027, 6, 1)
AT = dt.datetime(2027, 1, 6, 3, tzinfo=dt.UTC)
ROW = uuid.UUID("01900000-0000-7000-8000-000000000001")
PLACE = {"table": "people_person", "row": ROW, "field": "document"}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return KeyStore.create(tmp_path_factory.mktemp("home") / "keys")


@given(plain=st.binary(max_size=200))
def test_it_opens_where_it_was_sealed_and_hides_its_text(store, plain):
    sealed = seal(store, due=DUE, plain=plain, **PLACE)
    assert unseal(store, sealed=sealed, **PLACE) == plain
    assert len(sealed) == len(plain) + OVERHEAD
    assert due_of(key_id_of(sealed)) == DUE
    assert len(plain) < 4 or plain not in sealed


def test_the_same_text_sealed_twice_looks_different(store):
    assert seal(store, due=DUE, plain=b"13812341234", **PLACE) != seal(store, due=DUE, plain=b"13812341234", **PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"row": uuid.UUID(int=ROW.int + 1)},
        {"field": "phone"},
        {"table": "people_vehicle"},
        {"table": "people_persond", "field": "ocument"},
    ],
)
def test_it_does_not_open_anywhere_else(store, elsewhere):
    sealed = seal(store, due=DUE, plain=b"11010519491231002X", **PLACE)
    with pytest.raises(SealBroken):
        unseal(store, sealed=sealed, **{**PLACE, **elsewhere})


def test_every_single_flipped_bit_is_noticed(store):
    sealed = seal(store, due=DUE, plain=b"11010519491231002X", **PLACE)
    for bit in range(len(sealed) * 8):
        flipped = bytearray(sealed)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises((SealBroken, KeyUnknown)):
            unseal(store, sealed=bytes(flipped), **PLACE)


@given(sealed=st.binary(max_size=80))
def test_bytes_that_were_never_sealed_are_refused_in_words(store, sealed):
    with pytest.raises((SealBroken, KeyUnknown)):
        unseal(store, sealed=sealed, **PLACE)


def test_names_with_nul_cannot_blur_table_and_field(store):
    with pytest.raises(ValueError):
        seal(store, due=DUE, table="a\0b", row=ROW, field="c", plain=b"")


def test_who_stays_is_sealed_again_under_a_later_key(store):
    sealed = seal(store, due=DUE, plain=b"x", **PLACE)
    again = reseal(store, due=LATER, sealed=sealed, **PLACE)
    assert due_of(key_id_of(again)) == LATER
    assert unseal(store, sealed=again, **PLACE) == b"x"
    assert reseal(store, due=LATER, sealed=again, **PLACE) is again


def test_after_a_rotation_old_rows_open_and_move_to_the_new_key(tmp_path):
    store = KeyStore.create(tmp_path / "keys")
    sealed = seal(store, due=DUE, plain=b"x", **PLACE)
    new = store.rotate(DUE)
    assert unseal(store, sealed=sealed, **PLACE) == b"x"
    again = reseal(store, due=DUE, sealed=sealed, **PLACE)
    assert key_id_of(again) == new
    store.destroy(key_id_of(sealed), at=AT)
    assert unseal(store, sealed=again, **PLACE) == b"x"


def test_what_a_destroyed_key_sealed_stays_closed(tmp_path):
    store = KeyStore.create(tmp_path / "keys")
    sealed = seal(store, due=DUE, plain=b"x", **PLACE)
    other = seal(store, due=LATER, plain=b"y", **PLACE)
    store.destroy(key_id_of(sealed), at=AT)
    with pytest.raises(KeyDestroyed):
        unseal(store, sealed=sealed, **PLACE)
    assert unseal(store, sealed=other, **PLACE) == b"y"
