"""What becomes of visits, absences, passages, scans and corrections in a segment: each by an example in words."""

import datetime as dt
from uuid import UUID

import pytest

from kakou.access.models import Node
from kakou.access.rules import Role
from kakou.access.scope import acting_as_system
from kakou.ledger.rules import Clock
from kakou.ledger.stays import Direction
from kakou.ledger.tests.gatework import Crossing, fold_all, upload
from kakou.people.actions import NewPerson, add_person, merge_subjects, part_subjects
from kakou.people.models import SameSubject
from kakou.people.rules import Category, Facts
from kakou.tracing.finding.places import stays_of
from kakou.tracing.segments import warm_index
from kakou.tracing.segments.reading import STILL
from kakou.tracing.tests.tracework import DAY, HOUR, NOON, folder, land
from tests.cast import staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["folder", "land"]
IN, OUT, THROUGH = Direction.IN, Direction.OUT, Direction.THROUGH
ANN, BEN = UUID(int=1 << 96), UUID(int=2 << 96)
LATER = NOON + 9 * DAY
T0, T1 = NOON - DAY, NOON + 20 * DAY


@pytest.fixture
def wang(land):
    """A resident of the compound."""
    with acting_as_system():
        facts = Facts(name="王小明", document=("10", "11010519491231002X"))
        return add_person(NewPerson(land.compound, facts, Category.RESIDENT_REGISTERED), by=None, at=NOON)


def times(subject, at=LATER):
    """(place, hours after noon of enter and leave, certain) of all that is known of him."""
    warm = warm_index(at)
    code = warm.codes_of([subject]).get(subject)
    if code is None:
        return []
    return [
        (time.place, hours(time.enter), None if time.leave == STILL else hours(time.leave), time.certain)
        for time in stays_of(warm.index, code, int(T0.timestamp()), int(T1.timestamp()))
    ]


def hours(seconds):
    return (seconds - NOON.timestamp()) / 3600


def passes(*crossings):
    upload(*crossings)
    fold_all(LATER)


def crossing(who, gate, way, hour, **more):
    return Crossing(who, gate, way, NOON + hour * HOUR, **more)


def test_a_visit_lasts_from_its_entry_to_its_exit(land, folder):
    passes(crossing(ANN, land.compound_gate, IN, 1), crossing(ANN, land.compound_gate, OUT, 3))
    gate, compound = land.compound_gate, land.compound
    assert sorted(times(ANN)) == sorted([(compound, 1, 3, True), (gate, 1, 1, True), (gate, 3, 3, True)])


def test_who_is_still_inside_may_stay_for_ever_and_is_not_certain(land, folder):
    passes(crossing(ANN, land.compound_gate, IN, 1))
    assert (land.compound, 1, None, False) in times(ANN)


def test_a_missed_exit_counts_until_the_next_sign_elsewhere(land, folder):
    passes(crossing(ANN, land.compound_gate, IN, 1), crossing(ANN, land.village_path, IN, 6))
    assert (land.compound, 1, 6, False) in times(ANN)


def test_an_exit_without_an_entry_is_that_moment(land, folder):
    passes(crossing(ANN, land.compound_gate, OUT, 5))
    assert (land.compound, 5, 5, False) in times(ANN)


def test_a_resident_is_at_home_between_two_absences_and_nothing_is_known_before(land, wang, folder):
    gate, home = land.compound_gate, land.compound
    passes(crossing(wang.pk, gate, OUT, 1), crossing(wang.pk, gate, IN, 3))
    assert [time for time in times(wang.pk) if time[0] == home] == [(home, 3, None, False)]
    passes(crossing(wang.pk, gate, OUT, 80))  # days later, and the day of his coming home is another
    assert [time for time in times(wang.pk) if time[0] == home] == [(home, 3, 80, True)]
    passes(crossing(wang.pk, gate, IN, 90))
    assert [time for time in times(wang.pk) if time[0] == home] == [(home, 3, 80, True), (home, 90, None, False)]


