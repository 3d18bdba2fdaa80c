"""Every contact comes with the stays that make him one: their pairs come to just what the engine reckons."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kakou.tracing.engine.reference import Stay
from kakou.tracing.finding import Asked, contacts_of
from kakou.tracing.finding.evidence import MOST, pairs_of
from kakou.tracing.finding.tests.test_a_place_that_was_closed_makes_no_contacts import (
    COMPILED,
    COMPOUND,
    GATE,
    HOUR,
    KINDS,
    NOON,
    POLICY,
    SHOP,
    SPAN,
    STAYS,
    index_of,
)

PERSON, ENOUGH = 1, 10_000
SPANS = st.sampled_from([SPAN, (NOON + HOUR, NOON + 30 * HOUR)])


@COMPILED
@given(STAYS, SPANS)
def test_the_pairs_of_a_contact_come_to_his_exposure_and_his_encounters(rows, span):
    index = index_of(rows)
    found = contacts_of(index, POLICY, Asked(PERSON, *span, KINDS))
    everybody = {one.proposal.person: ENOUGH for one in found}
    pairs = pairs_of(index, POLICY, PERSON, *span, KINDS, everybody)
    for one in found:
        mine = pairs[one.proposal.person]
        assert len(mine) == one.encounters
        gap = {place: POLICY.rule(kind).gap_s for place, kind in KINDS.items()}
        assert sum(_shared(pair, span, gap[pair.place]) for pair in mine) == one.exposure_s


def _shared(pair, span, gap):
    """As the engine counts it: the one's stay cut to the time asked about, and widened by the gap."""
    begin = max(max(pair.source[0], span[0]) - gap, pair.target[0])
    return min(min(pair.source[1], span[1]) + gap, pair.target[1]) - begin


@COMPILED
@given(STAYS, SPANS)
def test_what_is_kept_is_the_longest_of_them_and_certain_only_if_all_ends_were_seen(rows, span):
    index = index_of(rows)
    known = {(row.person, row.place, row.enter, row.leave): [] for row in rows}
    for row in rows:
        known[row.person, row.place, row.enter, row.leave].append(row.certain)
    for one in contacts_of(index, POLICY, Asked(PERSON, *span, KINDS)):
        everything = pairs_of(index, POLICY, PERSON, *span, KINDS, {one.proposal.person: ENOUGH})
        kept = one.evidence
        assert len(kept) == min(MOST[one.proposal.grade], one.encounters)
        if kept:
            assert kept == everything[one.proposal.person][: len(kept)]
        for pair in kept:
            ends = (PERSON, pair.place, *pair.source), (one.proposal.person, pair.place, *pair.target)
            assert all(end in known for end in ends)
            assert not pair.certain or all(any(known[end]) for end in ends)
            assert pair.since <= pair.until


def test_two_readings_at_a_gate_are_told_by_the_earlier_and_the_later():
    rows = [Stay(1, GATE, NOON, NOON, True), Stay(2, GATE, NOON + 300, NOON + 300, True)]
    (found,) = contacts_of(index_of(rows), POLICY, Asked(1, *SPAN, KINDS))
    assert [(pair.place, pair.since, pair.until) for pair in found.evidence] == [(GATE, NOON, NOON + 300)]


def test_companions_come_with_three_pairs_and_close_contacts_with_twenty():
    long = [
        Stay(who, COMPOUND, NOON + n * 5 * HOUR, NOON + n * 5 * HOUR + 4 * HOUR, True)
        for n in range(9)
        for who in (1, 2)
    ]
    short = [Stay(who, SHOP, NOON + n * HOUR, NOON + n * HOUR + 1_000, True) for n in range(30) for who in (1, 3)]
    found = {one.proposal.person: one for one in contacts_of(index_of([*long, *short]), POLICY, Asked(1, *SPAN, KINDS))}
    assert (len(found[2].evidence), found[2].encounters) == (3, 9)
    assert (len(found[3].evidence), found[3].encounters) == (20, 30)


def _stay(who, place, enter, length):
    return Stay(who, place, enter, enter + length, True)
