"""Of a bundle that it has, a phone fetches the parts that changed, and ends with exactly what the server says."""

import base64
import datetime as dt
import json
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kakou.access.actions import revoke_device
from kakou.access.badges.actions import issue_badge
from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.bundle import FRAME, Bundle
from kakou.ledger.bundle.parts import digest, parts_of
from kakou.people.actions import NewPerson, add_person
from kakou.people.rules import Facts
from kakou.places.models import Entrance, Unit
from kakou.screening.actions.passes import NewPass, cancel_pass, issue_pass
from kakou.screening.models.passes import PassKind
from kakou.vault.keys import bundles
from tests.cast import AT, enrol
from tests.phone import phone_code

VECTORS = json.loads((Path(__file__).parents[3] / "contracts/vectors/bundle/parts.json").read_text())
MINUTE = dt.timedelta(minutes=1)

tags = st.binary(min_size=16, max_size=16).map(lambda raw: base64.b64encode(raw).decode())
words = st.text('a中é"\\\n\x1f😀', max_size=3)
passes = st.lists(st.tuples(tags, words).map(list), unique_by=lambda entry: entry[0], max_size=9).map(sorted)
pieces = st.dictionaries(st.integers(0, 63), st.sampled_from(["QQ==", "Qg=="]), max_size=4)
told = (
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | words | st.dictionaries(words, words, max_size=2)
)


def sealed(pieces):
    """All 64 of them, or none."""
    return ".".join(pieces.get(number, "") for number in range(64)) if pieces else ""


said = st.fixed_dictionaries(
    {
        "roster": st.fixed_dictionaries({"salt": words, "passes": passes}),
        "people": st.fixed_dictionaries({"count": st.integers(0, 9), "sealed": pieces.map(sealed)}),
        "areas": st.lists(told, max_size=3),
    }
)


def test_the_parts_of_the_contract_are_ours():
    bundle = Bundle(VECTORS["bundle"]["etag"], VECTORS["bundle"])
    frame = {name: VECTORS["bundle"][name] for name in FRAME}
    assert frame | {"parts": {name: digest(part) for name, part in bundle.parts.items()}} == VECTORS["list"]


@given(said, said)
def test_bundles_that_say_the_same_have_the_same_digests_and_others_do_not(one, other):
    first, second = ({name: digest(part) for name, part in parts_of(each).items()} for each in (one, other))
    assert (first == second) == (one == other)


@given(said, tags)
def test_one_pass_more_changes_one_part(one, tag):
    held = one["roster"]["passes"]
    more = one | {"roster": one["roster"] | {"passes": sorted([*held, [tag, "resident"]])}}
    before, after = parts_of(one), parts_of(more)
    assert {name for name in after if before.get(name) != after[name]} == {f"roster/{tag[0]}"}


@pytest.fixture(scope="module")
def code():
    with phone_code() as started:
        yield started


class Renewing:
    """A phone that has a bundle: asks for the list, then for what it lacks, and lets its own code put them together."""

    def __init__(self, code, token):
        self.code, self.client = code, Client(headers={"authorization": f"Bearer {token}"})
        self.held = self.whole()

    def whole(self):
        jws = self.client.get("/api/gate/bundle").content.decode()
        return self.code.ask(bundle=jws, key=bundles.public_jwk())["content"]

    def listed(self, etag=""):
        answer = self.client.get("/api/gate/bundle/list", headers={"if-none-match": etag})
        return answer.content.decode() if answer.status_code == 200 else None

    def parts(self, names):
        answer = self.client.post("/api/gate/bundle/parts", {"names": names}, content_type="application/json")
        assert answer.status_code == 200
        return answer.json()["parts"]

    def renew(self):
        """The names of the parts that were fetched, and how many bytes came in all."""
        jws = self.listed(f'"{self.held["etag"]}"')
        asked = {"list": jws, "held": self.held, "key": bundles.public_jwk()}
        names = self.code.ask(**asked)["lacking"]
        sent = self.parts(names) if names else {}
        self.held = self.code.ask(**asked, sent=sent)["content"]
        return set(names), len(jws) + len(json.dumps(sent))


@pytest.fixture
def phone(code, cast, tree):
    with acting_as_system():
        unit = Unit.objects.create(node=tree.garden, kind="compound", name="garden")
        Entrance.objects.create(node=tree.garden_gate, unit=unit, name="gate", kind="compound_gate")
    with time_machine.travel(AT, tick=False):
        device, token = enrol(cast.lead, tree.garden_gate)
        renewing = Renewing(code, token)
        renewing.device = device
        yield renewing


def neighbours(tree, cast, many):
    """Passes of so many people who live there."""
    new = NewPass(PassKind.RESIDENT, "3-2-501", AT.date(), None)
    with acting_as_system():
        people = [
            add_person(NewPerson(tree.garden.pk, Facts("某", phone=f"138{number:08}")), by=None, at=AT)
            for number in range(many)
        ]
    with acting_as(cast.worker):
        return [issue_pass(one, new, by=cast.worker, at=AT) for one in people]


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_whatever_changes_the_phone_ends_with_what_the_server_says(phone, cast, tree):
    issue_badge(pin="271846", by=cast.recorder, at=AT)
    held = neighbours(tree, cast, 40)
    with time_machine.travel(AT + MINUTE, tick=False):
        fetched, _ = phone.renew()
        assert phone.held == phone.whole() and {"people", "people/0"} < fetched
        assert phone.listed(f'"{phone.held["etag"]}"') is None
    with acting_as(cast.worker):
        cancel_pass(held[7], reason="lost", by=cast.worker, at=AT)
    with time_machine.travel(AT + 2 * MINUTE, tick=False):
        fetched, size = phone.renew()
        assert phone.held == phone.whole()
    assert len(fetched) == 2  # a piece of the roster, and the piece of the people in which its holder is
    assert size < len(json.dumps(phone.held))


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_nobody_and_a_revoked_phone_get_neither_list_nor_parts(phone, cast):
    with acting_as(cast.lead):
        revoke_device(phone.device, by=cast.lead, at=AT)
    for client, word in ((phone.client, "revoked-device"), (Client(), "unknown-device")):
        answers = (
            client.get("/api/gate/bundle/list"),
            client.post("/api/gate/bundle/parts", {"names": ["roster"]}, content_type="application/json"),
        )
        assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(401, word)] * 2


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_a_part_that_is_none_is_left_out_and_none_at_all_is_refused(phone):
    assert phone.parts(["roster//", "__class__", "codes"]) == {"codes": {"health": False, "travel": False}}
    for names in ([], ["x"] * 501, ["x" * 41]):
        answer = phone.client.post("/api/gate/bundle/parts", {"names": names}, content_type="application/json")
        assert answer.status_code == 422
