"""An account has no mail address: nobody adds one, none is confirmed, and no password is sent to one."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.cast import sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
MINE = "lead@example.org"
CLOSED = (
    "/accounts/email/", "/accounts/confirm-email/", "/accounts/confirm-email/Mg:1abc:xyz/", "/accounts/password/reset/",
    "/accounts/password/reset/done/", "/accounts/password/reset/key/2-abc-123/", "/accounts/password/reset/key/done/",
)  # fmt: skip


@pytest.fixture
def at_the_desk(cast):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, cast.lead)
    return client


@pytest.mark.parametrize("path", CLOSED)
def test_no_page_is_about_an_address(cast, at_the_desk, path):
    for client in (at_the_desk, Client()):
        assert client.get(path).status_code == 404
        assert client.post(path, {"email": MINE}).status_code == 404


def test_whoever_sits_at_somebodys_desk_adds_no_address_to_the_account(cast, at_the_desk):
    Authenticator.objects.filter(user=cast.lead).delete()  # taken off at another desk: with one, allauth refuses it
    at_the_desk.post("/accounts/email/", {"email": MINE, "action_add": ""})
    assert not EmailAddress.objects.exists()


def test_no_new_password_is_sent_to_an_address_that_somebody_added(cast, mailoutbox):
    EmailAddress.objects.create(user=cast.lead, email=MINE, verified=True, primary=True)
    Client().post("/accounts/password/reset/", {"email": MINE})
    assert mailoutbox == []


def test_an_address_that_was_added_before_keeps_nobody_from_setting_up_a_factor(cast):
    EmailAddress.objects.create(user=cast.lead, email=MINE, verified=False)
    client = Client()
    client.post("/accounts/login/", {"login": "lead", "password": "correct horse battery"})
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200, page.get("Location")
