"""A database with people in it, a folder of backups, and a key store of its own."""

from __future__ import annotations

import datetime as dt

import pytest

from kakou import vault
from kakou.backup.database.server import drop, names_like
from kakou.backup.events import place
from kakou.backup.repository import Repository
from kakou.backup.work.taking import Keys, take
from kakou.vault.keys import KeyStore

AT = dt.datetime(2021, 8, 10, 4, 45, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def own_keys(tmp_path, monkeypatch):
    monkeypatch.setenv("KAKOU_KEYS", str(tmp_path / "keys"))
    return KeyStore.create(tmp_path / "keys")


@pytest.fixture
def home(tmp_path):
    """What lies beside the database."""
    (tmp_path / "home" / "tls").mkdir(parents=True)
    (tmp_path / "home" / "tls" / "root.pem").write_text("a root that phones trust")
    (tmp_path / "home" / "site.json").write_text('{"name": "金城街道", "zone": "Asia/Urumqi"}', "utf-8")
    (tmp_path / "home" / "pg").mkdir()
    (tmp_path / "home" / "pg" / "PG_VERSION").write_text("15")
    (tmp_path / "home" / "keys").mkdir()
    (tmp_path / "home" / "keys" / "master").write_text("must never be in a backup")
    return tmp_path / "home"


@pytest.fixture
def server():
    """That of the tests; what was restored beside the database is dropped."""
    ours = place().server
    yield ours
    with ours.connect("postgres") as admin:
        for name in names_like(admin, ours.database[:30] + "_"):
            if any(word in name for word in ("_restored_", "_drill_", "_before_")):
                drop(admin, name)


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "backups", vault.store().backup_key(), make=True)


@pytest.fixture
def back_up(server, repository, home):
    """`back_up(n)` → a backup, n minutes after the first."""

    def made(minutes=0, **more):
        keys = vault.store().data_keys()
        told = Keys(
            tuple(key.name for key in keys if not key.destroyed), tuple(key.name for key in keys if key.destroyed)
        )
        at = AT + dt.timedelta(minutes=minutes)
        return take(server, repository, home, keys=told, at=at, progress=more.get("progress", lambda _what, _n: None))

    return made
