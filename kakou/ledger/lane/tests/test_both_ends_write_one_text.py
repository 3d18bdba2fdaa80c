"""The chain vectors, with a tiny RFC 8785 writer of its own as the judge between the vectors and the lane."""

import hashlib
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.ledger import rules
from kakou.ledger.lane import codes, wire
from kakou.screening import rules as screening

VECTORS = Path(__file__).resolve().parents[4] / "contracts" / "vectors" / "chain"
SHORT = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


def cases(file, key="cases"):
    return json.loads((VECTORS / file).read_text(encoding="utf-8"))[key]


def escaped(text):
    return '"' + "".join(SHORT.get(ord(c)) or (f"\\u{ord(c):04x}" if ord(c) < 32 else c) for c in text) + '"'


def written(value):
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return escaped(value)
        case list():
            return f"[{','.join(map(written, value))}]"
        case dict():
            keys = sorted((k for k in value if value[k] is not None), key=lambda k: k.encode("utf-16-be"))
            return "{" + ",".join(f"{escaped(k)}:{written(value[k])}" for k in keys) + "}"
    raise AssertionError(value)


@pytest.mark.parametrize("case", cases("items.json"), ids=lambda case: case["name"])
def test_an_item_has_one_text_and_one_hash(case):
    assert written(case["item"]) == case["canonical"]
    for raw in (json.dumps(case["item"]), json.dumps(case["item"], ensure_ascii=False, indent=2)):
        text = wire.canonical(wire.read_item(raw.encode()))
        assert text.decode() == case["canonical"]
        assert wire.digest(text).hex() == case["sha256"]
        assert wire.glimpse(raw.encode()).digest.hex() == case["sha256"]


def test_there_are_enough_items():
    assert len(cases("items.json")) >= 30


def test_each_item_names_the_hash_of_the_one_before():
    before = "0" * 64
    for step in cases("chain.json", "items"):
        item = wire.read_item(json.dumps(step["item"]).encode())
        assert item.prev_hash == before
        before = wire.digest(wire.canonical(item)).hex()
        assert before == step["sha256"]


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=64)


@given(name=texts, override=texts, seq=st.integers(1, 2**53 - 1))
def test_any_text_is_written_as_the_judge_writes_it(name, override, seq):
    item = cases("items.json")[0]["item"] | {"seq": seq, "override": override}
    item["subject"] = item["subject"] | {"name": name}
    assert wire.canonical(wire.read_item(json.dumps(item).encode())).decode() == written(item)


def test_fields_stand_in_the_order_of_the_canonical_form():
    for shape in (wire.Document, wire.Subject, wire.Checks, wire.Skipped, wire.Stay, wire.Passage):
        names = list(shape.__struct_encode_fields__)
        assert names == sorted(names)


@pytest.mark.parametrize(
    ("words", "numbers", "members"),
    [
        (codes.DirectionWord, codes.DIRECTIONS, rules.Direction),
        (codes.SubjectWord, codes.SUBJECTS, rules.SubjectKind),
        (codes.VerdictWord, codes.VERDICTS, screening.Verdict), (codes.HealthWord, codes.HEALTH, screening.HealthCode),
        (codes.TravelWord, codes.TRAVEL, screening.TravelCode), (codes.OriginWord, codes.ORIGIN, screening.Origin),
        (codes.VaccinationWord, codes.VACCINATION, screening.Vaccination), (codes.MaskWord, codes.MASK, screening.Mask),
        (codes.PurposeWord, codes.PURPOSES, rules.Purpose),
    ],
)  # fmt: skip
def test_every_word_has_its_number(words, numbers, members):
    assert set(words.__args__) == set(numbers) - {None}
    assert sorted({*numbers.values()} - {0}) == sorted(int(member) for member in members if member)


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"contract":1,"sent_at":0}', b"[" * 100_000, b"\xff"])
def test_an_envelope_that_is_none_is_refused(raw):
    with pytest.raises(wire.Unfit):
        wire.read_batch(raw)


@given(st.binary(max_size=200))
def test_whatever_comes_has_a_digest(raw):
    assert len(wire.glimpse(raw).digest) == 32


def test_what_a_newer_phone_says_has_its_place_in_the_chain_all_the_same():
    item = cases("items.json")[0]["item"] | {"from_the_future": {"b": None, "a": "𠮷"}, "seq": 9}
    seen = wire.glimpse(json.dumps(item).encode())
    assert (str(seen.id), seen.seq, seen.prev_hash) == (item["id"], 9, bytes(32))
    assert seen.digest == hashlib.sha256(written(item).encode()).digest()


def test_a_batch_leaves_its_items_unread():
    batch = wire.read_batch(b'{"sent_at":1,"items":[{"id":1},"\xff",3],"contract":1,"more":true}')
    assert [bytes(raw) for raw in batch.items] == [b'{"id":1}', b'"\xff"', b"3"]
    assert isinstance(batch.items[0], msgspec.Raw)
