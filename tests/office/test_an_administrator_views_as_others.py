"""View as: the pages of somebody else, read only, and never more rows than one may see oneself."""

import datetime as dt

import pytest
import time_machine
from django.db import connections
from django.test import Client

from kakou.access.actions import grant_role
from kakou.access.rules import Permission, Role
from kakou.access.scope import acting_as_system, nodes_of
from kakou.access.viewing.looking import LASTS
from kakou.people import actions as people
from kakou.people.actions import NewPerson
from kakou.people.rules import Facts
from kakou.places.models import Unit
from tests.cast import AT, sign_in, staff

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def east(tree):
    """The east and the west with names, and somebody who lives in the east."""
    with acting_as_system():
        for name, kind in {"street": "street", "east": "community_urban", "west": "community_urban"}.items():
            Unit.objects.create(node=getattr(tree, name), kind=kind, name=name)
        people.add_person(NewPerson(tree.east.pk, Facts("王晓梅", phone="13800138001")), by=None, at=AT)
    return tree.east


@pytest.fixture
def client():
    return Client(headers={"accept-language": "en"})


def looks(client, account, place, role=Role.COMMUNITY_WORKER):
    sign_in(client, account)
    return client.post(f"/view-as/?place={place.pk}", {"role": role.value})


def acts():
    with connections["owner"].cursor() as cursor:
        cursor.execute("select action, by, node from audit_event where action like 'looking.%' order by seq")
        return cursor.fetchall()


def test_gates_and_menu_are_theirs_and_a_banner_says_so(client, cast, east):
    assert looks(client, cast.administrator, east).status_code == 302
    page = client.get("/").content.decode()
    assert 'class="looks"' in page
    assert "/ledger/today/" in page  # their menu
    assert "/staff/roster/" not in page
    assert client.get("/ledger/today/").status_code == 200
    assert client.get("/staff/roster/").status_code == 403


def test_rows_are_those_that_both_may_see(client, cast, east, tree):
    looks(client, cast.administrator, east, Role.COMMUNITY_SECRETARY)
    answer = client.get("/people/households/")
    assert answer.status_code == 200
    assert "王" not in answer.content.decode()  # an administrator sees no person
    own, looked = nodes_of(cast.administrator), client.get("/").wsgi_request.META["kakou.looks"]
    assert all(looked.seen[one] <= own[one] for one in Permission)
    assert looked.seen[Permission.SEE_PLACES] == {tree.east.pk, tree.garden.pk, tree.garden_gate.pk}
    assert not looked.seen[Permission.SEE_PEOPLE]
    assert looked.shown[Permission.SEE_PEOPLE] == looked.shown[Permission.SEE_PLACES]


def test_nothing_can_be_changed_on_any_page(client, cast, east):
    looks(client, cast.administrator, east, Role.ADMINISTRATOR)
    given = {"management": "closed", "starts_at": "2021-08-10T12:00"}
    for path in (f"/places/{east.pk}/management/", "/staff/roster/mobilise/", "/live/", "/accounts/password/change/"):
        for send in (client.post, client.put, client.delete):
            assert send(path, given).status_code == 403
    assert client.post("/language/", {"language": "en"}).status_code == 302
    assert client.post("/view-as/end/").url == "/view-as/"
    assert client.post(f"/places/{east.pk}/management/", given).status_code == 302


def test_it_ends_by_itself_and_with_the_right_to_it(client, cast, east, tree):
    other = staff("other", Role.ADMINISTRATOR, tree.street)
    with time_machine.travel(AT, tick=False) as moment:
        looks(client, cast.administrator, east)
        moment.shift(LASTS - dt.timedelta(seconds=1))
        assert "kakou.looks" in client.get("/").wsgi_request.META
        moment.shift(dt.timedelta(seconds=1))
        assert "kakou.looks" not in client.get("/").wsgi_request.META
        looks(client, cast.administrator, east)
        grant = cast.administrator.grants.get()
        from kakou.access.actions import end_grant

        end_grant(grant, by=other, at=AT)
        assert client.get("/staff/").status_code == 403


def test_as_an_account_only_what_it_holds_at_ones_own_places(client, cast, east, tree):
    ours = staff("of_east", Role.ADMINISTRATOR, tree.east)
    grant_role(staff=cast.worker, role=Role.COMMANDER, node=tree.west, by=None, at=AT)
    sign_in(client, ours)
    assert client.post("/view-as/", {"staff": cast.neighbour.pk}).status_code == 404
    assert looks(client, ours, tree.west).status_code == 404
    assert client.post("/view-as/", {"staff": ours.pk}).status_code == 404
    assert client.post("/view-as/", {"staff": cast.worker.pk}).status_code == 302
    looked = client.get("/").wsgi_request.META["kakou.looks"]
    assert looked.shown[Permission.EDIT_PEOPLE] == {tree.east.pk, tree.garden.pk, tree.garden_gate.pk}
    assert tree.west.pk not in set().union(*looked.shown.values())


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_the_audit_tells_of_him_who_looked(client, cast, east):
    by = cast.administrator.pk
    looks(client, cast.administrator, east)
    client.get("/")
    client.post("/view-as/end/")
    assert acts() == [("looking.begun", by, east.pk), ("looking.ended", by, east.pk)]


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_the_audit_tells_of_its_end_also_where_the_session_ends(client, cast, east):
    by = cast.administrator.pk
    looks(client, cast.administrator, east)
    assert client.post("/still-here/").status_code == 204
    assert acts() == [("looking.begun", by, east.pk), ("looking.ended", by, east.pk)]
