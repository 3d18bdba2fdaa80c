"""contracts/vectors/credentials: a code has one answer, here and on the phone (gate/tests/credentials.test.ts)."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key

from kakou.screening.credentials import Kind, RecordKind, TrustStore, Why
from kakou.screening.credentials.tests.answers import answer
from kakou.screening.credentials.tests.shared_cases import shared
from kakou.screening.credentials.trust import HashKind, SigningKey
from kakou.screening.credentials.trust.revocations import CardList, Revocations
from kakou.screening.credentials.trust.told import store_told

VECTORS = Path(__file__).parents[4] / "contracts/vectors/credentials/cases.json"
SHARED = json.loads(VECTORS.read_text("utf-8"))
CASES = SHARED["cases"]


def store_of(told):
    """A trust store from what a phone is told of it."""
    listed = told["revoked"]
    certificates = frozenset((c, HashKind(kind), base64.b64decode(entry)) for c, kind, entry in listed["certificates"])
    cards = {
        (one["issuer"], one["key"]): CardList(
            one["issuer"], one["key"], 1, {rid: float("inf") if end is None else float(end) for rid, end in one["rids"]}
        )
        for one in listed["cards"]
    }
    return TrustStore(tuple(key_of(key) for key in told["keys"]), Revocations(certificates, cards))


def key_of(told):
    usages = told["usages"]
    return SigningKey(
        kind=Kind(told["kind"]),
        id=told["id"],
        issuer=told["issuer"],
        public=load_der_public_key(base64.b64decode(told["spki"])),
        fingerprint=told["issuer"] + told["spki"],
        usages=None if usages is None else frozenset(map(RecordKind, usages)),
        valid_from=datetime.fromisoformat(told["from"]),
        valid_until=datetime.fromisoformat(told["until"]),
    )


TRUSTS = {name: store_of(told) for name, told in SHARED["trusts"].items()}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_shared_code_has_its_answer(case):
    at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=case["at"])
    told = {name: case[name] for name in ("says", "refused") if name in case}
    assert json.loads(json.dumps(answer(case["text"], TRUSTS[case["trust"]], at))) == told


def test_every_refusal_is_among_them():
    assert {case["refused"]["why"] for case in CASES if "refused" in case} == set(Why)


def test_what_a_phone_is_told_is_all_that_decides():
    for name, told in SHARED["trusts"].items():
        assert json.loads(json.dumps(store_told(TRUSTS[name]))) == told


def test_the_file_holds_every_case_that_is_thought_of():
    assert [case["name"] for case in CASES] == [name for name, *_ in shared().cases]
