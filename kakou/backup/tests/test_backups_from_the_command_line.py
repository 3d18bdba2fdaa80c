import datetime as dt
import json
import os
import subprocess

import pytest
from click.testing import CliRunner
from django.utils import translation

from kakou import vault
from kakou.backup import journal, queries
from kakou.backup.database.server import names_like
from kakou.backup.events import Place, lies_at, place
from kakou.backup.management.backup import group as backup
from kakou.backup.management.restore import group as restore
from kakou.backup.rules import Kind
from kakou.kernel.errors import Refusal
from kakou.kernel.time import now
from kakou.vault.keys import name_of

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture(autouse=True)
def here(server, home, settings, tmp_path):
    told = place()
    lies_at(lambda: Place(server, home, None))
    settings.HOME, settings.BACKUP_FOLDER = home, tmp_path / "backups"
    with translation.override("en"):
        yield home
    lies_at(lambda: told)


def run(command, *words, code=0):
    result = CliRunner().invoke(command, words)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


def test_it_says_what_it_made_where_the_keys_are_and_what_is_there(district, tmp_path):
    told = run(backup)
    assert str(tmp_path / "keys") in told
    assert "kakou keys export" in told
    made = json.loads(run(backup, "list", "--json"))["backups"]
    assert len(made) == 1
    assert made[0]["id"] in run(backup, "list")
    (tmp_path / "backups" / "backups" / "2020-01-01T000000Z").touch()
    assert "2020-01-01T000000Z  damaged" in run(backup, "list")
    assert json.loads(run(backup, "check", "--json")) == {"whole": True, "id": made[0]["id"], "rows": made[0]["rows"]}
    assert json.loads(run(restore, "--drill", "--json"))["equal"] is True
    assert "0 databases removed" in run(restore, "--forget-old")


def test_a_backup_that_is_not_there_and_a_folder_of_others_are_refused(district, tmp_path):
    with pytest.raises(Refusal, match="no backups"):
        run(backup, "list")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    with pytest.raises(Refusal, match="not empty"):
        run(backup, "--to", str(tmp_path / "photos"))
    run(backup)
    with pytest.raises(Refusal, match="no backup 2001"):
        run(backup, "check", "2001")


def test_where_backups_were_and_are_no_more_none_is_begun_unasked(district, home, tmp_path):
    """Its disk is not mounted: the database's would be filled, and take the backups with it when it breaks."""
    run(backup, "--to", str(tmp_path / "stick"))
    run(backup)
    (tmp_path / "backups").rename(tmp_path / "unmounted")
    for mounted_on in (False, True):
        if mounted_on:
            (tmp_path / "backups").mkdir()
        with pytest.raises(Refusal, match="is its disk mounted"):
            run(backup)
        assert not list(tmp_path.glob("backups/*"))
    assert [run.trouble for run in journal.read(home, at=now()).runs[-2:]] == ["backup-folder-gone"] * 2
    run(backup, "--to", str(tmp_path / "stick"))
    (tmp_path / "backups").rmdir()
    (tmp_path / "unmounted").rename(tmp_path / "backups")
    run(backup)
    (tmp_path / "backups").rename(tmp_path / "gone for good")
    run(backup, "--new")
    run(backup)


def test_it_asks_before_it_goes_on_without_keys_that_are_lost_and_names_them(district, tmp_path, monkeypatch):
    lost, _key = vault.store().data_key(dt.date(2031, 1, 5))
    run(backup)
    (tmp_path / "keys" / "data" / name_of(lost)).unlink()
    asked = CliRunner().invoke(restore, ["--without-keys"], input="y\nn\n")
    assert asked.exit_code == 1
    assert f"{name_of(lost)}\nGo on without these 1 keys?" in asked.output
    assert [run.kind for run in journal.read(tmp_path / "home", at=now()).runs] == [Kind.BACKUP]
    monkeypatch.setattr(subprocess, "run", lambda *_given, **_more: None)  # of the same version: nothing to migrate
    told = run(restore, "--without-keys", "--yes")
    assert f"counted as destroyed with all that they sealed: {name_of(lost)}" in told
    vault._opened.cache_clear()


def test_what_was_filled_and_never_took_its_place_can_be_removed(server):
    left = f"{server.database[:30]}_restored_0123abcd"
    with server.connect("postgres") as admin:
        admin.execute(f'create database "{left}"')
    asked = CliRunner().invoke(restore, ["--forget-old"], input="n\n")
    assert left in asked.output
    assert "1 databases removed" in run(restore, "--forget-old", "--yes")
    with server.connect("postgres") as admin:
        assert not names_like(admin, left)


def test_when_it_is_due_one_is_made_and_proved_and_then_nothing_for_a_while(district, home, settings):
    settings.BACKUP_EVERY = 5
    (home / "backups.json").write_text('{"since": "2020-01-01T00:00:00Z", "runs": []}')
    for _ in range(2):
        run(backup, "--when-due")
        kinds = [run.kind for run in journal.read(home, at=now()).runs]
        assert kinds == [Kind.BACKUP, Kind.DRILL]


def test_a_journal_that_is_damaged_stops_no_backup(district, home):
    (home / "backups.json").write_text("{")
    run(backup)
    assert [run.well for run in journal.read(home, at=now()).runs] == [True]
    assert (home / "backups.json.damaged").read_text() == "{"


@pytest.mark.parametrize("content", [b"{", b'{"since": 3}', b'{"runs": "\xff"}'])
def test_what_is_due_since_a_journal_was_damaged_is_made_and_until_then_told(district, home, content):
    """It began anew each minute: nothing was ever due, and nothing late."""
    (home / "backups.json").write_bytes(content)
    three_days_ago = now() - dt.timedelta(days=3)
    os.utime(home / "backups.json", (three_days_ago.timestamp(),) * 2)
    journal.begin(home, at=now())
    assert queries.standing(at=now()).backup_late
    run(backup, "--when-due")
    assert [run.kind for run in journal.read(home, at=now()).runs] == [Kind.BACKUP, Kind.DRILL]
    assert not queries.standing(at=now()).backup_late
