"""Several hands at once open, heal, close, reopen and pass on the same matters: one order is open for each cause at
most, everything open has its time, and every change has its step."""

import datetime as dt
import random
import threading
import time
from collections import Counter
from itertools import pairwise

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from django.db.models import Count

from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import NotFound
from kakou.workorders import actions, events, queries
from kakou.workorders.actions import Matter
from kakou.workorders.models import Step, WorkOrder
from kakou.workorders.rules import ENDED, STAYS, Kind, OrderRefused, StepKind, within
from tests.cast import staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
HANDS, ACTS, CAUSES = 4, 25, 6
EVENT = events.register_kind(Kind("t_met_event", "An event", within(hours=1)))
STATE = events.register_kind(Kind("t_met_state", "A condition", within(hours=1), recurs=True))


def acts_of(seed, tree, worker, at):
    """What one hand does, in its own order."""
    chance = random.Random(seed)
    for number in range(ACTS):
        moment = at + dt.timedelta(minutes=20 * number)
        kind = chance.choice([EVENT.name, STATE.name])
        causes = chance.sample(range(CAUSES), 3)
        act = chance.choice(["open", "open", "heal", "close", "reopen", "pass"])
        if act == "open":
            with acting_as_system():
                actions.open_many(kind, [Matter(cause, tree.garden.pk) for cause in causes], at=moment)
        elif act == "heal":
            with acting_as_system():
                actions.close_causes(kind, causes, at=moment, healed="left")
        elif act == "pass":
            actions.pass_on(at=moment)
        else:
            by_hand(act, kind, str(causes[0]), worker, moment)


def by_hand(act, kind, cause, worker, at):
    with acting_as(worker):
        found = WorkOrder.objects.filter(kind=kind, cause=cause).order_by("-opened_at", "-id").first()
        if found is None:
            return
        try:
            if act == "close":
                actions.close(found, evidence={"finding": "settled"}, by=worker, at=at)
            else:
                actions.reopen(found, reason="not settled", by=worker, at=at)
        except (OrderRefused, NotFound):
            pass  # somebody was quicker


def test_what_somebody_closes_while_it_is_about_to_be_opened_again_stays_closed(tree, at):
    worker = staff("worker", Role.COMMUNITY_WORKER, tree.garden)
    with acting_as_system():
        actions.open_once(EVENT.name, 1, node=tree.garden.pk, at=at)
        actions.close_cause(EVENT.name, 1, at=at, healed="left")
    with acting_as(worker):
        order = WorkOrder.objects.get(kind=EVENT.name)
    told = []

    def open_again():
        try:
            with acting_as_system():
                told.append(actions.open_once(EVENT.name, 1, node=tree.garden.pk, at=at))
        finally:
            connections.close_all()

    other = threading.Thread(target=open_again)
    with acting_as(worker), transaction.atomic():
        actions.reopen(order, reason="not settled", by=worker, at=at)
        other.start()
        wait_until_another_waits()
        actions.close(order, evidence={"finding": "settled"}, by=worker, at=at)
    other.join()
    assert told == [None]
    with acting_as(worker):
        assert WorkOrder.objects.get(kind=EVENT.name).closed_by == worker


def test_what_somebody_closes_while_it_is_about_to_get_another_time_stays_closed(tree, at):
    worker = staff("worker", Role.COMMUNITY_WORKER, tree.garden)
    with acting_as_system():
        actions.open_once(EVENT.name, 1, node=tree.garden.pk, at=at)
    failed = []

    def put_off():
        try:
            with acting_as_system():
                actions.set_due(EVENT.name, {1: at + dt.timedelta(hours=9)})
        except IntegrityError as error:
            failed.append(error)
        finally:
            connections.close_all()

    other = threading.Thread(target=put_off)
    with acting_as(worker), transaction.atomic():
        order = WorkOrder.objects.select_for_update(of=("self",)).get(kind=EVENT.name)
        other.start()
        wait_until_another_waits()
        actions.close(order, evidence={"finding": "settled"}, by=worker, at=at)
    other.join()
    assert failed == []
    with acting_as(worker):
        order.refresh_from_db()
        assert (order.closed_by, order.escalate_at) == (worker, None)


