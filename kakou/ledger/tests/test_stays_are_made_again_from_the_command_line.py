"""`kakou ledger stays`: for a clerk with a bar and a sentence, for a program as JSON."""

import datetime as dt
import json
from uuid import UUID

import pytest
from click.testing import CliRunner
from django.utils import translation

from kakou.access.scope import acting_as_system
from kakou.ledger.management.cli import group
from kakou.ledger.models import Stay
from kakou.ledger.tests.gatework import IN, OUT, Crossing, fold_all, land, stays, upload

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["land"]
NOON = dt.datetime(2021, 8, 10, 4, tzinfo=dt.UTC)


def run(*arguments):
    with translation.override("en"):
        done = CliRunner().invoke(group, ["stays", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def folded(land):
    for number in range(3):
        upload(
            Crossing(UUID(int=number + 1 << 100), land.compound_gate, IN, NOON),
            Crossing(UUID(int=number + 1 << 100), land.compound_gate, OUT, NOON + dt.timedelta(hours=1)),
        )
    fold_all(NOON)
    return stays()


def test_it_makes_every_stay_again_with_the_id_it_had(folded):
    with acting_as_system():
        Stay.objects.all().delete()
    told = json.loads(run("--json"))
    assert (told["passages"], told["subjects"], told["put"], told["gone"]) == (6, 3, 3, 0)
    assert stays() == folded


def test_it_changes_nothing_that_is_right_and_says_so(folded):
    assert "0 stays written, 0 removed" in run()


def test_it_folds_only_the_news_when_asked(folded, land):
    upload(Crossing(UUID(int=9 << 100), land.compound_gate, IN, NOON))
    told = json.loads(run("--new", "--json"))
    assert told["passages"] <= 1  # 0 while another test's transaction is open
    assert told["subjects"] == told["passages"]


def test_it_explains_itself():
    assert "Make all stays again" in run("--help")
