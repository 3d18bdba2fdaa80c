"""What a phone could not send is carried to the office as a file: every passage counts once, whoever comes first."""

import json
import os
import threading

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import translation

from kakou.access.actions import revoke_device
from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.ledger.actions.outboxes import OtherSite, OutboxTooLarge, PhoneUnknown, bring_outbox
from kakou.ledger.lane.outbox import LARGEST_FILE, NoOutbox, OutboxAltered
from kakou.ledger.lane.wire import canonical, digest, read_item
from kakou.ledger.management.cli import group
from kakou.ledger.models import Passage, Quarantined
from kakou.ledger.tests.carried import exported
from kakou.ledger.tests.deskwork import MINUTE, passage, settled, visitor
from kakou.vault.keys import outboxes
from tests.cast import AT, enrol, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
ENGLISH = {"Accept-Language": "en"}
LATER = AT + 5 * MINUTE


@pytest.fixture
def garden(tree):
    return settled(tree)


@pytest.fixture
def phone(garden, cast):
    device, token = enrol(cast.lead, garden.garden_gate)
    return device, token


def recorded(count=3, **changes):
    """So many passages as a phone numbers and links them."""
    items, prev = [], "0" * 64
    for number in range(1, count + 1):
        item = passage(visitor(number), at=AT, **changes) | {"seq": number, "prev_hash": prev}
        prev = digest(canonical(read_item(json.dumps(item).encode()))).hex()
        items.append(item)
    return items


def bring(content, by, at=LATER):
    with acting_as(by):
        return bring_outbox(content, by=by, at=at)


def ledger():
    with acting_as_system():
        return list(Passage.objects.order_by("seq"))


def apart():
    with acting_as_system():
        return sorted(Quarantined.objects.values_list("reason", flat=True))


def told():
    with acting_as_system():
        return list(Event.objects.filter(action="outbox.brought").order_by("seq"))


def numbers(brought):
    return brought.items, brought.new, brought.present, dict(brought.apart)


def test_every_passage_stands_in_the_ledger_as_its_phone_s_own(phone, cast):
    device, token = phone
    items = recorded()
    assert numbers(bring(exported(device.pk, token, items), cast.worker)) == (3, 3, 0, {})
    rows = ledger()
    assert [(str(row.id), row.seq, row.device_id, row.node_id) for row in rows] == [
        (item["id"], item["seq"], device.pk, device.node_id) for item in items
    ]
    assert [row.recorded_at for row in rows] == [LATER] * 3
    assert [bytes(row.prev_hash) for row in rows[1:]] == [bytes(row.hash) for row in rows[:-1]], "its chain holds"


def test_the_same_file_twice_changes_nothing(phone, cast):
    device, token = phone
    file = exported(device.pk, token, [*recorded(2), {"seq": 3}])
    assert numbers(bring(file, cast.worker)) == (3, 2, 0, {"wrong-shape": 1})
    assert numbers(bring(file, cast.lead)) == (3, 0, 3, {})
    assert (len(ledger()), apart()) == (2, ["wrong-shape"])


