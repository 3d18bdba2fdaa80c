"""Whatever a program asks or tells: no 5xx, and every answer is as contracts/open311.json and the text have it."""

import json
from pathlib import Path

import pytest
import schemathesis
from django.conf import settings
from django.core.cache import cache

from kakou.access.rules import Role
from kakou.access.scope import acting_as_system
from kakou.places.tests.mapped import GARDEN_AT
from kakou.services import actions
from tests.cast import AT, staff
from tests.matrix.world import world
from tests.open311.conformance import NotGeoReport, read, validator
from tests.questions.asking import BREACHES, NOBODY, Asker, ask_all, operations

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
__all__ = ["world"]
DOCUMENT = json.loads((Path(__file__).parents[2] / "contracts/open311.json").read_text())
PROGRAM = "program"
SAMPLE, WHOLE, OF_OTHERS = 25, 400, 200
POSITIVE, NEGATIVE = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE


class Program(Asker):
    """Asks with a key that holds, or as anybody; holds every answer against both descriptions."""

    def __init__(self, world, accounts, key):
        super().__init__(world, accounts)
        self.key, self.cookies[PROGRAM], self.asked = key, "", 0

    def __call__(self, case, who):
        """One question, and a look at its answer."""
        if who == PROGRAM and isinstance(case.body, dict):
            case.body["api_key"] = self.key
            self.asked += 1
            if self.asked % 2 and {"lat", "long"} <= case.body.keys():  # else it lies anywhere on earth
                case.body["long"], case.body["lat"] = GARDEN_AT
        answer = super().__call__(case, who)
        self.breaches(case, who, answer, BREACHES)
        kind = case.operation.definition.raw["operationId"] if answer.status_code < 400 else "errors"
        form = "json" if "json" in answer.headers["content-type"][0] else "xml"
        try:
            wrong = [error.message for error in validator(form, kind).iter_errors(read(form, answer.content))]
        except NotGeoReport as error:
            wrong = [str(error)]
        if wrong:
            self.keep(case, who, answer, f"{kind}: {wrong[0][:200]}")
        return answer


@pytest.fixture
def ask(world, tree):
    """A program with a key, one of every role, a stranger."""
    cache.clear()
    with acting_as_system():
        key = actions.make_key(name="城市随手拍", node=tree.east.pk, by=None, at=AT)[1]
    accounts = {role.value: staff(f"q_{role.value}", role, tree.east) for role in Role}
    return Program(world, accounts | {"stranger": staff("q_stranger")}, key)


def test_a_few_questions_break_nothing(ask):
    assert settings.DEBUG is False
    for mode in (POSITIVE, NEGATIVE):
        ask_all(ask, operations(DOCUMENT), [PROGRAM], examples=SAMPLE, mode=mode)
    assert not ask.broken, ask.told()
    requests = "/open311/v2/requests.{form}"
    assert {(f"POST {requests}", 200), (f"GET {requests}", 200)} <= ask.statuses.keys()


@pytest.mark.chaos
@pytest.mark.parametrize("mode", [POSITIVE, NEGATIVE])
def test_many_questions_break_nothing(ask, mode):
    ask_all(ask, operations(DOCUMENT), [PROGRAM], examples=WHOLE, at=None, mode=mode)
    ask_all(ask, operations(DOCUMENT), [*map(str, Role), NOBODY], examples=OF_OTHERS, at=None, mode=mode)
    assert not ask.broken, ask.told()
