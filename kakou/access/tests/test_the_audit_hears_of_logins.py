"""Who came in, who was refused and who changed a login stands in the audit, with no name and no password in it."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.utils import timezone

from kakou.audit.models import Event
from tests.cast import sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
LOGIN, CODE, SET_UP = "/accounts/login/", "/accounts/2fa/authenticate/", "/accounts/2fa/totp/activate/"
RIGHT = "correct horse battery"


def told(*beginnings):
    """(action, account, by whom) of events whose action begins so."""
    rows = Event.objects.using("owner").order_by("seq")
    return [(e.action, e.subject, e.by) for e in rows if e.action.startswith(beginnings)]


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))


def test_a_login_and_a_logout(cast):
    client, lead = Client(), str(cast.lead.pk)
    client.post(LOGIN, {"login": "Lead", "password": RIGHT})
    client.post("/accounts/logout/")
    assert told("login", "logout") == [("login.done", lead, cast.lead.pk), ("logout.done", lead, cast.lead.pk)]
    assert Event.objects.using("owner").filter(action="login.done").get().node == cast.lead.grants.get().node_id


def test_wrong_passwords_and_the_lock(cast):
    for name in ("lead", "LEAD", "lead", "lead", "lead", "lead"):
        Client().post(LOGIN, {"login": name, "password": "a secret guess"})
    events = told("login")
    assert events.count(("login.refused", str(cast.lead.pk), None)) == 5
    assert ("login.locked", str(cast.lead.pk), None) in events
    assert "guess" not in str([e.facts for e in Event.objects.using("owner").all()])


@pytest.mark.parametrize("name", ["nobody", "110105199003078027", "", "\x00", "x" * 400])
def test_a_name_that_is_no_account_is_told_without_it(cast, name):
    assert Client().post(LOGIN, {"login": name, "password": "wrong"}).status_code == 200
    assert set(told("login")) <= {("login.refused", "", None)}


def test_the_second_factor_set_up_and_refused(cast):
    client, lead = Client(), str(cast.lead.pk)
    client.post(LOGIN, {"login": "lead", "password": RIGHT})
    secret = client.get(SET_UP).context["form"].secret
    client.post(SET_UP, {"code": code_of(secret)})
    assert ("factor.set_up", lead, cast.lead.pk) in told("factor")
    again = Client()
    again.post(LOGIN, {"login": "lead", "password": RIGHT})
    again.post(CODE, {"code": "000000"})
    assert ("factor.refused", lead, None) in told("factor")
    assert len(told("login.done")) == 1


def test_the_second_factor_removed(cast):
    secret = generate_totp_secret()
    TOTP.activate(cast.lead, secret)
    client = Client()
    client.post(LOGIN, {"login": "lead", "password": RIGHT})
    client.post(CODE, {"code": code_of(secret)})
    client.post("/accounts/2fa/totp/deactivate/", {})
    assert ("factor.removed", str(cast.lead.pk), cast.lead.pk) in told("factor")


def test_a_changed_password(cast):
    client = Client()
    sign_in(client, cast.lead)
    new = {"oldpassword": RIGHT, "password1": "another long one 7", "password2": "another long one 7"}
    assert client.post("/accounts/password/change/", new).status_code == 302
    assert told("staff.password") == [("staff.password_changed", str(cast.lead.pk), cast.lead.pk)]
