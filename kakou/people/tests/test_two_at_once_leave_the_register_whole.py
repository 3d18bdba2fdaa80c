"""Two at once: who merges the other way round, or takes a list back while another is brought in, waits for his turn."""

import threading

import pytest
from django.db import connections

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import Refusal
from kakou.people import queries
from kakou.people.actions import AlreadyKnown, NewPerson, add_person, merge_people
from kakou.people.census import import_census, undo_import
from kakou.people.census.undoing import UndoRefused
from kakou.people.models import CensusImport, Person
from kakou.people.rules import Category, Facts
from kakou.people.tests.listed import workbook
from kakou.places.models import Unit
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
