"""Every morning each case is traced again: where nothing has come in since, the answer of before stands without being
found again; where something has, it is found."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from kakou.access.scope import acting_as, acting_as_system
from kakou.tracing.actions import running
from kakou.tracing.actions.cases import take_step
from kakou.tracing.actions.daily import traces_of_today
from kakou.tracing.actions.mates import find_mates_of_trace
from kakou.tracing.actions.results import take_back_all
from kakou.tracing.actions.running import run_trace
from kakou.tracing.actions.traces import ask_trace
from kakou.tracing.finding import Asked, basis_of
from kakou.tracing.models import Exposure, Involved, Trace
from kakou.tracing.policy import Grade, edition
from kakou.tracing.rules.standing import Move
from kakou.tracing.segments import warm_index
from kakou.tracing.tasks import traces as tasks
from kakou.tracing.tests.casework import DAY, NOW, begun, passed, quarter
from kakou.tracing.tests.test_a_case_is_traced_through_the_ledger import traced
from kakou.tracing.tests.tracework import folder

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["folder", "quarter"]


@pytest.fixture
def found(monkeypatch):
    """Runs that went all the way."""
    runs, proposed = [], running._proposed
    monkeypatch.setattr(running, "_proposed", lambda *asked: runs.append(1) or proposed(*asked))
    return runs


def morning(at=NOW + DAY):
    with acting_as_system():
        asked = traces_of_today(at=at)
    warm = warm_index(at)
    for one in asked:
        run_trace(one, warm, clock=lambda: at)
    with acting_as_system():
        (last,) = Trace.objects.filter(pk__in=asked)
    return last


def exposed():
    with acting_as_system():
        return set(Exposure.objects.values_list("target__subject", flat=True))


def test_what_has_not_changed_is_not_found_again(quarter, folder, found):
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ben, 2, 2.5))
    _, case = begun(quarter)
    before = traced(case, quarter.investigator)
    again = morning()
    assert len(found) == 1
    assert (again.state, again.found, again.result_hash) == ("done", before.found, before.result_hash)
    assert again.basis == before.basis and again.as_at > before.as_at


def test_a_late_passage_where_he_was_is_found(quarter, folder, found):
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ben, 2, 2.5))
    _, case = begun(quarter)
    traced(case, quarter.investigator)
    passed(quarter.visit(quarter.cai, 1.5, 2.5), at=NOW + DAY)
    assert morning().found["close"] == 2 and len(found) == 2
    assert exposed() == {quarter.ben, quarter.cai}


def test_a_passage_after_his_days_changes_nothing(quarter, folder, found):
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ben, 2, 2.5))
    _, case = begun(quarter)
    traced(case, quarter.investigator)
    passed(quarter.visit(quarter.cai, 40, 41), at=NOW + DAY)  # he was isolated 26 hours after noon
    morning()
    assert len(found) == 1


def test_what_was_taken_back_is_found_again(quarter, folder, found):
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ben, 2, 2.5))
    _, case = begun(quarter)
    traced(case, quarter.investigator)
    with acting_as(quarter.investigator):
        take_back_all(case, at=NOW)
    assert exposed() == set()
    morning()
    assert exposed() == {quarter.ben} and len(found) == 2


def test_whoever_asks_is_answered_anew(quarter, folder, found):
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ben, 2, 2.5))
    _, case = begun(quarter)
    traced(case, quarter.investigator)
    traced(case, quarter.investigator)
    assert len(found) == 2


def history():
    with connection.cursor() as cursor:
        cursor.execute("select standing, rank from tracing_involvedevent order by pgh_id")
        return cursor.fetchall()


def test_what_runs_make_of_the_proposed_is_no_history_but_what_somebody_decides_is(quarter, folder):
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ben, 2, 2.5))
    _, case = begun(quarter)
    traced(case, quarter.investigator)
    passed(quarter.visit(quarter.ben, 2.6, 2.9))
    traced(case, quarter.investigator)
    with acting_as_system():
        ben = Involved.objects.get(subject=quarter.ben)
        assert [row for row in history() if row[0] == "proposed"] == [] and ben.rank > 0
    with acting_as(quarter.investigator):
        take_step(ben, Move.ACCEPTED, grade=Grade.CLOSE, reason="看过了", by=quarter.investigator, at=NOW)
    with acting_as_system():
        assert ("proposed", ben.rank) in history()


def test_within_a_scope_no_row_with_a_history_gives_up_a_subtransaction(quarter):
    """The trigger asks for a setting, and gives one up for every row as long as nobody has said it."""
    with acting_as_system(), connection.cursor() as cursor:
        cursor.execute("select current_setting('pgtrigger.ignore')")
        assert cursor.fetchone() == ("{}",)


def test_mates_are_looked_for_in_the_askers_name_once_the_answer_is_there(quarter, folder):
    passed(quarter.visit(quarter.ann, 1, 3))
    _, case = begun(quarter)
    run = traced(case, quarter.investigator)
    assert run.mates == {}
    find_mates_of_trace(run.pk, at=NOW + dt.timedelta(seconds=1))
    with acting_as_system():
        run.refresh_from_db()
        assert run.mates == {"household": 0, "vehicle": 0, "elsewhere": 0, "crowd": 0}
    nobody = morning()
    find_mates_of_trace(nobody.pk, at=NOW)
    with acting_as_system():
        nobody.refresh_from_db()
        assert nobody.mates == {}


def test_a_ledger_that_cannot_be_read_leaves_no_trace_waiting(quarter, folder, monkeypatch):
    passed(quarter.visit(quarter.ann, 1, 3))
    begun(quarter)

    def unreadable(at):
        raise OSError("no space left")

    monkeypatch.setattr("kakou.tracing.segments.warm_index", unreadable)
    tasks.run_daily(0)
    with acting_as_system():
        assert [(one.state, one.trouble) for one in Trace.objects.all()] == [("failed", "our-fault")]


def test_an_edition_that_says_something_else_is_another_basis(quarter, folder):
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ben, 2, 2.5))
    _, case = begun(quarter)
    traced(case, quarter.investigator)
    with acting_as_system():
        warm, policy = warm_index(NOW), edition("cn-8")
        asked = Asked(
            warm.codes_of([quarter.ann])[quarter.ann], int(NOW.timestamp()) - 86_400 * 20, int(NOW.timestamp()),
            warm.kind_of_places,
        )  # fmt: skip
    places = {kind: replace(rule, min_overlap_s=rule.min_overlap_s + 60) for kind, rule in policy.places.items()}
    others = [replace(policy, places=places), replace(policy, crowd_from=policy.crowd_from + 1)]
    told = {basis_of(warm.index, one, asked, onward=False) for one in (policy, *others)}
    told |= {basis_of(warm.index, policy, asked, onward=True)}
    assert len(told) == 4 and basis_of(warm.index, policy, asked, onward=False) in told


def mates_jobs(run):
    return ProcrastinateJob.objects.filter(task_name="tracing.mates", args={"trace": str(run.pk)})


def test_a_trace_whose_tracer_died_is_answered_and_its_mates_are_looked_for(quarter, folder):
    passed(quarter.visit(quarter.ann, 1, 3))
    _, case = begun(quarter)
    with acting_as(quarter.investigator):
        ask_trace(case, reason="第一例病例流调", run=lambda _: None, by=quarter.investigator, at=NOW)
    tasks.run_what_is_left(0)
    with acting_as_system():
        run = Trace.objects.get()
        assert run.state == "done"
    job = mates_jobs(run).get()
    assert job.queue_name != tasks.QUEUE
    tasks.look_for_mates(**job.args)
    with acting_as_system():
        run.refresh_from_db()
        assert "household" in run.mates


def test_a_morning_asks_nobody_to_look_for_mates(quarter, folder):
    passed(quarter.visit(quarter.ann, 1, 3))
    begun(quarter)
    tasks.run_daily(0)
    with acting_as_system():
        run = Trace.objects.get()
    assert run.state == "done" and not mates_jobs(run).exists()
