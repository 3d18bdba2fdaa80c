"""People of an older version have an address and no door: the worker gives them theirs in portions, nothing else."""

import pytest
from django.db import connection

from kakou.access.scope import acting_as, acting_as_system
from kakou.people.actions import NewPerson, add_people, filling
from kakou.people.actions.filling import fill_doors
from kakou.people.census.history import FORMER
from kakou.people.models import Person
from kakou.people.queries.households import household_of
from kakou.people.rules import Category, Facts
from tests.cast import AT, reconnect

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def older(tree, cast):
    """Five people of one door, one of another unit, one whose address names none, one without an address."""
    told = [(tree.garden, "3-2-501")] * 5 + [(tree.orchard, "3-2-501"), (tree.garden, "—"), (tree.garden, None)]
    people = [
        NewPerson(node.pk, Facts(f"某{number}", address=door), Category.RESIDENT_REGISTERED)
        for number, (node, door) in enumerate(told)
    ]
    with acting_as_system():
        ids = [one.pk for one in add_people(people, by=None, at=AT)]
        Person.objects.update(door_index=None)
    reconnect("kakou_worker")
    yield ids
    reconnect("kakou_pages")


def doors():
    with acting_as_system():
        return dict(Person.objects.values_list("pk", "door_index"))


def test_they_are_a_household_again_and_their_history_says_nothing(older, cast, monkeypatch):
    monkeypatch.setattr(filling, "PORTION", 2)
    with acting_as_system():
        before = FORMER._base_manager.count()
    assert fill_doors(at=AT) == 6
    assert fill_doors(at=AT) == 0
    found = doors()
    assert [found[id] is not None for id in older] == [True] * 6 + [False] * 2
    assert found[older[0]] == found[older[4]] != found[older[5]]
    with acting_as(cast.worker):
        assert len(household_of(Person.objects.get(pk=older[0])).members) == 5
    with acting_as_system():
        assert FORMER._base_manager.count() == before


def test_what_is_broken_off_is_done_and_the_next_run_goes_on(older, monkeypatch):
    monkeypatch.setattr(filling, "PORTION", 2)
    looks = iter([False, False, True])
    assert fill_doors(at=AT, over=lambda: next(looks)) == 4
    assert sum(door is not None for door in doors().values()) == 4
    assert fill_doors(at=AT) == 2


def test_whoever_moved_meanwhile_keeps_the_door_that_he_has_there(older, tree, monkeypatch):
    read = filling.queries.index_of_door

    def moved(node, door):
        with connection.cursor() as cursor:  # as if a page had written it before the portion is
            cursor.execute("update people_person set node_id = %s where id = %s", [tree.west.pk, older[0]])
        return read(node, door)

    monkeypatch.setattr(filling.queries, "index_of_door", moved)
    assert fill_doors(at=AT) == 5
    assert doors()[older[0]] is None
