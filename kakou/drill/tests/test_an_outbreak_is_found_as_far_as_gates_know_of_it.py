"""A trace from the first case finds whoever the ledger can tell of; of the others it is known why it cannot."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from kakou.drill.days import NO_MISCHIEF, Mischief
from kakou.drill.outbreak import Cause, Infection, Whereabouts, compare, infect, judge
from kakou.drill.outbreak.comparing import Paths
from kakou.drill.outbreak.judging import Look, known
from kakou.drill.tests.ledgers import CATCHING, ledger_of
from kakou.drill.tests.stories import midnight, story
from kakou.tracing.engine import TraceIndex

DISEASE = CATCHING
LATENCY = DISEASE.latent_ms // 1000
FIRSTS = ("p17", "p33", "p102")
EXPECTED = {Cause.NO_GATE, Cause.IN_PASSING, Cause.NOT_YET_KNOWN}  # without any mistake
SEED = 11
CARELESS = Mischief(unseen=0.05, mistaken=0.02, misread=0.02)


@cache
def told(mischief):
    truth = Whereabouts(story(2021, 400, 9, mischief=mischief))
    return truth, ledger_of(truth)


class Traced:
    """An outbreak among some people, the ledger of it, and what tracing answers."""

    def __init__(self, mischief, first=FIRSTS[0], seed=1):
        self.truth, self.ledger = told(mischief)
        self.first = first
        self.infections = infect(self.truth, DISEASE, first=first, at_ms=midnight(1), seed=seed)
        self.judged = judge(self.truth, self.infections, *self.ledger)
        self.names = {who: number for number, who in enumerate(self.ledger.recorded)}
        rows = [
            (self.names[who], there.node, there.since_ms // 1000, there.until_ms // 1000)
            for who, stays in self.ledger.recorded.items() for there in stays
        ]  # fmt: skip
        self.index = TraceIndex.from_arrays(*np.array(rows).T)

    def reach(self, **more):
        asked = {"hops": 9, "latency": LATENCY, "min_overlap": 0} | more
        return self.index.reach([self.names[self.first]], midnight(1) // 1000, **asked)

    def compared(self, **more):
        return compare(
            self.infections, self.judged, self.reach(**more), self.names, self.ledger.recorded,
            first=self.first, latency_s=LATENCY,
        )  # fmt: skip


@pytest.fixture(scope="module")
def smooth():
    return Traced(NO_MISCHIEF)


def test_it_knows_of_every_meeting_behind_gates_where_nothing_goes_wrong(smooth):
    causes = {cause for cause in smooth.judged.values() if cause}
    assert causes <= EXPECTED
    assert len(smooth.infections) > 20


def test_it_finds_all_of_them_with_a_path_that_holds(smooth):
    told = smooth.compared()
    assert told.chained > 10
    assert (told.found, told.held, told.missing) == (told.chained, told.chained, ())
    assert told.infected == told.known + sum(told.unknown.values())
    assert told.known == told.chained + sum(told.cut_off.values())


@pytest.mark.parametrize("first", FIRSTS)
@pytest.mark.parametrize("seed", range(3))
def test_it_does_so_among_careless_recorders_and_says_what_they_cost(first, seed):
    traced = Traced(CARELESS, first, seed)
    told = traced.compared()
    assert told.missing == ()
    assert Cause.UNEXPLAINED not in told.unknown


def every_meeting(truth):
    """As if somebody had been infected in the middle of each: (infection, who it is told of)."""
    for who, stays in truth.stays.items():
        for mine in stays:
            for other in truth.meeting(mine):
                since, until = max(mine.since_ms, other.since_ms), min(mine.until_ms, other.until_ms)
                yield Infection((since + until) // 2, other.who, who, mine.spot, since, until, 1)


@pytest.mark.parametrize(
    ("mischief", "cause"),
    [
        ({"unseen": 0.02}, Cause.UNSEEN),
        ({"mistaken": 0.02}, Cause.OTHER_PERSON),
        ({"misread": 0.02}, Cause.SET_ASIDE),
        ({"wrong_clock": True}, Cause.WRONG_CLOCK),
        ({"loss": True}, Cause.LOST),
        ({"asleep": True}, Cause.NOT_SENT),
    ],
)
def test_each_mistake_is_told_by_its_name(mischief, cause, small):
    truth = Whereabouts(story(SEED, 150, 4, mischief=replace(NO_MISCHIEF, **mischief)))
    ledger = ledger_of(truth)
    look = Look(truth, ledger.stored)
    found = {look.why(each) for each in every_meeting(truth) if not known(each, ledger.recorded, ledger.nodes)}
    assert cause in found
    assert found <= EXPECTED | {cause}


def test_one_hop_is_too_few_for_a_chain(smooth):
    told = smooth.compared(hops=1)
    assert told.missing
    assert told.found < told.chained


def test_a_path_is_no_path_when_one_of_its_stays_is_not_in_the_ledger(smooth):
    reach, paths = smooth.reach(), Paths(smooth.names, smooth.ledger.recorded, LATENCY)
    chained = [each.infected for each in smooth.infections if smooth.judged[each.infected] is None and each.degree > 1]
    steps = reach.evidence(smooth.names[chained[-1]])
    last = chained[-1]
    assert paths.hold(steps, smooth.first, last)
    assert not paths.hold(steps[1:], smooth.first, last)
    assert not paths.hold(steps[:-1], smooth.first, last)
    moved = steps[-1]._replace(target_stay=(steps[-1].target_stay[0] - 1, steps[-1].target_stay[1]))
    assert not paths.hold([*steps[:-1], moved], smooth.first, last)
    assert not paths.hold([*steps[:-1], steps[-1]._replace(place=-7)], smooth.first, last)
