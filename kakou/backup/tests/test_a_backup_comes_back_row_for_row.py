import os
import signal
from contextlib import contextmanager

import pytest

from kakou import vault
from kakou.access.scope import acting_as
from kakou.backup.database import reading
from kakou.backup.database.loading import name_for
from kakou.backup.repository import Repository
from kakou.backup.repository.refusals import DiskFull, FolderForeign, NoBackup, OtherKey, PartDamaged
from kakou.backup.work import restoring
from kakou.backup.work.checking import Unequal, check
from kakou.backup.work.restoring import compare, put_back_files, restore
from kakou.kernel.site import Site, read_site
from kakou.people import actions
from kakou.people.actions import NewPerson
from kakou.people.rules import Category, Facts
from kakou.vault.keys import files
from tests.canaries import CANARIES, leaks

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def silent(_what, _bytes):
    pass


@pytest.fixture
def people(district, cast, tree, at):
    with acting_as(cast.secretary):
        return [
            actions.add_person(
                NewPerson(tree.garden.pk, Facts(one.name, ("10", one.document), one.phone), Category.VISITOR),
                by=cast.secretary,
                at=at,
            )
            for one in CANARIES
        ]


@contextmanager
def dying():
    """In a child: whatever happens, nothing of the tests goes on in it."""
    try:
        yield
    finally:
        os._exit(1)


def all_rows(server, database):
    with server.connect(database) as connection:
        return {
            name: (tally.rows, tally.total)
            for name, columns in reading.tables(connection)
            for tally in [reading.tallied(connection, name, columns)]
        }


def test_every_row_every_wall_and_every_counter_comes_back(people, back_up, server, repository):
    made = back_up().manifest
    name = name_for(server.database, made, "restored")
    restore(server, repository, made, name, data=None, progress=silent)
    before, after = all_rows(server, server.database), all_rows(server, name)
    for table in reading.EMPTIED:
        before.pop(table), after.pop(table)
    assert after == before
    assert made.rows > 100
    acl = "coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::\"char\", c.relowner))::text"
    many = [
        ("pg_policy", "polrelid"),
        ("pg_trigger", "tgrelid"),
        ("pg_index", "indrelid"),
        ("pg_constraint", "conrelid"),
    ]
    counts = ", ".join(f"(select count(*) from {of} where {by} = c.oid)" for of, by in many)
    what = f"""select c.relname, c.relrowsecurity, {acl}, pg_get_userbyid(c.relowner), {counts} from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'S', 'v') order by 1"""
    with server.connect() as one, server.connect(name) as other:
        assert other.execute(what).fetchall() == one.execute(what).fetchall()


def test_equal_contents_are_kept_once_and_all_of_it_is_opened_again(people, back_up, repository):
    first, second = back_up(0), back_up(5)
    assert first.written > 0
    assert second.written < first.written / 10
    assert repository.ids() == [first.manifest.id, second.manifest.id]
    check(repository, repository.read(), progress=silent)
    written = {path for path in repository.folder.rglob("*") if path.is_file()}
    assert all(not path.stat().st_mode & 0o077 for path in written)
    assert not leaks(**{path.name: path.read_bytes() for path in written if path.parent.name != "keys"})


def test_the_key_store_is_in_no_backup(people, back_up, repository):
    made = back_up().manifest
    contents = [repository.get(part) for part in made.parts()]
    assert not any(b"must never be in a backup" in content for content in contents)
    master = (vault.folder() / "master").read_bytes().split()[-1]
    assert not any(master in content for content in contents)
    assert [file.path for file in made.files] == ["tls/root.pem", "site.json"]


