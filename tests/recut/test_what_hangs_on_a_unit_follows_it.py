"""A worker with pages open: what is of the moved compound is the neighbour's from the next look on."""

import pytest
from django.test import Client

from kakou.access.actions import grant_role
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.models import Passage
from kakou.people.actions import NewPerson, add_person
from kakou.people.models import Person
from kakou.people.queries import person_at
from kakou.people.rules import Category, Facts
from kakou.places.events import registry
from kakou.places.models import Entrance, Unit
from kakou.places.recut import merge_units, move_unit, split_unit
from kakou.screening.actions.passes import NewPass, issue_pass
from kakou.screening.models import Pass
from kakou.screening.models.passes import PassKind
from kakou.screening.queries.bundle import passes_told
from kakou.services.models import Request
from kakou.services.tests.asking import lamp_reported_twice
from kakou.workorders.models import WorkOrder
from tests.cast import AT, sign_in, staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
WHY = "区划调整"


def signed_in(account):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, account)
    return client


def test_pages_of_a_moved_compound_are_the_neighbours(district):
    tree, cast = district.tree, district.cast
    garden = tree.garden.pk
    lamp_reported_twice(garden)
    with acting_as_system():
        request = Request.objects.filter(node=garden).first() or Request.objects.first()
    pages = [
        f"/places/{garden}/",
        f"/ledger/loops/{district.order}/",
        f"/ledger/subject/{district.wang}/",
        f"/ledger/quarantine/{district.unfit}/",
        f"/screening/passes/{district.card}/",
        f"/screening/fever/{district.fever}/",
        f"/services/{request.pk}/",
        f"/ledger/today/?place={garden}",
        f"/ledger/inside/?place={garden}",
        f"/people/households/{district.wang}/",
    ]
    old, new = signed_in(cast.secretary), signed_in(cast.neighbour)
    assert [(old.get(page).status_code, new.get(page).status_code) for page in pages] == [(200, 404)] * len(pages)
    with acting_as(cast.administrator):
        units = {unit.node_id: unit for unit in Unit.objects.all()}
        move_unit(units[garden], parent=units[tree.west.pk], reason=WHY, by=cast.administrator, at=AT)
    seen = [(old.get(page).status_code, new.get(page).status_code) for page in pages]
    first = pages.index(f"/services/{request.pk}/")
    assert seen[first] == (200, 200)  # the first who received it sees what becomes of it (首接负责)
    assert [*seen[:first], *seen[first + 1 :]] == [(404, 200)] * (len(pages) - 1)
    with acting_as_system():
        owners = {order.owner for order in WorkOrder.objects.exclude(state="closed") if order.owner}
    assert cast.secretary not in owners
    assert cast.neighbour in owners
    for page in ("/", "/ledger/loops/", "/ledger/units/?day=2021-08-10", "/screening/passes/", "/devices/", "/badges/"):
        assert (old.get(page).status_code, new.get(page).status_code) == (200, 200), page
    assert "一号机" in new.get("/devices/").content.decode()
    assert "一号机" not in old.get("/devices/").content.decode()


def resident(tree, cast, name, door):
    made = add_person(
        NewPerson(tree.garden.pk, Facts(name, address=door), Category.RESIDENT_REGISTERED), by=None, at=AT
    )
    issue_pass(made, NewPass(PassKind.RESIDENT, door, AT.date(), None), by=cast.secretary, at=AT)
    return made


def roster(nodes):
    return len(passes_told(nodes, 1, AT.date())["passes"])


def test_residents_and_passes_of_a_building_go_to_the_unit_that_is_split_off(district):
    """And when that is merged again its gate knows them all: they are in the roster of whoever stands around."""
    tree, cast = district.tree, district.cast
    with acting_as(cast.secretary):
        before = Pass.objects.count()
        gone, stays = resident(tree, cast, "周小兰", "3栋2单元501"), resident(tree, cast, "吴小刚", "30栋1单元201")
    with acting_as(cast.administrator):
        assert not Person.objects.exists()  # who sets up places sees nobody, and splits all the same
    with acting_as(cast.secretary):
        garden = Unit.objects.get(node=tree.garden)
        north = list(Entrance.objects.filter(name="北门"))
        made, _ = split_unit(garden, name="阳光北苑", entrances=north, reason=WHY, by=cast.secretary, at=AT)
        assert registry.buildings.count(tree.garden.pk, ["3栋"]) == 1
        assert registry.buildings.follow(tree.garden.pk, made.node_id, ["3栋"], cast.secretary, AT) == 1
        assert (person_at(gone.pk).node_id, person_at(stays.pk).node_id) == (made.node_id, tree.garden.pk)
        assert person_at(gone.pk).door_index != gone.door_index
        assert (roster([made.node_id]), roster([tree.garden.pk])) == (1, before + 1)
        merge_units(made, into=garden, reason=WHY, by=cast.secretary, at=AT)
        assert person_at(gone.pk).node_id == made.node_id
    with acting_as(cast.secretary):
        assert Passage.objects.filter(node_id=north[0].node_id).exists()


def test_a_split_whose_people_may_not_follow_leaves_all_as_it_was(district):
    """Who may cut places and change people, but issue no passes, is refused: no half of it is done."""
    tree, cast = district.tree, district.cast
    with acting_as(cast.secretary):
        lives = resident(tree, cast, "周小兰", "3栋2单元501")
    both = staff("both", Role.ADMINISTRATOR, tree.street)
    grant_role(staff=both, role=Role.INVESTIGATOR, node=tree.street, by=None, at=AT)
    with acting_as_system():
        north = Entrance.objects.get(name="北门")
        units = Unit.objects.count()
    told = {"act": "split", "name": "阳光北苑", "entrances": [north.node_id], "buildings": "3栋", "reason": WHY}
    page = signed_in(both).post(f"/places/{tree.garden.pk}/recut/", told | {"sure": "1"})
    assert page.status_code == 422
    with acting_as_system():
        assert (Unit.objects.count(), Entrance.objects.get(name="北门").unit_id) == (units, north.unit_id)
        assert person_at(lives.pk).node_id == tree.garden.pk
