"""A newcomer watches the drill being played, cancels it, and lets it go on to its end."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from playwright.sync_api import expect

from kakou.access.models import Staff
from kakou.drill import actions, playing
from kakou.drill.models import Run
from kakou.drill.tests.conftest import small
from kakou.drill.tests.intake import StandIn
from kakou.kernel.time import now

__all__ = ["small"]


@pytest.fixture
def run(transactional_db, small) -> Run:
    actions.settle(seed=7, at=now())
    return actions.plan(people=60, days=2, at=now(), window_ms=3_600_000, batch=20)


@pytest.fixture
def job(run) -> Iterator[ThreadPoolExecutor]:
    """Where the worker would play it."""
    with ThreadPoolExecutor(1) as pool:
        yield pool
        pool.submit(connections.close_all).result()


def played(run: Run, intake: StandIn) -> str:
    return playing.play(run.pk, url=intake.url, clock=now, stop=threading.Event()).state


def test_it_shows_how_far_it_is_is_cancelled_and_goes_on(sit, run, job):
    newcomer = Staff.objects.get(username="drill-community-secretary")
    desk = sit(newcomer, language="en")
    with StandIn() as intake:
        # the intake takes its time, and from some way on it waits for the newcomer to look
        looked, taken = threading.Event(), itertools.count()
        intake.stop_after = (10, lambda: looked.wait(0.05 if next(taken) < 30 else 30))
        being_played = job.submit(played, run, intake)
        page = desk.open("/drill/")
        expect(page.get_by_text("Being played")).to_be_visible(timeout=15_000)
        expect(page.get_by_text("60 people, 2 days")).to_be_visible()
        expect(page.locator("progress")).not_to_have_attribute("value", "0", timeout=15_000)
        assert desk.flaws("drill-played") == []

        # cancelled: the bar stays where it is
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("Being cancelled")).to_be_visible()
        looked.set()
        assert being_played.result(30) == "cancelled"
        expect(page.get_by_text("Cancelled")).to_be_visible(timeout=15_000)
        half = len(intake.stored)
        assert half > 0

        # goes on from there to its end, and the page hears of it by itself
        desk.open("/drill/")
        assert desk.flaws("drill-cancelled") == []
        page.get_by_role("button", name="Go on", exact=True).click()
        expect(page.get_by_text("Waiting for the job to begin")).to_be_visible()
        intake.stop_after = None
        assert job.submit(played, run, intake).result(60) == "done"
        expect(page.get_by_text("Played to the end")).to_be_visible(timeout=15_000)
        assert len(intake.stored) > half
        assert desk.flaws("drill-done") == []
