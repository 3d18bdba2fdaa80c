"""From a case to the list of those it met, graded by the edition, with the stays that make them contacts."""

import pytest

from kakou.access.scope import acting_as
from kakou.tracing.actions.running import run_trace
from kakou.tracing.actions.traces import NotToBeTraced, ask_trace
from kakou.tracing.models import Exposure, Involved, Step, Trace
from kakou.tracing.segments import warm_index
from kakou.tracing.tests.casework import HOUR, NOON, NOW, begun, passed, quarter
from kakou.tracing.tests.tracework import folder

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "owner"])]
__all__ = ["folder", "quarter"]


def traced(case, by, at=NOW, **more):
    """Asked for and answered, as the tracer does it."""
    queued = []
    with acting_as(by):
        run = ask_trace(case, reason="第一例病例流调", run=queued.append, by=by, at=at, **more)
    run_trace(queued[0], warm_index(at), clock=lambda: at)
    with acting_as(by):
        return Trace.objects.get(pk=run.pk)


def people(by, **which):
    with acting_as(by):
        return {one.subject: one for one in Involved.objects.filter(number=None, **which)}


def test_it_proposes_whom_the_case_met_in_the_market(quarter, folder):
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ben, 2, 2.5), quarter.visit(quarter.cai, 4, 5))
    _, case = begun(quarter)
    run = traced(case, quarter.investigator)
    assert run.state == "done" and run.found["close"] == 1
    found = people(quarter.investigator)
    assert found[quarter.ben].proposed == "close" and found[quarter.ben].standing == "proposed"
    with acting_as(quarter.investigator):
        told = Exposure.objects.get(target=found[quarter.ben])
    assert told.exposure_s == 1800 and told.certain
    pair = told.pairs[0]
    assert (pair.since, pair.until) == ((NOON + 2 * HOUR).timestamp(), (NOON + 2.5 * HOUR).timestamp())
    assert pair.place == quarter.market


def test_it_counts_those_of_other_units_for_who_asked_and_lists_them_for_who_answers_there(quarter, folder):
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.dan, 2, 3))
    _, case = begun(quarter)
    run = traced(case, quarter.investigator)
    assert run.found["close"] == 1 and run.elsewhere == [["果园村", 1]]
    assert quarter.dan not in people(quarter.investigator)
    assert people(quarter.neighbour)[quarter.dan].proposed == "close"


def test_an_exit_that_nobody_recorded_makes_a_contact_that_is_not_certain(quarter, folder):
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ben, 2, None))
    _, case = begun(quarter)
    traced(case, quarter.investigator)
    with acting_as(quarter.investigator):
        assert not Exposure.objects.get(target__subject=quarter.ben).certain


def test_what_a_person_decided_stays_when_it_is_traced_again(quarter, folder):
    from kakou.tracing.actions.cases import take_step
    from kakou.tracing.policy import Grade
    from kakou.tracing.rules.standing import Move

    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ben, 2, 2.5))
    _, case = begun(quarter)
    first = traced(case, quarter.investigator)
    with acting_as(quarter.investigator):
        take_step(people_row(quarter), Move.ACCEPTED, grade=Grade.SECONDARY, by=quarter.investigator, at=NOW)
    again = traced(case, quarter.investigator)
    assert again.result_hash == first.result_hash
    row = people(quarter.investigator)[quarter.ben]
    assert (row.standing, row.grade, row.proposed) == ("followed", "secondary", "close")


def people_row(quarter):
    return Involved.objects.get(subject=quarter.ben)


def test_a_correction_that_takes_the_meeting_away_dismisses_who_was_only_proposed(quarter, folder):
    from kakou.ledger.tests.gatework import Crossing

    met = quarter.visit(quarter.ben, 2, 2.5)
    passed(quarter.visit(quarter.ann, 1, 3), met)
    _, case = begun(quarter)
    traced(case, quarter.investigator)
    gone = [
        Crossing(quarter.cai, one.gate, one.direction, one.at, corrects=one.id) for one in met
    ]  # it was Cai who passed
    passed(gone)
    traced(case, quarter.investigator)
    found = people(quarter.investigator)
    assert found[quarter.ben].standing == "dismissed" and found[quarter.cai].proposed == "close"
    with acting_as(quarter.investigator):
        assert Step.objects.get(involved=found[quarter.ben]).by is None


def test_somebody_no_gate_knows_is_told_so(quarter, folder):
    _, case = begun(quarter)
    run = traced(case, quarter.investigator)
    assert (run.state, run.trouble) == ("failed", "not-in-ledger")


def test_contacts_of_a_contact_are_asked_for_only_when_he_was_decided_on(quarter, folder):
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ben, 2, 2.5))
    _, case = begun(quarter)
    traced(case, quarter.investigator)
    with acting_as(quarter.investigator), pytest.raises(NotToBeTraced):
        ask_trace(people_row(quarter), reason="次密接", run=print, by=quarter.investigator, at=NOW)


def test_chains_of_meetings_reach_whom_the_case_never_met(quarter, folder):
    passed(
        quarter.visit(quarter.ann, -60, -59), quarter.visit(quarter.ben, -59.6, -59),
        quarter.visit(quarter.ben, -20, -18), quarter.visit(quarter.cai, -19.5, -18.5),
    )  # fmt: skip
    _, case = begun(quarter)
    run = traced(case, quarter.investigator, kind=Trace.Kind.REACH, hops=2)
    assert run.found == {"1": 1, "2": 1}
    by = {link["subject"]: link["by"] for link in run.chain}
    assert by == {str(quarter.ben): str(quarter.ann), str(quarter.cai): str(quarter.ben)}
