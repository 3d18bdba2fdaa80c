"""A key is destroyed, yesterday's backup is put back, and nothing of what it sealed can be read."""

import datetime as dt
import shutil

import pytest
from django.db import connections

from kakou import vault
from kakou.access.scope import acting_as
from kakou.audit.queries import subjects_of, verify
from kakou.backup import actions, journal, queries
from kakou.backup.database.loading import InUse, name_for
from kakou.backup.database.server import names_like
from kakou.backup.events import Place, lies_at, place
from kakou.backup.rules import Kind
from kakou.kernel.site import Site, read_site, write_site
from kakou.people import actions as people_actions
from kakou.people import queries as people_queries
from kakou.people.actions import NewPerson
from kakou.people.rules import Category, Facts
from kakou.vault.actions import destroy_keys
from kakou.vault.keys import KeyDestroyed, KeyStore, KeyUnknown, name_of
from kakou.vault.keys.copies import export, restore
from kakou.vault.queries import troubles
from kakou.vault.sealing import unseal
from tests.canaries import CANARIES

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
DUE, LATER = dt.date(2021, 11, 8), dt.date(2022, 8, 10)


def silent(_what, _bytes):
    pass


@pytest.fixture(autouse=True)
def here(server, home, settings, tmp_path):
    """This installation, its home and its folder of backups in a folder of the test."""
    ours = place
    told = place()
    lies_at(lambda: Place(server, home, None))
    settings.HOME, settings.BACKUP_FOLDER = home, tmp_path / "backups"
    yield home
    lies_at(lambda: told)
    assert ours() is told


@pytest.fixture
def two(tree, cast, at):
    with acting_as(cast.secretary):
        return [
            people_actions.add_person(
                NewPerson(
                    tree.garden.pk, Facts(one.name, ("10", one.document), one.phone), Category.VISITOR, due_on=due
                ),
                by=cast.secretary,
                at=at,
            )
            for one, due in zip(CANARIES, (DUE, LATER), strict=False)
        ]


def sealed_names(two):
    with connections["owner"].cursor() as cursor:
        cursor.execute("select id, name_sealed from people_person")
        found = {id: bytes(sealed) for id, sealed in cursor.fetchall()}
    return [found[person.pk] for person in two]


def put_back(at):
    restored = actions.restore(folder=None, id="", at=at, progress=silent)
    vault._opened.cache_clear()
    return restored, actions.settle(restored, at=at)


def test_it_is_read_neither_in_the_database_nor_in_the_backup_that_is_put_back(two, cast, at):
    day = dt.timedelta(days=1)
    actions.back_up(folder=None, at=at, progress=silent)
    gone = [key.id for key in vault.store().data_keys() if key.due == DUE]
    destroy_keys(gone, by=None, at=at + day, today=DUE)
    with connections["owner"].cursor() as cursor:
        cursor.execute("update people_person set category = category")  # whatever happened since
    restored, again = put_back(at + day)
    assert restored.manifest.at == at
    sealed = sealed_names(two)
    with pytest.raises(KeyDestroyed):
        unseal(vault.store(), table="people_person", row=two[0].pk, field="name", sealed=sealed[0])
    assert unseal(vault.store(), table="people_person", row=two[1].pk, field="name", sealed=sealed[1]).decode()
    with acting_as(cast.commander):
        shown = people_queries.shown_many([person.pk for person in two])
    assert [shown[person.pk].name for person in two] == ["", f"{CANARIES[1].name[0]}**"]
    # the audit that was put back knew nothing of it, and was told
    assert again == [f"{DUE}.0"]
    assert subjects_of("key.destroyed") == {f"{DUE}.0"}
    assert subjects_of("backup.restored") == {restored.manifest.id}
    assert verify() is None
    assert not list(troubles())


def test_what_the_site_is_called_comes_back_or_is_told(two, at, home):
    site = Site("金城街道", "Asia/Urumqi")
    actions.back_up(folder=None, at=at, progress=silent)
    (home / "site.json").unlink()
    restored, _ = put_back(at)
    assert "site.json" in restored.files
    assert restored.other_site is None
    assert read_site(home) == site
    write_site(home, Site("金桥街道", "Asia/Shanghai"))  # somebody set the machine up before he restored
    restored, _ = put_back(at + dt.timedelta(minutes=1))
    assert restored.other_site == site
    assert read_site(home).name == "金桥街道"


