import io
import json
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kakou.kernel.hostile import TooManyValues, directory_bytes, read_json

VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(),
    lambda inner: some.lists(inner, max_size=5) | some.dictionaries(some.text(), inner, max_size=5),
    max_leaves=20,
)


@given(value=VALUES)
def test_what_is_small_is_read_as_ever(value):
    assert read_json(json.dumps(value)) == value
    assert read_json(json.dumps(value, ensure_ascii=True).encode()) == value


@pytest.mark.parametrize("piece", [b"[],", b"{},", b'"ab",', b"1.5,"])
def test_twenty_megabytes_of_next_to_nothing_take_no_memory(piece):
    data = b"[" + piece * (20_000_000 // len(piece)) + b"0]"
    tracemalloc.start()
    try:
        with pytest.raises(TooManyValues):
            read_json(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1 << 20


@pytest.mark.parametrize("text", ["[" * 100_000 + "]" * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000, "9" * 10_000])
def test_what_is_too_deep_or_too_long_a_number_is_no_json(text):
    with pytest.raises(ValueError):
        read_json(text)


@given(names=some.lists(some.text(some.characters(codec="utf-8"), min_size=1, max_size=20), max_size=20, unique=True))
def test_a_directory_is_as_long_as_it_is(names):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), b"")
        began = archive.start_dir
    content = target.getvalue()
    assert directory_bytes(target, len(content)) == len(content) - began - 22
    assert target.tell() == 0


def test_what_has_no_directory_is_no_archive():
    with pytest.raises(zipfile.BadZipFile):
        directory_bytes(io.BytesIO(b"PK\x03\x04"), 4)
