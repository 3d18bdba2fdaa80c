"""The second factor: a stolen password opens no page, and what one does not have yet is set up first."""

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.utils import timezone

from kakou.access import actions
from kakou.access.rules import Role
from tests.cast import AT, sign_in, staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
RIGHT = "correct horse battery"
SET_UP, SHOW = "/accounts/2fa/totp/activate/", "/accounts/2fa/reauthenticate/"


def with_password(username, password=RIGHT):
    client = Client(headers={"accept-language": "en"})
    return client, client.post("/accounts/login/", {"login": username, "password": password})


def code_of(secret, ahead=0):
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30 + ahead))


@pytest.mark.parametrize("path", ["/", "/devices/", "/roles/", "/accounts/password/change/", "/live/", "/api/docs"])
def test_a_password_alone_leads_to_setting_up_the_factor_and_nowhere_else(cast, path):
    client, _ = with_password("lead")
    for answer in (client.get(path), client.post(path, {})):
        assert (answer.status_code, answer["Location"]) == (302, SET_UP)


def test_a_part_of_a_page_sends_the_whole_page_there(cast):
    client, _ = with_password("lead")
    answer = client.get("/", headers={"hx-request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, SET_UP)


def test_it_is_set_up_at_the_first_login_without_a_second_password_and_then_the_pages_open(cast):
    client, _ = with_password("lead")
    page = client.get(SET_UP)
    assert page.status_code == 200
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    assert client.post(SET_UP, {"code": "000000"}).status_code == 200
    assert client.get("/devices/")["Location"] == SET_UP
    assert client.post(SET_UP, {"code": code_of(secret)}).status_code == 302
    assert client.get("/devices/").status_code == 200


def test_from_then_on_every_login_asks_for_the_code(cast):
    secret = generate_totp_secret()
    TOTP.activate(cast.lead, secret)
    client, answer = with_password("lead")
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/devices/")["Location"].startswith("/accounts/login/")
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 302
    assert client.get("/devices/").status_code == 200


def test_a_session_from_before_the_factor_must_show_it(cast):
    old, _ = with_password("lead")
    TOTP.activate(cast.lead, generate_totp_secret())
    assert old.get("/devices/")["Location"] == SHOW + "?next=%2Fdevices%2F"
    # nor may it add a factor of its own, which its password alone would allow
    assert old.get("/accounts/2fa/webauthn/add/")["Location"].startswith(SHOW)
    assert old.get(SHOW).status_code == 200


def test_whoever_takes_the_last_factor_off_sets_up_another(cast):
    secret = generate_totp_secret()
    TOTP.activate(cast.lead, secret)
    client, _ = with_password("lead")
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    client.post("/accounts/2fa/totp/deactivate/", {})
    assert not Authenticator.objects.filter(user=cast.lead).exists()
    assert client.get("/devices/")["Location"] == SET_UP


def test_whoever_takes_a_factor_off_ends_every_other_session_of_the_account(cast):
    """They were proven by it: at another browser somebody else may sit."""
    here, elsewhere, colleague = Client(), Client(), Client()
    for client, account in ((here, cast.lead), (elsewhere, cast.lead), (colleague, cast.secretary)):
        sign_in(client, account)
        assert client.get("/roles/").status_code == 200
    here.post("/accounts/2fa/totp/deactivate/", {})
    assert here.get("/roles/")["Location"] == SET_UP
    assert elsewhere.get("/roles/")["Location"].startswith("/accounts/login/")
    assert colleague.get("/roles/").status_code == 200


def test_a_lost_phone_is_forgotten_with_a_new_password(cast):
    TOTP.activate(cast.lead, generate_totp_secret())
    actions.reset_password(cast.lead, password="a new password", forget_factor=True, by=None, at=AT)
    client, answer = with_password("lead", "a new password")
    assert answer["Location"] == "/"
    assert client.get("/")["Location"] == SET_UP


def test_accounts_of_the_drill_need_none(tree):
    staff("drill", Role.COMMANDER, tree.street, is_drill=True)
    client, _ = with_password("drill")
    assert client.get("/roles/").status_code == 200


def test_language_theme_and_the_way_out_stay_open(cast):
    client, _ = with_password("lead")
    assert client.post("/language/", {"language": "en", "back": SET_UP})["Location"] == SET_UP
    assert client.post("/accounts/logout/")["Location"] != SET_UP
    assert client.get("/")["Location"].startswith("/accounts/login/")


@time_machine.travel(AT, tick=False)
def test_a_code_is_good_once(cast):
    secret = generate_totp_secret()
    TOTP.activate(cast.lead, secret)
    first, _ = with_password("lead")
    assert first.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 302
    second, _ = with_password("lead")
    assert second.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 200


@pytest.mark.parametrize("address", ["/accounts/2fa/authenticate/", "/accounts/2fa/reauthenticate/"])
def test_an_address_about_no_place_tells_nothing_of_a_code(cast, address):
    secret = generate_totp_secret()
    TOTP.activate(cast.lead, secret)
    thief = Client()
    thief.post("/accounts/login/", {"login": "lead", "password": RIGHT})
    if "reauthenticate" in address:
        thief.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    answers = [thief.post(f"{address}?place=x", {"code": code}) for code in ("000000", code_of(secret))]
    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize(("ahead", "seconds"), [(-1, 5), (0, 35), (1, 85)])
def test_a_code_that_was_used_is_refused_for_as_long_as_it_would_be_good(cast, ahead, seconds):
    """A code is taken half a minute early or late: who looked over a shoulder has up to a minute and a half."""
    secret = generate_totp_secret()
    TOTP.activate(cast.lead, secret)
    with time_machine.travel(AT, tick=False) as moment:
        code = code_of(secret, ahead)
        owner, _ = with_password("lead")
        assert owner.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
        moment.shift(seconds)
        for spelled in (code, f"{code[:3]} {code[3:]}"):
            onlooker, _ = with_password("lead")
            onlooker.post("/accounts/2fa/authenticate/", {"code": spelled})
            assert onlooker.get("/devices/")["Location"].startswith("/accounts/login/")
        owner, _ = with_password("lead")
        assert owner.post("/accounts/2fa/authenticate/", {"code": code_of(secret, 1)}).status_code == 302


def test_whoever_has_the_password_does_not_try_the_codes_through(cast):
    secret = generate_totp_secret()
    TOTP.activate(cast.lead, secret)
    for number in range(10):
        thief = Client(headers={"X-Kakou-Client": f"203.0.113.{number}"})  # from wherever he tries
        thief.post("/accounts/login/", {"login": "lead", "password": RIGHT})
        thief.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert thief.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 200
    assert thief.get("/devices/").status_code == 302
