"""Every URL × every role × {own, sibling, parent, missing} and {stranger, nobody} equals the declared table."""

import re
from contextlib import contextmanager
from difflib import unified_diff
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLResolver, get_resolver

from kakou.access.rules import ROLES, Role
from kakou.kernel.ids import new_id
from tests.cast import planted, sign_in, staff
from tests.matrix.table import FRONT, TABLE, Route, Who
from tests.matrix.world import forget_what_was_committed, one_of_everything

RELATIONS = {"own": "garden", "sibling": "orchard", "parent": "street"}  # for one who works over the east
LOGIN = "/accounts/login/"


def patterns(resolver=None, prefix=""):
    """Every pattern of the URLconf with its view, once."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, pattern)
        else:
            yield pattern, entry.callback


VIEWS = dict(reversed(list(patterns())))  # the first of two with one pattern answers
ROUTES = [(pattern, route) for pattern, entry in TABLE.items() if isinstance(entry, list) for route in entry]


def of(who):
    return [pattern for pattern, entry in TABLE.items() if entry is who]


def named(value):
    return f"{value.method}-{value.thing}" if isinstance(value, Route) else str(value)


def test_every_route_is_declared_and_nothing_else():
    """A new route says in table.py who may open it; one that went is taken out."""
    assert (sorted(set(VIEWS) - set(TABLE)), sorted(set(TABLE) - set(VIEWS))) == ([], [])


def test_the_front_answers_by_itself_only_what_is_declared():
    from kakou.config.asgi import Front

    assert set(Front().paths) == set(FRONT)


@pytest.mark.parametrize(("pattern", "route"), ROUTES, ids=named)
def test_a_page_is_guarded_by_the_permission_that_is_declared(pattern, route):
    if route.gate:
        assert VIEWS[pattern].permissions == route.gate


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """The tree, what stands there and a session for every role over the east: made once for all routes."""
    with django_db_blocker.unblock(), nothing_stays():
        tree = planted()
        world = one_of_everything(tree)
        yield tree, world, {role: signed_in(staff(f"m_{role.value}", role, tree.east)) for role in Role}
        forget_what_was_committed()


@contextmanager
def nothing_stays():
    """Whatever is written in here is taken back."""
    with transaction.atomic("owner"), transaction.atomic():
        yield
        for database in ("default", "owner"):
            transaction.set_rollback(True, using=database)


@pytest.fixture
def tree(standing):
    """What a test does there is taken back after it."""
    with nothing_stays():
        yield standing[0]


@pytest.fixture
def world(tree, standing):
    return standing[1]


@pytest.fixture
def sessions(tree, standing):
    return standing[2]


def url(pattern, route, thing):
    path = "/" + pattern
    for name, value in route.args.items():
        path = re.sub(rf"<\w+:{name}>", str(value), path)
    if route.by_place:
        return f"{path}?place={thing}"
    return re.sub(r"<\w+:\w+>", str(thing), path, count=1)


def ask(client, pattern, route, thing):
    """The answer, with whatever it did taken back."""
    data = route.data() if callable(route.data) else route.data
    with transaction.atomic():
        answer = client.generic_answer(route.method, url(pattern, route, thing), data)
        transaction.set_rollback(True)
    client.cookies.pop("messages", None)  # what one answer leaves to be said on the next page
    return answer


def signed_in(account):
    """The session of whoever went through login."""
    client = Client()
    sign_in(client, account)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


HANDLER = ClientHandler(enforce_csrf_checks=False)  # one for all: it makes every middleware


class Person(Client):
    """A browser with this session, or nobody's."""

    def __init__(self, session=""):
        super().__init__(headers={"accept-language": "en"}, raise_request_exception=False)
        self.handler = HANDLER
        if session:
            self.cookies[settings.SESSION_COOKIE_NAME] = session

    def generic_answer(self, method, path, data):
        return self.post(path, data) if method == "POST" else self.get(path)


def missing(thing):
    return new_id() if isinstance(thing, UUID) else 10**8


def told(answer, thing):
    """What the answer says, without what differs from request to request."""
    fleeting = r'[0-9A-Za-z]{64}|data-(now|seen)="[^"]*"|datetime="[^"]*"|\d\d:\d\d(:\d\d)?'
    text = re.sub(fleeting, "", answer.content.decode())
    return re.sub(rf"(?<=/){thing}(?=/)|(?<=place=){thing}\b", "…", text)


