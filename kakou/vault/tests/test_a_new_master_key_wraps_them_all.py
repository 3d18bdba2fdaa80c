import datetime as dt
import multiprocessing
import os
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kakou.vault.keys import KeyStore, KeyUnreadable, files
from kakou.vault.keys.copies import MasterRenewed, export, restore

DUE = dt.date(2027, 1, 5)
AT = dt.datetime(2027, 1, 6, 3, tzinfo=dt.UTC)


def filled(folder, days=3):
    store = KeyStore.create(folder)
    for n in range(days):
        store.data_key(DUE + dt.timedelta(days=n))
    store.index_key("phone"), store.signing_key(), store.outbox_key(), store.backup_key()
    return store


def held(folder):
    """Everything that a fresh process gets out of the store."""
    store = KeyStore(folder)
    ids = [key.id for key in store.data_keys() if not key.destroyed]
    others = store.index_key("phone"), store.backup_key(), store.signing_key().private_bytes_raw()
    return {id: store.key(id) for id in ids}, others, store.outbox_key().private_numbers().private_value


def test_the_same_keys_open_under_another_master(tmp_path):
    store = filled(tmp_path / "keys")
    before, master = held(store.folder), (store.folder / "master").read_bytes()
    assert store.renew_master() == 7  # three days, and one each for phone, audit, outbox and backup
    assert held(store.folder) == before
    assert (store.folder / "master").read_bytes() != master
    assert not list(store.troubles())


def test_the_old_master_opens_nothing_of_it(tmp_path):
    store = filled(tmp_path / "keys")
    master = (store.folder / "master").read_bytes()
    store.renew_master()
    shutil.copytree(store.folder, tmp_path / "thief")
    (tmp_path / "thief" / "master").write_bytes(master)
    thief = KeyStore(tmp_path / "thief")
    for key in thief.data_keys():
        with pytest.raises(KeyUnreadable):
            thief.key(key.id)


def test_a_process_that_runs_meanwhile_notices_nothing(tmp_path):
    store, other = filled(tmp_path / "keys"), KeyStore(tmp_path / "keys")
    before = held(store.folder)
    store.renew_master()
    id, key = other.data_key(DUE + dt.timedelta(days=9))  # made by whoever still holds the old master
    assert other.key(id) == key == KeyStore(store.folder).key(id)
    assert other.index_key("phone") == before[1][0]


def broken_off(folder, at_step):
    """Renew, killed at its `at_step`-th write; False when it had ended before."""
    context = multiprocessing.get_context("fork")
    child = context.Process(target=_renew_and_die, args=(folder, at_step))
    child.start()
    child.join(60)
    return child.exitcode == 9


def _renew_and_die(folder, at_step):
    left = iter(range(at_step))
    for name in ("write_once", "replace", "rename"):
        setattr(files, name, _dying(getattr(files, name), left))
    KeyStore(folder).renew_master()
    os._exit(0)


def _dying(write, left):
    def dies(*given, **more):
        if next(left, None) is None:
            os._exit(9)
        return write(*given, **more)

    return dies


@given(st.lists(st.integers(0, 14), min_size=1, max_size=4))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_killed_anywhere_and_again_every_key_opens_and_the_next_one_ends_it(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("renewing") / "keys"
    filled(folder)
    before = held(folder)
    for step in steps:
        broken_off(folder, step)
        assert held(folder) == before
        id, key = KeyStore(folder).data_key(DUE + dt.timedelta(days=30))  # a key can be made in between
        before[0][id] = key
    KeyStore(folder).renew_master()
    assert held(folder) == before
    assert not (folder / "master.next").exists()
    assert not list(KeyStore(folder).troubles())


def test_nothing_is_renewed_where_a_key_is_damaged(tmp_path):
    store = filled(tmp_path / "keys")
    before, name = (store.folder / "master").read_bytes(), store.data_keys()[1].name
    (store.folder / "data" / name).write_bytes(b"kakou-key 1 AAAA\n")
    with pytest.raises(KeyUnreadable) as refused:
        store.renew_master()
    assert refused.value.params["key"] == f"data/{name}"
    assert (store.folder / "master").read_bytes() == before
    assert not (store.folder / "master.next").exists()


def test_a_copy_with_the_old_master_is_brought_up_to_date_only_with_the_new_one(tmp_path):
    store = filled(tmp_path / "keys")
    export(store.folder, tmp_path / "a")
    export(store.folder, tmp_path / "b", with_master=True)
    store.renew_master()
    with pytest.raises(MasterRenewed):
        export(store.folder, tmp_path / "b")
    export(store.folder, tmp_path / "b", with_master=True)
    assert held(tmp_path / "b") == held(store.folder)
    export(store.folder, tmp_path / "a")
    restore(tmp_path / "b", tmp_path / "new")
    assert held(tmp_path / "new") == held(store.folder)


def test_a_copy_of_before_still_gives_back_what_is_lost(tmp_path):
    store = filled(tmp_path / "keys")
    before = held(store.folder)
    export(store.folder, tmp_path / "old")
    store.renew_master()
    store.renew_master()
    for key in store.data_keys():
        (store.folder / "data" / key.name).unlink()
    restore(tmp_path / "old", store.folder)
    assert held(store.folder) == before


def test_what_was_destroyed_does_not_come_back_by_a_renewal_or_an_old_copy(tmp_path):
    store = filled(tmp_path / "keys")
    export(store.folder, tmp_path / "old", with_master=True)
    gone = store.data_keys()[0]
    store.destroy(gone.id, at=AT)
    store.renew_master()
    restore(tmp_path / "old", store.folder)
    assert [key.name for key in KeyStore(store.folder).data_keys() if key.destroyed] == [gone.name]
    assert not (store.folder / "data" / gone.name).exists()


def test_a_copy_of_another_installation_is_not_overwritten(tmp_path):
    mine, theirs = filled(tmp_path / "mine"), filled(tmp_path / "theirs")
    for with_master in (False, True):
        export(theirs.folder, tmp_path / f"copy{with_master}", with_master=with_master)
        before = {path: path.read_bytes() for path in (tmp_path / f"copy{with_master}").rglob("*") if path.is_file()}
        with pytest.raises(KeyUnreadable):
            export(mine.folder, tmp_path / f"copy{with_master}", with_master=True)
        after = {path: path.read_bytes() for path in (tmp_path / f"copy{with_master}").rglob("*") if path.is_file()}
        assert {path: after[path] for path in before if "destroyed" not in path.parts} == before
