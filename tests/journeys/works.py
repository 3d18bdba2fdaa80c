"""An electrical works in the east, to which goods come through the community's checkpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from kakou.access.actions import add_node
from kakou.access.models import Node, Staff
from kakou.access.rules import Role
from kakou.access.scope import acting_as_system
from kakou.ledger.models import PlaceCode
from kakou.places.models import Entrance, Unit
from tests.cast import AT, sign_in, staff
from tests.district import District
from tests.journeys.conftest import DESK, Desk
from tests.journeys.storytelling import Story


@dataclass(frozen=True)
class Works:
    """The enterprise, the checkpoint before it, the code that hangs in it, and who stands at the checkpoint."""

    node: Node
    checkpoint: Node
    code: str
    keeper: Staff


@pytest.fixture
def works(district: District) -> Works:
    """Set up beside the compound of the district."""
    with acting_as_system():
        east = Unit.objects.get(node=district.tree.east)
        node, checkpoint = add_node(parent=district.tree.east), add_node(parent=district.tree.east)
        Unit.objects.create(node=node, kind="enterprise", name="城东电器厂")
        Entrance.objects.create(node=checkpoint, unit=east, name="城东卡口", kind="road_checkpoint", state="staffed")
        code = PlaceCode.objects.create(node=node, made_at=AT).code
    return Works(node, checkpoint, code, staff("keeper", Role.GATE_RECORDER, checkpoint))


@pytest.fixture(params=["zh-hans", "en"])
def story(browser, live_server, request: pytest.FixtureRequest) -> Iterator[Story]:  # type: ignore[no-untyped-def]
    """Told at noon of the article's day, in each language; ends with nothing wrong on any page."""
    cache.clear()
    with time_machine.travel(AT, tick=True):
        told = Story(browser, request.param)
        told.address = live_server.url  # type: ignore[attr-defined]
        yield told
        flaws = told.wrong()
        assert not flaws, flaws


def seat(story: Story, account: Staff | None, size: dict[str, int] = DESK) -> Desk:
    """Somebody sits down, with or without an account."""
    session = ""
    if account is not None:
        client = Client()
        sign_in(client, account)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return story.seat(story.address, session, size=size)  # type: ignore[attr-defined]


__all__ = ["Works", "seat", "story", "works"]
