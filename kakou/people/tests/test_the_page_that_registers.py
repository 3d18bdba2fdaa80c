import pytest
from django.test import Client

from kakou.access.models import Use
from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.people import queries
from kakou.people.actions import NewPerson, add_person
from kakou.people.actions.finding import USE
from kakou.people.models import Person
from kakou.people.rules import Facts
from kakou.places.models import Unit
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
GIVEN = {"category": "resident_registered", "name": "单雯", "document_kind": "10", "document": "11010519491231002X"}


@pytest.fixture
def at_work(tree, cast):
    """The east's worker at her computer, and the unit she registers at."""
    with acting_as_system():
        Unit.objects.create(node=tree.garden, kind="compound", name="garden")
        Unit.objects.create(node=tree.orchard, kind="compound", name="orchard")
    client = Client(headers={"accept-language": "en"})
    sign_in(client, cast.worker)
    return client, {**GIVEN, "unit": tree.garden.pk}


def people():
    with acting_as_system():
        return Person.objects.count()


def test_a_person_is_written_down_and_answered_masked(at_work):
    client, given = at_work
    answer = client.post("/people/new/", {**given, "phone": "13800001234", "special": ["elderly"]}, follow=True)
    assert "单* is in the register." in answer.content.decode()
    assert "11010519491231002X" not in answer.content.decode()
    assert people() == 1


def test_relation_and_door_make_a_household(at_work):
    client, given = at_work
    client.post("/people/new/", {**given, "relation": "head", "address": "3-2-501"})
    client.post(
        "/people/new/", {**given, "document": "", "name": "单小", "relation": "child", "address": "3栋2单元501"}
    )
    with acting_as_system():
        head, child = Person.objects.order_by("pk")
        home = queries.household_of(child)
    assert (home.head, [one.id for one in home.members]) == (head.pk, [head.pk, child.pk])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"document": "110105194912310021"}, "document"),
        ({"phone": "12"}, "phone"),
        ({"name": "王\u202e"}, "name"),
        ({"phone": "13800001234", "special": ["no_phone"]}, "special"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(at_work, wrong, field):
    client, given = at_work
    answer = client.post("/people/new/", given | wrong)
    assert answer.status_code == 422
    assert f"id_{field}_error" in answer.content.decode()
    assert people() == 0


def test_the_same_document_is_not_registered_twice(at_work):
    client, given = at_work
    client.post("/people/new/", given)
    assert "registered already" in client.post("/people/new/", given).content.decode()
    assert people() == 1


def test_whoever_learns_by_it_who_is_registered_has_searched(transactional_db, at_work, cast, tree):
    """Also in another community: told to the audit, and counted with what he searched."""
    client, given = at_work
    with acting_as(cast.neighbour):
        add_person(NewPerson(tree.orchard.pk, Facts("某", ("10", given["document"]))), by=cast.neighbour, at=AT)
    assert "registered already" in client.post("/people/new/", given).content.decode()
    [act] = Event.objects.using("owner").filter(action="people.searched")
    assert (act.by, act.facts) == (cast.worker.pk, {"kinds": ["document"], "found": 1})
    with acting_as_system():
        [use] = Use.objects.filter(staff=cast.worker, what=USE)
        Use.objects.bulk_create([Use(staff=cast.worker, what=USE, at=use.at) for _ in range(119)])
    assert "very often" in client.post("/people/new/", given).content.decode()
    assert people() == 1


def test_another_communitys_unit_is_no_choice(at_work, tree):
    client, given = at_work
    assert "orchard" not in client.get("/people/new/").content.decode()
    assert client.post("/people/new/", {**given, "unit": tree.orchard.pk}).status_code == 422
    assert people() == 0
