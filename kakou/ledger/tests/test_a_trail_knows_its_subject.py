"""A trail begins before its bearer was registered, and is there for who has not passed yet."""

from uuid import UUID

import pytest

from kakou.access.scope import acting_as
from kakou.kernel.errors import NotFound
from kakou.ledger.models import Passage
from kakou.ledger.queries.labels import PERSON, VEHICLE
from kakou.ledger.queries.trail import kind_of, passages_of
from kakou.people import actions as people
from kakou.people import queries
from kakou.people.actions import NewPerson, NewVehicle
from kakou.people.rules import Facts, check_document
from tests.matrix.rows import Rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NUMBER = "11010519491231002X"


def passed(node, subject):
    """One passage of `subject` at the gate on `node`."""
    passage = Rows(None).another(Passage, node.pk)
    passage.subject, passage.subject_kind = subject, PERSON
    passage.save(force_insert=True)
    return passage.pk


def test_what_a_document_did_before_its_bearer_was_registered_is_his(tree, cast, at):
    with acting_as(cast.secretary):
        key = UUID(bytes=queries.index_of_document(check_document("10", NUMBER)))
        before = passed(tree.garden_gate, key)
        person = people.add_person(NewPerson(tree.garden.pk, Facts("甲", ("10", NUMBER))), by=cast.secretary, at=at)
        after = passed(tree.garden_gate, person.pk)
        for subject in (key, person.pk):
            assert {row.pk for row in passages_of(subject)} == {before, after}
            assert kind_of(subject) == PERSON


def test_who_is_registered_and_has_not_passed_yet_is_known(tree, cast, at):
    with acting_as(cast.secretary):
        person = people.add_person(NewPerson(tree.garden.pk, Facts("甲")), by=cast.secretary, at=at)
        vehicle = people.add_vehicle(NewVehicle(tree.garden.pk, "苏C12345"), by=cast.secretary, at=at)
        assert (kind_of(person.pk), kind_of(vehicle.pk)) == (PERSON, VEHICLE)
    with acting_as(cast.neighbour), pytest.raises(NotFound):
        kind_of(person.pk)
