"""The truth of an outbreak: nobody is in two places, and nobody is infected by who was not there."""

from itertools import pairwise

import pytest

from kakou.drill.outbreak import Disease, Kind, Whereabouts, infect
from kakou.drill.tests.ledgers import CATCHING
from kakou.drill.tests.stories import midnight, story

DISEASE = CATCHING
FIRST = "p17"


@pytest.fixture(scope="module")
def truth():
    return Whereabouts(story(2021, 400, 10))


@pytest.fixture(scope="module")
def outbreak(truth):
    found = max((infect(truth, DISEASE, first=FIRST, at_ms=midnight(1), seed=seed) for seed in range(6)), key=len)
    assert len(found) > 20
    return found


def test_it_has_everybody_in_one_place_at_a_time(truth):
    for who, stays in truth.stays.items():
        there = sorted(stay for stay in stays if stay.spot.kind is not Kind.GATE)
        assert all(a.until_ms <= b.since_ms for a, b in pairwise(there)), who
        assert all(stay.since_ms < stay.until_ms for stay in there)


def test_it_has_those_who_never_pass_a_gate_at_home(truth):
    staying = [who for who, crossings in truth.crossings.items() if not crossings]
    assert staying
    for who in staying:
        [stay] = truth.stays[who]
        assert stay.spot == truth.home(int(who[1:]))
        assert (stay.since_ms, stay.until_ms) == (truth.begin_ms, truth.until_ms)


def test_it_keeps_who_is_held_at_a_gate_there_until_he_is_measured_again(truth):
    held = [c for crossings in truth.crossings.values() for c in crossings if c.outcome == "hold"]
    assert held
    for crossing in held:
        waits = [s for s in truth.stays[crossing.subject] if s.spot.kind is Kind.GATE and s.since_ms > crossing.ms]
        assert min(waits).until_ms - min(waits).since_ms > 10 * 60_000


def test_it_finds_everybody_who_is_there_at_the_same_time(truth):
    for who in ("p3", FIRST, "p101"):
        for mine in truth.stays[who]:
            together = {
                stay for stays in truth.stays.values() for stay in stays
                if stay.spot == mine.spot and stay.who != who
                and stay.since_ms < mine.until_ms and stay.until_ms > mine.since_ms
            }  # fmt: skip
            assert {*truth.meeting(mine)} == together


def test_it_infects_each_once_and_only_by_who_was_there_and_infectious(truth, outbreak):
    since = {FIRST: midnight(1)} | {each.infected: each.at_ms + DISEASE.latent_ms for each in outbreak}
    degree = {FIRST: 0}
    assert len(since) == len(outbreak) + 1
    for each in outbreak:
        assert since[each.infector] <= each.at_ms < since[each.infector] + DISEASE.infectious_ms
        assert each.since_ms <= each.at_ms <= each.until_ms
        for who in (each.infector, each.infected):
            assert any(
                stay.spot == each.spot and stay.since_ms <= each.at_ms <= stay.until_ms for stay in truth.stays[who]
            )
        degree[each.infected] = degree[each.infector] + 1
        assert each.degree == degree[each.infected]


def test_it_is_told_in_order_of_time_and_the_same_again(truth, outbreak):
    assert [each.at_ms for each in outbreak] == sorted(each.at_ms for each in outbreak)
    again = Whereabouts(story(2021, 400, 10))
    assert any(infect(again, DISEASE, first=FIRST, at_ms=midnight(1), seed=seed) == outbreak for seed in range(6))


def test_it_ends_where_nobody_can_pass_it_on(truth):
    harmless = Disease(rates=dict.fromkeys(Kind, 1e-12))
    assert infect(truth, harmless, first=FIRST, at_ms=midnight(1), seed=1) == []
