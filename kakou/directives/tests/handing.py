"""Directives of the street of the cast, to be acknowledged within two hours."""

import datetime as dt

import pytest

from kakou.access.scope import acting_as, acting_as_system
from kakou.directives import actions
from kakou.directives.models import Directive, Task
from kakou.directives.rules import Said
from kakou.kernel.ids import new_id
from kakou.places.models import Unit
from tests.cast import AT

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


@pytest.fixture
def places(tree):
    """The street, its two communities, and a compound in each."""
    with acting_as_system():
        for node, kind, name in (
            (tree.street, "street", "睢城街道"), (tree.east, "community_urban", "东城社区"),
            (tree.garden, "compound", "花园小区"), (tree.west, "community_rural", "西郊社区"),
            (tree.orchard, "urban_village", "果园村"),
        ):  # fmt: skip
            Unit.objects.create(node=node, kind=kind, name=name)
    return tree


def said(**changes):
    told = {
        "number": "睢防办〔2021〕12号", "issuer": "睢宁县防控办", "title": "加强卡口值守",
        "text": "今晚起各卡口双人值守。",
        "acknowledge_by": AT + 2 * HOUR, "deadline": AT + 24 * HOUR,
    }  # fmt: skip
    return Said(**{**told, **changes})


def handed(by, tree, *, units=None, below=False, at=AT, key=None, **more):
    """Handed down at the street; to both communities, where no others are named."""
    with acting_as(by):
        return actions.issue(
            more.pop("said", said()), home=tree.street.pk, units=units or [tree.east.pk, tree.west.pk], below=below,
            key=key or new_id(), by=by, at=at, **more,
        )  # fmt: skip


def task(directive, node):
    with acting_as_system():
        return Task.objects.select_related("order", "directive").get(directive=directive, node=node)


def fresh(directive):
    with acting_as_system():
        return Directive.objects.get(pk=directive.pk)


def units(directive):
    with acting_as_system():
        return set(Task.objects.filter(directive=directive).values_list("unit", flat=True))
