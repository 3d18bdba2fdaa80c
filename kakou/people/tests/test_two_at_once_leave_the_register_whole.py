"""Two at once: who merges the other way round, takes a list back while another is brought in, or splits a unit
meanwhile, waits for his turn."""

import threading

import pytest
from django.db import connections

from kakou.access.actions import add_node
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import Refusal
from kakou.people import queries
from kakou.people.actions import AlreadyKnown, NewPerson, add_person, change_person, merge_people, move_house
from kakou.people.census import import_census, undo_import
from kakou.people.census.undoing import UndoRefused
from kakou.people.models import CensusImport, Person
from kakou.people.rules import Category, Facts
from kakou.people.tests.listed import workbook
from kakou.places.models import Unit
from kakou.web.sheets import SheetProblems
from tests.cast import AT

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
TITLES = ["姓名", "门牌", "手机号"]


@pytest.fixture
def garden(tree, cast):
    with acting_as_system():
        return Unit.objects.create(node=tree.garden, kind="compound", name="阳光花园").node


def beside(by, act, other):
    """`other` is begun by somebody else while the transaction of `act` is open; how it was refused."""
    told = []

    def go():
        try:
            with acting_as(by):
                other()
        except Refusal as refused:
            told.append(refused)
        finally:
            connections["default"].close()

    thread = threading.Thread(target=go)
    with acting_as(by):
        act()
        thread.start()
        thread.join(timeout=2)
    thread.join(timeout=30)
    return told


def test_who_merges_the_other_way_round_at_this_moment_is_told(garden, cast):
    with acting_as(cast.worker):
        new = [NewPerson(garden.pk, Facts("王晓梅", address=door), Category.RESIDENT_REGISTERED) for door in ("1", "2")]
        one, other = (add_person(each, by=cast.worker, at=AT) for each in new)
    [refused] = beside(
        cast.worker,
        lambda: merge_people(one, other, by=cast.worker, at=AT),
        lambda: merge_people(other, one, by=cast.worker, at=AT),
    )
    assert isinstance(refused, AlreadyKnown)
    with acting_as(cast.worker):
        assert [person.pk for person in queries.residents([garden.pk])] == [one.pk]


def test_who_takes_a_list_back_while_the_next_changes_its_people_is_told(garden, cast):
    def bring(phone):
        data = workbook([["王晓梅", "1-1", phone]], TITLES)
        import_census(data, filename="名单.xlsx", node=garden.pk, by=cast.worker, at=AT)

    with acting_as(cast.worker):
        bring("13800001111")
        [first] = CensusImport.objects.all()
    [refused] = beside(cast.worker, lambda: bring("13800002222"), lambda: undo_import(first, by=cast.worker, at=AT))
    assert isinstance(refused, UndoRefused)
    with acting_as(cast.worker):
        assert Person.objects.count() == 1


def test_a_list_waits_for_the_one_that_is_taken_back(garden, cast):
    def bring(phone):
        data = workbook([["王晓梅", "1-1", phone]], TITLES)
        import_census(data, filename="名单.xlsx", node=garden.pk, by=cast.worker, at=AT)

    with acting_as(cast.worker):
        bring("13800001111")
        [first] = CensusImport.objects.all()
    assert not beside(cast.worker, lambda: undo_import(first, by=cast.worker, at=AT), lambda: bring("13800002222"))
    with acting_as(cast.worker):
        [person] = Person.objects.all()
        assert queries.plain_field(person, "phone") == "+8613800002222"


@pytest.fixture
def lake(tree, garden):
    """The unit that is split off: building 3 goes there."""
    with acting_as_system():
        return Unit.objects.create(node=add_node(parent=tree.east), kind="compound", name="阳光北苑").node


@pytest.fixture
def wang(garden, cast):
    with acting_as(cast.worker):
        new = NewPerson(garden.pk, Facts("王晓梅", address="3-1-101"), Category.RESIDENT_REGISTERED)
        return add_person(new, by=cast.worker, at=AT)


def bring_her(garden, cast, wang, **cells):
    titles = {"door": "门牌", "phone": "手机号"}
    row = [str(wang.pk), "王晓梅", *cells.values()]
    data = workbook([row], ["编号", "姓名", *(titles[cell] for cell in cells)])
    return import_census(data, filename="名单.xlsx", node=garden.pk, by=cast.worker, at=AT)


def test_who_moves_to_another_building_by_a_list_does_not_go_with_the_former_one(garden, lake, wang, cast):
    """The list is written when building 3 is asked for: she lives in building 5 by then."""
    assert not beside(
        cast.worker,
        lambda: bring_her(garden, cast, wang, door="5-1-101"),
        lambda: move_house(garden.pk, lake.pk, ["3栋"], by=cast.worker, at=AT),
    )
    with acting_as(cast.worker):
        now = queries.person_at(wang.pk)
        assert (now.node_id, queries.plain_field(now, "address")) == (garden.pk, "5-1-101")
        assert bytes(now.door_index) == queries.index_of_door(garden.pk, "5-1-101")


def test_a_list_brings_nobody_back_from_the_unit_that_is_split_off_at_this_moment(garden, lake, wang, cast):
    assert not beside(
        cast.worker,
        lambda: move_house(garden.pk, lake.pk, ["3栋"], by=cast.worker, at=AT),
        lambda: bring_her(garden, cast, wang, phone="13800002222"),
    )
    with acting_as(cast.worker):
        now = queries.person_at(wang.pk)
        assert (now.node_id, queries.plain_field(now, "phone")) == (lake.pk, "+8613800002222")


def test_a_list_does_not_say_changed_of_somebody_who_was_handed_over_at_this_moment(garden, tree, wang, cast):
    """To another community, by whoever keeps both registers: it is told at her cell, and nothing is taken."""

    def hand_over():
        with acting_as_system():
            change_person(wang, NewPerson(tree.orchard.pk, Facts("王晓梅", address="9-9")), by=None, at=AT)

    [refused] = beside(cast.worker, hand_over, lambda: bring_her(garden, cast, wang, phone="13800002222"))
    assert isinstance(refused, SheetProblems)
    assert [(one.row, one.letter) for one in refused.problems] == [(2, "B")]
    with acting_as_system():
        now = queries.person_at(wang.pk)
        assert (now.node_id, queries.plain_field(now, "phone")) == (tree.orchard.pk, "")
        assert not CensusImport.objects.exists()


def test_a_list_is_not_taken_back_by_half_when_somebody_of_it_is_handed_over_at_this_moment(garden, tree, wang, cast):
    """She is where whoever takes it back may not write: all of it stays as it was."""
    with acting_as(cast.worker):
        bring_her(garden, cast, wang, phone="13800002222")
        [census] = CensusImport.objects.all()

    def hand_over():
        with acting_as_system():
            change_person(wang, NewPerson(tree.orchard.pk, Facts("王晓梅", address="9-9")), by=None, at=AT)

    [refused] = beside(cast.worker, hand_over, lambda: undo_import(census, by=cast.worker, at=AT))
    assert isinstance(refused, UndoRefused)
    with acting_as_system():
        assert CensusImport.objects.get().undone_at is None
        assert queries.person_at(wang.pk).node_id == tree.orchard.pk
