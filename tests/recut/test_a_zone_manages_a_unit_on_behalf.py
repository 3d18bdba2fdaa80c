"""A second superior (代管): it looks, orders and closes; it sees nobody's record, behind both walls."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client

from kakou.access.actions import WouldBeCircular, add_node, move_node
from kakou.access.models import Staff
from kakou.access.queries import holders_of, reach_of
from kakou.access.rules import OF_SECOND, ROLES, Permission, Role
from kakou.access.scope import acting_as, acting_as_system, nodes_of
from kakou.kernel.errors import NotAllowed
from kakou.people.models import Person
from kakou.places import queries
from kakou.places.actions import manage
from kakou.places.models import Unit
from kakou.places.recut import move_unit, split_unit
from kakou.places.recut.second import manage_on_behalf
from kakou.places.rules import Management, PlaceRefused
from kakou.services.actions import paste
from kakou.services.models import Proposal
from kakou.workorders.actions.handling import name_owner
from kakou.workorders.models import WorkOrder
from tests.cast import sign_in, staff

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
WHY = "开发区代管"


@pytest.fixture
def zone(district, at):
    """A zone beside the street, both in a county; who commands the zone; the east community under its management."""
    tree = district.tree
    with acting_as_system():
        county = Unit.objects.create(node=add_node(parent=None), kind="county", name="睢宁县")
        made = Unit.objects.create(node=add_node(parent=county.node), kind="zone", name="开发区")
        boss = staff("county_administrator", Role.ADMINISTRATOR, county.node)
        move_node(tree.street, parent=county.node, by=_both(boss, tree), at=at)
        manage_on_behalf(Unit.objects.get(node=tree.east), superior=made, reason=WHY, by=None, at=at)
    return made


def _both(boss, tree):
    from kakou.access.actions import grant_role

    grant_role(staff=boss, role=Role.ADMINISTRATOR, node=tree.street, by=None, at=boss.created_at)
    return boss


@pytest.fixture
def commander(zone):
    return staff("zone_commander", Role.COMMANDER, zone.node)


def test_it_may_what_the_table_says_and_nothing_else(district, zone, commander):
    held = nodes_of(commander)
    east, gate, west = district.tree.east.pk, district.tree.garden_gate.pk, district.tree.west.pk
    for permission in Permission:
        may = permission in ROLES[Role.COMMANDER].permissions & OF_SECOND
        assert (east in held[permission], gate in held[permission]) == (may, may), permission
        assert west not in held[permission]
    assert Permission.SEE_PEOPLE not in OF_SECOND


def rows(table, node):
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table} where node_id = any(%s)", [node])
        return cursor.fetchone()[0]


def test_both_walls_hold(district, zone, commander):
    with acting_as(commander):
        assert not Person.objects.exists()
        assert Unit.objects.filter(node=district.tree.garden).exists()
        assert not Unit.objects.filter(node=district.tree.west).exists()
        garden = [district.tree.garden.pk, district.tree.garden_gate.pk]
        assert (rows("people_person", garden), rows("screening_pass", garden)) == (0, 0)
        assert rows("ledger_passage", garden) > 0
        assert rows("places_unit", [district.tree.west.pk]) == 0


def test_it_stands_in_its_tree_and_is_directed(district, zone, commander, at):
    with acting_as(commander):
        told = [(b.unit.name, b.depth, b.is_managed) for b in queries.tree(at)]
    assert told[:3] == [("开发区", 0, False), ("东城社区", 1, True), ("阳光小区", 2, False)]
    assert district.tree.garden.pk in reach_of(zone.node_id)
    assert commander in [who for who, _ in holders_of(Permission.SEE_ORDERS, district.tree.garden_gate.pk)]
    assert commander not in [who for who, _ in holders_of(Permission.SEE_PEOPLE, district.tree.garden.pk)]
    client = Client(headers={"accept-language": "en"})
    sign_in(client, commander)
    for page, status in (
        (f"/places/{district.tree.garden.pk}/", 200),
        (f"/ledger/today/?place={district.tree.garden_gate.pk}", 200),
        (f"/ledger/loops/{district.order}/", 200),
        ("/ledger/units/?day=2021-08-10", 200),
        (f"/people/households/{district.wang}/", 404),
        (f"/places/{district.tree.west.pk}/", 404),
    ):
        assert client.get(page).status_code == status, page
    assert "managed on behalf" in client.get("/places/").content.decode()
    assert "东城社区" in client.get(f"/directives/new/?place={zone.node_id}").content.decode()


def test_what_people_wrote_in_a_group_is_for_the_own_line(district, zone, commander, at):
    """It stands there in plain, with names and numbers, for whoever decides about it."""
    cast, garden = district.cast, district.tree.garden.pk
    with acting_as(cast.secretary):
        paste("王小明 2021-08-10 12:30:03\n路灯不亮，电话 13812345678", node=garden, by=cast.secretary, at=at)
        made = Proposal.objects.get(node=garden)
    client = Client(headers={"accept-language": "en"})
    for account, status in ((cast.secretary, 200), (commander, 404)):
        sign_in(client, account)
        assert client.get(f"/services/proposals/{made.pk}/").status_code == status
    assert "路灯" not in client.get("/services/proposals/").content.decode()
    assert client.post("/services/paste/", {"unit": garden, "text": "路灯不亮"}).status_code == 422
    with acting_as(commander):
        assert rows("services_proposal", [garden]) == 0


def test_what_it_took_goes_back_to_the_own_line_when_it_ends(district, zone, commander, at):
    """An order whose owner may see it no more would be closed by nobody."""
    tree = district.tree
    with acting_as(district.cast.secretary):
        name_owner(WorkOrder.objects.get(pk=district.order), owner=commander, by=district.cast.secretary, at=at)
    with acting_as(district.cast.administrator):
        east = Unit.objects.get(node=tree.east)
        manage_on_behalf(east, superior=None, reason=WHY, by=district.cast.administrator, at=at)
    with acting_as_system():
        owner = WorkOrder.objects.get(pk=district.order).owner
    assert owner is not None
    assert owner.may(Permission.CLOSE_ORDERS, tree.garden.pk)


def test_no_cut_brings_both_into_one_line(district, zone, commander, at):
    """Below the unit, its second superior would look up at it, and at whoever stands around."""
    tree = district.tree
    boss = Staff.objects.get(username="county_administrator")
    with acting_as(boss):
        east, street = Unit.objects.get(node=tree.east), Unit.objects.get(node=tree.street)
        with pytest.raises(WouldBeCircular):
            move_node(zone.node, parent=tree.east, by=boss, at=at)
        with pytest.raises(WouldBeCircular):
            move_unit(street, parent=zone, reason=WHY, by=boss, at=at)
        manage_on_behalf(east, superior=None, reason=WHY, by=boss, at=at)
        move_unit(street, parent=zone, reason=WHY, by=boss, at=at)
    assert tree.east.pk in nodes_of(commander)[Permission.SEE_PEOPLE]


def test_what_is_split_off_stays_under_it_and_under_what_runs_or_lies_ahead(district, zone, commander, at):
    """A lockdown is not over in the half that gets a new name, and whoever managed it does so still."""
    tree, boss, day = district.tree, district.cast.administrator, dt.timedelta(days=1)
    periods = [
        (Management.CLOSED, at - 2 * day, at - day),
        (Management.LOCKDOWN, at - day, at + day),
        (Management.CONTROL, at + day, None),
    ]
    with acting_as(boss):
        east, garden = Unit.objects.get(node=tree.east), Unit.objects.get(node=tree.garden)
        for management, starts, ends in periods:
            manage(east, management=management, starts_at=starts, ends_at=ends, by=boss, at=at)
        made, _ = split_unit(east, name="东苑社区", inside=[garden], reason=WHY, by=boss, at=at)
        told = [(one.management, one.starts_at, one.ends_at) for one in queries.periods_of(made)]
    assert told == periods[:0:-1]
    assert tree.garden.pk in nodes_of(commander)[Permission.SEE_ORDERS]
    assert made.node_id in nodes_of(commander)[Permission.SEE_PLACES]


def test_its_superior_says_so_and_takes_it_back(district, zone, commander, at):
    cast, tree = district.cast, district.tree
    with acting_as_system():
        east, garden = Unit.objects.get(node=tree.east), Unit.objects.get(node=tree.garden)
        with pytest.raises(PlaceRefused):
            manage_on_behalf(garden, superior=Unit.objects.get(node=tree.west), reason=WHY, by=None, at=at)
        with pytest.raises(WouldBeCircular):
            manage_on_behalf(garden, superior=Unit.objects.get(node=tree.street), reason=WHY, by=None, at=at)
    with acting_as(cast.secretary), pytest.raises(NotAllowed):
        manage_on_behalf(east, superior=None, reason=WHY, by=cast.secretary, at=at)
    client = Client(headers={"accept-language": "en"})
    sign_in(client, cast.administrator)
    url = f"/places/{tree.east.pk}/second/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"superior": "", "reason": WHY}).status_code == 302
    assert tree.east.pk not in nodes_of(commander)[Permission.SEE_PLACES]
    assert client.post(url, {"superior": "", "reason": WHY}).status_code == 422
