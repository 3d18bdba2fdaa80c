"""The garden of the cast with its gate, and the code that hangs there."""

import pytest
import time_machine
from django.core.cache import cache

from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.actions.place_codes import make_code
from kakou.places.models import Entrance, Unit
from tests.cast import AT


def garden(tree):
    """金桥社区 with 花园小区, whose 东门 is staffed."""
    with acting_as_system():
        Unit.objects.create(node=tree.east, kind="community_urban", name="金桥社区")
        unit = Unit.objects.create(node=tree.garden, kind="compound", name="花园小区")
        Entrance.objects.create(node=tree.garden_gate, unit=unit, name="东门", kind="compound_gate", state="staffed")


def code_at(node, by):
    """The code of a new poster at `node`."""
    with acting_as(by):
        return make_code(node=node.pk, by=by, at=AT).code


@pytest.fixture
def code(tree, cast):
    """The code at the garden's gate, and the clock at the hour of the cast."""
    garden(tree)
    cache.clear()
    with time_machine.travel(AT, tick=False):
        yield code_at(tree.garden_gate, cast.secretary)


__all__ = ["code", "code_at", "garden"]
