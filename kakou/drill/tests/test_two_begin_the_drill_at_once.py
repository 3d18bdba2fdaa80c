"""`make run` plays its first days while somebody types `kakou drill` in another terminal."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from kakou.access.scope import acting_as_system
from kakou.drill import actions, playing, queries
from kakou.drill.models import Run, Settlement
from kakou.drill.rules import DrillRefused, State
from kakou.drill.tests.intake import StandIn
from kakou.kernel.time import now
from kakou.places.models import Unit

EVENING = dt.datetime(2021, 8, 10, 13, 0, tzinfo=dt.UTC)
FIRST = {"people": 40, "days": 1, "clock": now}


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_land_is_settled_once_and_there_is_one_first_run(small):
    ready = Barrier(2)

    def begin():
        try:
            ready.wait()
            actions.plan_all(seed=7, people=60, days=2, at=EVENING)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as both:
        for one in [both.submit(begin) for _ in range(2)]:
            one.result()
    assert Settlement.objects.count() == 1
    assert [run.people for run in queries.runs()] == [[0, 60]]
    with acting_as_system():
        assert Unit.objects.filter(node__parent=None).count() == 1


@pytest.mark.django_db
def test_first_days_that_another_process_plays_are_left_to_it(small):
    actions.plan_all(seed=7, people=40, days=1, at=EVENING)
    Run.objects.update(state=State.RUNNING, beat_at=now())
    with StandIn() as intake:
        run = actions.first_days(url=intake.url, seed=7, **FIRST)
        assert (run.state, intake.requests) == (State.RUNNING, 0)
        with pytest.raises(DrillRefused):  # who asked for this run himself is told
            playing.play(run.pk, url=intake.url, clock=now, stop=None)


@pytest.mark.django_db
def test_a_drill_of_another_seed_is_gone_on_with(small):
    actions.plan_all(seed=7, people=40, days=1, at=now())
    with StandIn() as intake:
        assert actions.first_days(url=intake.url, seed=2021, **FIRST).state == State.DONE
        again = intake.requests
        assert actions.first_days(url=intake.url, seed=2021, **FIRST).state == State.DONE
        assert intake.requests == again
    assert queries.settled().seed == 7
