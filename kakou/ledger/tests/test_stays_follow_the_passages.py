"""New, late and corrected passages: folded once, into their own subject, with the loops they open and close."""

import datetime as dt
import threading
from uuid import UUID

import pytest
from django.db import connections

from kakou.access.scope import acting_as_system
from kakou.ledger.actions.allowances import set_allowance
from kakou.ledger.actions.rebuild import rebuild
from kakou.ledger.actions.stays import fold_new
from kakou.ledger.models import FoldCursor, Passage
from kakou.ledger.queries import day
from kakou.ledger.queries.trail import corrected_of
from kakou.ledger.stays import VISIT, StayState
from kakou.ledger.stays.rows import STATES
from kakou.ledger.tests.gatework import IN, OUT, THROUGH, Crossing, fold_all, land, stays, told, upload
from kakou.people.actions import NewPerson, add_person
from kakou.people.queries import index_of_document
from kakou.people.rules import Category, Facts, check_document
from kakou.places.actions import add_entrance
from kakou.places.models import Unit
from kakou.places.rules import EntranceKind
from kakou.workorders.models import Step, WorkOrder

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["land"]
OPEN, CLOSED, LATE, MISSED, ORPHAN = (STATES[state] for state in StayState)
WANG, LI = UUID(int=1 << 100), UUID(int=2 << 100)
NOON = dt.datetime(2021, 8, 10, 4, tzinfo=dt.UTC)


def at(minute):
    return NOON + dt.timedelta(minutes=minute)


def orders():
    with acting_as_system():
        return sorted(WorkOrder.objects.values_list("kind", "state"))


def test_it_opens_and_closes_a_stay(land):
    upload(Crossing(WANG, land.compound_gate, IN, at(0)))
    fold_all(at(1))
    assert told(land.compound) == [(OPEN, at(0), None)]
    upload(Crossing(WANG, land.compound_gate, OUT, at(5)))
    fold_all(at(6))
    assert told(land.compound) == [(CLOSED, at(0), at(5))]


def test_it_folds_each_passage_once(land):
    upload(Crossing(WANG, land.compound_gate, IN, at(0)), Crossing(LI, land.compound_gate, IN, at(0)))
    fold_all(at(1))
    assert fold_new(at=at(2)).passages == 0


def test_it_takes_a_transaction_whole_even_when_the_batch_is_full(land):
    upload(*[Crossing(UUID(int=n << 100), land.compound_gate, IN, at(0)) for n in range(1, 8)])
    fold_all(at(1), most=3)
    assert len(told(land.compound)) == 7


def test_it_holds_few_passages_in_memory_however_many_its_subjects_have(land):
    """A batch of new passages asks for everything their subjects ever did: a stretch of it at a time."""
    people = [UUID(int=n << 100) for n in range(1, 41)]
    ways = [(minute, IN if minute % 20 else OUT) for minute in range(0, 100, 10)]
    told = [Crossing(who, land.compound_gate, way, at(minute)) for who in people for minute, way in ways]
    upload(*told)
    whole = fold_new(at=at(101), room=10_000)
    assert (whole.held, whole.subjects) == (400, 40)
    before = stays()
    upload(*[Crossing(who, land.compound_gate, OUT, at(200)) for who in people])
    bounded = fold_new(at=at(201), room=50)
    assert bounded.held <= 50
    assert bounded.subjects == 40
    assert stays() != before
    assert list(rebuild(at=at(201)))[-1].put == 0


def test_it_holds_one_subject_whole_even_when_he_alone_has_more(land):
    ways = [Crossing(WANG, land.compound_gate, IN if n % 2 else OUT, at(n)) for n in range(30)]
    upload(*ways, Crossing(LI, land.compound_gate, IN, at(0)))
    assert fold_new(at=at(31), room=7).subjects == 2
    assert list(rebuild(at=at(31)))[-1].put == 0


