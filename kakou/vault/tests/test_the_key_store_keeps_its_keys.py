import datetime as dt
import errno
import multiprocessing
import os
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.vault.keys import (
    KeyDestroyed,
    KeyStore,
    KeyStoreExposed,
    KeyStoreMissing,
    KeyUnknown,
    KeyUnreadable,
    due_of,
    generation_of,
    id_of,
    key_id,
    name_of,
)
from kakou.vault.keys.copies import export, restore

DUE = dt.date(2027, 1, 5)
AT = dt.datetime(2027, 1, 6, 3, tzinfo=dt.UTC)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "home" / "keys"


@pytest.fixture
def store(folder):
    return KeyStore.create(folder)


@given(due=st.dates(dt.date(1970, 1, 1), dt.date(2400, 1, 1)), generation=st.integers(0, 4095))
def test_a_key_id_carries_its_day_and_generation(due, generation):
    id = key_id(due, generation)
    assert (due_of(id), generation_of(id)) == (due, generation)
    assert id_of(name_of(id)) == id
    assert id < 2**32


@pytest.mark.parametrize(
    "name", ["", "2027-02-30.0", "2027-01-05", "2027-01-05.00", "2027-01-05.4096", "x.0", "２０２７-01-05.0"]
)
def test_a_stray_file_is_no_key(name):
    assert id_of(name) is None


def test_only_its_owner_may_read_it(store):
    store.data_key(DUE)
    store.index_key("phone")
    store.signing_key()
    store.outbox_key()
    for path in [store.folder, *store.folder.rglob("*")]:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_keys_survive_a_restart(store):
    id, key = store.data_key(DUE)
    again = KeyStore(store.folder)
    assert again.data_key(DUE) == (id, key)
    assert again.key(id) == key
    assert again.index_key("phone") == store.index_key("phone")
    assert again.signing_key().private_bytes_raw() == store.signing_key().private_bytes_raw()
    assert again.outbox_key().private_numbers() == store.outbox_key().private_numbers()


def test_no_key_lies_in_plain_beside_the_master(store):
    _, key = store.data_key(DUE)
    for path in store.folder.rglob("*"):
        assert not path.is_file() or key not in path.read_bytes()


def test_each_day_and_each_purpose_has_its_own_key(store):
    keys = {store.data_key(DUE + dt.timedelta(days=n))[1] for n in range(30)}
    assert len(keys | {store.index_key("phone"), store.index_key("name")}) == 32


def test_what_opens_outboxes_and_hand_overs_signs_nothing_and_goes_along_with_a_copy(store, tmp_path):
    keys = [store.bundle_key(), store.outbox_key(), store.handover_key()]
    assert len({key.private_numbers().private_value for key in keys}) == 3
    export(store.folder, tmp_path / "copy", with_master=True)
    copied = KeyStore(tmp_path / "copy")
    assert copied.outbox_key().private_numbers() == keys[1].private_numbers()
    assert copied.handover_key().private_numbers() == keys[2].private_numbers()


def test_a_store_that_has_vanished_is_reported_and_never_made_anew(store, folder):
    store.data_key(DUE)
    (folder / "master").unlink()
    with pytest.raises(KeyStoreMissing, match="own copy"):
        KeyStore(folder)
    with pytest.raises(KeyStoreMissing):
        KeyStore.create(folder)


def test_a_master_key_others_may_read_is_refused(store, folder):
    (folder / "master").chmod(0o640)
    with pytest.raises(KeyStoreExposed, match="chmod"):
        KeyStore(folder)


def test_an_unknown_key_says_so(store):
    with pytest.raises(KeyUnknown, match=r"2027-01-05\.7"):
        store.key(key_id(DUE, 7))
    with pytest.raises(KeyUnknown):
        store.destroy(key_id(DUE, 7), at=AT)
    with pytest.raises(KeyUnknown):
        store.key(2**32 - 1)


def test_a_damaged_key_is_told_from_an_unknown_one(store, folder):
    id, _ = store.data_key(DUE)
    (folder / "data" / name_of(id)).write_bytes(b"kakou-key 1 AAAA\n")
    with pytest.raises(KeyUnreadable):
        KeyStore(folder).key(id)


def test_a_key_renamed_to_stand_for_another_does_not_open(store, folder):
    store.data_key(DUE)
    shutil.copy(folder / "data" / "2027-01-05.0", folder / "data" / "2028-01-05.0")
    with pytest.raises(KeyUnreadable):
        KeyStore(folder).key(key_id(dt.date(2028, 1, 5), 0))


def test_a_destroyed_key_is_gone_and_a_copy_brought_back_is_refused(store, folder, tmp_path):
    id, _ = store.data_key(DUE)
    kept = (folder / "data" / name_of(id)).read_bytes()
    assert store.destroy(id, at=AT)
    assert not (folder / "data" / name_of(id)).exists()
    (folder / "data" / name_of(id)).write_bytes(kept)
    for each in (store, KeyStore(folder)):
        with pytest.raises(KeyDestroyed):
            each.key(id)
        assert each.data_key(DUE)[0] == key_id(DUE, 1)
    assert list(KeyStore(folder).troubles()) == [("data/2027-01-05.0", "back-again")]


def test_destroying_twice_changes_nothing(store):
    id, _ = store.data_key(DUE)
    assert store.destroy(id, at=AT)
    assert not store.destroy(id, at=AT)


