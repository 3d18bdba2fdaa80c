"""Steps of orders become events: opened, opened again, passed on because late, reported as an emergency; a unit that is
handed a directive. What a group is told names no person."""

import datetime as dt

import pytest
from django.db import transaction

from kakou.access.scope import acting_as, acting_as_system
from kakou.directives.tests.handing import handed
from kakou.directives.tests.handing import places as units
from kakou.kernel.ids import new_id
from kakou.notices.actions import add_tellings, tell_what_was_heard
from kakou.notices.events import EVENTS
from kakou.notices.models import Heard, Message
from kakou.notices.queries import text_of
from kakou.notices.tests.outgoing import channel_to
from kakou.services.rules import Category
from kakou.services.tests.asking import PHONE, asked
from kakou.workorders import actions as orders
from kakou.workorders.actions import Matter
from kakou.workorders.events import KINDS
from tests.cast import AT

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["units"]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def group(units, cast):
    """It hears of everything."""
    channel = channel_to("", "mail", units.street.pk, to=("all@example.cn",))
    with acting_as(cast.commander):
        add_tellings(list(EVENTS), channel=channel, node=units.street.pk, quiet=None, by=cast.commander, at=AT)
    return channel


def heard():
    with acting_as_system():
        return [(row.event, row.place_id) for row in Heard.objects.order_by("id")]


def test_every_kind_of_order_may_be_told_of():
    assert {f"opened.{name}" for name in KINDS if not name.startswith("t_")} <= EVENTS.keys()


def test_what_opens_opens_again_and_is_passed_on_is_heard(group, units):
    with acting_as_system():
        exit_id = new_id()
        orders.open_once("missing_exit", exit_id, node=units.garden.pk, at=AT)
        orders.open_once("missing_exit", exit_id, node=units.garden.pk, at=AT)  # it is open
        orders.close_cause("missing_exit", exit_id, at=AT + HOUR)
        orders.open_once("missing_exit", exit_id, node=units.garden.pk, at=AT + 2 * HOUR)
    orders.pass_on(at=AT + dt.timedelta(days=3))
    garden = units.garden.pk
    assert heard()[:3] == [
        ("opened.missing_exit", garden), ("opened.missing_exit", garden), ("order.passed_on", garden)
    ]  # fmt: skip


def test_an_emergency_is_told_within_seconds_and_without_a_word_of_it(group, units):
    asked(units.garden.pk, category=Category.MEDICAL, text="王小明胸痛", name="王小明")
    ((event, _),) = heard()
    assert event == "request.emergency"
    assert tell_what_was_heard(at=AT + dt.timedelta(seconds=20)) == 1
    with acting_as_system():
        told = text_of(Message.objects.get())
    assert "东城社区" in told.body and "/services/" in told.body
    assert not any(word in told.subject + told.body for word in ("王小明", "胸痛", PHONE[3:]))


def test_a_directive_is_heard_of_once_for_each_unit(group, units, cast):
    handed(cast.commander, units)
    assert sorted(heard()) == sorted(("opened.directive", node.pk) for node in (units.east, units.west))


def test_what_is_rolled_back_is_heard_of_by_nobody(group, units):
    with pytest.raises(RuntimeError), acting_as_system(), transaction.atomic():
        orders.open_many("missing_exit", [Matter(new_id(), units.garden.pk) for _ in range(40)], at=AT)
        raise RuntimeError
    assert heard() == []