def test_a_way_that_comes_late_splits_the_time_at_home(land, wang, folder):
    gate, home = land.compound_gate, land.compound
    passes(*(crossing(wang.pk, gate, way, hour) for way, hour in ((OUT, 1), (IN, 3), (OUT, 80), (IN, 90))))
    assert (home, 3, 80, True) in times(wang.pk)
    passes(crossing(wang.pk, gate, OUT, 30), crossing(wang.pk, gate, IN, 40))
    at_home = [(home, 3, 30, True), (home, 40, 80, True), (home, 90, None, False)]
    assert [time for time in times(wang.pk) if time[0] == home] == at_home


def test_a_way_home_that_nobody_saw_makes_the_time_at_home_uncertain(land, wang, folder):
    home = land.compound
    passes(crossing(wang.pk, land.compound_gate, OUT, 1), crossing(wang.pk, land.compound_scanner, THROUGH, 5))
    assert [time for time in times(wang.pk) if time[0] == home] == [(home, 5, None, False)]


def test_who_was_turned_back_stood_at_the_gate(land, folder):
    passes(crossing(ANN, land.compound_gate, IN, 1, crossed=False))
    assert times(ANN) == [(land.compound_gate, 1, 1, True)]


def test_of_rows_that_correct_each_other_one_holds(land, folder):
    wrong = crossing(ANN, land.compound_gate, IN, 1, crossed=False)
    passes(wrong)
    assert times(ANN)
    right = crossing(BEN, land.compound_gate, IN, 30, crossed=False, corrects=wrong.id)
    passes(right)
    assert times(ANN) == []
    assert times(BEN) == [(land.compound_gate, 30, 30, True)]
    passes(crossing(BEN, land.compound_gate, THROUGH, 30, crossed=False, corrects=right.id))
    assert times(BEN) == [], "that took it back"


def test_a_scan_is_where_the_code_hangs_and_not_certain(land, folder):
    from django.db import connections

    scan = crossing(ANN, land.factory, THROUGH, 2)
    upload(scan)
    with connections["owner"].cursor() as cursor:
        cursor.execute("alter table ledger_passage disable trigger append_only")
        cursor.execute("update ledger_passage set clock = %s", [int(Clock.SCANNED)])
        cursor.execute("alter table ledger_passage enable trigger append_only")
    fold_all(LATER)
    assert times(ANN) == [(land.factory, 2, 2, False)]


def test_passages_follow_their_key_to_another_person_and_back(land, wang, folder):
    worker = staff("worker", Role.COMMUNITY_WORKER, Node.objects.get(pk=land.compound))
    passes(crossing(ANN, land.factory_gate, IN, 1, crossed=False), crossing(ANN, land.compound_gate, OUT, 50))
    before = times(ANN)
    assert before
    with acting_as_system():
        same = merge_subjects(wang, ANN, by=worker, at=NOON)
    fold_all(LATER)
    assert times(ANN) == []
    assert (land.factory_gate, 1, 1, True) in times(wang.pk)
    with acting_as_system():
        part_subjects(SameSubject.objects.get(pk=same.pk), by=worker, at=NOON)
    fold_all(LATER)
    assert times(ANN) == before
    assert times(wang.pk) == []


def test_a_clock_that_says_another_age_is_left_out(land, folder):
    passes(Crossing(ANN, land.compound_gate, IN, dt.datetime(2106, 1, 1, tzinfo=dt.UTC), crossed=False))
    assert times(ANN) == []


def test_its_numbers_mean_whom_and_what_the_ledger_means(land, folder):
    for who, enter, leave in ((ANN, 1, 5), (BEN, 3, 8)):
        passes(crossing(who, land.compound_gate, IN, enter), crossing(who, land.compound_gate, OUT, leave))
    warm = warm_index(LATER)
    codes = warm.codes_of([ANN, BEN])
    found = warm.index.contacts(codes[ANN], int(NOON.timestamp()), int(NOON.timestamp()) + 86400, min_overlap=900)
    assert (found.exposure_s.tolist(), found.encounters.tolist()) == ([2 * 3600], [1])
    assert warm.subjects_of(found.person) == {codes[BEN]: BEN}
    assert warm.kind_of_places[land.compound] == "compound"
    assert warm.kind_of_places[land.compound_gate] == "compound_gate"
