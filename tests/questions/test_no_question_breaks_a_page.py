"""Whatever stands in path, query and form of a page, whoever asks: the answer is never 5xx."""

import pytest

from kakou.access.rules import Role
from tests.cast import staff
from tests.matrix.test_every_route import VIEWS
from tests.matrix.world import world
from tests.questions.asking import NOBODY, Asker, ask_all, operations
from tests.questions.pages import ABLE, ODD, WORDS, document

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
__all__ = ["world"]
DESCRIBED = ("api/", "open311/", "^open311/")  # by documents of their own
PAGES = document(VIEWS, leave=(*DESCRIBED, "view-as/"))  # whoever looks as another asks nothing more as himself
SAMPLE, WHOLE = 3, 12  # to each page, as each of fourteen


@pytest.fixture
def ask(world, tree):
    """One of every role over the east, and a stranger."""
    accounts = {role.value: staff(f"q_{role.value}", role, tree.east) for role in Role}
    return Asker(world, accounts | {"stranger": staff("q_stranger")})


def test_a_few_questions_break_no_page(ask):
    ask_all(ask, operations(PAGES), ask.cookies, examples=SAMPLE)
    assert not ask.broken, ask.told()


@pytest.mark.chaos
@pytest.mark.parametrize("who", [*sorted(role.value for role in Role), "stranger", NOBODY])
def test_many_questions_of_one_role_break_no_page(ask, who):
    ask_all(ask, operations(PAGES), [who], examples=WHOLE, at=None)
    assert not ask.broken, ask.told()


@pytest.mark.chaos
@pytest.mark.parametrize("value", [*ODD, *WORDS])
def test_one_odd_value_everywhere_at_once_breaks_no_page(ask, value):
    """As somebody who may do there what can be done; what a form needs besides stands in the table."""
    for door in operations(PAGES):
        raw = door.definition.raw
        who = next(iter(raw.get(ABLE, ())), NOBODY)
        for asked in odd_ones(raw, value):
            ask(door.Case(**asked), who)
    assert not ask.broken, ask.told()


def odd_ones(raw, value):
    """What is asked of one page: its path fits, everything else is `value`."""
    named = [(one["in"], one["name"], one["schema"]) for one in raw["parameters"]]
    path = {
        name: schema.get("anyOf", [{}])[0].get("enum", ["x1"])[0] for where, name, schema in named if where == "path"
    }
    yield {"path_parameters": dict(path), "query": {name: value for where, name, _ in named if where == "query"}}
    for media_type, content in raw.get("requestBody", {}).get("content", {}).items():
        for shape in content["schema"]["anyOf"]:
            right = {name: shape["properties"][name]["enum"][0] for name in shape.get("required", ())}
            odd = {name: value for name, what in shape["properties"].items() if "format" not in what}
            yield {"path_parameters": dict(path), "body": odd | right, "media_type": media_type}


def test_a_page_that_breaks_is_noticed(ask, monkeypatch):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("kakou.services.pages.following.counts", broken)
    counts = [door for door in operations(PAGES) if door.label == "GET /s/counts/"]
    ask_all(ask, counts, [NOBODY], examples=1)
    assert "ZeroDivisionError" in ask.told()
    assert "/s/counts/" in ask.told()


def test_roles_get_further_than_the_door(ask):
    """Else nothing above says anything: every role is let in somewhere, by its own session."""
    for role in Role:
        pages = [door for door in operations(PAGES) if role.value in door.definition.raw.get(ABLE, ())]
        ask.statuses.clear()
        ask_all(ask, pages[:6], [role.value], examples=1)
        assert any(status in (200, 422) for _, status in ask.statuses), role
