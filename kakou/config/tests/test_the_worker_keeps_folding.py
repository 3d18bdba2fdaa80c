"""The thread that folds: after every commit, in order, through a lost database, until it is told to stop."""

import datetime as dt
import threading
from uuid import UUID

import pytest
from django.db import OperationalError, connection

from kakou.config.wiring import folds
from kakou.ledger import folding
from kakou.ledger.folding import Fold, Folding
from kakou.ledger.tests.gatework import IN, Crossing, land, told, upload

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["land"]
NOON = dt.datetime(2021, 8, 10, 4, tzinfo=dt.UTC)


def test_it_folds_what_comes_until_it_is_stopped(land, monkeypatch):
    monkeypatch.setattr(folding, "IDLE", 0.01)
    done = threading.Event()
    steps = folds()
    fold = steps[0].step

    def tell(at):
        passages = fold(at)
        if passages:
            done.set()
        return passages

    steps[0].step = tell
    thread = Folding(steps)
    thread.start()
    upload(Crossing(UUID(int=1 << 100), land.compound_gate, IN, NOON))
    assert done.wait(60)
    thread.stop()
    assert not thread.is_alive()
    assert len(told(land.compound)) == 1


def test_it_waits_for_a_lost_database(as_worker, monkeypatch):
    monkeypatch.setattr(folding, "AFTER_TROUBLE", 0.01)
    monkeypatch.setattr(folding, "IDLE", 0.01)
    again, tries = threading.Event(), []

    def step(at):
        tries.append(at)
        if len(tries) == 1:
            raise OperationalError("the server went away")
        again.set()
        return 0

    thread = Folding([Fold("any", step)])
    thread.start()
    assert again.wait(20)
    thread.stop()


def test_of_two_workers_one_folds_and_the_other_stands_by(as_worker):
    """What a fold has read would be of yesterday when another opens or closes orders meanwhile."""
    inside, go_on, calls = threading.Event(), threading.Event(), []

    def long(_at):
        inside.set()
        assert go_on.wait(20)
        return 0

    def first():
        try:
            Folding([Fold("long", long)]).once(NOON)
        finally:
            connection.close()

    one, other = threading.Thread(target=first), Folding([Fold("any", lambda at: calls.append(at) or 0)])
    one.start()
    assert inside.wait(20)
    assert (other.once(NOON), calls) == (False, [])
    go_on.set()
    one.join()
    other.once(NOON)
    assert calls == [NOON]


def test_what_goes_by_locks_of_its_own_waits_for_no_other(as_worker):
    inside, calls = threading.Event(), []

    def first():
        try:
            Folding([Fold("long", lambda _at: inside.wait(20) and 0)]).once(NOON)
        finally:
            connection.close()

    one = threading.Thread(target=first)
    one.start()
    Folding([Fold("any", lambda at: calls.append(at) or 0)], alone=False).once(NOON)
    inside.set()
    one.join()
    assert calls == [NOON]


def test_it_looks_no_further_while_nobody_writes(as_worker):
    calls = []
    fold = Folding([Fold("any", lambda at: calls.append(at) or 0)])
    looks = [fold.once(NOON) for _ in range(3)]
    assert looks == [False, False, False]
    assert len(calls) <= 3  # other tests of the same server may write meanwhile


def test_it_does_timed_work_in_its_time(as_worker):
    calls = []
    fold = Folding([Fold("timed", lambda at: calls.append(at) or 5, every=60)])
    for seconds in (0, 30, 60, 61):
        assert not fold.once(NOON + dt.timedelta(seconds=seconds))
    assert [(at - NOON).total_seconds() for at in calls] == [0, 60]


def test_a_clock_that_was_set_back_holds_nothing_up(as_worker):
    """It ran in local time, eight hours ahead, until somebody kept it."""
    calls, tries = [], []

    def fails(at):
        tries.append(at)
        raise ValueError("a row that nobody can read")

    eight, minute = dt.timedelta(hours=8), dt.timedelta(minutes=1)
    timed = Fold("timed", lambda at: calls.append(at) or 0, every=60)
    fold = Folding([timed, Fold("always", lambda at: calls.append("always") or 0), Fold("poisoned", fails)])
    fold.once(NOON + eight)
    calls.clear()
    tries.clear()
    fold.once(NOON)
    assert (calls, tries) == ([NOON, "always"], [NOON])
    assert not timed.is_due(NOON + minute / 2)
    assert timed.is_due(NOON + minute)


def test_timed_work_in_portions_goes_on_until_nothing_is_left_and_lets_others_have_their_turn(as_worker, monkeypatch):
    monkeypatch.setattr("kakou.ledger.folding.TURN", 0.0)
    calls, left = [], [0, 1, 1, 1]
    fold = Folding(
        [
            Fold("portions", lambda at: calls.append("portion") or left.pop(), every=60, in_portions=True),
            Fold("other", lambda at: calls.append("other") or 0, every=1),
        ]
    )
    looks = [fold.once(NOON + dt.timedelta(seconds=seconds)) for seconds in (0, 1, 2, 3, 4)]
    assert looks == [True, True, True, False, False]
    assert calls == ["portion", "other"] * 4 + ["other"]


def test_a_fold_that_fails_holds_up_no_other_and_is_tried_again_with_patience(as_worker):
    tries, others = [], []

    def fails(at):
        tries.append((at - NOON).total_seconds())
        raise ValueError("a row that nobody can read")

    fold = Folding([Fold("poisoned", fails), Fold("other", lambda at: others.append(at) or 0, every=1)])
    for seconds in range(20):
        fold.once(NOON + dt.timedelta(seconds=seconds))
    assert tries == [0, 2, 6, 14]
    assert len(others) == 20


def test_a_fold_of_small_portions_keeps_up_with_one_of_large_ones():
    """A turn is as many steps as fit into a second, and no more than there is to do."""
    done = []

    def small(_at):
        done.append(1)
        return 1 if len(done) < 50 else 0

    assert Fold("small", small).run(NOON) is False
    assert len(done) == 50


def test_a_turn_ends_though_there_is_more_to_do(monkeypatch):
    monkeypatch.setattr(folding, "TURN", 0.0)
    done = []
    assert Fold("endless", lambda _at: done.append(1) or 1).run(NOON) is True
    assert len(done) == 1
