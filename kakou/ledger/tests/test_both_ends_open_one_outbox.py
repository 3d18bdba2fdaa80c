"""An exported outbox as contracts/vectors/outbox has it: gate/tests writes and opens the same files."""

import base64
import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

from kakou.ledger.lane.outbox import NoOutbox, OutboxAltered, opened, read_header
from kakou.vault.keys.outboxes import name_of, point_of

VECTORS = json.loads(
    (Path(__file__).parents[3] / "contracts" / "vectors" / "outbox" / "outbox.json").read_text("utf-8")
)
SECRET = base64.urlsafe_b64decode(VECTORS["site"]["jwk"]["d"] + "=")
KEY = derive_private_key(int.from_bytes(SECRET, "big"), SECP256R1())
TOKEN_HASH = hashlib.sha256(VECTORS["token"].encode()).digest()


def read(file):
    content = base64.b64decode(file)
    said = opened(content, read_header(content), key=KEY, token_hash=TOKEN_HASH)
    items = [json.loads(bytes(item)) for item in said.items]
    return {"contract": said.contract, "device": said.device, "sent_at": said.sent_at, "items": items}


def test_the_section_of_the_bundle_names_the_key():
    point = point_of(KEY)
    told = {"format": 1, "id": name_of(point), "key": base64.b64encode(point).decode()}
    assert told == VECTORS["site"]["section"]


@pytest.mark.parametrize("writer", ["phone", "server"])
def test_what_either_end_wrote_opens(writer):
    assert read(VECTORS["files"][writer]) == VECTORS["said"]


@pytest.mark.parametrize("case", VECTORS["altered"], ids=lambda case: case["name"])
def test_what_was_altered_on_its_way_does_not_open(case):
    with pytest.raises(OutboxAltered):
        read(case["file"])


@pytest.mark.parametrize("case", VECTORS["none"], ids=lambda case: case["name"])
def test_something_else_is_no_outbox(case):
    with pytest.raises(NoOutbox):
        read(case["file"])


def test_every_single_byte_of_it_counts():
    content = base64.b64decode(VECTORS["files"]["server"])
    for place in range(len(content)):
        changed = content[:place] + bytes([content[place] ^ 0x20]) + content[place + 1 :]
        with pytest.raises((OutboxAltered, NoOutbox)):
            read(base64.b64encode(changed))


def test_one_for_another_site_is_known_by_its_first_line():
    header = read_header(base64.b64decode(VECTORS["to_another_site"]))
    assert header.key != VECTORS["site"]["section"]["id"]
