"""Whatever order cases, passages, corrections and decisions come in: where somebody stands in an outbreak is what his
exposures come to, and a run that says nothing new writes nothing."""

import datetime as dt
import random

import pytest

from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.tests.gatework import Crossing
from kakou.tracing.actions.cases import CaseFacts, open_case, take_step
from kakou.tracing.actions.planning import plan_again
from kakou.tracing.models import Exposure, FollowUp, Involved
from kakou.tracing.policy import STRENGTH, Grade
from kakou.tracing.rules.standing import CaseState, Move, Standing
from kakou.tracing.tests.casework import DAY, HOUR, NOON, NOW, begun, passed, quarter
from kakou.tracing.tests.test_a_case_is_traced_through_the_ledger import traced
from kakou.tracing.tests.tracework import folder

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["folder", "quarter"]


def told():
    """Of everybody who came by the ledger what stands with him, and what his exposures come to."""
    with acting_as_system():
        people = Involved.objects.filter(number=None, origin="ledger").exclude(standing=Standing.DISMISSED)
        return {one.subject: (stands(one), comes_to(list(one.exposures.all()))) for one in people}


def stands(one):
    return one.proposed, one.rank, one.since_at, one.last_at


def comes_to(exposures):
    best = max(exposures, key=lambda one: (STRENGTH[Grade(one.grade)], one.rank))
    return best.grade, best.rank, min(one.first_at for one in exposures), max(one.last_at for one in exposures)


@pytest.mark.parametrize("seed", range(12))
def test_after_every_run_each_stands_where_his_exposures_put_him(quarter, folder, seed):
    chance = random.Random(seed)
    by, clock = quarter.investigator, NOW
    outbreak, first = begun(quarter)
    facts = CaseFacts(CaseState.CONFIRMED, onset_on=NOON.date(), positive_at=NOON + 24 * HOUR)  # not isolated yet
    with acting_as(by):
        second = open_case(outbreak, quarter.ben, facts, node=quarter.tree.garden.pk, by=by, at=NOW)
    seen = []
    for _ in range(6):
        for who in (quarter.ann, quarter.ben, quarter.cai, quarter.dan):
            begin = chance.uniform(0, 20)
            end = None if chance.random() < 0.3 else begin + chance.uniform(0.1, 4)
            visit = quarter.visit(who, begin, end)
            seen.append((who, visit))
            passed(visit, at=clock)
        if chance.random() < 0.5:  # it was somebody else
            who, visit = seen.pop(chance.randrange(len(seen)))
            other = chance.choice([one for one in (quarter.cai, quarter.dan) if one != who])
            passed([Crossing(other, one.gate, one.direction, one.at, corrects=one.id) for one in visit], at=clock)
        for case in chance.sample([first, second], 2):
            traced(case, by, at=clock)
            for subject, (stood, comes) in told().items():
                assert stood == comes, subject
            assert planned(clock) == planned_anew(clock)
        if chance.random() < 0.3:
            decide(by, clock, chance)
        clock += dt.timedelta(hours=chance.uniform(1, 10))


def planned(at):
    """What comes after that day for contacts who are followed up."""
    with acting_as_system():
        due = FollowUp.objects.filter(
            involved__standing=Standing.FOLLOWED, involved__number=None, day__gt=(at + DAY).date()
        )
        return sorted(due.values_list("involved_id", "day", "task", "finding"))


def planned_anew(at):
    with acting_as_system():
        for one in Involved.objects.filter(standing=Standing.FOLLOWED, number=None):
            plan_again(one, at=at)
    return planned(at)


def decide(by, at, chance):
    with acting_as(by):
        proposed = list(Involved.objects.filter(number=None, standing=Standing.PROPOSED).order_by("pk"))
        if proposed:
            who, move = chance.choice(proposed), chance.choice([Move.ACCEPTED, Move.DISMISSED])
            grade = Grade.CLOSE if move is Move.ACCEPTED else None
            take_step(who, move, grade=grade, reason="看过了", by=by, at=at)


def test_what_is_said_again_is_not_written_again(quarter, folder):
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.cai, 2, 3), quarter.visit(quarter.dan, 2, 2.5))
    _, case = begun(quarter)
    before = traced(case, quarter.investigator)

    def written():
        with acting_as_system():
            return set(Exposure.objects.values_list("trace_id", flat=True))

    assert written() == {before.pk}
    again = traced(case, quarter.investigator, at=NOW + DAY)
    assert (written(), again.found, again.result_hash) == ({before.pk}, before.found, before.result_hash)
    passed(quarter.visit(quarter.dan, 2.6, 2.9))
    last = traced(case, quarter.investigator, at=NOW + DAY)
    with acting_as_system():
        assert Exposure.objects.filter(trace=last).count() == 1


def test_who_is_followed_up_and_was_exposed_less_late_is_followed_up_by_that(quarter, folder):
    by, facts = quarter.investigator, CaseFacts(CaseState.CONFIRMED, onset_on=NOON.date(), positive_at=NOW)
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.cai, 2, 3))
    met = quarter.visit(quarter.cai, 26, 27)
    passed(quarter.visit(quarter.ben, 25, 28), met)
    outbreak, first = begun(quarter)
    with acting_as(by):
        second = open_case(outbreak, quarter.ben, facts, node=quarter.tree.garden.pk, by=by, at=NOW)
    traced(first, by)
    traced(second, by)
    with acting_as(by):
        cai = Involved.objects.get(subject=quarter.cai)
        take_step(cai, Move.ACCEPTED, grade=Grade.CLOSE, by=by, at=NOW)
    late = planned(NOW)
    passed([Crossing(quarter.dan, one.gate, one.direction, one.at, corrects=one.id) for one in met])
    traced(second, by)
    with acting_as_system():
        assert Involved.objects.get(subject=quarter.cai).last_at == NOON + 3 * HOUR
    sooner = planned(NOW)
    assert sooner != late
    assert sooner == planned_anew(NOW)
