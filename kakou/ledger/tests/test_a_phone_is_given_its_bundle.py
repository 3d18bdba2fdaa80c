"""A gate phone is given what it must know in one signed answer, and nothing that a thief could show at another gate."""

import base64
import datetime as dt
import json

import pytest
import time_machine
from django.test import Client

from kakou.access.actions import revoke_device
from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.actions.place_codes import make_code
from kakou.ledger.bundle.expected import visit_tag
from kakou.places.models import Entrance, Unit
from kakou.screening.actions.packs import change_params, publish
from kakou.screening.actions.passes import NewPass, cancel_pass, issue_pass
from kakou.screening.actions.trust import import_trust_list
from kakou.screening.credentials.tests.issuing import DccIssuer
from kakou.screening.models import RiskArea
from kakou.screening.models.passes import PassKind
from kakou.screening.tests.test_trust_lists_are_dated import listed
from kakou.vault.keys import bundles
from tests.cast import AT, enrol
from tests.gate_phone import GatePhone, canonical
from tests.phone import phone_code

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def code():
    with phone_code() as started:
        yield started


@pytest.fixture
def phone(code, cast, tree):
    with acting_as_system():
        for node, kind, name in ((tree.garden, "compound", "garden"), (tree.orchard, "compound", "orchard")):
            Unit.objects.create(node=node, kind=kind, name=name)
        gates = {tree.garden: tree.garden_gate, tree.orchard: tree.orchard_gate}
        for unit, gate in gates.items():
            Entrance.objects.create(node=gate, unit=Unit.objects.get(node=unit), name="gate", kind="compound_gate")
    with time_machine.travel(AT, tick=False):
        yield GatePhone(code, token=enrol(cast.lead, tree.garden_gate)[1], key=bundles.public_jwk())


def test_it_holds_the_rules_the_areas_and_the_place(phone, cast, tree):
    with acting_as(cast.administrator):
        made = change_params("cn-2021-08.1", {"temperature_limit": 375}, note="x", by=cast.administrator, at=AT)
        publish(str(made), node=tree.street, starts_at=AT + DAY, by=cast.administrator, at=AT)
        RiskArea.objects.create(
            code="321003",
            name="x",
            level="high",
            starts_on=AT.date() - 40 * DAY,
            ends_on=None,
            source="x",
            recorded_at=AT,
        )
    assert phone.contact() == 200
    rules = phone.bundle["rules"]
    assert [turn["version"] for turn in rules["turns"]] == ["cn-2021-08.1", "cn-2021-08.2"]
    assert set(rules["packs"]) == {"cn-2021-08.1", "cn-2021-08.2"}
    assert phone.bundle["areas"] == [{"code": "321003", "level": "high", "from": "2021-07-01", "to": None}]
    place = {"unit": tree.garden.pk, "kind": "compound", "periods": []}
    assert phone.bundle["place"] == place | {"zone": "Asia/Shanghai", "name": "garden · gate", "codes": {}}
    assert phone.bundle["gate"] == tree.garden_gate.pk


def test_it_says_where_its_place_codes_hang_and_holds_none_of_them(phone, cast, tree):
    with acting_as(cast.secretary):
        made = make_code(node=tree.garden_gate.pk, by=cast.secretary, at=AT).code
        other = make_code(node=tree.garden.pk, by=cast.secretary, at=AT).code
    assert phone.contact() == 200
    salt = base64.b64decode(phone.bundle["roster"]["salt"])
    told = {visit_tag(salt, made): "garden gate", visit_tag(salt, other): "garden"}
    assert phone.bundle["place"]["codes"] == told
    assert made not in json.dumps(phone.bundle)


def test_as_long_as_nothing_changed_it_is_not_sent_again(phone, cast, tree):
    assert phone.contact() == 200
    with time_machine.travel(AT + dt.timedelta(hours=3), tick=False):
        assert phone.contact() == 304
    with acting_as(cast.administrator):
        publish("cn-2022-06.1", node=tree.east, starts_at=AT, by=cast.administrator, at=AT)
    assert phone.contact() == 200