def test_what_two_people_bring_at_the_same_time_is_stored_once(phone, cast):
    device, token = phone
    file, done = exported(device.pk, token, recorded(20)), []

    def carry(by):
        try:
            done.append(bring(file, by).new)
        finally:
            connection.close()

    both = [threading.Thread(target=carry, args=[by]) for by in (cast.worker, cast.lead)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert sorted(done) == [0, 20]
    assert len(ledger()) == 20


def test_a_later_export_brings_only_what_is_new(phone, cast):
    device, token = phone
    items = recorded(5)
    bring(exported(device.pk, token, items[:3]), cast.worker)
    assert numbers(bring(exported(device.pk, token, items), cast.worker)) == (5, 2, 3, {})


def test_what_is_unfit_is_kept_apart_and_its_neighbours_pass(phone, cast):
    device, token = phone
    fever = recorded(3)
    fever[1]["checks"] = {"temperature": 990}
    assert numbers(bring(exported(device.pk, token, fever), cast.worker)) == (3, 2, 0, {"impossible-temperature": 1})


def test_an_id_that_stands_with_another_body_overwrites_nothing(phone, cast):
    device, token = phone
    (first,) = recorded(1)
    other = first | {"direction": "out"}
    assert numbers(bring(exported(device.pk, token, [first, other]), cast.worker)) == (2, 1, 0, {"other-body": 1})
    another = first | {"purpose": "work"}
    assert numbers(bring(exported(device.pk, token, [another]), cast.worker)) == (1, 0, 0, {"other-body": 1})
    assert [row.direction for row in ledger()] == [1]


def test_of_a_revoked_phone_everything_is_kept_apart(phone, cast):
    device, token = phone
    with acting_as(cast.lead):
        revoke_device(device, by=cast.lead, at=AT)
    assert numbers(bring(exported(device.pk, token, recorded(2)), cast.worker)) == (2, 0, 0, {"revoked-device": 2})
    assert ledger() == []


def test_a_contract_that_nobody_reads_here_is_kept_whole(phone, cast):
    device, token = phone
    brought = bring(exported(device.pk, token, recorded(1), contract=9), cast.worker)
    assert numbers(brought) == (1, 0, 0, {"unknown-contract": 1})


def test_who_brought_whose_outbox_is_told_to_the_audit(phone, cast):
    device, token = phone
    bring(exported(device.pk, token, recorded(2)), cast.worker)
    [event] = told()
    assert (event.by, event.subject, event.node) == (cast.worker.pk, str(device.pk), device.node_id)
    assert event.facts == {"items": 2, "new": 2, "present": 0, "apart": 0}


@pytest.mark.parametrize("who", ["neighbour", "recorder", "secretary"])
def test_only_who_decides_at_the_gate_brings_its_outbox(phone, cast, who):
    device, token = phone
    file = exported(device.pk, token, recorded(1))
    if who == "secretary":
        assert bring(file, cast.secretary).new == 1
        return
    with pytest.raises(PhoneUnknown):
        bring(file, getattr(cast, who))
    assert (ledger(), told()) == ([], [])


def test_what_is_no_outbox_of_ours_leaves_nothing_behind(phone, cast):
    device, token = phone
    file = exported(device.pk, token, recorded(2))
    elsewhere = outboxes.point_of(generate_private_key(SECP256R1()))
    for content, refusal in (
        (b"", NoOutbox),
        (b"%PDF-1.7", NoOutbox),
        (file[:-1], OutboxAltered),
        (file[:-1] + bytes([file[-1] ^ 1]), OutboxAltered),
        (exported(device.pk, "not its token", recorded(2)), OutboxAltered),
        (exported(device.pk, token, recorded(2), to=elsewhere), OtherSite),
        (exported(device.pk + 999, token, recorded(2)), PhoneUnknown),
        (exported(9_999_999_999, token, recorded(2)), PhoneUnknown),
        (file + os.urandom(LARGEST_FILE), OutboxTooLarge),
    ):
        with pytest.raises(refusal):
            bring(content, cast.worker)
    assert (ledger(), apart(), told()) == ([], [], [])


def page(who, *files):
    client = Client(headers=ENGLISH)
    sign_in(client, who)
    return client.post("/ledger/outboxes/", {"outboxes": [SimpleUploadedFile(name, body) for name, body in files]})


def test_the_page_tells_of_each_file_what_it_brought_and_what_is_wrong(phone, cast):
    device, token = phone
    good = exported(device.pk, token, [*recorded(2), {"seq": 3}])
    answer = page(cast.worker, ("kakou-outbox-east.kko", good), ("holiday.jpg", b"\xff\xd8"))
    said = " ".join(answer.content.decode().split())
    assert answer.status_code == 422
    for words in (
        "New in the ledger</dt><dd>2<",
        "Kept apart: A field has the wrong form</dt><dd>1<",
        "holiday.jpg",
    ):
        assert words in said
    assert "Choose a file whose name ends in .kko" in said
    assert len(ledger()) == 2
    again = page(cast.worker, ("kakou-outbox-east.kko", good))
    assert again.status_code == 200
    assert "Here already</dt><dd>3<" in again.content.decode()


def test_without_a_file_the_page_asks_for_one(phone, cast):
    assert "required" in page(cast.worker).content.decode()


def test_nothing_of_the_passages_stands_on_the_page(phone, cast):
    device, token = phone
    said = page(cast.worker, ("x.kko", exported(device.pk, token, recorded(1)))).content.decode()
    assert "访客" not in said
    assert "1390013" not in said


def command(*arguments):
    with translation.override("en"):
        return CliRunner().invoke(group, ["outbox", *map(str, arguments)])


def test_the_command_takes_files_in_the_name_of_an_account(phone, cast, tmp_path):
    device, token = phone
    good, wrong = tmp_path / "good.kko", tmp_path / "wrong.kko"
    good.write_bytes(exported(device.pk, token, recorded(2)))
    wrong.write_bytes(b"x")
    done = command(good, wrong, "--by", cast.worker.username, "--json")
    assert done.exit_code == 2
    assert '{"file": "good.kko", "items": 2, "new": 2, "present": 0, "apart": {}}' in done.output
    again = command(good, "--by", cast.worker.username)
    assert again.exit_code == 0
    assert again.output == "good.kko: 2 passages, 0 new, 2 here already, 0 kept apart\n"
    assert command(good, "--by", cast.neighbour.username).exit_code == 2