def test_it_sees_a_gate_that_was_added_while_it_waited_for_another_fold(land):
    fold_all(at(0))
    other = connections["owner"].copy()
    other.set_autocommit(False)
    with other.cursor() as held:
        held.execute("select from ledger_foldcursor where name = 'stays' for update")
        fold = threading.Thread(target=lambda: (fold_all(at(1)), connections["default"].close()))
        fold.start()
        with connections["owner"].cursor() as cursor:
            while not _somebody_waits(cursor):
                threading.Event().wait(0.02)
    with acting_as_system():
        compound = Unit.objects.get(node_id=land.compound)
        who = {"by": None, "at": at(0)}
        gate = add_entrance(unit=compound, name="new", kind=EntranceKind.COMPOUND_GATE, **who).node_id
    upload(Crossing(WANG, gate, IN, at(0)))
    other.rollback()
    other.close()
    fold.join(60)
    assert len(told(land.compound)) == 1


def _somebody_waits(cursor):
    cursor.execute("select exists (select from pg_locks where not granted)")
    return cursor.fetchone()[0]


def test_it_sets_aside_whose_passages_cannot_be_read_and_folds_everybody_else(land):
    with acting_as_system():
        set_allowance(node=land.compound, kind=VISIT, purpose=0, lasts=dt.timedelta(hours=1), by=None, at=at(0))
    others = [UUID(int=n << 100) for n in range(2, 9)]
    upload(*[Crossing(who, land.compound_gate, IN, at(0)) for who in [WANG, *others]])
    with connections["owner"].cursor() as cursor:  # his time would be up after the last moment that there is
        cursor.execute("alter table ledger_passage disable trigger append_only")
        end = "294276-12-31 23:59:00+00"
        cursor.execute("update ledger_passage set happened_at = %s where subject = %s", [end, WANG])
    fold_all(at(1))
    assert orders() == [("not_folded", "reported")]
    assert {row[2] for row in stays()} == {*others}
    upload(Crossing(WANG, land.compound_gate, IN, at(2)))
    fold_all(at(2))
    assert orders() == [("not_folded", "reported")], "once"
    with connections["owner"].cursor() as cursor:
        cursor.execute("update ledger_passage set happened_at = %s where happened_at = %s", [at(1), end])
        cursor.execute("alter table ledger_passage enable trigger append_only")
    list(rebuild(at=at(3)))
    assert ("not_folded", "closed") in orders()
    assert WANG in {row[2] for row in stays()}


def test_it_goes_on_in_a_database_restored_from_a_backup(land):
    """There transactions are counted anew: the cursor of the old server lies ahead of all of them."""
    with acting_as_system():
        FoldCursor.objects.update_or_create(name="stays", defaults={"xid": 1 << 60})
    upload(Crossing(WANG, land.compound_gate, IN, at(0)))
    fold_all(at(1))
    assert len(told(land.compound)) == 1


def test_it_folds_a_late_passage_into_its_subject_only(land):
    upload(Crossing(WANG, land.compound_gate, IN, at(0)), Crossing(LI, land.compound_gate, IN, at(0)))
    upload(Crossing(WANG, land.compound_gate, IN, at(60)))
    fold_all(at(61))
    assert orders() == [("missing_exit", "reported")]
    upload(Crossing(WANG, land.compound_gate, OUT, at(30)))
    folded = fold_new(at=at(62))
    assert (folded.passages, folded.subjects, folded.put, folded.gone) == (1, 1, 1, 0)
    assert told(land.compound) == [(CLOSED, at(0), at(30)), (OPEN, at(0), None), (OPEN, at(60), None)]


def test_it_never_closes_an_order_silently(land):
    upload(Crossing(WANG, land.compound_gate, IN, at(0)), Crossing(WANG, land.compound_gate, IN, at(60)))
    fold_all(at(61))
    late = Crossing(WANG, land.compound_gate, OUT, at(30))
    upload(late)
    fold_all(at(62))
    assert orders() == [("missing_exit", "closed")]
    with acting_as_system():
        step = Step.objects.get(kind="closed")
    assert step.facts["passage"] == str(late.id)


