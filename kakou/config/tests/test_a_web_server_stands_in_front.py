"""The documented set-up: https in front of us. What the front makes of a request, as the pages then take it."""

import pytest
from django.test import Client

from kakou.access.rules import Role
from kakou.config import settings as ours
from kakou.config.front.proxy import client_of, forwarded_headers
from tests.cast import sign_in, staff

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NAME, LOGIN, RIGHT = "kakou.example.org", "/accounts/login/", "correct horse battery"
FRONT = frozenset({"127.0.0.1", "::1"})


def as_the_pages_see(*headers, client="127.0.0.1", https=True, trusted=FRONT):
    """Headers of a request after our front, as a test client takes them."""
    scope = {"method": "POST", "client": (client, 1), "headers": [(b"host", NAME.encode()), *headers]}
    kept = dict(forwarded_headers(scope, https=https, trusted=trusted))
    return {name.decode(): value.decode() for name, value in kept.items() if name != b"transfer-encoding"}


def through(*addresses, **how):
    return as_the_pages_see(*((b"x-forwarded-for", address) for address in addresses), **how)


@pytest.fixture
def in_front(settings):
    settings.SERVED_BY_HTTPS = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.ALLOWED_HOSTS = [NAME, *settings.ALLOWED_HOSTS]


def log_in(client, username, password=RIGHT, **headers):
    return client.post(LOGIN, {"login": username, "password": password}, headers=headers)


def test_a_form_sent_over_https_is_taken_and_one_from_elsewhere_is_not(in_front, cast):
    browser, headers = Client(enforce_csrf_checks=True), through(b"203.0.113.7")
    page = browser.get(LOGIN, headers=headers)
    token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    given = {"login": "lead", "password": RIGHT} | token
    assert page.wsgi_request.is_secure()
    elsewhere = browser.post(LOGIN, given, headers=headers | {"origin": "https://elsewhere.example"})
    assert elsewhere.status_code == 403
    taken = browser.post(LOGIN, given, headers=headers | {"origin": f"https://{NAME}"})
    assert taken.status_code == 302
    assert browser.cookies["kakou"]["secure"]


def test_the_code_for_a_phone_says_https(in_front, cast, tree):
    client = Client()
    sign_in(client, cast.lead)
    page = client.get("/devices/", headers=through(b"203.0.113.7"))
    assert page.wsgi_request.build_absolute_uri("/") == f"https://{NAME}/"


def test_locks_count_the_client_and_not_the_web_server(in_front, cast):
    for _ in range(5):
        log_in(Client(), "lead", "wrong", **through(b"203.0.113.7"))
    assert log_in(Client(), "lead", **through(b"203.0.113.7")).status_code == 429
    assert log_in(Client(), "lead", **through(b"203.0.113.8")).status_code == 302


@pytest.mark.parametrize(
    ("told", "client", "seen"),
    [
        ([b"203.0.113.7"], "127.0.0.1", "203.0.113.7"),
        ([b"127.0.0.1, 203.0.113.7"], "127.0.0.1", "203.0.113.7"),
        ([b"127.0.0.1", b"203.0.113.7"], "::1", "203.0.113.7"),
        ([b"2001:DB8::1"], "127.0.0.1", "2001:db8::1"),
        ([b"203.0.113.7"], "192.0.2.1", "192.0.2.1"),
        ([b"203.0.113.7, what\xff"], "127.0.0.1", ""),
        ([b"203.0.113.7,"], "127.0.0.1", ""),
        ([], "127.0.0.1", "127.0.0.1"),
    ],
)
def test_only_the_last_address_of_a_trusted_web_server_is_believed(told, client, seen):
    headers = [(b"x-forwarded-for", address) for address in told]
    assert client_of({"client": (client, 1), "headers": headers}, FRONT) == seen


def test_nobody_is_trusted_unless_the_settings_name_him():
    assert not ours.TRUSTED_PROXIES
    assert through(b"203.0.113.7", trusted=frozenset())["x-kakou-client"] == "127.0.0.1"


@pytest.mark.parametrize("header", [b"x-forwarded-for", b"x-forwarded-proto", b"forwarded", b"x-real-ip", b"via"])
def test_drill_accounts_are_closed_to_whatever_is_forwarded(tree, settings, header):
    settings.ALLOWED_HOSTS = [NAME, *settings.ALLOWED_HOSTS]
    staff("drill", Role.COMMANDER, tree.street, is_drill=True)
    forwarded = as_the_pages_see((header, b"127.0.0.1"), https=False, trusted=frozenset())
    assert log_in(Client(), "drill", **forwarded).status_code == 200
    assert log_in(Client(), "drill", **as_the_pages_see(https=False)).status_code == 302


def test_drill_accounts_are_closed_where_https_is_served(tree, in_front):
    staff("drill", Role.COMMANDER, tree.street, is_drill=True)
    assert log_in(Client(), "drill", **as_the_pages_see()).status_code == 200


def test_a_drill_session_carried_off_from_this_machine_ends(tree):
    client = Client()
    sign_in(client, staff("drill", Role.COMMANDER, tree.street, is_drill=True))
    assert client.get("/roles/").status_code == 200
    assert client.get("/roles/", headers={"x-kakou-client": "203.0.113.7"})["Location"].startswith(LOGIN)
    assert client.get("/roles/")["Location"].startswith(LOGIN)


def test_our_own_start_may_ask_by_the_machines_own_name():
    assert "127.0.0.1" in ours.ALLOWED_HOSTS
