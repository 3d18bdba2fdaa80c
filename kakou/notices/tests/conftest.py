"""Robots stand on this machine: its own network may be written to."""

import pytest

from kakou.notices.tests.outgoing import Clock


@pytest.fixture(autouse=True)
def own_network(settings):
    settings.OUTGOING_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def clock():
    return Clock()
