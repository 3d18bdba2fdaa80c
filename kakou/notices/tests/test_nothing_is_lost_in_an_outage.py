"""An hour of outage, random failures, lost answers and workers that die, under a simulated clock and real robots that
check signature, size and rate: everything told is delivered in order and within the rate, once each unless an answer
was lost or a worker died."""

import itertools
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from robots import DingTalkRobot, FeishuRobot, WeComRobot

from kakou.access.scope import acting_as_system
from kakou.notices.actions import tell
from kakou.notices.actions.sending import _free_at
from kakou.notices.models import Attempt, Message
from kakou.notices.posting import carry
from kakou.notices.tests.outgoing import START, Clock, Killed, channel_to, sender

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
ROBOTS = {"wecom": (WeComRobot, ""), "dingtalk": (DingTalkRobot, "SECtest"), "feishu": (FeishuRobot, "demo")}
HOUR = 3600.0
NAMES = itertools.count()
FAULTS = ("lost", "away", "dies before", "dies after")


class Line:
    """The way to a robot: it takes time, and what happens on it is drawn."""

    def __init__(self, robot, clock, dice):
        self.robot, self.clock, self.dice = robot, clock, dice
        self.rough, self.slow = dice.choice([0.0, 0.1, 0.5]), dice.choice([0.0, 0.1, 2.0])
        self.perhaps = 0  # how often it could not be known whether a message had arrived

    def __call__(self, parcel):
        fault = self.dice.choice(FAULTS) if self.dice.random() < self.rough else "none"
        self.clock.pass_by(self.dice.uniform(0, self.slow))
        if fault == "dies before":
            self.perhaps += 1
            raise Killed
        if fault == "lost":
            self.perhaps += 1
            self.robot.lose_answer()
        elif fault == "away":
            self.robot.outage(self.clock.seconds() + 1)
        try:
            return carry(parcel)
        finally:
            self.robot.lose_answer(0)
            self.clock.pass_by(self.dice.uniform(0, self.slow))
            if fault == "dies after":
                self.perhaps += 1
                raise Killed


def settle(channel, clock, line, seed):
    """Workers come and go until nothing waits. Each looks at the very first moment at which something may go."""
    for turn in range(2_000):
        try:
            sender(clock, line, seed + turn).send_from(channel.pk)
        except Killed:
            continue  # the next one starts at once
        with acting_as_system():
            head = Message.objects.filter(channel=channel, state="waiting").order_by("id").first()
            if head is None:
                return
            clock.at = max(clock.at, head.next_at, _free_at(channel, clock.at))
    raise AssertionError("something waits for ever")


@pytest.mark.parametrize("kind", ROBOTS)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), many=st.integers(25, 45), refused=st.booleans())
def test_everything_told_is_delivered_in_order_and_within_the_rate(as_worker, tree, kind, seed, many, refused):
    dice, clock = random.Random(seed), Clock()
    clock.pass_by(dice.uniform(0, 7200))
    make, secret = ROBOTS[kind]
    with make(f"robot{next(NAMES)}", **({"secret": secret} if secret else {}), clock=clock.seconds) as robot:
        channel = channel_to(robot.url, kind, tree.east.pk, secret=secret)
        ends = clock.seconds() + HOUR
        robot.outage(ends, refuse=refused)
        line, texts = Line(robot, clock, dice), [f"第{n}条" for n in range(many)]
        while clock.seconds() < ends:  # told while nobody listens
            if texts and dice.random() < 0.8:
                told_text(channel, texts, many, clock)
            quiet = sender(clock, carry, seed)
            quiet.send_from(channel.pk)
            clock.pass_by(dice.uniform(1, 180))
        while texts:
            told_text(channel, texts, many, clock)
        assert robot.received == []
        robot.outage(0)
        robot.settle()
        settle(channel, clock, line, seed)
        check(robot, channel, many, line)


def told_text(channel, texts, many, clock):
    assert tell(texts.pop(0), key=f"n{many - len(texts) - 1}", channel=channel.pk, at=clock()) == 1


def check(robot, channel, many, line):
    reasons = {one.reason.value for one in robot.refused}
    assert reasons <= {"outage"}, reasons  # never rate, blocked, crowded, signature, timestamp, size
    seen = [one.text for one in robot.received]
    assert [text for text, _ in itertools.groupby(seen)] == [f"第{n}条" for n in range(many)]
    with acting_as_system():
        rows = list(Message.objects.filter(channel=channel).order_by("id"))
        lost = Attempt.objects.filter(channel=channel, outcome="lost").count()
        begun = Attempt.objects.filter(channel=channel, outcome="begun").count()
        ended = Attempt.objects.filter(channel=channel).exclude(outcome="begun").count()
    assert begun == ended
    assert sum(row.lost for row in rows) == lost == line.perhaps
    for row, text in zip(rows, (f"第{n}条" for n in range(many)), strict=True):
        assert row.state == ("sent_again" if row.lost else "sent")
        assert 1 <= seen.count(text) <= 1 + row.lost


@pytest.mark.parametrize(("kind", "many"), [("wecom", 50), ("dingtalk", 50), ("feishu", 120)])
@pytest.mark.parametrize("slow", [0.0, 0.4])
def test_a_flood_goes_out_as_fast_as_the_robot_takes_it_and_no_faster(as_worker, tree, kind, many, slow):
    clock, (make, secret) = Clock(), ROBOTS[kind]
    with make(f"robot{next(NAMES)}", **({"secret": secret} if secret else {}), clock=clock.seconds) as robot:
        channel = channel_to(robot.url, kind, tree.east.pk, secret=secret)
        line, texts = Line(robot, clock, random.Random(many)), [f"第{n}条" for n in range(many)]
        line.rough, line.slow = 0.0, slow
        while texts:
            told_text(channel, texts, many, clock)
        settle(channel, clock, line, 1)
        check(robot, channel, many, line)
        moments = [one.moment for one in robot.received]
    assert moments[-1] - moments[0] < {"wecom": 124, "dingtalk": 124, "feishu": 150}[kind] + slow * many


def test_an_outage_of_days_leaves_what_was_told_on_the_desk_and_not_lost(as_worker, tree):
    clock = Clock()
    with WeComRobot(clock=clock.seconds) as robot:
        channel = channel_to(robot.url, "wecom", tree.east.pk)
        robot.outage(clock.seconds() + 40 * HOUR)
        for n in range(5):
            tell(f"{n}", key=f"{n}", channel=channel.pk, at=clock())
        while clock.at - START < (START.replace(day=12) - START.replace(day=10)):
            sender(clock, seed=1).send_from(channel.pk)
            clock.pass_by(300)
        with acting_as_system():
            rows = list(Message.objects.filter(channel=channel).order_by("id"))
        assert [row.state for row in rows] == ["dead"] * 5
        assert all(row.tries for row in rows)
