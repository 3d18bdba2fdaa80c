"""What tests of people who come in share: places with names, an outbreak, a case in it."""

from __future__ import annotations

import datetime as dt

import pytest

from kakou.access.scope import acting_as, acting_as_system
from kakou.people.actions import NewPerson, add_person
from kakou.people.rules import Category, Facts
from kakou.places.models import Entrance, Unit
from kakou.tracing.actions.cases import CaseFacts, open_case
from kakou.tracing.actions.outbreaks import open_outbreak
from kakou.tracing.models import Involved
from kakou.tracing.rules.standing import CaseState
from tests.cast import AT

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
WANG = "110105199003078027"


@pytest.fixture
def places(tree):
    """The cast's tree with names and gates."""
    with acting_as_system():
        for node, kind, name in (
            (tree.street, "street", "睢城街道"), (tree.east, "community_urban", "东城社区"),
            (tree.garden, "compound", "阳光小区"), (tree.west, "community_rural", "西郊社区"),
            (tree.orchard, "urban_village", "果园村"),
        ):  # fmt: skip
            Unit.objects.create(node=node, kind=kind, name=name)
        for gate, unit, name in ((tree.garden_gate, tree.garden, "南门"), (tree.orchard_gate, tree.orchard, "村口")):
            Entrance.objects.create(
                node=gate, unit=Unit.objects.get(node=unit), name=name, kind="compound_gate", state="staffed"
            )
    return tree


@pytest.fixture
def outbreak(places, cast):
    """An outbreak of the whole street, by the eighth edition."""
    with acting_as(cast.investigator):
        return open_outbreak(node=places.street.pk, title="八月疫情", plan="cn-8", by=cast.investigator, at=AT)


@pytest.fixture
def case(outbreak, places, cast):
    """王晓梅 of the garden, confirmed: ill for two days, isolated an hour ago."""
    person = registered(places.garden, "王晓梅", document=WANG, phone="13800138001", address="3-2-501")
    facts = CaseFacts(CaseState.CONFIRMED, (AT - 2 * DAY).date(), AT - 3 * HOUR, AT - HOUR)
    with acting_as(cast.investigator):
        return open_case(outbreak, person.pk, facts, node=places.garden.pk, by=cast.investigator, at=AT)


def registered(node, name, *, document=None, phone=None, address=None, category=Category.RESIDENT_REGISTERED):
    """Somebody in the register of a unit."""
    with acting_as_system():
        facts = Facts(name, ("10", document) if document else None, phone, address)
        return add_person(NewPerson(node.pk, facts, category), by=None, at=AT)


def people_in(outbreak):
    """(name, standing, proposed) of everybody who is no case, by name."""
    from kakou.people.models import Person
    from kakou.people.queries import plain_field

    with acting_as_system():
        rows = list(Involved.objects.filter(outbreak=outbreak, number=None))
        names = {one.pk: plain_field(one, "name") for one in Person.objects.filter(pk__in=[r.subject for r in rows])}
        return sorted((names.get(row.subject, ""), row.standing, row.proposed) for row in rows)