def test_it_opens_an_order_for_an_exit_without_an_entry_and_closes_it_when_the_entry_arrives(land):
    upload(Crossing(WANG, land.compound_gate, OUT, at(30)))
    fold_all(at(31))
    assert orders() == [("orphan_exit", "reported")]
    upload(Crossing(WANG, land.compound_gate, IN, at(0)))
    fold_all(at(32))
    assert orders() == [("orphan_exit", "closed")]
    assert told(land.compound) == [(CLOSED, at(0), at(30))]


def test_it_moves_a_passage_to_the_subject_that_a_correction_names(land):
    wrong = Crossing(WANG, land.compound_gate, IN, at(0))
    upload(wrong)
    fold_all(at(1))
    upload(Crossing(LI, land.compound_gate, IN, at(0), corrects=wrong.id))
    fold_all(at(2))
    assert [row[2] for row in stays()] == [LI]


def test_a_phone_of_another_gate_takes_nothing_back(land):
    """Neither in who is inside, nor on the pages of the day, nor on the trail."""
    here = Crossing(WANG, land.compound_gate, IN, at(0))
    upload(here)
    fold_all(at(1))
    for subject in (WANG, LI):
        upload(Crossing(subject, land.village_gate, OUT, at(2), corrects=here.id))
    fold_all(at(3))
    assert told(land.compound)[0][1] == at(0)
    with acting_as_system():
        rows = list(Passage.objects.all())
        assert here.id not in corrected_of(rows)
        asked = day.window([land.compound_gate], at(-60), at(60))
        assert here.id in {row.id for row in day.lines(asked)}
    upload(Crossing(WANG, land.compound_gate, IN, at(4), corrects=here.id))
    with acting_as_system():
        assert here.id in corrected_of(rows)
        assert here.id not in {row.id for row in day.lines(asked)}


def test_it_finds_one_subject_at_two_gates_at_once_and_hears_a_correction(land):
    there = Crossing(WANG, land.compound_gate, IN, at(0) + dt.timedelta(seconds=20))
    upload(Crossing(WANG, land.village_gate, IN, at(0)), there)
    fold_all(at(1))
    assert ("two_gates_at_once", "reported") in orders()
    upload(Crossing(WANG, land.compound_gate, IN, at(40), corrects=there.id))
    fold_all(at(41))
    assert ("two_gates_at_once", "closed") in orders()


def test_it_knows_the_resident_who_showed_a_document(land):
    """Out by his pass, in by his document: one loop; and what stood under the document alone goes over to him."""
    with acting_as_system():
        facts = Facts(name="王小明", document=("10", "11010519491231002X"))
        wang = NewPerson(land.compound, facts, Category.RESIDENT_REGISTERED)
        document = UUID(bytes=index_of_document(check_document(*facts.document)))
    upload(Crossing(document, land.compound_gate, OUT, at(0)))
    fold_all(at(1))
    assert orders() == [("orphan_exit", "reported")]
    with acting_as_system():
        wang = add_person(wang, by=None, at=at(2))
    upload(Crossing(wang.pk, land.compound_gate, IN, at(30)))
    fold_all(at(31))
    assert told(land.compound) == [(CLOSED, at(0), at(30))]
    assert [row[2] for row in stays()] == [wang.pk]
    assert orders() == [("orphan_exit", "closed")]


def test_it_reads_through_an_inner_scanner(land):
    upload(Crossing(WANG, land.village_gate, IN, at(0)), Crossing(WANG, land.compound_scanner, THROUGH, at(9)))
    fold_all(at(10))
    assert told(land.village) == [(MISSED, at(0), None)]
    assert told(land.compound) == []
