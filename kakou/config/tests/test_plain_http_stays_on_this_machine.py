"""What the front makes of a request that came by plain http, before anything of it is looked at."""

import asyncio

import pytest

from kakou.config.asgi import Front
from kakou.config.front import plain
from kakou.config.front.proxy import guarded

NAMES = frozenset({"gate.local", "192.168.7.20", "[fd00::7]"})
HOST = (b"host", b"gate.local:8000")


def scope(client="192.168.7.55", *, method="GET", path="/", query=b"", headers=(HOST,), scheme="http", **more):
    asked = {"type": "http", "scheme": scheme, "client": (client, 4711), "server": ("192.168.7.20", 8000)}
    return asked | {"method": method, "path": path, "query_string": query, "headers": list(headers), **more}


def answered(asked, *, tls=True):
    """Status, headers and text of what a front answers without asking anybody."""
    front, said = Front(), []
    front.tls = tls

    async def receive():
        raise AssertionError("nothing of it is read")

    async def send(message):
        said.append(message)

    asyncio.run(front(asked, receive, send))
    return said[0]["status"], dict(said[0]["headers"]), said[1]["body"].decode()


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.9.1", "::1"])
def test_this_machine_may_speak_plainly(client):
    assert not plain.is_from_afar(scope(client), frozenset())


def test_who_speaks_tls_and_a_trusted_web_server_may_pass():
    assert not plain.is_from_afar(scope(scheme="https"), frozenset())
    assert not plain.is_from_afar(scope("10.0.0.2"), frozenset({"10.0.0.2"}))
    assert plain.is_from_afar(scope("10.0.0.3"), frozenset({"10.0.0.2"}))


def test_who_reads_is_sent_to_https_with_what_he_asked_for(settings):
    settings.ALLOWED_HOSTS = list(NAMES)
    status, headers, text = answered(scope(path="/places/", raw_path=b"/places/", query=b"place=7"))
    assert (status, headers[b"location"]) == (307, b"https://gate.local:8000/places/?place=7")
    assert "只接受 https" in text


@pytest.mark.parametrize("path", ["/intake/passages", "/accounts/login/", "/root-certificate/"])
def test_who_writes_is_refused_and_told_that_it_went_in_the_open(path):
    status, headers, text = answered(scope(method="POST", path=path))
    assert status == 403
    assert b"location" not in headers
    assert "change it" in text


def test_where_nobody_here_speaks_https_all_is_refused():
    assert answered(scope(), tls=False)[0] == 403
    assert answered(scope(path="/root-certificate/"), tls=False)[0] == 403


@pytest.mark.parametrize(
    ("host", "to"),
    [
        (b"gate.local:8000", "gate.local"),
        (b"gate.local", "gate.local"),
        (b"[fd00::7]:8000", "[fd00::7]"),
        (b"evil.example", "192.168.7.20"),
        (b"gate.local@evil.example:8000", "192.168.7.20"),
        (b"", "192.168.7.20"),
        (b"\xff:1", "192.168.7.20"),
    ],
)
def test_nobody_is_sent_to_a_name_that_is_not_ours(host, to):
    asked = scope(headers=[(b"host", host)])
    assert plain.https_url(asked, NAMES) == f"https://{to}:8000/"


@pytest.mark.parametrize("path", ["/root-certificate/", "/root-certificate/kakou-root.crt", "/static/a.css"])
def test_what_a_phone_needs_before_it_trusts_us_may_be_read(path):
    assert plain.is_open(scope(path=path))
    assert not plain.is_open(scope(path=path, method="POST"))


@pytest.mark.parametrize(
    "path", ["/", "/root-certificate", "/static", "/root-certificate/../places/", "/drill/enter/x/"]
)
def test_and_nothing_else(path):
    assert not plain.is_open(scope(path=path))


def test_a_cookie_given_over_tls_comes_back_over_tls_only():
    given = b"kakou=x; HttpOnly; Path=/; SameSite=Lax"
    assert guarded(b"set-cookie", given, True) == given + b"; Secure"
    assert guarded(b"set-cookie", given + b"; Secure", True) == given + b"; Secure"
    assert guarded(b"set-cookie", given, False) == given
    assert guarded(b"content-type", b"text/plain", True) == b"text/plain"


def test_no_cookie_is_taken_or_given_in_the_open():
    asked = scope(headers=[HOST, (b"cookie", b"kakou=x")])
    assert plain.without_cookies(asked)["headers"] == [HOST]
    said = []

    async def send(message):
        said.append(message)

    start = {"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"a=b"), (b"x", b"y")]}
    asyncio.run(plain.keeping_cookies(send)(start))
    assert said[0]["headers"] == [(b"x", b"y")]
