import datetime as dt
import json

import pytest
from click.testing import CliRunner
from django.utils import translation

from kakou import vault
from kakou.audit.models import Event
from kakou.audit.queries import verify
from kakou.vault.keys import KeyDestroyed, KeyStore
from kakou.vault.management.cli import group

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
PAST, FUTURE = dt.date(2022, 4, 1), dt.date(2122, 4, 1)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("KAKOU_KEYS", str(tmp_path / "keys"))
    KeyStore.create(tmp_path / "keys")
    return vault.store()


def run(*words, code=0, **more):
    result = CliRunner().invoke(group, words, **more)
    assert result.exit_code == code, result.output + repr(result.exception)
    return result.output


def test_it_lists_what_lives_and_what_is_gone(store, tmp_path):
    id, _ = store.data_key(PAST)
    store.data_key(FUTURE)
    store.destroy(id, at=dt.datetime(2022, 4, 2, tzinfo=dt.UTC))
    assert json.loads(run("list", "--json"))["keys"] == [
        {"key": "2022-04-01.0", "due": "2022-04-01", "destroyed": True},
        {"key": "2122-04-01.0", "due": "2122-04-01", "destroyed": False},
    ]
    assert "1 in use, 1 destroyed" in run("list")


def test_what_is_due_is_destroyed_and_told_to_the_audit(store):
    id, _ = store.data_key(PAST)
    kept, _ = store.data_key(FUTURE)
    assert json.loads(run("destroy", "--due-before", "2022-04-02", "--yes", "--json")) == {
        "destroyed": ["2022-04-01.0"]
    }
    with pytest.raises(KeyDestroyed):
        store.key(id)
    assert store.key(kept)
    event = Event.objects.using("owner").get()
    assert (event.action, event.subject, event.facts["early"]) == ("key.destroyed", "2022-04-01.0", False)
    assert event.facts["console"]  # who sat at the machine
    assert verify() is None


def test_it_asks_once_and_no_means_no(store):
    id, _ = store.data_key(PAST)
    run("destroy", "2022-04-01.0", input="n\n", code=1)
    assert store.key(id)
    assert not Event.objects.using("owner").exists()


def test_a_key_before_its_day_needs_saying_so(store):
    id, _ = store.data_key(FUTURE)
    result = CliRunner().invoke(group, ["destroy", "2122-04-01.0", "--yes"])
    assert result.exception.code == "key-not-due"
    assert store.key(id)
    run("destroy", "2122-04-01.0", "--yes", "--early")
    with pytest.raises(KeyDestroyed):
        store.key(id)


def test_an_unknown_key_is_told(store):
    assert "kakou keys list" in run("destroy", "2022-04-01.0", "--yes", code=2)
    assert "--due-before" in run("destroy", "--yes", code=2)


def test_a_copy_older_than_a_destruction_is_noticed_by_the_audit(store, tmp_path):
    store.data_key(PAST)
    run("export", str(tmp_path / "safe"), "--with-master")
    run("destroy", "2022-04-01.0", "--yes")
    assert json.loads(run("check", "--json")) == {"well": True, "troubles": []}
    for part in ("data", "destroyed"):  # the folder as a whole is put back by hand, its list of the dead with it
        for file in (tmp_path / "keys" / part).iterdir():
            file.unlink()
    (tmp_path / "keys" / "data" / "2022-04-01.0").write_bytes(
        (tmp_path / "safe" / "data" / "2022-04-01.0").read_bytes()
    )
    (tmp_path / "keys" / "data" / "2022-04-01.0").chmod(0o600)
    assert json.loads(run("check", "--json", code=1))["troubles"] == [
        {"key": "data/2022-04-01.0", "trouble": "should-be-gone"}
    ]
    assert "Destroy it again" in run("check", code=1)
    run("destroy", "2022-04-01.0", "--yes")
    run("check")


def test_a_copy_is_made_and_put_back(store, tmp_path):
    id, key = store.data_key(PAST)
    assert json.loads(run("export", str(tmp_path / "safe"), "--json")) == {"written": 2, "refused": 0, "wiped": 0}
    (tmp_path / "keys" / "data" / "2022-04-01.0").unlink()
    assert "1 keys copied" in run("restore", str(tmp_path / "safe"))
    assert KeyStore(tmp_path / "keys").key(id) == key


def test_a_copy_that_cannot_be_written_says_why(store, tmp_path):
    store.data_key(PAST)
    (tmp_path / "safe").write_text("a file, not a folder")
    assert "safe" in run("export", str(tmp_path / "safe"), code=2)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "data").write_text("in the way")
    assert "not finished" in run("export", str(tmp_path / "in"), code=1)


def test_every_command_explains_itself():
    for words in ([], ["list"], ["destroy"], ["export"], ["restore"], ["check"]):
        assert len(run(*words, "--help").encode()) > 150  # in whichever language the catalogue gives
