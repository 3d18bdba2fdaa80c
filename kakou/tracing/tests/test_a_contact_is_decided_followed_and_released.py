"""A proposed contact is decided on by a person, followed day by day by the plan, and released when it is over."""

import datetime as dt

import pytest
from django.apps import apps

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import NotAllowed
from kakou.tracing.actions.cases import CaseFacts, NewContact, become_case, involve, take_step, take_steps
from kakou.tracing.actions.following import add_test, take_back, tell_finding
from kakou.tracing.actions.loops import follow_tracing
from kakou.tracing.models import FollowUp, Involved, Step
from kakou.tracing.policy import Grade, edition
from kakou.tracing.queries import following
from kakou.tracing.rules.following import Finding, Task, is_to_be_looked_for, why_not_released
from kakou.tracing.rules.notice import notice
from kakou.tracing.rules.standing import CaseState, Move, Origin, StepRefused
from kakou.tracing.tests.casework import DAY, HOUR, NOON, NOW, begun, quarter
from kakou.web.queries import site_zone
from kakou.workorders.models import WorkOrder

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["quarter"]
LAST = NOON + 2 * HOUR


@pytest.fixture
def ben(quarter):
    """Told in an interview, not decided on yet."""
    outbreak, case = begun(quarter)
    told = NewContact(quarter.ben, quarter.tree.garden.pk, Grade.CLOSE, Origin.INTERVIEW, LAST, source=case.pk)
    with acting_as(quarter.investigator):
        (found,) = involve(outbreak, [told], by=quarter.investigator, at=NOW)
    return found


def decided(quarter, who, move=Move.ACCEPTED, grade=Grade.CLOSE, at=NOW, **more):
    with acting_as(quarter.investigator):
        return take_step(
            who, move, grade=grade if move is Move.ACCEPTED else None, by=quarter.investigator, at=at, **more
        )


def items(who, task=None):
    with acting_as_system():
        rows = FollowUp.objects.filter(involved=who).exclude(finding="dropped").order_by("day", "task")
        return [row for row in rows if task is None or row.task == task]


def test_the_plan_of_the_edition_becomes_days_with_calls_tests_and_a_release(quarter, ben):
    decided(quarter, ben)
    tests = [row.day for row in items(ben, Task.TEST)]
    first = LAST.date() + DAY  # day 1 is the day after the last exposure: 14 days away, 7 at home
    assert tests == [first + (n - 1) * DAY for n in (1, 4, 7, 14)] + [first + (14 + n - 1) * DAY for n in (2, 7)]
    assert [row.day for row in items(ben, Task.RELEASE)] == [first + 21 * DAY]
    assert next(row.samples for row in items(ben, Task.TEST) if row.day == first + 13 * DAY) == 2


def test_a_decision_as_something_weaker_drops_what_it_does_not_ask_for_and_keeps_what_was_told(quarter, ben):
    decided(quarter, ben)
    (first, *_) = items(ben, Task.TEST)
    with acting_as(quarter.worker):
        tell_finding(first, Finding.NEGATIVE, by=quarter.worker, at=NOW)
    decided(quarter, ben, grade=Grade.COMPANION)
    assert len(items(ben, Task.TEST)) == 2 and items(ben, Task.TEST)[0].finding == "negative"
    decided(quarter, ben)
    assert len(items(ben, Task.TEST)) == 6


def test_nobody_is_followed_who_was_dismissed_and_he_can_be_taken_back(quarter, ben):
    decided(quarter, ben)
    with pytest.raises(StepRefused):
        decided(quarter, ben, Move.DISMISSED)
    decided(quarter, ben, Move.DISMISSED, reason="当日未到菜场")
    assert [row for row in items(ben) if row.finding == "due"] == []
    decided(quarter, ben, Move.TAKEN_BACK, reason="监控显示到过")
    with acting_as(quarter.investigator):
        assert Involved.objects.get(pk=ben.pk).standing == "proposed"
        assert [one.move for one in Step.objects.filter(involved=ben).order_by("at", "pk")][-2:] == [
            "dismissed", "taken_back",
        ]  # fmt: skip


def test_who_follows_up_tells_findings_and_decides_nothing(quarter, ben):
    decided(quarter, ben)
    with acting_as(quarter.worker):
        row = following.follow_up_at(items(ben, Task.CALL)[0].pk)
        tell_finding(row, Finding.NORMAL, tenths=366, by=quarter.worker, at=NOW)
        with pytest.raises(NotAllowed):
            take_step(ben, Move.DISMISSED, reason="不是密接", by=quarter.worker, at=NOW)
    with acting_as(quarter.neighbour), pytest.raises(NotAllowed):
        tell_finding(row, Finding.NORMAL, by=quarter.neighbour, at=NOW)


@pytest.mark.parametrize(
    ("finding", "more"),
    [(Finding.NEGATIVE, {}), (Finding.NORMAL, {"tenths": 300}), (Finding.NORMAL, {"note": "电话 13800138001"})],
)
def test_what_cannot_be_is_refused(quarter, ben, finding, more):
    from kakou.kernel.errors import Refusal

    decided(quarter, ben)
    with acting_as(quarter.worker), pytest.raises(Refusal):
        tell_finding(items(ben, Task.CALL)[0], finding, by=quarter.worker, at=NOW, **more)
    assert items(ben, Task.CALL)[0].finding == "due"


