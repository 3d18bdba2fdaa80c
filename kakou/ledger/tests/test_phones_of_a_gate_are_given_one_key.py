"""What phones tell each other: the keys given for it, and contracts/vectors/exchange, as gate/tests has them."""

import base64
import datetime as dt
import json
import zlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kakou.ledger.bundle.exchange import exchange_told
from kakou.ledger.events import Gate
from kakou.ledger.lane.carried import proof_of
from kakou.ledger.lane.wire import canonical, digest, read_item
from tests.cast import AT

FOLDER = Path(__file__).parents[3] / "contracts" / "vectors" / "exchange"
SERIES, PROOF = (json.loads((FOLDER / f"{name}.json").read_text()) for name in ("series", "proof"))
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DAY = dt.timedelta(days=1)


def told(device=7, node=3, at=AT):
    return exchange_told(Gate(device, node, 1, "compound", frozenset({node}), at))


def test_all_phones_of_a_gate_have_one_key_for_a_day_and_each_a_proof_of_its_own():
    one, other, elsewhere = told(7), told(8), told(9, node=4)
    assert one == told(7)
    assert one["keys"] == other["keys"]
    assert not set(one["keys"].values()) & set(elsewhere["keys"].values())
    assert len({one["proof"], other["proof"], elsewhere["proof"]}) == 3
    assert {len(base64.b64decode(key)) for key in [*one["keys"].values(), one["proof"]]} == {32}


def test_the_key_goes_with_the_day_of_the_site_and_yesterdays_stays():
    keys, tomorrow, later = told()["keys"], told(at=AT + DAY)["keys"], told(at=AT + 2 * DAY)["keys"]
    assert sorted(keys) == ["2021-08-09", "2021-08-10"]
    assert tomorrow["2021-08-10"] == keys["2021-08-10"]
    assert not set(keys.values()) & set(later.values())
    assert told(at=AT.replace(hour=0))["keys"] == told(at=AT.replace(hour=15, minute=59))["keys"], "+08:00"
    assert told(at=AT.replace(hour=16))["keys"] == tomorrow


def read(code):
    """A code by the contract alone."""
    number = 0
    for letter in code.removeprefix("KX1:"):
        number = number * 32 + LETTERS.index(letter)
    raw = number.to_bytes((len(code) - 4) * 5 // 8, "big")
    parts = (raw[a:b] for a, b in ((0, 4), (4, 8), (8, 10), (10, 12), (12, 14), (14, 15), (15, 19), (19, 21)))
    return [int.from_bytes(part, "big") for part in parts], raw[:12], raw[21:]


def test_a_series_of_codes_tells_what_it_tells():
    parts = [read(code) for code in SERIES["codes"]]
    for place, (numbers, _, _) in enumerate(parts):
        assert numbers[:4] == [SERIES["series"][name] for name in ("transfer", "gate", "day", "total")]
        assert numbers[4:] == [place, place, SERIES["heard"]["transfer"], SERIES["heard"]["many"]]
    assert SERIES["series"]["day"] == dt.date.fromisoformat(SERIES["day"]).toordinal() - dt.date(1970, 1, 1).toordinal()
    content = b"".join(chunk for _, _, chunk in parts)
    bound = b"kakou exchange 1\0" + parts[0][1]
    plain = AESGCM(bytes.fromhex(SERIES["key"])).decrypt(content[:12], content[12:], bound)
    said = json.loads(zlib.decompress(plain, -15))
    assert said["format"] == 1
    found = []
    for run in said["runs"]:
        seq, before = run["seq"], run["prev_hash"]
        for proof, told in run["told"]:
            item = told | {"seq": seq, "prev_hash": before}
            found.append({"device": run["device"], "item": item, "proof": proof})
            seq, before = seq + 1, digest(canonical(read_item(json.dumps(item).encode()))).hex()
    assert found == SERIES["told"]


@pytest.mark.parametrize("case", PROOF["cases"], ids=lambda case: str(case["item"]["seq"]))
def test_a_proof_is_the_same_at_both_ends(case):
    text = canonical(read_item(json.dumps(case["item"]).encode()))
    assert proof_of(bytes.fromhex(PROOF["key"]), digest(text)) == case["proof"]
