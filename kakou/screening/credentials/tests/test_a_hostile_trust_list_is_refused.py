"""A trust list is a ZIP from elsewhere: however it is packed, it is refused before it fills the memory."""

import io
import json
import tracemalloc
import zipfile

import pytest

from kakou.screening.credentials.trust import TrustUnreadable
from kakou.screening.credentials.trust.packed import unpacked
from kakou.screening.credentials.trust.reading import json_file

ZEROS = bytes(64 << 20)


def packed(parts, packing=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def refused(content, read=lambda folder: None):
    """At what cost of memory."""
    tracemalloc.start()
    try:
        with pytest.raises(TrustUnreadable), unpacked(content) as folder:
            read(folder)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_list_packed_so_that_nobody_can_count_is_refused_unopened(packing):
    assert refused(packed({"list.json": ZEROS}, packing)) < 4 << 20


def test_a_list_that_unpacks_to_more_than_its_bound_is_refused_at_the_bound():
    assert refused(packed({"list.json": ZEROS})) < 100 << 20


def test_half_a_million_entries_are_refused_before_an_object_is_made_of_each():
    entry = b"PK\x01\x02" + bytes(24) + b"\1\0" + bytes(16) + b"a"
    many = 400_000
    content = entry * many + b"PK\x05\x06" + bytes(4) + b"\xff" * 4 + (many * len(entry)).to_bytes(4, "little")
    assert refused(content + bytes(6)) < 1 << 20


def test_a_list_of_nothing_but_empty_objects_is_refused_unread():
    hollow = b'{"keys":[' + b"{}," * 6_000_000 + b"{}]}"
    assert refused(packed({"list.json": hollow}), lambda folder: json_file(folder / "list.json")) < 100 << 20


def test_an_honest_list_is_opened():
    with unpacked(packed({"list.json": json.dumps({"name": "信任名单"}).encode()})) as folder:
        assert json_file(folder / "list.json") == {"name": "信任名单"}
