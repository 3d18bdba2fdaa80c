"""Who was met where and how long is proposed as what: never as close without a rule, never less for a doubt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.tracing.engine import reference
from kakou.tracing.policy import (
    NEVER,
    STRENGTH,
    Grade,
    edition,
    overlaps,
    propose,
    propose_secondary,
    worded,
)
from kakou.tracing.policy.tests.meetings import HOUR, MINUTE, NOON, kinds, meetings, met, policies

CN8 = edition("cn-8")
WITHOUT_CLOSE = kinds.filter(lambda kind: CN8.rule(kind).proposes is not Grade.CLOSE)


def only(found):
    [proposal] = found
    return proposal


def grade(*found, policy=CN8):
    return only(propose(policy, found)).grade


def told(proposal):
    return [worded(reason) for reason in proposal.reasons]


@pytest.mark.parametrize(
    ("meeting", "expected"),
    [
        (met("household"), Grade.CLOSE),
        (met("vehicle"), Grade.CLOSE),
        (met("shop", 15), Grade.CLOSE),
        (met("shop", 14), Grade.NONE),
        (met("workshop", 15), Grade.CLOSE),
        (met("place", 15), Grade.CLOSE),
        (met("compound_gate"), Grade.COMPANION),
        (met("road_checkpoint"), Grade.NONE),
        (met("compound", 10, stayed_s=30 * HOUR), Grade.COMPANION),
        (met("compound", 10, stayed_s=30 * HOUR - 1), Grade.NONE),
        (met("compound", 9, stayed_s=30 * HOUR), Grade.NONE),
        (met("compound", 10), Grade.NONE),
        (met("compound", 30 * 60), Grade.COMPANION),  # what they shared, either was there
        (met("street", 600_000), Grade.NONE),
        (met("karaoke", 600_000), Grade.NONE),
    ],
)
def test_a_kind_of_place_proposes_what_its_rule_says(meeting, expected):
    assert grade(meeting) is expected


def test_every_result_says_what_happened_and_what_follows_from_it():
    assert told(only(propose(CN8, [met("shop", 40, encounters=2)]))) == [
        "40 min in the same shop (2×).",
        "From 15 min on that makes a close contact.",
    ]
    assert told(only(propose(CN8, [met("compound_gate", encounters=3)]))) == [
        "Passed the same gate within 10 min (3×).",
        "That makes a companion in time and space.",
    ]
    assert told(only(propose(CN8, [met("compound", 20, present=8)]))) == [
        "20 min in the same compound (1×).",
        "It counts if one of both was there for 30 h within 14 days: nobody counted that.",
    ]
    assert told(only(propose(CN8, [met("karaoke", 20, present=8)]))) == [
        "20 min in the same place (1×), of a kind that has no rule: karaoke.",
        "That alone makes nobody a contact.",
    ]


def test_who_is_met_in_several_places_gets_the_strongest_grade_and_all_the_reasons():
    proposal = only(
        propose(CN8, [met("compound_gate", last=NOON + 9 * HOUR), met("shop", 5), met("workshop", 20), met("shop", 16)])
    )
    assert (proposal.grade, proposal.rank, proposal.edition) == (Grade.CLOSE, 36 * MINUTE, "cn-8")
    assert proposal.last == NOON + HOUR  # the last close meeting, not the gate
    assert told(proposal)[0::2] == [
        "20 min in the same workshop (1×).",
        "16 min in the same shop (1×).",
        "Passed the same gate within 10 min (1×).",
        "5 min in the same shop (1×).",
    ]


def test_a_doubt_is_told_and_changes_nothing_else():
    sure, unsure = (only(propose(CN8, [met("shop", 20, certain=certain)])) for certain in (True, False))
    assert unsure.grade is sure.grade
    assert unsure.rank == sure.rank
    assert (sure.certain, unsure.certain) == (True, False)
    assert told(unsure)[-1].startswith("Not certain")


def test_large_places_rank_by_the_time_over_the_people_present():
    def at(person, minutes, present):
        return met("place", minutes, person=person, present=present)

    found = propose(CN8, [at(1, 60, 3_000), at(2, 60, 300), at(3, 20, 4), at(4, 120, 6_000), at(5, 30, 50)])
    assert [proposal.person for proposal in found] == [5, 3, 2, 1, 4]
    assert all(proposal.grade is Grade.CLOSE for proposal in found)
    ranks = {proposal.person: proposal.rank for proposal in found}
    assert ranks[1] == ranks[4]  # 60 of 3,000 is 120 of 6,000
    assert ranks[2] == pytest.approx(10 * ranks[1])
    assert "300 people were there: the time together is reckoned over them." in told(found[2])
    assert not any("people were there" in sentence for sentence in told(found[0]))  # fifty are no crowd


def test_a_large_place_where_nobody_counted_is_taken_for_crowded():
    [proposal] = propose(CN8, [met("compound", 60, stayed_s=40 * HOUR)])
    assert proposal.rank == 60 * MINUTE * CN8.crowd_from / CN8.crowd_assumed
    assert told(proposal)[-1] == "Nobody counted the people there: it is ranked as if there had been 1000."
    assert only(propose(CN8, [met("household", 60)])).rank == 60 * MINUTE


def test_contacts_of_a_close_contact_are_secondary_where_they_lived_worked_or_ate_together():
    where = ["household", "dormitory", "workshop", "office", "canteen", "shop", "vehicle", "compound_gate", "karaoke"]
    found = {
        kind: only(propose_secondary(CN8, [met(kind, 60)])).grade for kind in where
    }  # lived, worked in a closed space, ate
    assert [kind for kind in where if found[kind] is Grade.SECONDARY] == where[:5]
    assert set(found.values()) == {Grade.SECONDARY, Grade.NONE}
    assert only(propose_secondary(edition("generic"), [met("household")])).grade is Grade.NONE
    assert told(only(propose_secondary(CN8, [met("household")])))[-1] == (
        "As it was with a close contact, it makes a contact of a contact."
    )


def test_the_engine_is_asked_with_what_the_rules_need():
    kinds_by_place = {7: "shop", 8: "household", 9: "compound", 10: "compound_gate", 11: "karaoke"}
    assert overlaps(CN8, kinds_by_place) == {7: 900, 8: 0, 9: 600, 10: 0, 11: 900}
    asked = overlaps(CN8, kinds_by_place, asked={"shop"})
    assert asked == {7: 900, 8: NEVER, 9: NEVER, 10: NEVER, 11: NEVER}
    stays = [reference.Stay(who, place, NOON, NOON + 90 * 24 * HOUR) for who in (1, 2) for place in kinds_by_place]
    assert reference.contacts(stays, 1, NOON, NOON + HOUR, min_overlap=asked)[2].encounters == 1


@given(policies, meetings(), st.integers(0, 60 * HOUR))
def test_the_grade_and_the_rank_never_fall_with_more_time_together(policy, meeting, more):
    longer = meeting._replace(exposure_s=meeting.exposure_s + more)
    one, other = only(propose(policy, [meeting])), only(propose(policy, [longer]))
    assert STRENGTH[other.grade] >= STRENGTH[one.grade]
    assert other.rank >= one.rank


@given(policies, st.lists(meetings(kinds=WITHOUT_CLOSE), min_size=1))
def test_nobody_is_close_where_no_rule_says_so(policy, found):
    assert all(proposal.grade in (Grade.COMPANION, Grade.NONE) for proposal in propose(policy, found))
    assert all(proposal.grade is Grade.NONE for proposal in propose_secondary(policy, found))


@given(policies, st.lists(meetings(), min_size=1), st.lists(meetings()))
def test_one_more_meeting_never_lowers_a_grade_least_of_all_an_uncertain_one(policy, found, more):
    uncertain = [meeting._replace(certain=False) for meeting in more]
    before = {proposal.person: proposal for proposal in propose(policy, found)}
    for proposal in propose(policy, [*found, *uncertain]):
        if proposal.person in before:
            assert STRENGTH[proposal.grade] >= STRENGTH[before[proposal.person].grade]
            assert (
                proposal.certain
                or proposal.grade is not before[proposal.person].grade
                or not before[proposal.person].certain
            )


@given(policies, st.lists(meetings(), min_size=1))
def test_a_doubt_never_changes_a_grade(policy, found):
    doubtful = [meeting._replace(certain=False) for meeting in found]
    assert [p[:3] for p in propose(policy, doubtful)] == [p[:3] for p in propose(policy, found)]


@given(policies, st.lists(meetings()), st.randoms())
def test_everybody_met_is_told_once_in_whatever_order_the_meetings_come(policy, found, chance):
    mixed = found[:]
    chance.shuffle(mixed)
    proposals = propose(policy, found)
    assert sorted(p.person for p in proposals) == sorted({meeting.person for meeting in found})
    assert [p._replace(reasons=()) for p in propose(policy, mixed)] == [p._replace(reasons=()) for p in proposals]
    order = [(-STRENGTH[p.grade], -p.rank, p.person) for p in proposals]
    assert order == sorted(order)


@given(policies, meetings(), st.sampled_from([propose, propose_secondary]))
def test_every_proposal_can_be_told_in_words(policy, meeting, asked):
    assert all("%(" not in sentence and sentence.endswith(".") for sentence in told(only(asked(policy, [meeting]))))
