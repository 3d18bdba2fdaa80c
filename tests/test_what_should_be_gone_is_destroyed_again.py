"""A key of which the audit says that it is destroyed may live all the same: the machine fell before its file went, the
disk was full, or an older copy of the keys was put back. It is found, told as an alarm, and destroyed again."""

import datetime as dt
import fcntl
import threading

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import translation

from kakou import vault
from kakou.access.scope import acting_as_system
from kakou.audit.actions import record
from kakou.audit.models import Event
from kakou.audit.queries import verify
from kakou.upkeep import queries
from kakou.upkeep.rules import Level
from kakou.vault.actions import destroy_again, destroy_keys
from kakou.vault.keys import KeyDestroyed, KeyStore, id_of, name_of
from kakou.vault.keys.copies import export
from kakou.vault.keys.masters import locked
from kakou.vault.management.cli import group
from kakou.vault.queries import troubles
from kakou.vault.tasks import destroy_what_is_back
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
DUE = dt.date(2021, 8, 1)
NAME, OTHER = "2021-08-01.0", "2021-08-01.1"


@pytest.fixture
def store(tmp_path, monkeypatch, tree):
    monkeypatch.setenv("KAKOU_KEYS", str(tmp_path / "keys"))
    KeyStore.create(tmp_path / "keys")
    vault.store().data_key(DUE)
    return vault.store()


@pytest.fixture
def copy(store, tmp_path):
    """A copy of the key store from before anything was destroyed."""
    export(store.folder, tmp_path / "copy", with_master=True)
    return tmp_path / "copy"


def told_only(tree):
    """The machine fell between the audit and the file: the one says destroyed, the other is there."""
    with acting_as_system():
        record("key.destroyed", subject=NAME, by=None, at=AT, node=tree.street.pk, early=False)


def put_back_by_hand(store, copy):
    """The whole folder as it was, its list of the destroyed with it."""
    destroy_keys([id_of(NAME)], by=None, at=AT, today=DUE)
    (store.folder / "destroyed" / NAME).unlink()
    write(store, (copy / "data" / NAME).read_bytes())


def back_beside_its_mark(store, copy):
    """One file, from wherever."""
    destroy_keys([id_of(NAME)], by=None, at=AT, today=DUE)
    write(store, (copy / "data" / NAME).read_bytes())


def write(store, content):
    path = store.folder / "data" / NAME
    path.write_bytes(content)
    path.chmod(0o600)


def alarms():
    with acting_as_system():
        return [one for one in queries.findings(at=AT) if one.what == "keys" and one.level is Level.ALARM]


def gone(store):
    """Also for whoever opens the key store now."""
    with pytest.raises(KeyDestroyed):
        KeyStore(store.folder).key(id_of(NAME))
    return not (store.folder / "data" / NAME).exists()


@pytest.mark.parametrize("state", ["told only", "put back by hand", "back beside its mark"])
def test_it_is_an_alarm_until_the_night_has_destroyed_it_again(state, store, copy, tree, cast):
    assert not alarms()
    if state == "told only":
        told_only(tree)
    else:
        (put_back_by_hand if state == "put back by hand" else back_beside_its_mark)(store, copy)
    assert [one.facts["back"] for one in alarms()] == [1]
    client = Client(headers={"accept-language": "en"})
    sign_in(client, cast.administrator)
    assert "was destroyed and lives" in client.get("/status/").content.decode()
    destroy_what_is_back(timestamp=1)
    assert gone(store)
    assert not alarms()
    assert not list(troubles())
    again = Event.objects.using("owner").get(action="key.destroyed_again")
    assert (again.subject, again.by, again.node) == (NAME, None, tree.street.pk)
    assert verify() is None


def test_a_night_with_nothing_to_do_says_nothing(store):
    destroy_keys([id_of(NAME)], by=None, at=AT, today=DUE)
    assert destroy_again(at=AT) == []
    assert not Event.objects.using("owner").filter(action="key.destroyed_again").exists()


def test_one_that_cannot_be_destroyed_keeps_no_other_alive(store, tmp_path):
    """Its disk says no: here something lies in its way that is no file."""
    store.rotate(DUE)
    (store.folder / "data" / NAME).unlink()
    (store.folder / "data" / NAME).mkdir()
    with pytest.raises(IsADirectoryError):
        destroy_keys([id_of(NAME), id_of(OTHER)], by=None, at=AT, today=DUE)
    assert not (store.folder / "data" / OTHER).exists()
    with pytest.raises(IsADirectoryError):  # the night fails as well, and is told of as a job that fails
        destroy_again(at=AT)
    (store.folder / "data" / NAME).rmdir()
    assert not alarms()


def test_what_the_audit_knows_as_destroyed_is_not_put_back_from_a_copy(store, copy, tree):
    told_only(tree)
    (store.folder / "data" / NAME).unlink()  # the store was lost
    with translation.override("en"):
        done = CliRunner().invoke(group, ["restore", str(copy)])
    assert done.exit_code == 0, done.output
    assert "1 destroyed keys refused" in done.output
    assert gone(store)


def test_a_copy_that_is_put_back_leaves_none_alive_that_the_audit_knows(store, copy, tree):
    told_only(tree)
    assert CliRunner().invoke(group, ["restore", str(copy)]).exit_code == 0
    assert gone(store)
    assert not list(troubles())


@pytest.mark.parametrize("way", ["destroyed here", "known from a backup"])
def test_a_rotation_under_way_does_not_write_back_what_is_destroyed(way, store):
    """It holds the lock of the folder while it reads and writes each key; a destruction waits for it."""
    path = store.folder / "data" / NAME
    acts = {
        "destroyed here": lambda: store.destroy(id_of(NAME), at=AT),
        "known from a backup": lambda: store.remember_destroyed([name_of(id_of(NAME))], at=AT),
    }
    destruction = threading.Thread(target=acts[way])
    with locked(store.folder, fcntl.LOCK_EX):
        read = path.read_bytes()
        destruction.start()
        destruction.join(timeout=0.5)
        path.write_bytes(read)
    destruction.join(timeout=10)
    assert gone(store)