def test_a_copy_of_the_keys_from_before_brings_nothing_back_either(two, at, tmp_path):
    """The worst case: the machine is lost, the copy of the keys is older than the destruction, and so is the backup."""
    export(tmp_path / "keys", tmp_path / "safe", with_master=True)
    actions.back_up(folder=None, at=at, progress=silent)
    gone = [key.id for key in vault.store().data_keys() if key.due == DUE]
    destroy_keys(gone, by=None, at=at, today=DUE)
    actions.back_up(folder=None, at=at + dt.timedelta(days=1), progress=silent)  # it knows of the destruction
    old = queries.repository().ids()[0]
    shutil.rmtree(tmp_path / "keys")
    restore(tmp_path / "safe", tmp_path / "keys")
    vault._opened.cache_clear()
    assert [key.destroyed for key in KeyStore(tmp_path / "keys").data_keys() if key.due == DUE] == [False]
    restored = actions.restore(folder=None, id=old, at=at, progress=silent)
    vault._opened.cache_clear()
    actions.settle(restored, at=at)
    assert restored.gone == 1
    assert not (tmp_path / "keys" / "data" / f"{DUE}.0").exists()
    with pytest.raises(KeyDestroyed):
        unseal(vault.store(), table="people_person", row=two[0].pk, field="name", sealed=sealed_names(two)[0])


@pytest.fixture
def lost(two, at, tmp_path):
    """A backup, and the name of one of its keys, which is lost: the copy of the keys is older than the backup."""
    actions.back_up(folder=None, at=at, progress=silent)
    [file] = (tmp_path / "keys" / "data").glob(f"{LATER}.*")
    file.unlink()
    return file.name


def test_keys_are_looked_for_before_anything_is_filled(lost, at, server):
    for act in (actions.restore, actions.drill):
        with pytest.raises(actions.KeysMissing, match=f"{lost}.*--without-keys"):
            act(folder=None, id="", at=at, progress=silent)
    with server.connect("postgres") as admin:
        for purpose in ("restored", "drill"):
            assert not names_like(admin, f"{server.database[:30]}_{purpose}_")
    assert not [key for key in vault.store().data_keys() if key.destroyed]


def test_without_keys_that_are_lost_all_else_comes_back(lost, two, cast, at, here):
    """What they sealed is gone as if they had been destroyed: no page falls by it, no new key takes their name."""
    restored = actions.restore(folder=None, id="", at=at, progress=silent, without_keys=True)
    vault._opened.cache_clear()
    assert restored.lost == [lost]
    assert actions.settle(restored, at=at) == [lost]
    with acting_as(cast.commander):
        shown = people_queries.shown_many([person.pk for person in two])
    assert [shown[person.pk].name[:1] for person in two] == [CANARIES[0].name[0], ""]
    assert name_of(vault.store().data_key(LATER)[0]) != lost
    assert not list(troubles())
    with connections["owner"].cursor() as cursor:
        cursor.execute("select facts->>'lost' from audit_event where action = 'backup.restored'")
        assert cursor.fetchall() == [("1",)]
    assert subjects_of("key.destroyed") == {lost}
    actions.back_up(folder=None, at=at + dt.timedelta(hours=1), progress=silent)
    actions.drill(folder=None, id="", at=at + dt.timedelta(hours=1), progress=silent)


def test_a_key_that_is_lost_counts_as_destroyed_only_once_the_database_is_in_place(lost, at, server):
    with server.connect(), pytest.raises(InUse):
        actions.restore(folder=None, id="", at=at, progress=silent, without_keys=True)
    assert not [key for key in vault.store().data_keys() if key.destroyed]


def test_where_no_key_is_lost_going_on_without_them_changes_nothing(two, at):
    actions.back_up(folder=None, at=at, progress=silent)
    assert actions.restore(folder=None, id="", at=at, progress=silent, without_keys=True).lost == []
    assert not [key for key in vault.store().data_keys() if key.destroyed]


def test_somebody_who_is_in_the_database_is_not_thrown_out(two, at, server):
    actions.back_up(folder=None, at=at, progress=silent)
    with server.connect(), pytest.raises(InUse, match="Stop Kakou"):
        actions.restore(folder=None, id="", at=at, progress=silent)
    restored, _ = put_back(at)  # what was loaded then is only put in place
    assert restored.aside.startswith(server.database)
    runs = journal.read(queries.settings.HOME, at=at).runs
    assert [(run.kind, run.trouble) for run in runs] == [
        (Kind.BACKUP, ""), (Kind.RESTORE, "restore-database-in-use"), (Kind.RESTORE, ""),
    ]  # fmt: skip


def test_a_drill_proves_it_and_leaves_nothing(two, at, server, here):
    (here / "tracing").mkdir()
    actions.back_up(folder=None, at=at, progress=silent)
    manifest = actions.drill(folder=None, id="", at=at, progress=silent)
    assert manifest.rows > 10
    with server.connect("postgres") as admin:
        names = [name for (name,) in admin.execute("select datname from pg_database").fetchall()]
    assert not [name for name in names if "_drill_" in name]
    assert (here / "tracing").exists()
    assert subjects_of("backup.proved") == {manifest.id}
    standing = queries.standing(at=at)
    assert (standing.backup.backup, standing.proof.backup) == (manifest.id, manifest.id)


