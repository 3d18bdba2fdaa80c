"""Whatever is done about orders, in whatever order and with whatever broken off: one is open for each cause at most,
what is open has somebody (or its unit is asked about) and a time, and every change has its step."""

import datetime as dt
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import Refusal
from kakou.workorders import actions, events
from kakou.workorders.actions import Matter
from kakou.workorders.models import Step, WorkOrder
from kakou.workorders.rules import ENDED, STAYS, Kind, State, StepKind, within
from tests.cast import staff

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
MINUTE = dt.timedelta(minutes=1)
KINDS = [
    events.register_kind(Kind("t_any_event", "An event", within(hours=1))),
    events.register_kind(Kind("t_any_state", "A condition", within(hours=1), recurs=True)),
    events.register_kind(Kind("t_any_heals", "Closes with its matter", within(hours=1), by_hand=False)),
]
ONE, SOME = st.integers(0, 3), st.sets(st.integers(0, 3), min_size=1)
KIND, BREAKS = st.sampled_from([kind.name for kind in KINDS]), st.booleans()


class BrokenOff(Exception):
    """Before the commit."""


class Desk(RuleBasedStateMachine):
    """`tree`, `people`: where and by whom; each act is done, or done and broken off, which changes nothing."""

    tree, people, at = None, (), None

    def __init__(self):
        super().__init__()
        self.now = type(self).at
        self.whole = transaction.atomic()
        self.whole.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    def done(self, act, *, breaks, by=None):
        before = self.told() if breaks else None
        self.now += 7 * MINUTE
        try:
            with acting_as(by) if by else acting_as_system(), transaction.atomic():
                act()
                if breaks:
                    raise BrokenOff
        except (BrokenOff, Refusal):
            pass
        if breaks:
            assert self.told() == before

    def told(self):
        with acting_as_system():
            orders = WorkOrder.objects.order_by("pk").values_list("pk", "state", "owner", "due_at", "escalate_at")
            return list(orders), Step.objects.count()

    def order(self, kind, cause):
        with acting_as_system():
            return WorkOrder.objects.filter(kind=kind, cause=str(cause)).order_by("-opened_at", "-pk").first()

    def by_hand(self, act, kind, cause, who, *, breaks):
        """`act` of the order as somebody saw it, if there is one."""
        order, by = self.order(kind, cause), self.people[who]
        if order is not None:
            self.done(lambda: act(order, by), breaks=breaks, by=by)

    @rule(kind=KIND, causes=SOME, breaks=BREAKS)
    def opens(self, kind, causes, breaks):
        matters = [Matter(cause, self.tree.garden.pk) for cause in sorted(causes)]
        self.done(lambda: actions.open_many(kind, matters, at=self.now), breaks=breaks)

    @rule(kind=KIND, causes=SOME, breaks=BREAKS)
    def heals(self, kind, causes, breaks):
        self.done(lambda: actions.close_causes(kind, causes, at=self.now, healed="left"), breaks=breaks)

    @rule(kind=KIND, causes=SOME, minutes=st.integers(-90, 90), breaks=BREAKS)
    def falls_due(self, kind, causes, minutes, breaks):
        due = dict.fromkeys(causes, self.now + minutes * MINUTE)
        self.done(lambda: actions.set_due(kind, due), breaks=breaks)

    @rule(hours=st.integers(0, 30), breaks=BREAKS)
    def is_passed_on(self, hours, breaks):
        self.now += hours * 60 * MINUTE
        self.done(lambda: actions.pass_on(at=self.now), breaks=breaks)

    @rule(kind=KIND, cause=ONE, who=st.integers(0, 1), breaks=BREAKS)
    def is_closed(self, kind, cause, who, breaks):
        def act(order, by):
            actions.close(order, evidence={"finding": "settled"}, by=by, at=self.now)

        self.by_hand(act, kind, cause, who, breaks=breaks)

    @rule(kind=KIND, cause=ONE, who=st.integers(0, 1), breaks=BREAKS)
    def is_opened_again(self, kind, cause, who, breaks):
        def act(order, by):
            actions.reopen(order, reason="not settled", by=by, at=self.now)

        self.by_hand(act, kind, cause, who, breaks=breaks)

    @rule(kind=KIND, cause=ONE, other=ONE, breaks=BREAKS)
    def is_the_same_as(self, kind, cause, other, breaks):
        of = self.order(kind, other)

        def act(order, by):
            actions.mark_duplicate(order, of=of, by=by, at=self.now)

        if of is not None:
            self.by_hand(act, kind, cause, 0, breaks=breaks)

    @rule(kind=KIND, causes=SOME, breaks=BREAKS)
    def are_handed_on(self, kind, causes, breaks):
        orders = [order for cause in causes if (order := self.order(kind, cause)) is not None]
        by, owner = self.people
        self.done(lambda: actions.hand_on(orders, owner=owner, by=by, at=self.now), breaks=breaks, by=by)

    @rule(kind=KIND, cause=ONE, there=st.booleans(), breaks=BREAKS)
    def goes_to_a_unit_and_back(self, kind, cause, there, breaks):
        def act(order, by):
            if there:
                actions.dispatch(order, unit=self.tree.east.pk, by=by, at=self.now)
            else:
                actions.give_back(order, reason="not ours", by=by, at=self.now)

        self.by_hand(act, kind, cause, 0, breaks=breaks)

    @rule(kind=KIND, cause=ONE, goes_on=st.booleans(), breaks=BREAKS)
    def waits(self, kind, cause, goes_on, breaks):
        def act(order, by):
            if goes_on:
                actions.resume(order, by=by, at=self.now)
            else:
                actions.pause(order, until=self.now + 90 * MINUTE, reason="nobody there", by=by, at=self.now)

        self.by_hand(act, kind, cause, 1, breaks=breaks)

    @invariant()
    def one_is_open_for_each_cause_and_has_its_steps(self):
        with acting_as_system():
            orders = list(WorkOrder.objects.filter(kind__startswith="t_any_"))
            steps = list(Step.objects.order_by("pk").values_list("order_id", "kind"))
            by_hand = dict(WorkOrder.objects.values_list("pk", "closed_by"))
        still = [(order.kind, order.cause) for order in orders if order.state not in ENDED]
        assert len(still) == len(set(still))
        events_ = [(order.kind, order.cause) for order in orders if not order.recurs]
        assert len(events_) == len(set(events_))
        for order in orders:
            moves = [StepKind(kind) for of, kind in steps if of == order.pk]
            moves = [kind for kind in moves if kind not in STAYS or kind is StepKind.OPENED]
            ends = [kind for kind in moves if kind in (StepKind.CLOSED, StepKind.DUPLICATE)]
            opens = [kind for kind in moves if kind in (StepKind.OPENED, StepKind.REOPENED)]
            assert moves[0] is StepKind.OPENED and moves.count(StepKind.OPENED) == 1
            assert len(opens) - len(ends) == (order.state not in ENDED)
            turns = [kind in opens for kind in moves if kind in opens or kind in ends]
            assert all(one is not other for one, other in pairwise(turns))
            assert (order.state in ENDED) == (order.closed_at is not None)
            assert order.state not in ENDED or order.escalate_at is None
            assert order.state in ENDED or (order.owner_id and order.due_at)
            assert order.state != State.CLOSED or order.kind != "t_any_heals" or by_hand[order.pk] is None


def test_whatever_is_done_one_is_open_for_each_cause(tree, at):
    Desk.tree, Desk.at = tree, at
    Desk.people = (
        staff("worker", Role.COMMUNITY_WORKER, tree.street),
        staff("other", Role.COMMUNITY_WORKER, tree.east),
    )
    many = settings(
        max_examples=12, stateful_step_count=20, deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )  # fmt: skip
    run_state_machine_as_test(Desk, settings=many)
