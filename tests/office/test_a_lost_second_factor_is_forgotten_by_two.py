"""A lost second factor: an administrator asks, somebody else agrees, the holder sets a new one up and is told."""

import datetime as dt

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.test import Client

from kakou.access.actions import end_grant, grant_role
from kakou.access.forgetting import State, ask, settle
from kakou.access.forgetting.models import FactorRequest
from kakou.access.forgetting.rules import TOLD
from kakou.access.roster.actions import Known, describe, places_of
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.access.seconding import WAITS, NotOneself, SettledAlready
from kakou.audit.rules import ReasonUnfit
from kakou.kernel.errors import NotAllowed
from kakou.kernel.time import now
from kakou.places.models import Unit
from tests.cast import sign_in, staff

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
WHY = "the phone fell into the canal"


@pytest.fixture
def world(tree, cast):
    with acting_as_system():
        Unit.objects.create(node=tree.street, kind="street", name="金城街道")
        Unit.objects.create(node=tree.east, kind="community_urban", name="东城社区")
    sign_in(Client(), cast.worker)  # he has a factor
    return tree


@pytest.fixture
def browser():
    def of(account):
        client = Client(headers={"accept-language": "en"})
        sign_in(client, account)
        return client

    return of


def has_factor(account):
    return Authenticator.objects.filter(user=account).exists()


def asked_by(cast, tree, *, by=None, at=None, reason=WHY):
    by = by or cast.administrator
    with acting_as(by):
        return ask(cast.worker, node=tree.east.pk, places=[], reason=reason, by=by, at=at or now())


def test_an_administrator_asks_another_agrees_and_the_holder_is_told(world, cast, browser):
    office, other = browser(cast.administrator), browser(cast.commander)
    page = office.post(f"/staff/{cast.worker.pk}/factor/", {"reason": WHY}, follow=True).content.decode()
    assert "Somebody else must agree" in page
    assert WHY in page
    assert "Forget the factor" not in page  # not to him who asks
    assert has_factor(cast.worker)
    assert "1 request waits for a second person" in other.get("/").content.decode()
    with acting_as_system():
        [one] = FactorRequest.objects.all()
    assert "Forget the factor" in other.get("/staff/factors/").content.decode()
    answer = other.post(f"/staff/factors/{one.pk}/settle/", {"decision": "agree"}, follow=True)
    assert "a new second factor is set up at the next login" in answer.content.decode()
    assert not has_factor(cast.worker)

    at_login = Client()
    at_login.force_login(cast.worker, backend="django.contrib.auth.backends.ModelBackend")
    assert "/accounts/2fa/" in at_login.get("/")["Location"]  # to where one is set up, and nowhere else
    told = browser(cast.worker).get("/").content.decode()
    assert "administrator asked for it, commander agreed" in told
    assert "administrator asked for it" not in other.get("/").content.decode()


def test_the_holder_is_told_of_it_too_where_he_is_known_above_his_role(world, cast, browser):
    """He belongs to the street and works in the east: the request stands at the street, of which he sees nothing."""
    with acting_as(cast.administrator):
        describe(cast.worker, Known("志愿者", world.street.pk), by=cast.administrator, at=now())
    browser(cast.administrator).post(f"/staff/{cast.worker.pk}/factor/", {"reason": WHY})
    with acting_as_system():
        [one] = FactorRequest.objects.all()
    assert one.node_id == world.street.pk
    browser(cast.commander).post(f"/staff/factors/{one.pk}/settle/", {"decision": "agree"})
    page = browser(cast.worker)
    assert "administrator asked for it, commander agreed" in page.get("/").content.decode()
    with time_machine.travel(now() + TOLD, tick=False):
        page = browser(cast.worker)
        assert "administrator asked for it" not in page.get("/").content.decode()


def test_whoever_has_the_phone_is_logged_out_and_nobody_else_is(world, cast, browser):
    phone, desk, office = browser(cast.worker), browser(cast.worker), browser(cast.secretary)
    one = asked_by(cast, world)
    with acting_as(cast.commander):
        settle(one, agree=True, by=cast.commander, at=now())
    for theirs in (phone, desk):
        assert theirs.get("/")["Location"].startswith("/accounts/login/")
    assert office.get("/").status_code == 200


