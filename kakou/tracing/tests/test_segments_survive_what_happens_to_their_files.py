"""The folder of segments: for its owner alone, without names, and right again whatever was done to it."""

import os
import signal
import stat
from uuid import UUID

import pytest
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import new_id
from kakou.ledger.stays import Direction
from kakou.ledger.tests.gatework import Crossing, fold_all, upload
from kakou.people.actions import NewPerson, add_person
from kakou.people.rules import Category, Facts
from kakou.tracing.models import BuiltDay, ChangedDay
from kakou.tracing.segments import files, warm, warm_index
from kakou.tracing.segments.keeping import Kept
from kakou.tracing.segments.marks import note_days
from kakou.tracing.tests.tracework import DAY, HOUR, NOON, anew, folder, land, told
from tests.canaries import CANARIES, leaks

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["folder", "land"]
IN, OUT = Direction.IN, Direction.OUT
LATER = NOON + 9 * DAY
STRANGERS = [UUID(int=n << 96) for n in range(1, 9)]


@pytest.fixture
def days(land, folder):
    """Three days of visits, built."""
    upload(
        *(
            Crossing(who, land.compound_gate, way, NOON + day * DAY + number * HOUR / 8 + hour * HOUR)
            for day in range(3)
            for number, who in enumerate(STRANGERS)
            for way, hour in ((IN, 0), (OUT, 2))
        )
    )
    fold_all(LATER)
    return told(LATER)


def another_process(monkeypatch):
    monkeypatch.setattr(warm, "_KEPT", Kept())


def segments(folder):
    return sorted((folder / "index").glob("*.seg"))


def test_they_are_for_their_owner_alone(days, folder):
    everything = [folder, *folder.rglob("*")]
    assert {path.name for path in everything} >= {"index", "manifest.json", "stamps.json", "lock"}
    for path in everything:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_nothing_in_them_names_anybody(land, folder):
    with acting_as_system():
        people = [
            add_person(
                NewPerson(
                    land.compound, Facts(one.name, ("10", one.document), one.phone), Category.RESIDENT_REGISTERED
                ),
                by=None,
                at=NOON,
            )
            for one in CANARIES
        ]
    for person in people:
        upload(Crossing(person.pk, land.compound_gate, OUT, NOON), Crossing(person.pk, land.compound_gate, IN, LATER))
    fold_all(LATER)
    assert told(LATER)
    for path in (path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        assert not leaks(**{path.name: data})
        for person in people:
            for key in (person.pk.bytes, bytes(person.document_index), bytes(person.phone_index)):
                assert key not in data
                assert key.hex().encode() not in data


def test_a_flipped_bit_is_found_and_the_day_built_again(days, folder, monkeypatch):
    victim = segments(folder)[1]
    data = bytearray(victim.read_bytes())
    data[len(data) // 3] ^= 4
    victim.write_bytes(data)
    another_process(monkeypatch)
    assert told(LATER) == days
    assert len(segments(folder)) == len({row[0] for row in days})


@pytest.mark.parametrize("name", ["index/manifest.json", "index/persons.i64", "index/places.i64", "stamps.json"])
@pytest.mark.parametrize("how", ["garbled", "gone"])
def test_whatever_else_is_damaged_is_built_again(days, folder, monkeypatch, name, how):
    victim = folder / name
    if how == "gone":
        victim.unlink()
    else:
        victim.write_bytes(b"\0" + victim.read_bytes()[1:])
    another_process(monkeypatch)
    assert told(LATER) == days


def test_an_empty_folder_is_filled_again(days, folder, monkeypatch):
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    another_process(monkeypatch)
    assert told(LATER) == days


def test_a_database_of_another_time_is_not_mixed_with_the_folder(days, folder, monkeypatch):
    BuiltDay.objects.filter(pk=BuiltDay.objects.earliest("day").pk).update(stamp=new_id())  # as a restored backup would
    BuiltDay.objects.latest("day").delete()
    note_days([NOON.date() + 2 * DAY])
    another_process(monkeypatch)
    assert told(LATER) == days


def test_the_days_are_those_of_the_site_also_when_it_moves(days, folder, monkeypatch, settings):
    settings.SITE_ZONE = "America/New_York"
    moved = told(LATER)
    assert {row[1:] for row in moved} == {row[1:] for row in days}
    assert {row[0] for row in moved} != {row[0] for row in days}
    assert moved == anew(LATER, monkeypatch)


def test_a_second_process_sees_what_the_first_has_written(days, land, folder, monkeypatch):
    first = warm._KEPT
    another_process(monkeypatch)
    warm_index(LATER)
    upload(Crossing(STRANGERS[0], land.factory_gate, IN, NOON + DAY))
    fold_all(LATER)
    became = told(LATER)
    monkeypatch.setattr(warm, "_KEPT", first)
    assert told(LATER) == became != days


def dies_at(step, at):
    """A process that builds what is marked and is killed at its n-th flush; its exit: by SIGKILL, or well."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        for one in connections.all():
            one.connection = None  # the parent's: not ours to close
        DatabaseWrapper._connection_pools.clear()
        left, flush = [step], os.fsync

        def fsync(file):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            flush(file)

        os.fsync = fsync
        warm._KEPT = Kept()
        warm_index(at)
        os._exit(0)
    finally:
        os._exit(7)


def test_a_builder_killed_at_any_moment_leaves_a_folder_that_opens(days, land, folder, monkeypatch):
    ends = []
    for step in range(40):
        upload(Crossing(new_id(), land.compound_gate, IN, NOON + step * HOUR, id=new_id()))
        fold_all(LATER)
        ends.append(dies_at(step, LATER))
        another_process(monkeypatch)
        warm._KEPT.look()  # it opens, whatever was left
        if ends[-1] == 0:
            break
    assert set(ends[:-1]) == {-signal.SIGKILL}
    assert ends[-1] == 0, "and what returned is there for good"
    assert not ChangedDay.objects.exists()
    became = told(LATER)
    assert became == anew(LATER, monkeypatch)


def test_what_nobody_changed_is_not_built(days, folder):
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file() and path.name != "lock"}
    warm_index(LATER)
    after = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file() and path.name != "lock"}
    assert before == after


def test_a_late_passage_builds_its_day_and_the_day_whose_stay_it_ends(days, land, folder):
    somebody = UUID(int=99 << 96)
    upload(Crossing(somebody, land.village_path, IN, NOON))
    fold_all(LATER)
    warm_index(LATER)
    before = {path.name for path in segments(folder)}
    upload(Crossing(somebody, land.village_path, OUT, NOON + 4 * DAY))  # he was inside since Tuesday
    fold_all(LATER)
    warm_index(LATER)
    same = {path.name for path in segments(folder)} & before
    begins = [int(name.split("-")[0]) for name in before - same]
    assert [day for day in begins if day > NOON.timestamp()] == []
    assert len(begins) == 1
    assert files.read_stamps().keys() >= {NOON.date()}