def test_what_comes_after_a_destruction_gets_a_new_generation(store):
    first, _ = store.data_key(DUE)
    store.destroy(first, at=AT)
    late, _ = store.data_key(DUE)
    assert generation_of(late) == 1
    assert [(key.name, key.destroyed) for key in store.data_keys()] == [("2027-01-05.0", True), ("2027-01-05.1", False)]


def test_another_process_learns_of_a_destruction_within_a_second(store, folder):
    clock = Clock()
    other = KeyStore(folder, clock=clock)
    id, _ = other.data_key(DUE)
    store.destroy(id, at=AT)
    clock.now = 1.0
    with pytest.raises(KeyDestroyed):
        other.key(id)
    assert other.data_key(DUE)[0] != id


def test_another_process_learns_of_a_rotation_within_a_second(store, folder):
    clock = Clock()
    other = KeyStore(folder, clock=clock)
    other.data_key(DUE)
    new = store.rotate(DUE)
    clock.now = 1.0
    assert other.data_key(DUE)[0] == new


def _race(folder, gate, answers):
    gate.wait()
    store = KeyStore.create(folder)
    id, key = store.data_key(DUE)
    answers.put((id, key, store.index_key("phone"), store.signing_key().private_bytes_raw()))


def test_twenty_processes_that_start_together_agree_on_every_key(folder):
    context = multiprocessing.get_context("fork")
    gate, answers = context.Event(), context.Queue()
    racers = [context.Process(target=_race, args=(folder, gate, answers)) for _ in range(20)]
    for racer in racers:
        racer.start()
    gate.set()
    found = {answers.get(timeout=60) for _ in racers}
    for racer in racers:
        racer.join(60)
    assert len(found) == 1
    assert [racer.exitcode for racer in racers] == [0] * 20
    assert not list(folder.rglob(".*"))


def test_twenty_threads_of_one_process_agree(store):
    with ThreadPoolExecutor(20) as pool:
        found = set(pool.map(lambda n: store.data_key(DUE + dt.timedelta(days=n % 3)), range(200)))
    assert len(found) == 3


def test_half_written_files_of_a_crash_are_no_keys(store, folder):
    store.data_key(DUE)
    (folder / "data" / f".2027-01-05.1.{os.getpid()}.abc").write_bytes(b"half")
    again = KeyStore(folder)
    assert [key.name for key in again.data_keys()] == ["2027-01-05.0"]
    assert not list(again.troubles())


def test_check_names_unreadable_and_exposed_keys(store, folder):
    store.data_key(DUE)
    store.data_key(DUE + dt.timedelta(days=1))
    store.index_key("phone")
    (folder / "data" / "2027-01-05.0").write_bytes(b"rubbish")
    (folder / "index" / "phone").chmod(0o644)
    assert list(store.troubles()) == [("data/2027-01-05.0", "unreadable"), ("index/phone", "exposed")]


def test_a_copy_opens_what_the_store_sealed(store, folder, tmp_path):
    id, key = store.data_key(DUE)
    done = export(folder, tmp_path / "safe", with_master=True)
    assert (done.written, done.wiped) == (2, 0)  # with the key of the backups
    assert KeyStore(tmp_path / "safe").key(id) == key


def test_a_copy_without_master_opens_nothing(store, folder, tmp_path):
    store.data_key(DUE)
    export(folder, tmp_path / "safe")
    with pytest.raises(KeyStoreMissing):
        KeyStore(tmp_path / "safe")


def test_a_copy_is_made_on_a_stick_that_knows_no_links_but_a_store_is_not(store, folder, tmp_path, monkeypatch):
    def refuses(*_):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    id, key = store.data_key(DUE)
    monkeypatch.setattr(os, "link", refuses)
    assert export(folder, tmp_path / "stick", with_master=True).written == 2
    assert export(folder, tmp_path / "stick", with_master=True).written == 0
    assert KeyStore(tmp_path / "stick").key(id) == key
    with pytest.raises(PermissionError):
        store.rotate(DUE)


def test_a_key_destroyed_since_is_wiped_from_its_copy(store, folder, tmp_path):
    id, _ = store.data_key(DUE)
    export(folder, tmp_path / "safe")
    store.destroy(id, at=AT)
    assert export(folder, tmp_path / "safe").wiped == 1
    assert not (tmp_path / "safe" / "data" / name_of(id)).exists()


def test_restoring_an_old_copy_brings_no_destroyed_key_back(store, folder, tmp_path):
    gone, _ = store.data_key(DUE)
    lost, key = store.data_key(DUE + dt.timedelta(days=1))
    export(folder, tmp_path / "safe")
    store.destroy(gone, at=AT)
    (folder / "data" / name_of(lost)).unlink()
    done = restore(tmp_path / "safe", folder)
    assert (done.written, done.refused) == (1, 1)
    again = KeyStore(folder)
    assert again.key(lost) == key
    with pytest.raises(KeyDestroyed):
        again.key(gone)


def test_restoring_into_nothing_needs_the_master(store, folder, tmp_path):
    id, key = store.data_key(DUE)
    export(folder, tmp_path / "safe")
    with pytest.raises(KeyStoreMissing, match="--with-master"):
        restore(tmp_path / "safe", tmp_path / "new")
    export(folder, tmp_path / "safe", with_master=True)
    restore(tmp_path / "safe", tmp_path / "new")
    assert KeyStore(tmp_path / "new").key(id) == key
