"""Somebody in the garden who drives a forklift, and a request that needs one."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager

import pytest
from django.db import connections

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.ids import new_id
from kakou.people.actions import NewPerson, add_person
from kakou.people.models import Person
from kakou.people.rules import Category, Facts
from kakou.services.tests.asking import asked, places
from kakou.skills import actions
from kakou.skills.models import Asked, Call, Licence
from kakou.skills.rules import Skill
from tests.cast import AT, reconnect

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
LAST_DAY = dt.date(2023, 8, 1)


@contextmanager
def at_work():
    """In the role of the worker: it folds and destroys what pages do not."""
    before = connections["default"].settings_dict["USER"]
    reconnect("kakou_worker")
    yield
    reconnect(before)


def person(node, number, *, name="吴超", **more):
    """Somebody registered there, who lives there."""
    with acting_as_system():
        new = NewPerson(node.pk, Facts(name=name, phone=f"1380013{number:04}"), Category.RESIDENT_REGISTERED, **more)
        return add_person(new, by=None, at=AT)


def licence(who, by, *, skill=Skill.FORKLIFT, number="320324199001011234", at=AT, **more):
    """Written down by `by`, the original seen, its bearer agreeing, unless said otherwise."""
    new = actions.NewLicence(
        who, skill, number, more.pop("expires_on", LAST_DAY), more.pop("is_seen", True), more.pop("has_agreed", True)
    )
    with acting_as(by):
        return actions.add_licence(new, by=by, at=at)


def driver(node, number, by, **more):
    """A resident with a licence."""
    who = person(node, number, **({"name": more.pop("name")} if "name" in more else {}))
    return who, licence(who, by, **more)


def call(tree, by, *, at=AT, skill=Skill.FORKLIFT, note=""):
    """A call for a helper, for a request of the garden."""
    request = asked(tree.garden.pk, at=at)
    new = actions.NewCall(request.order_id, tree.garden.pk, skill, at, note)
    with acting_as(by):
        return actions.open_call(new, key=new_id(), by=by, at=at)


def ask(one, people, by, *, at=AT):
    """Ask these; who was asked, in that order."""
    with acting_as(by):
        actions.ask(one, [who.pk for who in people], by=by, at=at)
        rows = {row.person_id: row for row in Asked.objects.select_related("call").filter(call=one)}
    return [rows[who.pk] for who in people]


def say(row, is_yes, by=None, *, at=AT):
    """The answer, by telephone to `by`, or by the page."""
    if by is None:
        with acting_as_system():
            return actions.answer(row, is_yes, by=None, at=at)
    with acting_as(by):
        return actions.answer(row, is_yes, by=by, at=at)


def fresh(row):
    """As it stands now."""
    with acting_as_system():
        return type(row).objects.get(pk=row.pk)


__all__ = [
    "AT", "DAY", "HOUR", "LAST_DAY", "Asked", "Call", "Licence", "Person", "ask", "at_work", "call", "driver", "fresh",
    "licence", "person", "places", "pytest", "say",
]  # fmt: skip