def test_who_refuses_leaves_it(world, cast, browser):
    one = asked_by(cast, world)
    answer = browser(cast.commander).post(f"/staff/factors/{one.pk}/settle/", {"decision": "refuse"}, follow=True)
    assert "the second factor stays" in answer.content.decode()
    assert has_factor(cast.worker)
    with acting_as(cast.commander), pytest.raises(SettledAlready):
        settle(one, agree=True, by=cast.commander, at=now())
    assert has_factor(cast.worker)


def test_nobody_does_it_alone_nor_for_himself(world, cast):
    one = asked_by(cast, world)
    with acting_as(cast.administrator), pytest.raises(NotOneself):
        settle(one, agree=True, by=cast.administrator, at=now())
    with acting_as(cast.administrator), pytest.raises(NotAllowed):
        ask(cast.administrator, node=world.street.pk, places=[], reason=WHY, by=cast.administrator, at=now())
    for nobody in (cast.neighbour, cast.worker, cast.recorder):
        with acting_as(nobody), pytest.raises(NotAllowed):
            settle(one, agree=True, by=nobody, at=now())
    for by in (one.asked_by, one.staff):  # and the table takes no such row
        with acting_as_system(), pytest.raises(IntegrityError), transaction.atomic():
            FactorRequest.objects.filter(pk=one.pk).update(settled_by=by)
    assert has_factor(cast.worker)


def test_who_does_not_give_all_his_roles_does_not_ask(world, cast):
    of_east = staff("of_east", Role.ADMINISTRATOR, world.east)
    with acting_as(of_east), pytest.raises(NotAllowed):
        ask(cast.worker, node=world.east.pk, places=[world.street.pk], reason=WHY, by=of_east, at=now())
    assert asked_by(cast, world, by=of_east)


def test_who_rose_since_it_was_asked_is_reached_by_no_two_below(world, cast, browser):
    """Asked about a worker of the east; on the next day he commands the street."""
    of_east, second = (staff(name, Role.ADMINISTRATOR, world.east) for name in ("of_east", "second"))
    one = asked_by(cast, world, by=of_east)
    rose = grant_role(staff=cast.worker, role=Role.COMMANDER, node=world.street, by=cast.administrator, at=now())
    with acting_as(second), pytest.raises(NotAllowed):
        settle(one, agree=True, by=second, at=now())
    office = browser(second)
    answer = office.post(f"/staff/factors/{one.pk}/settle/", {"decision": "agree"}, follow=True)
    assert "This account is at other places too by now." in answer.content.decode()
    assert has_factor(cast.worker)
    with acting_as(of_east), pytest.raises(NotAllowed):
        ask(cast.worker, node=world.east.pk, places=places_of(cast.worker), reason=WHY, by=of_east, at=now())
    end_grant(rose, by=cast.administrator, at=now())
    with acting_as(second):
        settle(one, agree=True, by=second, at=now())
    assert not has_factor(cast.worker)


def test_what_the_office_above_asked_is_agreed_to_also_for_who_rose_since(world, cast):
    one = asked_by(cast, world)
    grant_role(staff=cast.worker, role=Role.COMMANDER, node=world.street, by=cast.administrator, at=now())
    with acting_as(cast.commander):
        settle(one, agree=True, by=cast.commander, at=now())
    assert not has_factor(cast.worker)


def test_it_is_asked_once_and_for_three_days(world, cast):
    at = now()
    one = asked_by(cast, world, at=at)
    assert asked_by(cast, world, at=at + dt.timedelta(hours=1)) == one
    with acting_as(cast.commander), pytest.raises(SettledAlready):
        settle(one, agree=True, by=cast.commander, at=at + WAITS)
    assert asked_by(cast, world, at=at + WAITS) != one
    with pytest.raises(ReasonUnfit):
        asked_by(cast, world, reason=" ")
    with acting_as_system():
        assert {row.state for row in FactorRequest.objects.all()} == {State.ASKED}
