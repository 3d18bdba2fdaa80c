"""No form that strangers may send is without a limit: whoever adds one is told by this walk over all routes."""

import ast
import inspect
import re
import textwrap

import pytest
from allauth.account import app_settings
from django.test import Client
from ninja.operation import PathView
from ninja.throttling import BaseThrottle

from kakou.ledger.pages.limits import count
from tests.matrix.table import TABLE, Who
from tests.matrix.test_every_route import VIEWS

OPEN = [pattern for pattern, entry in TABLE.items() if entry in (Who.ANYONE, Who.TOKEN)]
# what is limited elsewhere than in its own view, or asks for no limit, and why
ELSEWHERE = {
    "accounts/login/": "axes by account and address; allauth's login_failed",
    "accounts/2fa/authenticate/": "allauth's login_failed, by account",
    "accounts/login/code/confirm/": "allauth's login_failed; no codes are sent",
    "accounts/signup/": "closed",
    "accounts/logout/": "ends one's own session",
    **dict.fromkeys(("api/", "api/docs", "api/openapi.json"), "what can be asked, for reading"),
    "language/": "sets a cookie",
    "theme/": "sets a cookie",
    "drill/enter/<str:token>/": "a signed token, on this machine alone",
}
SAMPLES = {"<int:": "1", "<uuid:": "01912345-0000-7000-8000-000000000000", "<slug:": "x", "<str:": "x", "<": "x"}


def path_of(pattern):
    bare = re.sub(r"\(\?P<\w+>(?:[^()]|\([^)]*\))*\)", "x", pattern).replace("^", "").replace("$", "")
    return "/" + re.sub(r"<[^>]+>", lambda found: next(v for k, v in SAMPLES.items() if found[0].startswith(k)), bare)


def calls(function):
    """What a function calls, as the objects that the names mean there, and what it was wrapped around."""
    yield getattr(function, "__wrapped__", None)
    source = textwrap.dedent(inspect.getsource(function.__code__))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            yield function.__globals__.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield getattr(function.__globals__.get(node.value.id), node.attr, None)


def door_of(view):
    """The door of the API behind a view; None where a page is."""
    held = [cell.cell_contents for cell in getattr(view, "__closure__", None) or ()]
    return next((one for one in held if isinstance(one, PathView)), None)


def is_limited(view):
    """Does it, or what of ours it calls, count whoever asks?"""
    if (door := door_of(view)) is not None:
        return all(one.throttle_objects for one in door.operations if "POST" in one.methods)
    seen, waiting = set(), [getattr(view, "func", view)]
    while waiting:
        one = waiting.pop()
        if one is count or (inspect.isclass(one) and issubclass(one, BaseThrottle)):
            return True
        if one in seen or not inspect.isfunction(one) or not one.__module__.startswith("kakou."):
            continue
        seen.add(one)
        waiting += [inner for inner in calls(one) if inspect.isfunction(inner) or inspect.isclass(inner)]
    return False


@pytest.mark.django_db
def test_a_form_that_strangers_may_send_is_limited():
    client = Client()
    unlimited = [
        pattern
        for pattern in OPEN
        if pattern not in ELSEWHERE
        and client.post(path_of(pattern), {}).status_code != 405
        and not is_limited(VIEWS[pattern])
    ]
    assert unlimited == [], "\n".join(unlimited)


def test_the_walk_finds_a_form_without_a_limit():
    from kakou.web.pages import language

    assert not is_limited(language)


def test_what_is_limited_by_the_library_of_logins_is():
    for kind in ("login", "login_failed", "reset_password", "reauthenticate"):
        assert app_settings.RATE_LIMITS[kind]
    assert set(ELSEWHERE) <= set(OPEN)