def test_a_finding_told_by_mistake_is_taken_back_and_stays_as_history(quarter, ben):
    decided(quarter, ben)
    with acting_as(quarter.worker):
        row = tell_finding(items(ben, Task.TEST)[0], Finding.POSITIVE, by=quarter.worker, at=NOW)
        assert take_back(row, by=quarter.worker, at=NOW).finding == "due"
    with acting_as(quarter.worker):
        former = apps.get_model("tracing", "FollowUpEvent").objects.values_list("finding", flat=True)
        assert "positive" in set(former)


def test_a_positive_test_opens_an_order_and_makes_a_case_of_him_with_his_follow_up_kept(quarter, ben):
    decided(quarter, ben)
    with acting_as(quarter.worker):
        tell_finding(items(ben, Task.TEST)[0], Finding.POSITIVE, by=quarter.worker, at=NOW)
    follow_tracing(at=NOW)
    with acting_as_system():
        assert WorkOrder.objects.filter(kind="follow_up_alarm", state="reported").count() == 1
    with acting_as(quarter.investigator):
        case = become_case(ben, CaseFacts(CaseState.ASYMPTOMATIC, positive_at=NOW), by=quarter.investigator, at=NOW)
        assert (case.number, case.standing) == (2, "followed")
    assert "positive" in {row.finding for row in items(ben)}


def test_whoever_is_not_reached_for_three_days_is_to_be_looked_for(quarter, ben):
    decided(quarter, ben)
    for row in items(ben, Task.CALL)[:3]:
        at = NOON + (row.day - NOON.date()).days * DAY + 8 * HOUR
        with acting_as(quarter.worker):
            tell_finding(row, Finding.NOT_REACHED, by=quarter.worker, at=at)
    assert is_to_be_looked_for(following.told(items(ben)))
    decided(quarter, ben, Move.LOST, reason="三天联系不上")
    follow_tracing(at=NOW + 3 * DAY)
    with acting_as_system():
        assert WorkOrder.objects.get(kind="contact_lost").cause == str(ben.pk)


def test_a_release_waits_for_its_day_and_for_every_test(quarter, ben):
    decided(quarter, ben)
    rows, policy = items(ben), edition("cn-8")
    last = items(ben, Task.RELEASE)[0].day
    assert why_not_released(policy, Grade.CLOSE, following.told(rows), today=last - dt.timedelta(days=1))
    assert why_not_released(policy, Grade.CLOSE, following.told(rows), today=last)
    for row in items(ben, Task.TEST):
        at = NOON + (row.day - NOON.date()).days * DAY + 8 * HOUR
        with acting_as(quarter.worker):
            tell_finding(row, Finding.NEGATIVE, by=quarter.worker, at=at)
    assert not why_not_released(policy, Grade.CLOSE, following.told(items(ben)), today=last)


def test_a_release_before_that_says_why(quarter, ben):
    decided(quarter, ben)
    with pytest.raises(StepRefused):
        decided(quarter, ben, Move.RELEASED)
    assert decided(quarter, ben, Move.RELEASED, reason="经专家组评估解除").standing == "released"


def test_a_test_besides_the_plan_stays_when_the_plan_changes(quarter, ben):
    decided(quarter, ben)
    day = LAST.date() + 3 * DAY
    with acting_as(quarter.worker):
        add_test(ben, day, by=quarter.worker, at=NOW)
    decided(quarter, ben, grade=Grade.SECONDARY)
    assert day in [row.day for row in items(ben, Task.TEST)]


def test_many_are_decided_at_once_all_or_none(quarter, ben):
    with acting_as(quarter.investigator):
        take_steps([ben], Move.ACCEPTED, by=quarter.investigator, at=NOW)
        assert Involved.objects.get(pk=ben.pk).grade == "close"
        with pytest.raises(StepRefused):
            take_steps(
                [ben, Involved.objects.get(number=1)], Move.TAKEN_BACK, reason="改判", by=quarter.investigator, at=NOW
            )
        assert Involved.objects.get(pk=ben.pk).standing == "followed"


def test_undecided_contacts_are_one_open_order_of_their_unit_until_they_are_decided_on(quarter, ben):
    follow_tracing(at=NOW)
    follow_tracing(at=NOW)
    with acting_as_system():
        assert WorkOrder.objects.filter(kind="contacts_undecided").count() == 1
    decided(quarter, ben)
    follow_tracing(at=NOW)
    with acting_as_system():
        assert WorkOrder.objects.get(kind="contacts_undecided").state == "closed"


def test_what_to_tell_him_is_prepared_in_words_and_names_nobody(quarter):
    text = notice(edition("cn-8"), Grade.CLOSE, LAST, zone=site_zone(), gettext=str)
    assert "2021-08-11 to 2021-08-24: Central isolation for 14 days." in text
    assert "market" not in text and len(text.splitlines()) > 8
