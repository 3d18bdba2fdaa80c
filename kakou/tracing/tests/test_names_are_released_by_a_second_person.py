"""Names of an outbreak stay masked until another person agrees; at night the glass may be broken, and is reported."""

import datetime as dt

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kakou.access.actions import grant_role
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.access.seconding import TooNew
from kakou.audit.models import Event
from kakou.kernel.errors import NotAllowed
from kakou.tracing.actions.loops import follow_tracing
from kakou.tracing.actions.names import ask_names, names_of, settle_names
from kakou.tracing.models import NameRelease
from kakou.tracing.rules.names import (
    CONFIRM_WITHIN,
    OPEN_FOR,
    SHOWING,
    TRANSITIONS,
    ReleaseMove,
    ReleaseRefused,
    ReleaseState,
    step,
)
from kakou.tracing.tests.casework import NOW, begun, quarter
from kakou.workorders.models import WorkOrder
from tests.cast import sign_in, staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["quarter"]
MINUTE = dt.timedelta(minutes=1)


def shown(outbreak, by, quarter, at=NOW):
    with acting_as(by):
        return {id: name for id, (name, _) in names_of(outbreak, [quarter.ann, quarter.dan], by=by, at=at).items()}


def asked(outbreak, by, **more):
    with acting_as(by):
        return ask_names(outbreak, reason="通知密接者", by=by, at=NOW, **more)


def settled(release, move, by, at=NOW):
    with acting_as(by):
        return settle_names(release, move, by=by, at=at)


def events(action):
    return list(Event.objects.using("owner").filter(action=action))


def test_it_shows_no_name_to_who_only_asked(quarter):
    outbreak, _ = begun(quarter)
    asked(outbreak, quarter.investigator)
    assert shown(outbreak, quarter.investigator, quarter) == {}


def test_it_shows_names_in_scope_for_some_days_when_another_agrees(quarter):
    outbreak, _ = begun(quarter)
    release = asked(outbreak, quarter.investigator)
    settled(release, ReleaseMove.GRANT, quarter.commander)
    # dan lives in the west, where the investigator of the east sees nobody
    assert shown(outbreak, quarter.investigator, quarter) == {quarter.ann: "王安"}
    assert shown(outbreak, quarter.colleague, quarter) == {}
    assert shown(outbreak, quarter.investigator, quarter, at=NOW + OPEN_FOR) == {}


def test_what_was_shown_stands_in_the_audit_by_ids(quarter):
    outbreak, _ = begun(quarter)
    settled(asked(outbreak, quarter.investigator), ReleaseMove.GRANT, quarter.commander)
    shown(outbreak, quarter.investigator, quarter)
    (event,) = events("names.shown")
    assert event.facts["whose"] == [str(quarter.ann)] and "王安" not in str(event.facts)


def test_nobody_agrees_to_what_he_asked_himself(quarter):
    outbreak, _ = begun(quarter)
    release = asked(outbreak, quarter.investigator)
    with pytest.raises(ReleaseRefused):
        step(ReleaseState.ASKED, ReleaseMove.GRANT, asked_by=1, by=1)
    with acting_as(quarter.worker), pytest.raises(NotAllowed):
        settle_names(release, ReleaseMove.GRANT, by=quarter.worker, at=NOW)


def test_nobody_agrees_under_an_account_that_he_has_just_given_the_role(quarter):
    outbreak, _ = begun(quarter)
    day_before = NOW - dt.timedelta(days=1)
    office = staff("office", Role.ADMINISTRATOR, quarter.tree.street)
    late, early = staff("late"), staff("early")
    for account, at in ((early, day_before), (late, day_before + MINUTE)):
        with acting_as(office):
            grant_role(staff=account, role=Role.COMMANDER, node=quarter.tree.street, by=office, at=at)
    for broken_glass, move in ((False, ReleaseMove.GRANT), (True, ReleaseMove.CONFIRM)):
        release = asked(outbreak, quarter.investigator, break_glass=broken_glass)
        with pytest.raises(TooNew):
            settled(release, move, late)
    settled(release, ReleaseMove.END, quarter.investigator)  # what is one's own is given back at any time
    settled(release, ReleaseMove.CONFIRM, early)


def test_broken_glass_opens_names_at_once_and_waits_for_somebody_to_confirm_it(quarter):
    outbreak, _ = begun(quarter)
    release = asked(outbreak, quarter.investigator, break_glass=True)
    assert shown(outbreak, quarter.investigator, quarter) == {quarter.ann: "王安"}
    follow_tracing(at=NOW + MINUTE)
    with acting_as_system():
        order = WorkOrder.objects.get(kind="broken_glass")
        assert order.due_at == NOW + MINUTE + CONFIRM_WITHIN and order.cause == str(release.pk)
    settled(release, ReleaseMove.CONFIRM, quarter.commander)
    follow_tracing(at=NOW + 2 * MINUTE)
    with acting_as_system():
        assert WorkOrder.objects.get(kind="broken_glass").state == "closed"


def test_broken_glass_that_nobody_confirms_is_reported_once(quarter):
    outbreak, _ = begun(quarter)
    asked(outbreak, quarter.investigator, break_glass=True)
    follow_tracing(at=NOW + CONFIRM_WITHIN - MINUTE)
    assert events("names.unconfirmed") == []
    for _n in range(2):
        follow_tracing(at=NOW + CONFIRM_WITHIN + MINUTE)
    assert len(events("names.unconfirmed")) == 1
    with acting_as_system():
        assert NameRelease.objects.get().state == "broken_glass"


def test_the_list_shows_them_in_clear_and_masked_again_when_they_are_given_back(quarter):
    from kakou.kernel.time import now

    outbreak, case = begun(quarter)
    with acting_as(quarter.investigator):
        release = ask_names(outbreak, reason="通知密接者", by=quarter.investigator, at=now())
    settled(release, ReleaseMove.GRANT, quarter.commander, at=now())
    page = Client()
    sign_in(page, quarter.investigator)
    answer = page.get(f"/tracing/person/{case.pk}/")
    assert "王安" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    settled(release, ReleaseMove.END, quarter.investigator, at=now())
    assert "王安" not in page.get(f"/tracing/person/{case.pk}/").content.decode()


@given(st.lists(st.tuples(st.sampled_from(list(ReleaseMove)), st.sampled_from([1, 2])), max_size=6))
def test_names_are_never_open_unless_two_agreed_or_the_glass_was_broken(moves):
    state, second = ReleaseState.ASKED, False
    for move, by in moves:
        try:
            state = step(state, move, asked_by=1, by=by)
        except ReleaseRefused:
            continue
        second |= by == 2
    assert state not in SHOWING or second
    assert set(TRANSITIONS) == set(ReleaseState)