def test_drills_that_fail_leave_one_spare_between_them(two, at, server, monkeypatch):
    """Each leaves a whole database: night by night they would fill the disk, and then the trouble is called that."""

    def fails(**_more):
        raise actions.ChainBroken("The audit does not hold.")

    monkeypatch.setattr(actions, "verify", fails)
    for night in range(3):
        made = actions.back_up(folder=None, at=at + night * dt.timedelta(days=1), progress=silent).manifest
        with pytest.raises(actions.ChainBroken):
            actions.drill(folder=None, id=made.id, at=made.at, progress=silent)
        with server.connect("postgres") as admin:
            spares = names_like(admin, f"{server.database[:30]}_drill_")
        assert spares == [name_for(server.database, made, "drill")]


def test_a_drill_says_when_keys_are_lost_or_the_audit_was_touched(two, at, server, tmp_path):
    actions.back_up(folder=None, at=at, progress=silent)
    name = next((tmp_path / "keys" / "data").glob(f"{LATER}.*"))
    line = name.read_bytes()
    name.unlink()
    with pytest.raises(actions.KeysMissing, match=str(LATER)):
        actions.drill(folder=None, id="", at=at, progress=silent)
    name.write_bytes(line)
    with server.connect() as admin:
        admin.execute("alter table audit_event disable trigger append_only")
        admin.execute("update audit_event set action = 'person.changed' where seq = 1")
        admin.execute("alter table audit_event enable trigger append_only")
    actions.back_up(folder=None, at=at + dt.timedelta(hours=1), progress=silent)
    with pytest.raises(actions.ChainBroken) as refused:
        actions.drill(folder=None, id="", at=at + dt.timedelta(hours=2), progress=silent)
    assert refused.value.params["seq"] == 1
    assert queries.standing(at=at + dt.timedelta(hours=3)).failed.trouble == "restore-audit-broken"


def test_a_key_store_without_the_key_of_the_backups_is_given_no_new_one(two, at, tmp_path):
    actions.back_up(folder=None, at=at, progress=silent)
    (tmp_path / "keys" / "open" / "backup").unlink()
    for act in (actions.back_up, lambda **more: actions.drill(id="", **more)):
        with pytest.raises(KeyUnknown, match="newer copy"):
            act(folder=None, at=at, progress=silent)
    assert not (tmp_path / "keys" / "open" / "backup").exists()


def test_a_damaged_list_of_one_backup_stands_in_the_way_of_no_other(two, at, tmp_path):
    day = dt.timedelta(days=1)
    damaged, whole = (actions.back_up(folder=None, at=at + n * day, progress=silent).manifest for n in range(2))
    (tmp_path / "backups" / "backups" / damaged.id).write_bytes(b"cut off")
    (tmp_path / "backups" / "backups" / "copied by hand").write_bytes(b"")
    gone = [key.id for key in vault.store().data_keys() if key.due == DUE]
    destroy_keys(gone, by=None, at=at + 2 * day, today=DUE)
    last = actions.back_up(folder=None, at=at + 2 * day, progress=silent).manifest
    repository = queries.repository()
    assert [one.id for one in repository.readable()] == [whole.id, last.id]
    assert repository.drop([]) == 0  # whose parts the damaged one needs, nobody knows
    restored = actions.restore(folder=None, id=whole.id, at=at + 2 * day, progress=silent)
    assert restored.manifest.destroyed == []
    vault._opened.cache_clear()
    actions.back_up(folder=None, at=at + 33 * day, progress=silent)
    assert damaged.id not in repository.ids()


def test_a_clock_that_runs_a_year_ahead_takes_no_backup_with_it(two, at):
    """And once it is right again, what it has dated is not the newest for a year."""
    day = dt.timedelta(days=1)
    nights = [at + n * day for n in (0, 1, 366, 367, 2)]
    made = [actions.back_up(folder=None, at=night, progress=silent).manifest.id for night in nights]
    assert queries.repository().ids() == sorted(made)
    assert actions.drill(folder=None, id="", at=at + 2 * day, progress=silent).id == made[-1]
    assert actions.restore(folder=None, id="", at=at + 2 * day, progress=silent).manifest.id == made[-1]


def test_a_backup_of_a_newer_version_replaces_nothing(two, at, server):
    tomorrow = "insert into django_migrations (app, name, applied) values ('ledger', '9999_of_tomorrow', now())"
    with server.connect() as owner:
        owner.execute(tomorrow)
        actions.back_up(folder=None, at=at, progress=silent)
        owner.execute("delete from django_migrations where name = '9999_of_tomorrow'")
    with pytest.raises(actions.SoftwareOlder, match="9999_of_tomorrow"):
        actions.restore(folder=None, id="", at=at, progress=silent)
    assert unseal(vault.store(), table="people_person", row=two[0].pk, field="name", sealed=sealed_names(two)[0])
