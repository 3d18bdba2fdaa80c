"""A few people are handed out unmasked by one person for a reason; many only once a second one has released them."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from kakou.access.exporting import FEW, NeedsSecond, ask, claim, settle
from kakou.access.exporting.models import MassExport
from kakou.access.exporting.rules import HOLDS, covers, is_few
from kakou.access.rules import Role
from kakou.access.scope import acting_as
from kakou.access.seconding import WAITS, NotOneself, SettledAlready
from kakou.audit.models import Event
from kakou.kernel.errors import NotAllowed
from tests.cast import AT, staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
WHAT, WHY = "people.census", "printed for the police"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def two(cast, tree):
    """Who asks, who releases, and where."""
    return cast.secretary, staff("office", Role.COMMANDER, tree.street), tree.garden.pk


def taken(by, node, count, at=AT):
    with acting_as(by):
        return claim(WHAT, node=node, count=count, reason=WHY, by=by, at=at)


def asked(by, node, count, at=AT):
    with acting_as(by):
        return ask(WHAT, node=node, count=count, reason=WHY, by=by, at=at)


def settled(by, one, release=True, at=AT):
    with acting_as(by):
        settle(one, release=release, by=by, at=at)


@given(st.lists(st.integers(1, FEW), max_size=20))
def test_slices_of_a_list_are_the_list(counts):
    done = 0
    for count in counts:
        if is_few(count, done):
            done += count
    assert done <= FEW


@given(st.integers(1, 100_000), st.integers(1, 200_000))
def test_what_was_released_covers_little_more(released, count):
    assert covers(released, count) == (count <= released + max(released // 10, 10))


def test_a_few_need_nobody_and_many_somebody_else(two):
    secretary, _, garden = two
    taken(secretary, garden, FEW - 10)
    taken(secretary, garden, 10)
    with pytest.raises(NeedsSecond):
        taken(secretary, garden, 1)
    assert taken(secretary, garden, 1, at=AT + dt.timedelta(days=1, seconds=1)).settled_by is None


def test_it_is_released_once_and_for_a_day(two):
    secretary, commander, garden = two
    one = asked(secretary, garden, 500)
    assert asked(secretary, garden, 500).pk == one.pk, "asking again changes nothing"
    with pytest.raises(NeedsSecond):
        taken(secretary, garden, 500)
    settled(commander, one)
    with pytest.raises(NeedsSecond):
        taken(secretary, garden, 900)
    with pytest.raises(NeedsSecond):
        taken(secretary, garden, 500, at=AT + HOLDS + MINUTE)
    assert taken(secretary, garden, 505).settled_by == commander
    with pytest.raises(NeedsSecond):
        taken(secretary, garden, 505)
    acts = Event.objects.using("owner").filter(action__startswith="export.").order_by("seq")
    assert [(act.action, act.by) for act in acts] == [
        ("export.asked", secretary.pk), ("export.released", commander.pk),
    ]  # fmt: skip


def test_what_was_refused_or_waited_too_long_is_over(two):
    secretary, commander, garden = two
    one = asked(secretary, garden, 500)
    settled(commander, one, release=False)
    with pytest.raises(NeedsSecond):
        taken(secretary, garden, 500)
    with pytest.raises(SettledAlready):
        settled(commander, one)
    late = asked(secretary, garden, 500)
    with pytest.raises(SettledAlready):
        settled(commander, late, at=AT + WAITS + MINUTE)


def test_nobody_releases_his_own(two, tree, cast):
    """Not by a page, not by another role that he holds, and not by the database."""
    secretary, _, garden = two
    both = staff("both", Role.INVESTIGATOR, tree.street)
    one = asked(both, garden, 500)
    with pytest.raises(NotOneself):
        settled(both, one)
    with pytest.raises(IntegrityError), transaction.atomic(using="owner"):
        MassExport._base_manager.using("owner").filter(pk=one.pk).update(settled_by=both)
    with pytest.raises(NotAllowed):
        settled(secretary, one)
    with pytest.raises(NotAllowed):
        taken(cast.worker, garden, 1)


def test_a_release_of_one_place_opens_no_other(two, tree):
    _, commander, garden = two
    both = staff("both", Role.INVESTIGATOR, tree.street)
    settled(commander, asked(both, garden, 500))
    with pytest.raises(NeedsSecond):
        taken(both, tree.west.pk, 500)


def test_two_at_once_take_it_once(two):
    secretary, commander, garden = two
    settled(commander, asked(secretary, garden, 500))
    got = []

    def take():
        try:
            got.append(taken(secretary, garden, 500).pk)
        except NeedsSecond:
            got.append(None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one is not None for one in got) == 1
