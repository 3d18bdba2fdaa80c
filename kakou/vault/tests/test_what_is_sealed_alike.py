"""A phone's etag wants equal bytes for equal contents; the cipher wants no nonce twice for two."""

import os
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou import vault
from kakou.vault.sealing import NotOpened, open_alike, seal_alike

KEY, OTHER = bytes(32), bytes(31) + b"\1"
NONCE = slice(0, 12)
some = st.binary(max_size=80)


@given(some, some)
def test_it_opens_under_its_key_at_its_place_and_is_the_same_each_time(place, plain):
    sealed = seal_alike(vault.store(), KEY, place=place, plain=plain)
    assert sealed == seal_alike(vault.store(), KEY, place=place, plain=plain)
    assert open_alike(KEY, place=place, sealed=sealed) == plain
    for key, where, what in (
        (OTHER, place, sealed), (KEY, place + b"x", sealed), (KEY, place, sealed[:-1]), (KEY, place, b""),
    ):  # fmt: skip
        with pytest.raises(NotOpened):
            open_alike(key, place=where, sealed=what)


def test_no_nonce_serves_two_contents_places_or_keys():
    nonces = set()
    for number in range(3_000):
        content = number.to_bytes(2, "big")
        for key, place, plain in ((KEY, b"", content), (KEY, content, b""), (os.urandom(32), b"", b"")):
            nonces.add(seal_alike(vault.store(), key, place=place, plain=plain)[NONCE])
    assert len(nonces) == 9_000
    parts = {seal_alike(vault.store(), KEY, place=a, plain=b)[NONCE] for a, b in ((b"ab", b"c"), (b"a", b"bc"))}
    assert len(parts) == 2


def test_one_text_compressed_in_two_ways_has_two_nonces():
    """A newer compressor on the next start must not meet the old nonce with other bytes."""
    text = b"one and the same text, " * 40
    made = [seal_alike(vault.store(), KEY, place=b"", plain=zlib.compress(text, level)) for level in (0, 9)]
    assert made[0][NONCE] != made[1][NONCE]
