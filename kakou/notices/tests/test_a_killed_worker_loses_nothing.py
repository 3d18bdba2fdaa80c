"""kill -9 between sending and noting it: the next worker sends again, marks it, and the rest follows in order."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.db import connections
from robots import WeComRobot

from kakou.kernel.time import now
from kakou.notices.actions import send_all
from kakou.notices.tests.outgoing import channel_to, message_of, outcomes, states, told

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
WORKER = """
import django
django.setup()
from kakou.kernel.time import now
from kakou.notices.actions import send_all
send_all(at=now())
"""
PATIENCE = 60


def worker():
    """Another process, as the job worker is one."""
    env = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "kakou.config.settings", "KAKOU_ROLE": "worker",
        "KAKOU_DB": str(connections["default"].settings_dict["NAME"]), "KAKOU_OUTGOING": "127.0.0.0/8",
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-c", WORKER], env=env)


def until(holds):
    ends, tick = time.monotonic() + PATIENCE, threading.Event()
    while not holds():
        assert time.monotonic() < ends
        tick.wait(0.02)


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the other process finds the private server only")
def test_what_was_sent_and_not_noted_is_sent_again_and_marked(as_worker, tree):
    with WeComRobot() as robot:
        channel = channel_to(robot.url, "wecom", tree.east.pk)
        told(channel, "a", "b", at=now())
        robot.slow(PATIENCE)
        killed = worker()
        until(lambda: robot.received)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert outcomes(message_of(channel, "a")) == [("begun", "")]
        robot.slow(0)
        until(lambda: send_all(at=now()) is not None and "waiting" not in states(channel))
        assert [one.text for one in robot.received] == ["a", "a", "b"]
    assert states(channel) == ["sent_again", "sent"]
    assert outcomes(message_of(channel, "a")) == [("begun", ""), ("lost", "worker-died"), ("begun", ""), ("sent", "0")]
