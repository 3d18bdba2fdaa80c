"""A server whose memory is bounded, one of everything in its database, and somebody at every door."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kakou.access.actions import grant_role
from kakou.access.rules import Role
from kakou.access.scope import acting_as_system
from kakou.ledger.models import PlaceCode
from kakou.services.models import Inlet, Request
from tests.cast import AT, enrol, staff
from tests.hostile.server import Server
from tests.hostile.trying import Attacker
from tests.matrix.world import world as matrix_world

__all__ = ["matrix_world"]


@pytest.fixture
def world(matrix_world, tree):
    """That of the matrix, with what a request from outside needs besides."""
    with acting_as_system():
        # of a kind that the server's own process knows
        order = Request.objects.get(pk=matrix_world["garden"]["request"]).order_id
        robot = Inlet.objects.get(pk=matrix_world["garden"]["inlet"]).row
        code = PlaceCode.objects.get(node=tree.garden).code
    matrix_world["garden"] |= {"order": order, "robot": robot, "place_code": code}
    return matrix_world


@pytest.fixture
def everybody(tree):
    """An account that holds every role over the street."""
    made = staff("everybody", Role.ADMINISTRATOR, tree.street)
    for role in set(Role) - {Role.ADMINISTRATOR}:
        grant_role(staff=made, role=role, node=tree.street, by=None, at=AT)
    return made


@pytest.fixture
def server(transactional_db, tmp_path) -> Iterator[Server]:
    """Started, and stopped at the end."""
    started = Server(tmp_path)
    yield started
    started.stop()


@pytest.fixture
def attacker(world, tree, cast, everybody, server) -> Attacker:
    """Knows where everything is, has a phone, and the secret of a robot."""
    token = enrol(cast.lead, tree.garden_gate)[1]
    return Attacker(server, world, everybody, token)
