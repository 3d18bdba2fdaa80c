"""Whatever a phone sends: no 5xx, and every answer is as contracts/openapi.json has it."""

import json
from pathlib import Path

import pytest
import schemathesis
from django.core.cache import cache

from kakou.access.actions import revoke_device
from kakou.access.rules import Role
from kakou.access.scope import acting_as
from tests.cast import AT, enrol, staff
from tests.journeys.gate_server import gate_server
from tests.matrix.world import world
from tests.questions.asking import BREACHES, NOBODY, Asker, ask_all, operations

__all__ = ["gate_server", "world"]
DOCUMENT = json.loads((Path(__file__).parents[2] / "contracts/openapi.json").read_text())
DOORS = [door for door in operations(DOCUMENT) if door.path.startswith("/api/")]
INTAKE = [door for door in operations(DOCUMENT) if not door.path.startswith("/api/")]
PHONE, REVOKED = "phone", "revoked"
SAMPLE, WHOLE = 8, 400
POSITIVE, NEGATIVE = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE


class Phones(Asker):
    """Asks with the token of a phone, of one that was revoked, or with an account or nothing instead."""

    def __init__(self, world, accounts, tokens):
        super().__init__(world, accounts)
        self.tokens = tokens
        self.cookies |= dict.fromkeys(tokens, "")

    def __call__(self, case, who):
        """One question, and a look at its answer."""
        case.headers.pop("Authorization", None)
        told = {"Authorization": f"Bearer {self.tokens[who]}"} if who in self.tokens else {}
        answer = super().__call__(case, who, **told)
        self.breaches(case, who, answer, BREACHES)
        return answer


def tokens_of(lead, gate):
    """A phone's, and that of one that was revoked."""
    device, revoked = enrol(lead, gate, "lost")
    with acting_as(lead):
        revoke_device(device, by=lead, at=AT)
    return {PHONE: enrol(lead, gate)[1], REVOKED: revoked}


@pytest.fixture
def ask(world, tree, cast):
    """Phones at the garden's gate, one of every role, a stranger."""
    cache.clear()
    accounts = {role.value: staff(f"q_{role.value}", role, tree.east) for role in Role}
    return Phones(world, accounts | {"stranger": cast.stranger}, tokens_of(cast.lead, tree.garden_gate))


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_few_questions_break_no_door(ask):
    for mode in (POSITIVE, NEGATIVE):
        ask_all(ask, DOORS, [PHONE], examples=SAMPLE, mode=mode)
        ask_all(ask, DOORS, [REVOKED, Role.ADMINISTRATOR.value, NOBODY], examples=3, mode=mode)
    assert not ask.broken, ask.told()
    assert {door for door, status in ask.statuses if status == 200} >= {"GET /api/gate/bundle", "POST /api/gate/status"}


@pytest.mark.chaos
@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize("mode", [POSITIVE, NEGATIVE])
def test_many_questions_break_no_door(ask, mode):
    ask_all(ask, DOORS, [PHONE], examples=WHOLE, at=None, mode=mode)
    ask_all(ask, DOORS, [*ask.cookies], examples=100, at=None, mode=mode)
    assert not ask.broken, ask.told()


class Intake(Phones):
    """The same over HTTP: the intake stands beside Django."""

    def __init__(self, url, tokens):
        super().__init__({}, {}, tokens)
        self.url = url

    def send(self, case, who, headers):
        """To the front's port."""
        return case.call(base_url=self.url, headers=headers)


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
@pytest.mark.parametrize("many", [SAMPLE, pytest.param(WHOLE, marks=pytest.mark.chaos)])
def test_no_batch_breaks_the_intake(gate_server, cast, tree, many):
    ask = Intake(gate_server.url, tokens_of(cast.lead, tree.garden_gate))
    for mode in (POSITIVE, NEGATIVE):
        ask_all(ask, INTAKE, [PHONE], examples=many, mode=mode)
        ask_all(ask, INTAKE, [REVOKED, NOBODY], examples=min(many, 40), mode=mode)  # strangers are made to wait
    assert not ask.broken, ask.told()
