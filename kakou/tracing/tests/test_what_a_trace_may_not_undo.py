"""A later trace takes back what the ledger said, and nothing that a person said or decided; what was taken back can
come again."""

import datetime as dt

import pytest

from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.tests.gatework import Crossing
from kakou.tracing.actions.cases import (
    CaseFacts,
    ElsewhereKnown,
    NewContact,
    become_case,
    involve,
    open_case,
    take_step,
)
from kakou.tracing.actions.loops import follow_tracing
from kakou.tracing.actions.names import ask_names, names_of, settle_names
from kakou.tracing.models import Exposure, Involved, NameRelease
from kakou.tracing.policy import Grade
from kakou.tracing.rules.names import CONFIRM_WITHIN, ReleaseMove, ReleaseRefused
from kakou.tracing.rules.standing import CaseState, Move, Origin, StepRefused
from kakou.tracing.tests.casework import DAY, HOUR, NOON, NOW, begun, passed, quarter
from kakou.tracing.tests.test_a_case_is_traced_through_the_ledger import people, traced
from kakou.tracing.tests.tracework import folder
from kakou.workorders.models import WorkOrder

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["folder", "quarter"]


def ben(quarter):
    with acting_as_system():
        return Involved.objects.get(subject=quarter.ben)


def taken_away(quarter, met):
    """It was Cai who passed."""
    passed([Crossing(quarter.cai, one.gate, one.direction, one.at, corrects=one.id) for one in met])


def test_whom_only_a_correction_dismissed_is_proposed_again_when_the_ledger_names_him_again(quarter, folder):
    met = quarter.visit(quarter.ben, 2, 2.5)
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ann, 6, 8), met)
    _, case = begun(quarter)
    traced(case, quarter.investigator)
    taken_away(quarter, met)
    traced(case, quarter.investigator)
    assert ben(quarter).standing == "dismissed"
    passed(quarter.visit(quarter.ben, 6.5, 7.5))
    traced(case, quarter.investigator)
    found = ben(quarter)
    assert (found.standing, found.since_at, found.last_at) == (
        "proposed", NOON + dt.timedelta(hours=6.5), NOON + dt.timedelta(hours=7.5),
    )  # fmt: skip


def test_what_was_told_in_an_interview_stays_beside_the_ledger_and_after_it(quarter, folder):
    met = quarter.visit(quarter.ben, 2, 2.5)
    passed(quarter.visit(quarter.ann, 1, 3), met)
    outbreak, case = begun(quarter)
    told = NewContact(
        quarter.ben, quarter.tree.garden.pk, Grade.CLOSE, Origin.INTERVIEW, NOON + 5 * HOUR, source=case.pk
    )
    with acting_as(quarter.investigator):
        involve(outbreak, [told], by=quarter.investigator, at=NOW)
    traced(case, quarter.investigator)
    with acting_as_system():
        assert Exposure.objects.filter(target=ben(quarter)).count() == 2
    taken_away(quarter, met)
    traced(case, quarter.investigator)
    with acting_as_system():
        assert Exposure.objects.get(target=ben(quarter)).is_told
    assert (ben(quarter).standing, ben(quarter).last_at) == ("proposed", NOON + 5 * HOUR)


def test_somebody_dismissed_who_is_exposed_again_opens_an_order_until_it_is_decided(quarter, folder):
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ben, 2, 2.5))
    _, case = begun(quarter)
    traced(case, quarter.investigator)
    with acting_as(quarter.investigator):
        take_step(ben(quarter), Move.DISMISSED, reason="隔着玻璃", by=quarter.investigator, at=NOW)
    passed(quarter.visit(quarter.ann, 20, 22), quarter.visit(quarter.ben, 21, 22))
    traced(case, quarter.investigator, at=NOW + HOUR)
    follow_tracing(at=NOW + HOUR)
    with acting_as_system():
        assert WorkOrder.objects.get(kind="exposed_again").state == "reported"
    with acting_as(quarter.investigator):
        take_step(ben(quarter), Move.TAKEN_BACK, reason="再次暴露", by=quarter.investigator, at=NOW + 2 * HOUR)
    follow_tracing(at=NOW + 2 * HOUR)
    with acting_as_system():
        assert WorkOrder.objects.get(kind="exposed_again").state == "closed"


def test_an_excluded_case_leaves_nobody_proposed(quarter, folder):
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ben, 2, 2.5))
    _, case = begun(quarter)
    traced(case, quarter.investigator)
    with acting_as(quarter.investigator):
        become_case(case, CaseFacts(CaseState.EXCLUDED, onset_on=NOON.date()), by=quarter.investigator, at=NOW)
    follow_tracing(at=NOW)
    assert people(quarter.investigator)[quarter.ben].standing == "dismissed"


def test_numbers_of_cases_run_through_parts_that_do_not_see_each_other(quarter):
    outbreak, _ = begun(quarter, by=quarter.investigator)
    with acting_as(quarter.colleague):
        far = open_case(
            outbreak,
            quarter.dan,
            CaseFacts(CaseState.SUSPECTED),
            node=quarter.tree.orchard.pk,
            by=quarter.colleague,
            at=NOW,
        )
    with acting_as(quarter.investigator):
        near = open_case(
            outbreak, quarter.ben, CaseFacts(CaseState.SUSPECTED), node=quarter.tree.garden.pk, by=quarter.investigator,
            at=NOW,
        )  # fmt: skip
        assert (far.number, near.number) == (2, 3)
        with pytest.raises(ElsewhereKnown):
            open_case(
                outbreak, quarter.dan, CaseFacts(CaseState.SUSPECTED), node=quarter.tree.garden.pk,
                by=quarter.investigator, at=NOW,
            )  # fmt: skip


@pytest.mark.parametrize(
    "facts",
    [
        {"isolated_at": NOW + 400 * DAY}, {"onset_on": dt.date(1921, 8, 9)}, {"positive_at": NOW + HOUR},
    ],
)  # fmt: skip
def test_days_that_cannot_be_are_refused(quarter, facts):
    _, case = begun(quarter)
    given = {"onset_on": NOON.date(), **facts}
    with acting_as(quarter.investigator), pytest.raises(StepRefused):
        become_case(case, CaseFacts(CaseState.CONFIRMED, **given), by=quarter.investigator, at=NOW)


def test_broken_glass_is_given_back_ends_after_its_time_and_is_not_broken_again_once_refused(quarter):
    outbreak, _ = begun(quarter)
    by = quarter.investigator
    with acting_as(by):
        release = ask_names(outbreak, reason="深夜紧急通知", break_glass=True, by=by, at=NOW)
        assert names_of(outbreak, [quarter.ann], by=by, at=NOW)
        assert not names_of(outbreak, [quarter.ann], by=by, at=NOW + CONFIRM_WITHIN)
        settle_names(release, ReleaseMove.END, by=by, at=NOW + HOUR)
        assert not names_of(outbreak, [quarter.ann], by=by, at=NOW + HOUR)
        assert NameRelease.objects.get().state == "broken_glass"
    with acting_as(quarter.commander):
        settle_names(release, ReleaseMove.REFUSE, by=quarter.commander, at=NOW + 2 * HOUR)
    with acting_as(by), pytest.raises(ReleaseRefused):
        ask_names(outbreak, reason="再次紧急", break_glass=True, by=by, at=NOW + 3 * HOUR)
