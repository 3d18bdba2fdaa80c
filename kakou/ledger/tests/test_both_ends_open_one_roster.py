"""Badges, leases and people as contracts/vectors/roster has them: gate/tests runs the same files."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicNumbers

from kakou.access.badges import BadgeMisread, badge_key, badge_text, read_badge
from kakou.access.leases import RenewalMisread, read_renewal
from kakou.ledger.bundle.people import FORMAT, LEASE, place_of_badge, place_of_people
from kakou.ledger.tests.rosters import opened_people
from kakou.vault.keys.bundles import verifies
from kakou.vault.sealing import NotOpened, open_alike

FOLDER = Path(__file__).parents[3] / "contracts" / "vectors" / "roster"
BADGE, PEOPLE, LEASES = (json.loads((FOLDER / f"{name}.json").read_text()) for name in ("badge", "people", "lease"))


def named(case):
    return case.get("name") or case.get("text", "")[:12]


def holds(message, signature):
    x, y = (int.from_bytes(base64.urlsafe_b64decode(LEASES["key"][side] + "="), "big") for side in "xy")
    return verifies(EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key(), message, signature)


@pytest.mark.parametrize("case", BADGE["good"], ids=named)
def test_a_badge_is_written_read_and_makes_its_key(case):
    secret = bytes.fromhex(case["secret"])
    assert badge_text(case["badge"], secret) == case["text"]
    assert read_badge(case["text"]) == (case["badge"], secret)
    assert badge_key(case["pin"], badge=case["badge"], secret=secret).hex() == case["key"]


@pytest.mark.parametrize("case", BADGE["typed"], ids=named)
def test_a_badge_is_read_as_it_is_typed(case):
    assert read_badge(case["text"])[0] == case["badge"]


@pytest.mark.parametrize("case", BADGE["misread"], ids=named)
def test_a_badge_that_was_misread_is_refused(case):
    with pytest.raises(BadgeMisread):
        read_badge(case["text"])


def opened(badge, key):
    section, device = PEOPLE["section"], PEOPLE["device"]
    place = place_of_badge(device, badge, section["until"])
    assert place.hex() == PEOPLE["places"]["badges"][str(badge)]
    roster = open_alike(key, place=place, sealed=base64.b64decode(section["badges"][str(badge)]))
    assert roster.hex() == PEOPLE["roster_key"]
    for number, place in PEOPLE["places"]["people"].items():
        assert place_of_people(device, section["until"], int(number)).hex() == place
    return opened_people(roster, section, device)


@pytest.mark.parametrize("case", BADGE["good"], ids=named)
def test_every_badge_opens_the_people(case):
    assert (PEOPLE["section"]["format"], PEOPLE["section"]["lease"]) == (FORMAT, LEASE)
    assert opened(case["badge"], bytes.fromhex(case["key"])) == {
        name: PEOPLE[name] for name in ("people", "staff", "expected")
    }


@pytest.mark.parametrize("case", PEOPLE["wrong"], ids=named)
def test_another_pin_opens_nobody(case):
    (badge,) = [one for one in BADGE["good"] if one["badge"] == case["badge"]]
    with pytest.raises(NotOpened):
        opened(case["badge"], badge_key(case["pin"], badge=case["badge"], secret=bytes.fromhex(badge["secret"])))


@pytest.mark.parametrize("case", LEASES["good"], ids=named)
def test_a_lease_is_lengthened_by_what_the_pinned_key_signed(case):
    said = read_renewal(case["text"], holds)
    told = {name: getattr(said, name) for name in ("gate", "device", "starts", "ends", "hours")}
    assert told | {"id": said.id.hex()} == case["said"]


@pytest.mark.parametrize("case", LEASES["bad"] + LEASES["forged"], ids=named)
def test_nothing_else_lengthens_it(case):
    with pytest.raises(RenewalMisread):
        read_renewal(case["text"], holds)
