"""A session ends when nobody sits at it; what a page asks for by itself keeps none alive."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from kakou.access.login.idle import GRACE, IDLE, OTHERS, idle_for
from kakou.access.rules import ROLES, Permission, Role
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
BY_ITSELF = {"X-Kakou-By-Itself": "1"}


@pytest.fixture
def moment():
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


def seated(account):
    client = Client()
    sign_in(client, account)
    client.get("/roles/")
    return client


def test_who_unmasks_exports_or_administers_has_a_quarter_of_an_hour():
    for permission in (Permission.REVEAL, Permission.RELEASE_NAMES, Permission.MANAGE_STAFF):
        assert IDLE[permission] <= 15 * MINUTE
    spans = {role: idle_for(ROLES[role].permissions) for role in Role}
    assert spans[Role.COMMUNITY_SECRETARY] == spans[Role.ADMINISTRATOR] == spans[Role.INVESTIGATOR] == 15 * MINUTE
    assert spans[Role.AUDITOR] == 30 * MINUTE
    assert spans[Role.GATE_RECORDER] == OTHERS


def test_the_session_ends_and_a_new_login_is_asked_for(cast, moment):
    client = seated(cast.secretary)
    moment.shift(15 * MINUTE + GRACE)
    assert client.get("/roles/").status_code == 200
    moment.shift(15 * MINUTE + GRACE + MINUTE)
    assert client.get("/roles/").url.startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_whoever_is_never_away_logs_in_again_after_twelve_hours(cast, moment):
    client = seated(cast.secretary)
    for _ in range(60):
        moment.shift(12 * MINUTE)
        assert client.get("/roles/").status_code == 200
    moment.shift(MINUTE)
    assert client.get("/roles/").url.startswith("/accounts/login/")


def test_a_page_that_fetches_itself_keeps_nobody_logged_in_and_stays_as_it_is(cast, moment):
    client = seated(cast.secretary)
    for _ in range(4):
        moment.shift(4 * MINUTE)
        assert client.get("/roles/", headers={**BY_ITSELF, "HX-Request": "true"}).status_code == 200
    moment.shift(2 * MINUTE)
    told = client.get("/roles/", headers={**BY_ITSELF, "HX-Request": "true"})
    assert (told.status_code, told["HX-Trigger"], told["HX-Reswap"]) == (401, "kakou-idle", "none")


def test_the_script_says_who_is_there_and_ends_what_is_over(cast, moment):
    client = seated(cast.secretary)
    moment.shift(10 * MINUTE)
    assert client.get("/still-here/").json()["viewer"] == cast.secretary.pk
    moment.shift(10 * MINUTE)
    assert client.post("/still-here/").status_code == 204
    assert client.get("/still-here/").status_code == 401