def test_what_heals_while_somebody_hands_it_on_waits_for_him(tree, at):
    """Two who take several orders take them in the same order, wherever they lie: neither is broken off."""
    worker = staff("worker", Role.COMMUNITY_WORKER, tree.garden)
    with acting_as_system():
        actions.open_many(EVENT.name, [Matter(cause, tree.garden.pk) for cause in (2, 1)], at=at)
    with acting_as(worker):
        first, second = WorkOrder.objects.filter(kind=EVENT.name).order_by("pk")
        actions.begin(
            first, by=worker, at=at
        )  # what is changed lies behind what is not, and the causes lie in the other order
    failed = []

    def heal():
        try:
            with acting_as_system():
                actions.close_causes(EVENT.name, [1, 2], at=at, healed="left")
        except OperationalError as error:
            failed.append(error)
        finally:
            connections.close_all()

    other = threading.Thread(target=heal)
    with acting_as(worker), transaction.atomic():
        actions.pause(first, until=at + dt.timedelta(hours=1), reason="nobody there", by=worker, at=at)
        other.start()
        wait_until_another_waits()
        actions.begin(second, by=worker, at=at)
    other.join()
    assert failed == []
    with acting_as(worker):
        assert {order.state for order in WorkOrder.objects.filter(kind=EVENT.name)} == {"closed"}


def test_two_who_open_the_same_in_another_order_wait_and_never_for_each_other(tree, at):
    opened = []

    def open_both():
        try:
            with acting_as_system():
                matters = [Matter(cause, tree.garden.pk) for cause in (2, 1)]
                opened.append(len(actions.open_many(EVENT.name, matters, at=at)))
        finally:
            connections.close_all()

    other = threading.Thread(target=open_both)
    with acting_as_system(), transaction.atomic():
        actions.open_once(EVENT.name, 1, node=tree.garden.pk, at=at)
        other.start()
        wait_until_another_waits()
        actions.open_once(EVENT.name, 2, node=tree.garden.pk, at=at)
    other.join()
    assert opened == [0]


def wait_until_another_waits():
    """For a lock, in this database."""
    end = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute(
                "select exists(select from pg_stat_activity"
                " where datname = current_database() and wait_event_type = 'Lock')"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("seed", range(3))
def test_one_is_open_for_each_cause_and_every_change_has_its_step(tree, at, seed):
    worker = staff("worker", Role.COMMUNITY_WORKER, tree.garden)
    staff("above", Role.COMMUNITY_WORKER, tree.street)
    failed = []

    def hand(number):
        try:
            acts_of(seed * 100 + number, tree, worker, at)
        except Exception as error:  # noqa: BLE001 told below, where the test sees it
            failed.append(error)
        finally:
            connections.close_all()

    hands = [threading.Thread(target=hand, args=(number,)) for number in range(HANDS)]
    for one in hands:
        one.start()
    for one in hands:
        one.join()
    assert failed == []
    with acting_as_system():
        mine = WorkOrder.objects.filter(kind__startswith="t_met_")
        still = mine.exclude(state__in=ENDED)
        twice = still.values("kind", "cause").annotate(n=Count("pk")).filter(n__gt=1)
        assert list(twice) == []
        assert all(order.due_at and order.owner_id and order.closed_at is None for order in still)
        assert all(order.escalate_at is None for order in mine.filter(state__in=ENDED))
        for order in mine:
            kinds = [StepKind(step.kind) for step in queries.steps_of(order)]
            moves = [kind for kind in kinds if kind not in STAYS or kind is StepKind.OPENED]
            assert moves[0] is StepKind.OPENED
            assert Counter(moves)[StepKind.OPENED] == 1
            # closed and reopened in turn, and last what it is
            assert all(a is not b for a, b in pairwise(moves))
            assert (moves[-1] is StepKind.CLOSED) == (order.state in ENDED)
        assert Step.objects.filter(order__in=mine).exists()