@pytest.mark.parametrize(("pattern", "route"), ROUTES, ids=named)
def test_every_role_gets_what_the_table_says(world, sessions, pattern, route):
    wrong = []
    for role in Role:
        client = Person(sessions[role])
        held = ROLES[role].permissions
        let_in = not route.gate or bool(held & set(route.gate))
        for relation, place in RELATIONS.items():
            thing = world[place].get(route.thing)
            if not let_in:
                wanted = frozenset({403, 404} if route.by_place and relation != "own" else {403})
            elif not route.thing or (relation == "own" and held >= set(route.sees)):
                wanted = route.fine
            else:
                # a page that is let in but may not do this here answers as if nothing were there
                wanted = frozenset({404}) if relation != "own" else frozenset({403, 404})
            answer = ask(client, pattern, route, thing)
            if answer.status_code not in wanted:
                wrong.append((role.value, relation, answer.status_code, sorted(wanted)))
            if let_in and route.thing and relation != "own":
                nothing = missing(thing)
                absent = ask(client, pattern, route, nothing)
                said = [told(absent, nothing).splitlines(), told(answer, thing).splitlines()]
                if absent.status_code != answer.status_code or said[0] != said[1]:
                    wrong.append(
                        (role.value, relation, "not as a missing one", [*unified_diff(*said, n=0, lineterm="")])
                    )
    assert wrong == []


@pytest.mark.parametrize(("pattern", "route"), ROUTES, ids=named)
def test_a_stranger_and_nobody_get_nothing(world, pattern, route):
    """A stranger has an account and no role; nobody has no account. Neither learns that a thing is there."""
    for place in RELATIONS.values():
        thing = world[place].get(route.thing)
        stranger = ask(Person(signed_in(staff(f"stranger_{place}"))), pattern, route, thing)
        nobody = ask(Person(), pattern, route, thing)
        if route.gate:
            assert stranger.status_code in ((403, 404) if route.by_place else (403,))
            assert nobody.status_code in (302, 401)
            assert nobody.status_code == 401 or nobody["Location"].startswith(LOGIN)
        else:
            assert {stranger.status_code, nobody.status_code} == {404}


def named_by_an_example(pattern):
    """The path of a pattern that is a regular expression."""
    bare = re.sub(r"\(\?:(\w[\w-]*)\|[^)]*\)", r"\1", pattern)
    return re.sub(r"\^|\$|\(\?P<\w+>[^)]*\)", lambda m: "x1" if m[0].startswith("(") else "", bare)


@pytest.mark.parametrize("pattern", of(Who.SIGNED_IN))
def test_what_is_about_an_account_asks_for_one(tree, pattern):
    path = "/" + re.sub(r"<int:\w+>", "1", pattern)
    for answer in (Person().get(path), Person().post(path, {})):
        assert answer.status_code in (302, 401, 404, 405)
        assert answer.status_code != 302 or answer["Location"].startswith(LOGIN)


@pytest.mark.parametrize("pattern", of(Who.ANYONE))
def test_what_anyone_may_open_never_breaks_and_shows_nobody(world, pattern):
    path = "/" + named_by_an_example(pattern)
    for client in (Person(), Person(signed_in(staff("stranger")))):
        for answer in (client.get(path), client.post(path, {})):
            assert answer.status_code < 500
            if pattern != "s/map/":  # the names of places on the map are what it is for
                assert all(name.encode() not in answer.content for name in ("garden", "orchard"))


@pytest.mark.parametrize("pattern", of(Who.NOBODY))
def test_what_is_closed_is_there_for_no_role_and_no_stranger(tree, sessions, pattern):
    path = "/" + named_by_an_example(pattern)
    for session in ("", *sessions.values()):
        assert {Person(session).get(path).status_code, Person(session).post(path, {}).status_code} == {404}


@pytest.mark.parametrize("pattern", of(Who.DRILL))
def test_the_drill_is_not_there_for_others(tree, pattern):
    path = "/" + re.sub(r"<int:\w+>", "1", pattern)
    for role in Role:
        client = Person(signed_in(staff(f"d_{role.value}", role, tree.street)))
        assert {client.get(path).status_code, client.post(path, {}).status_code} <= {404, 405}
    nobody = Person().get(path)
    assert nobody.status_code == 405 or nobody["Location"].startswith(LOGIN)


@pytest.mark.parametrize("pattern", of(Who.TOKEN))
def test_an_account_is_no_token(tree, pattern):
    path = "/" + re.sub(r"<(str:)?\w+>", "not-a-token-of-anybody", pattern)
    for client in (Person(), Person(signed_in(staff("administrator_of_all", Role.ADMINISTRATOR, tree.street)))):
        sent = client.post(path, {"token": "not-a-token-of-anybody"}, content_type="application/json")
        assert sent.status_code in (401, 403, 404, 405)
        assert client.get(path).status_code in (401, 403, 404, 405)


def test_the_table_has_a_row_for_every_role():
    assert set(ROLES) == set(Role)
