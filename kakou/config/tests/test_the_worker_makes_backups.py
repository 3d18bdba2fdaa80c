"""What the worker's thread does each minute: a backup in a process of its own, when it is time."""

import json
import os
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connections

from kakou.backup import journal
from kakou.backup.database.server import drop, names_like
from kakou.backup.events import place
from kakou.backup.rules import Kind
from kakou.config.keeping import back_up_when_due
from kakou.kernel.time import now
from kakou.vault.keys import KeyStore

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def folder(settings, tmp_path, monkeypatch):
    """The process that is started works on the database of the tests, with keys and backups of its own."""
    database = str(connections["owner"].settings_dict["NAME"])
    monkeypatch.setenv("KAKOU_DB", database)
    if url := os.environ.get("DATABASE_URL"):
        monkeypatch.setenv("DATABASE_URL", urlunsplit(urlsplit(url)._replace(path=f"/{database}")))
    monkeypatch.setenv("KAKOU_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("KAKOU_BACKUP", str(tmp_path / "backups"))
    monkeypatch.setenv("KAKOU_BACKUP_EVERY", "5")
    settings.BACKUP_EVERY = 5
    KeyStore.create(tmp_path / "keys")
    file = settings.HOME / journal.FILE
    file.write_text(json.dumps({"since": "2020-01-01T00:00:00Z", "runs": []}))
    yield tmp_path / "backups"
    file.unlink()
    server = place().server
    with server.connect("postgres") as admin:
        for name in names_like(admin, f"{server.database[:30]}_drill_"):
            drop(admin, name)


def test_it_makes_one_and_proves_it_and_makes_no_second(district, folder, settings):
    back_up_when_due(at=now())
    runs = journal.read(settings.HOME, at=now()).runs
    assert [(run.kind, run.trouble) for run in runs] == [(Kind.BACKUP, ""), (Kind.DRILL, "")]
    assert len(list((folder / "backups").iterdir())) == 1
    back_up_when_due(at=now())
    assert journal.read(settings.HOME, at=now()).runs == runs


def test_what_fails_is_written_down_and_holds_nothing_up(district, folder, settings):
    folder.mkdir()
    (folder / "holiday.jpg").touch()
    back_up_when_due(at=now())
    (run,) = journal.read(settings.HOME, at=now()).runs
    assert run.trouble == "backup-folder-foreign"
    assert str(folder) in run.words
