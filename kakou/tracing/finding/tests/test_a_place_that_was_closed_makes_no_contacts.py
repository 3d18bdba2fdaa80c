"""What would not have happened: by the engine as by the twin that looks at every pair of stays."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kakou.tracing.engine import TraceIndex, reference
from kakou.tracing.engine.reference import Stay
from kakou.tracing.finding import Asked
from kakou.tracing.finding.what_if import Case, Changed, Closing, carried, difference, ranked
from kakou.tracing.policy import STRENGTH, Grade, Meeting, edition, propose

NOON, HOUR, DAY = 1_628_568_000, 3_600, 86_400
POLICY = edition("cn-8")
SHOP, HOUSE, COMPOUND, GATE, ROAD = 1, 2, 3, 4, 5
KINDS = {SHOP: "shop", HOUSE: "household", COMPOUND: "compound", GATE: "compound_gate", ROAD: "road_checkpoint"}
SPAN = (NOON, NOON + 6 * DAY)

MOMENTS = st.one_of(st.integers(0, 3 * HOUR), st.integers(0, 5 * DAY)).map(lambda s: NOON + s)
LENGTHS = st.sampled_from([60, 899, 900, 2 * HOUR, 31 * HOUR])
STAYS = st.lists(
    st.builds(
        lambda who, place, enter, length, certain: Stay(
            who, place, enter, enter if place in (GATE, ROAD) else enter + length, certain
        ),
        st.integers(1, 6), st.sampled_from(list(KINDS)), MOMENTS, LENGTHS, st.booleans(),
    ),
    max_size=40,
)  # fmt: skip
COMPILED = settings(deadline=None)  # whoever asks first waits for the compiler
PLACES = st.frozensets(st.sampled_from(list(KINDS)))
SINCE = st.one_of(MOMENTS, st.sampled_from([SPAN[0], SPAN[1]]))


def index_of(rows):
    table = np.array([row[:4] for row in rows], np.int64).reshape(-1, 4).T
    return TraceIndex.from_arrays(*table, certain=np.array([row.certain for row in rows], bool), threads=1)


def case(person=1, ill=NOON + DAY, span=SPAN):
    return Case(Asked(person, *span, KINDS), ill)


CASES = [case(1, NOON + DAY), case(2, NOON + 3 * DAY, (NOON + DAY, NOON + 5 * DAY))]


def closed(rows, closing):
    """The stays as they would have been."""
    for row in rows:
        if row.place not in closing.places:
            yield row
        elif row.enter < closing.since:
            yield row._replace(leave=min(row.leave, closing.since))


def grades(rows, cases):
    """Person → strongest grade: every pair of stays is looked at."""
    best = {}
    for one in cases:
        meetings = []
        for place, kind in KINDS.items():
            rule = POLICY.rule(kind)
            here = [row for row in rows if row.place == place]
            asked = one.asked.person, one.asked.t0, one.asked.t1
            met = reference.contacts(here, *asked, min_overlap=rule.min_overlap_s, gap=rule.gap_s)
            present = len(reference.contacts(here, *asked, min_overlap=0)) + 1 if rule.is_large else None
            for person, told in met.items():
                stays = max(stayed(here, one.asked.person, asked[2]), stayed(here, person, asked[2]))
                meetings.append(Meeting(
                    person, kind, told.exposure_s, told.encounters, told.first, told.last, told.certain, present,
                    stays if rule.cumulative_s else None,
                ))  # fmt: skip
        for proposal in propose(POLICY, meetings):
            if proposal.grade is not Grade.NONE:
                former = best.get(proposal.person, proposal.grade)
                best[proposal.person] = max(former, proposal.grade, key=STRENGTH.__getitem__)
    return best


def stayed(rows, person, until):
    since = until - POLICY.companion_days * DAY
    return sum(max(0, min(r.leave, until) - max(r.enter, since)) for r in rows if r.person == person)


def counted(by_person, cases):
    ill = {one.asked.person for one in cases}
    found = [grade for person, grade in by_person.items() if person not in ill]
    return {grade: found.count(grade) for grade in set(found)}


@COMPILED
@given(rows=STAYS, places=PLACES, since=SINCE)
def test_it_says_what_its_slow_twin_says(rows, places, since):
    closing = Closing(places, since)
    told = difference(index_of(rows), POLICY, CASES, closing)
    now, then = grades(rows, CASES), grades(list(closed(rows, closing)), CASES)
    assert dict(told.now) == counted(now, CASES)
    assert dict(told.then) == counted(then, CASES)
    for one in told.people:
        assert (one.now, one.then) == (now[one.person], then.get(one.person, Grade.NONE))
    unlike = {person for person in now if person not in (1, 2) and then.get(person) != now[person]}
    assert unlike <= {one.person for one in told.people}


@COMPILED
@given(rows=STAYS, since=SINCE)
def test_closing_nothing_changes_nothing(rows, since):
    told = difference(index_of(rows), POLICY, CASES, Closing(frozenset(), since))
    assert told.now == told.then and (told.people, told.cases, told.spared) == ((), (), ())


@COMPILED
@given(rows=STAYS)
def test_closing_everything_from_the_first_leaves_nobody(rows):
    told = difference(index_of(rows), POLICY, CASES, Closing(frozenset(KINDS), SPAN[0]))
    assert not told.then
    assert all(one.then is Grade.NONE for one in told.people)
    assert set(told.spared) == set(told.cases)


@COMPILED
@given(rows=STAYS, places=PLACES, more=PLACES, since=SINCE, sooner=SINCE)
def test_closing_more_or_sooner_never_adds_a_contact(rows, places, more, since, sooner):
    index = index_of(rows)
    less = difference(index, POLICY, CASES, Closing(places, max(since, sooner)))
    much = difference(index, POLICY, CASES, Closing(places | more, min(since, sooner)))
    assert sum(much.then.values()) <= sum(less.then.values())
    assert much.then.get(Grade.CLOSE, 0) <= less.then.get(Grade.CLOSE, 0)


def test_who_met_the_case_elsewhere_too_stays_a_contact():
    rows = [
        Stay(1, SHOP, NOON, NOON + HOUR), Stay(3, SHOP, NOON, NOON + HOUR), Stay(4, SHOP, NOON, NOON + HOUR),
        Stay(1, HOUSE, NOON + 2 * HOUR, NOON + DAY), Stay(4, HOUSE, NOON + 2 * HOUR, NOON + DAY),
        Stay(5, SHOP, NOON - DAY, NOON - DAY + HOUR),
    ]  # fmt: skip
    told = difference(index_of(rows), POLICY, [case()], Closing(frozenset({SHOP}), NOON))
    assert told.people == (Changed(3, Grade.CLOSE, Grade.NONE), Changed(4, Grade.CLOSE, Grade.CLOSE))


def test_a_later_case_who_met_the_earlier_one_there_alone_is_spared():
    rows = [Stay(1, SHOP, NOON, NOON + HOUR), Stay(2, SHOP, NOON, NOON + HOUR), Stay(6, SHOP, NOON, NOON + HOUR)]
    told = difference(index_of(rows), POLICY, CASES, Closing(frozenset({SHOP}), NOON))
    assert (told.cases, told.spared) == ((2,), (2,))
    late = difference(index_of(rows), POLICY, CASES, Closing(frozenset({SHOP}), NOON + HOUR))
    assert (late.cases, late.spared) == ((), ())


@COMPILED
@given(rows=STAYS, span=st.tuples(MOMENTS, MOMENTS).map(sorted))
def test_what_a_place_carried_is_what_every_pair_of_stays_says(rows, span):
    index = index_of(rows)
    cut = [
        row._replace(enter=max(row.enter, span[0]), leave=min(row.leave, span[1]))
        for row in rows
        if row.enter <= span[1] and row.leave >= span[0]
    ]
    for place, kind in KINDS.items():
        rule, here = POLICY.rule(kind), [row for row in cut if row.place == place]
        seconds = sum(told for told, _ in reference.exposure(here, min_overlap=rule.min_overlap_s).values()) // 2
        met = {
            who: reference.contacts(
                here, who, SPAN[0] - DAY, SPAN[1] + DAY, min_overlap=rule.min_overlap_s, gap=rule.gap_s
            )
            for who in {row.person for row in here}
        }
        pairs = sum(told.encounters for one in met.values() for told in one.values()) // 2
        found = carried(index, POLICY, KINDS, place, tuple(span))
        assert found[:4] == (place, seconds, pairs, sum(bool(one) for one in met.values()))


@COMPILED
@given(rows=STAYS)
def test_places_are_ranked_by_what_they_carried_and_those_without_a_rule_are_left_out(rows):
    told, steps = ranked(index_of(rows), POLICY, KINDS, KINDS, SPAN, [case()]), []
    assert [one.together_s for one in told] == sorted((one.together_s for one in told), reverse=True)
    assert ROAD not in {one.place for one in told}
    everybody = grades(rows, [case()])
    beside = sum(one.contacts for one in told)
    assert beside >= len(everybody)
    assert ranked(index_of(rows), POLICY, KINDS, KINDS, SPAN, [case()], lambda *step: steps.append(step)) == told
    assert not steps or steps[-1][0] == steps[-1][1]
