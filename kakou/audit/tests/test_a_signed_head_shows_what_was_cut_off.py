import datetime as dt
import json

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections, transaction
from django.utils import translation

from kakou.audit import events
from kakou.audit.actions import record, write_head_down
from kakou.audit.management.cli import group
from kakou.audit.queries import HeadUnfit, read_head, signed_head, verify, write_head
from kakou.audit.rules import FirstBad, Why

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
AT = dt.datetime(2022, 4, 1, 8, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def pen():
    """A pen of the test's own: what really signs is wired in kakou.config and tested there."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))

    def holds(message, signature, public):
        return signature == key.sign(message)  # Ed25519 is deterministic

    before = list(events._signers)
    events.heads_are_signed_by(events.Signer(sign=key.sign, holds=holds, name=lambda: "test"))
    yield
    events._signers[:] = before


def happened(count):
    with transaction.atomic():
        for n in range(count):
            record("role.granted", subject=str(n + 1), by=7, at=AT)


def tamper(sql):
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute("alter table audit_event disable trigger user")
        cursor.execute(sql)
        cursor.execute("alter table audit_event enable trigger append_only")


def test_a_cut_tail_is_unseen_without_the_head_and_named_with_it():
    happened(5)
    head = signed_head(AT)
    tamper("delete from audit_event where seq > 3")
    assert verify() is None
    assert verify(head) == FirstBad(4, Why.CUT_OFF)


def test_an_emptied_chain_is_named():
    happened(2)
    head = signed_head(AT)
    tamper("delete from audit_event")
    assert verify(head) == FirstBad(1, Why.CUT_OFF)


def test_a_chain_made_anew_is_named():
    happened(5)
    head = signed_head(AT)
    tamper("delete from audit_event")
    with transaction.atomic():
        for n in range(6):
            record("role.ended", subject=str(n + 1), by=7, at=AT)
    assert verify() is None
    assert verify(head) == FirstBad(5, Why.REWRITTEN)


def test_a_chain_that_only_grew_agrees_with_an_old_head():
    happened(3)
    head = signed_head(AT)
    happened(3)
    assert verify(head) is None


def test_the_head_of_an_empty_chain_is_fine():
    assert verify(signed_head(AT)) is None


def test_a_head_survives_its_file():
    happened(2)
    head = signed_head(AT)
    assert read_head(write_head(head)) == head


@pytest.mark.parametrize(
    "change", [{"seq": 1}, {"hash": "00" * 32}, {"at": "2022-04-02T08:00:00+00:00"}, {"signature": "AAAA"}]
)
def test_a_changed_head_is_refused(change):
    happened(2)
    content = json.loads(write_head(signed_head(AT))) | change
    with pytest.raises(HeadUnfit):
        read_head(json.dumps(content))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"kakou": "audit head 1"}', "\x00"])
def test_a_file_that_is_no_head_is_refused(text):
    with pytest.raises(HeadUnfit):
        read_head(text)


def test_the_daily_head_is_written_down_and_stays_good(tmp_path):
    happened(2)
    path = write_head_down(tmp_path / "heads", at=AT)
    assert path.name == "head-2022-04-01T080000Z.json"
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    happened(2)
    assert verify(read_head(path.read_text())) is None
    tamper("delete from audit_event where seq > 1")
    assert verify(read_head(path.read_text())) == FirstBad(2, Why.CUT_OFF)


def test_the_command_says_ok_and_counts():
    happened(3)
    result = CliRunner().invoke(group, ["verify", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.output) == {"holds": True, "events": 3, "head": None}


def test_the_command_names_the_first_bad_row_and_fails(tmp_path):
    happened(3)
    file = tmp_path / "head.json"
    assert CliRunner().invoke(group, ["head", "--out", str(file)]).exit_code == 0
    tamper("delete from audit_event where seq = 3")
    result = CliRunner().invoke(group, ["verify", "--head", str(file), "--json"])
    assert result.exit_code == 1
    assert json.loads(result.output) == {"holds": False, "first_bad": 3, "why": "cut-off"}
    words = CliRunner().invoke(group, ["verify", "--head", str(file)]).output
    assert "3" in words
    assert "cut off" in words


def test_the_command_refuses_a_forged_head(tmp_path):
    happened(1)
    file = tmp_path / "head.json"
    file.write_text("{}")
    result = CliRunner().invoke(group, ["verify", "--head", str(file)])
    assert isinstance(result.exception, HeadUnfit)  # told in words, exit code 2, by the kakou command