def test_a_changed_byte_is_noticed_and_an_older_one_is_not_taken(phone, code):
    client = Client(headers={"authorization": f"Bearer {phone.token}"})
    jws = client.get("/api/gate/bundle").content.decode()
    header, payload, signature = jws.split(".")
    content = json.loads(base64.urlsafe_b64decode(payload + "=="))
    content["rules"]["turns"] = []
    forged = base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
    assert code.ask(bundle=f"{header}.{forged}.{signature}", key=phone.key) == {"refused": "bad_signature"}
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"kakou-bundle"}').decode().rstrip("=")
    assert code.ask(bundle=f"{none}.{payload}.{signature}", key=phone.key) == {"refused": "malformed"}
    with time_machine.travel(AT + DAY, tick=False):
        assert "content" in code.ask(bundle=client.get("/api/gate/bundle").content.decode(), key=phone.key)
    assert code.ask(bundle=jws, key=phone.key) == {"refused": "older"}


def test_its_roster_knows_the_passes_of_its_own_unit_by_hash_only(phone, cast, tree):
    from kakou.people.actions import NewPerson, add_person
    from kakou.people.rules import Facts

    with acting_as_system():
        ours, theirs = (
            add_person(NewPerson(node.pk, Facts("某", phone=f"1380000000{n}")), by=None, at=AT)
            for n, node in enumerate((tree.garden, tree.orchard))
        )
    new = NewPass(PassKind.RESIDENT, "3-2-501", AT.date(), None)
    with acting_as(cast.worker):
        mine = issue_pass(ours, new, by=cast.worker, at=AT)
    with acting_as(cast.neighbour):
        other = issue_pass(theirs, new, by=cast.neighbour, at=AT)
    with time_machine.travel(AT + DAY, tick=False):
        phone.contact()
    assert (phone.knows(mine.pk), phone.knows(other.pk)) == ("resident", "")
    told = canonical(phone.bundle)
    assert mine.pk.hex not in told and str(mine.pk) not in told and "501" not in json.dumps(phone.bundle["roster"])
    assert phone.ask("passes/check", {"text": "KP"})[0] == 422
    from kakou.screening.passes.text import pass_text

    assert phone.ask("passes/check", {"text": pass_text(mine.pk)}) == (200, {"state": "valid"})
    assert phone.ask("passes/check", {"text": pass_text(other.pk)}) == (200, {"state": "other_unit"})
    with acting_as(cast.worker):
        cancel_pass(mine, reason="lost", by=cast.worker, at=AT)
    assert phone.ask("passes/check", {"text": pass_text(mine.pk)}) == (200, {"state": "cancelled"})


def test_two_phones_have_rosters_that_cannot_be_laid_side_by_side(phone, code, cast, tree):
    other = GatePhone(code, token=enrol(cast.lead, tree.garden_gate, "two")[1], key=phone.key)
    phone.contact()
    with time_machine.travel(AT + DAY, tick=False):
        other.contact()
    assert phone.bundle["roster"]["salt"] != other.bundle["roster"]["salt"]


def test_it_holds_whom_to_believe(phone, cast):
    issuer = DccIssuer.new()
    with acting_as(cast.administrator):
        import_trust_list(listed(issuer), name="", by=cast.administrator, at=AT)
    with time_machine.travel(AT + 2 * DAY, tick=False):
        phone.contact()
    (key,) = phone.bundle["trust"]["keys"]
    assert (key["kind"], key["issuer"], key["algorithm"]) == ("dcc", "XZ", "ES256")
    assert [one["name"] for one in phone.bundle["trust"]["lists"]] == ["EU"]


def test_a_revoked_phone_and_nobody_get_nothing(phone, cast, tree):
    device, token = enrol(cast.lead, tree.garden_gate, "lost")
    lost = Client(headers={"authorization": f"Bearer {token}"})
    assert lost.get("/api/gate/bundle").status_code == 200
    with acting_as(cast.lead):
        revoke_device(device, by=cast.lead, at=AT)
    nobody = Client(headers={"authorization": "Bearer nonsense"})
    for client, code in ((lost, "revoked-device"), (Client(), "unknown-device"), (nobody, "unknown-device")):
        for path, body in (("bundle", None), ("fever", None), ("passes/check", {"text": "x"})):
            answer = (
                client.get(f"/api/gate/{path}")
                if body is None
                else client.post(f"/api/gate/{path}", body, content_type="application/json")
            )
            assert (answer.status_code, answer.json()["code"]) == (401, code)
            assert answer.json()["text"]


def test_a_phone_is_told_the_key_when_it_is_enrolled(cast, tree):
    from kakou.access.actions import issue_enrolment

    with time_machine.travel(AT, tick=False), acting_as(cast.lead):
        _, token = issue_enrolment(node=tree.garden_gate, name="x", by=cast.lead, at=AT)
    with time_machine.travel(AT, tick=False):
        answer = Client().post("/api/devices/enrol", {"token": token}, content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["bundle_key"] == bundles.public_jwk()