def test_a_part_that_was_changed_on_the_disk_is_named_and_healed_by_the_next_backup(people, back_up, repository):
    made = back_up().manifest
    part = next(table for table in made.tables if table.name == "public.people_person").parts[0]
    path = repository.folder / "parts" / part.name[:2] / part.name
    broken = bytearray(path.read_bytes())
    broken[len(broken) // 2] ^= 1
    path.write_bytes(bytes(broken))
    with pytest.raises(PartDamaged) as refused:
        check(repository, made, progress=silent)
    assert refused.value.params["file"] == str(path)
    back_up(5)
    check(repository, made, progress=silent)


def test_a_part_put_in_the_place_of_another_does_not_open(people, back_up, repository):
    made = back_up().manifest
    one, other = [table.parts[0] for table in made.tables if table.parts][:2]
    paths = [repository.folder / "parts" / part.name[:2] / part.name for part in (one, other)]
    paths[0].write_bytes(paths[1].read_bytes())
    with pytest.raises(PartDamaged):
        repository.get(one)


@pytest.mark.parametrize("at_part", [0, 1, 7, 30])
def test_killed_while_it_is_made_it_is_none_and_the_next_one_uses_what_is_there(
    people, back_up, repository, tmp_path, at_part
):
    left = iter(range(at_part))

    def killed(_what, _bytes):
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if not child:
        with dying():
            back_up(0, progress=killed)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert repository.ids() == []
    made = back_up(1)
    assert made.known > 0
    check(repository, repository.read(), progress=silent)


@pytest.mark.parametrize("at_part", [0, 3, 40, 120])
def test_killed_while_it_is_restored_it_goes_on(people, back_up, server, repository, monkeypatch, at_part):
    made = back_up().manifest
    name = name_for(server.database, made, "restored")
    child = os.fork()
    if not child:
        left = iter(range(at_part))

        def killed(_what, _bytes):
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        with dying():
            restore(server, repository, made, name, data=None, progress=killed)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    filled = []
    fill = restoring.Filling.fill
    monkeypatch.setattr(restoring.Filling, "fill", lambda *given: filled.append(given[1]) or fill(*given))
    restore(server, repository, made, name, data=None, progress=silent)
    assert len(filled) < sum(len(table.parts) for table in made.tables) or at_part == 0
    with server.connect(name) as connection:
        compare(connection, made, progress=silent)


def test_what_is_not_equal_is_not_taken_for_restored(people, back_up, server, repository):
    made = back_up().manifest
    name = name_for(server.database, made, "restored")
    restore(server, repository, made, name, data=None, progress=silent)
    with server.connect(name) as connection:
        connection.execute("delete from people_searchkey where ctid = (select min(ctid) from people_searchkey)")
        with pytest.raises(Unequal, match="people_searchkey") as refused:
            compare(connection, made, progress=silent)
        assert refused.value.params["found"] == refused.value.params["wanted"] - 1


def test_a_backup_is_of_one_moment(people, back_up, cast, tree, at, repository):
    """A household moves while the tables are read: before and after are never mixed."""

    def move(what, _bytes):
        if what == "public.access_closure":  # the first tables are read, those of people are not
            with acting_as(cast.secretary):
                changed = NewPerson(tree.garden.pk, Facts("郗霁"), Category.VISITOR)
                actions.change_person(people[0], changed, by=cast.secretary, at=at)

    made = back_up(0, progress=move).manifest
    rows = {table.name: table.rows for table in made.tables}
    assert rows["public.people_personevent"] == 0
    again = {table.name: table.rows for table in back_up(1).manifest.tables}
    assert again["public.people_personevent"] > 0


def test_old_backups_are_removed_with_what_only_they_needed(people, back_up, cast, tree, at, repository):
    first = back_up(0).manifest
    with acting_as(cast.secretary):
        changed = NewPerson(tree.garden.pk, Facts("郗霁"), Category.VISITOR)
        actions.change_person(people[0], changed, by=cast.secretary, at=at)
    second = back_up(1).manifest
    assert repository.drop([first.id]) > 0
    check(repository, second, progress=silent)
    kept = {path.name for path in (repository.folder / "parts").glob("*/*")}
    assert kept == {part.name for part in second.parts()}


def test_a_folder_that_is_not_ours_or_of_another_key_is_left_alone(tmp_path, repository):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(FolderForeign):
        Repository(tmp_path / "photos", b"k" * 32, make=True)
    with pytest.raises(OtherKey):
        Repository(repository.folder, b"k" * 32)
    with pytest.raises(NoBackup):
        Repository(tmp_path / "nothing", b"k" * 32)
    with pytest.raises(NoBackup):
        repository.read()


def test_files_beside_the_database_are_put_back_where_they_are_missing(back_up, repository, home, tmp_path):
    made = back_up().manifest
    assert put_back_files(repository, made, home) == []
    new = tmp_path / "new"
    assert put_back_files(repository, made, new) == ["tls/root.pem", "site.json"]
    assert read_site(new) == Site("金城街道", "Asia/Urumqi")
    assert (new / "tls" / "root.pem").read_text() == "a root that phones trust"


def test_a_full_disk_says_so_and_the_next_run_goes_on(people, back_up, repository, monkeypatch):
    replace, room = files.replace, iter(range(5))

    def full(path, content):
        if next(room, None) is None:
            raise OSError(28, "No space left on device")
        replace(path, content)

    monkeypatch.setattr(files, "replace", full)
    with pytest.raises(DiskFull):
        back_up()
    monkeypatch.setattr(files, "replace", replace)
    assert repository.ids() == []
    assert back_up(1).known > 0


def test_a_folder_that_was_only_begun_is_still_ours(tmp_path, monkeypatch):
    make_folder, write_once, room = files.make_folder, files.write_once, iter(())

    def full(act):
        def acted(*given, **more):
            if next(room, None) is None:
                raise OSError(28, "No space left on device")
            return act(*given, **more)

        return acted

    monkeypatch.setattr(files, "make_folder", full(make_folder))
    monkeypatch.setattr(files, "write_once", full(write_once))
    for steps in range(3):
        room = iter(range(steps))
        with pytest.raises(DiskFull):
            Repository(tmp_path / "begun", b"k" * 32, make=True)
    room = iter(range(9))
    assert Repository(tmp_path / "begun", b"k" * 32, make=True).ids() == []
