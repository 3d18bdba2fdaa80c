"""Every shipped scenario: played through the real lane and the real folds, what is to be found stands in the ledger."""

import datetime as dt
import threading

import pytest

from kakou.access.models import Staff
from kakou.access.rules import Role
from kakou.access.scope import acting_as_system
from kakou.config.wiring import folds
from kakou.drill import actions, playing, queries
from kakou.drill.rules import State
from kakou.drill.scenarios import read, shipped, text_of
from kakou.drill.scenarios.scoring import Standing
from kakou.drill.settling.staff import username_of
from kakou.drill.tests.conftest import small
from kakou.kernel.time import now
from kakou.ledger.actions.silent import open_silent
from kakou.workorders.actions import close
from kakou.workorders.models import WorkOrder
from tests.cast import reconnect
from tests.training.intake import intake

__all__ = ["small"]
pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
    pytest.mark.usefixtures("small"),
]
LATER = dt.timedelta(minutes=40)
FEW = 60


def trained(name):
    """The scenario played with few people, folded, and looked at again some time later."""
    text = text_of(name)[1].replace("people = 1000", f"people = {FEW}")
    began = now()
    run = actions.plan_training(name=name, text=text, at=began)
    with intake() as url:
        assert playing.play(run.pk, url=url, clock=now, stop=threading.Event()).state == State.DONE
    reconnect("kakou_worker")
    fold(began)
    fold(began + LATER)
    open_silent(at=began + LATER, listening=began)
    reconnect("kakou_pages")
    return read(text)


def fold(at):
    for each in folds():
        while each.step(at):
            pass


@pytest.mark.parametrize("name", shipped())
def test_what_is_to_be_found_is_opened_by_what_happens_and_nothing_of_it_stands_in_the_file(name):
    scenario = trained(name)
    found = queries.training_view("en", at=now()).found
    assert [words for words, _ in found] == [find.words["en"] for find in scenario.finds]
    assert {score.find.order: score.opened for _, score in found if score.standing is not Standing.OPEN} == {}


def test_whatever_is_closed_in_time_or_late_is_told_so():
    trained("goods-and-guests")
    secretary = Staff.objects.get(username=username_of(Role.COMMANDER))
    with acting_as_system():
        first, second = WorkOrder.objects.filter(kind="past_allowance").order_by("opened_at", "id")
        evidence = {"finding": "left"}
        close(first, evidence=evidence, by=secretary, at=first.due_at - dt.timedelta(minutes=1))
        close(second, evidence=evidence, by=secretary, at=second.due_at + dt.timedelta(minutes=30))
    (score,) = (
        one for _, one in queries.training_view("zh-hans", at=now()).found if one.find.order == "past_allowance"
    )
    assert (score.standing, score.by_hand, score.healed) == (Standing.CLOSED, 2, 0)
    assert (score.late, score.longest) == (1, dt.timedelta(minutes=30))
