"""What a gate judged is judged again by what it wrote down; what it did not write accuses nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.screening.packs import SHIPPED, read_pack, shipped
from kakou.screening.rules import judge
from kakou.screening.rules.afterwards import (
    GATE_ONLY,
    Doubt,
    afterwards,
    counts_for_quota,
    doubt,
    is_milder,
    left_out,
    of_what_was_seen,
)
from kakou.screening.rules.verdicts import STRENGTH
from kakou.screening.tests.strategies import AREAS, cases

PACKS = {code: read_pack(shipped(code)) for code in SHIPPED}
PACK = PACKS["cn-2021-08"]
AGAIN = {code: afterwards(pack) for code, pack in PACKS.items()}
FINE = {
    "at": 1_628_570_700_000, "day": "2021-08-10", "direction": "in", "who": "visitor", "record": "phone",
    "checks": {
        "health": "green", "travel": "green", "vaccination": "full", "origin": "low", "mask": "correct",
        "temperature": 365,
    },
}  # fmt: skip
words = st.sampled_from(list(STRENGTH))


@given(cases())
def test_asking_afterwards_is_never_stricter_and_never_asks_what_only_the_gate_knew(case):
    for code, pack in PACKS.items():
        told = {name: value for name, value in case.items() if name not in GATE_ONLY}
        again = judge(AGAIN[code], case, AREAS)
        assert STRENGTH[again.outcome] <= STRENGTH[judge(pack, case, AREAS).outcome]
        assert again == judge(AGAIN[code], told, AREAS)


@given(cases())
def test_whoever_goes_by_the_rules_is_never_doubted(case):
    """The phone may have known more, and so been stricter; it may have had no risk areas."""
    for code, pack in PACKS.items():
        recorded = judge(pack, case, AREAS).outcome
        assert doubt(AGAIN[code], recorded, [case], AREAS) is None
        recorded = judge(pack, case).outcome
        doubted = doubt(AGAIN[code], recorded, [case], AREAS)
        assert doubted is None or doubted.doubt is Doubt.ORIGIN


@given(cases(), words)
def test_a_doubt_says_something_stronger_and_one_moment_that_bears_the_verdict_out_is_enough(case, recorded):
    for pack in AGAIN.values():
        doubted = doubt(pack, recorded, [case], AREAS)
        if doubted is not None:
            assert STRENGTH[doubted.judged.outcome] > STRENGTH[recorded]
            assert "emergency" not in (recorded, doubted.judged.outcome)
        other = case | {"at": case["at"] - 3_600_000}
        both = doubt(pack, recorded, [case, other], AREAS)
        assert (both is None) == (doubted is None or doubt(pack, recorded, [other], AREAS) is None)


def test_looks_left_out_are_named():
    blank = FINE | {"checks": {"travel": "green", "vaccination": "full", "origin": "low"}}
    doubted = doubt(AGAIN["cn-2021-08"], "admit", [blank], ())
    assert (doubted.doubt, left_out(doubted.judged)) == (Doubt.MILDER, ("health", "mask", "temperature"))


def test_whoever_was_turned_away_need_not_have_been_looked_at_further():
    yellow = FINE | {"checks": {"health": "yellow"}}
    assert doubt(AGAIN["cn-2021-08"], "persuade_back", [yellow], ()) is None
    assert left_out(judge(of_what_was_seen(PACK), yellow)) == ()
    assert doubt(AGAIN["cn-2021-08"], "persuade_back", [FINE | {"checks": {"health": "red"}}], ()) is not None


@pytest.mark.parametrize(
    ("recorded", "judged", "milder"),
    [
        ("admit", "admit_with_action", True), ("persuade_back", "hold", True), ("hold", "hold", False),
        ("refer", "hold", False), ("admit", "emergency", False), ("emergency", "refer", False),
    ],
)  # fmt: skip
def test_milder_is_less_than_the_rules_ask_and_an_emergency_is_neither(recorded, judged, milder):
    assert is_milder(recorded, judged) is milder


def test_which_ways_out_use_up_the_quota_is_what_the_rules_say():
    counting = {
        purpose
        for purpose in ("home", "work", "delivery", "medical", "visit", "patrol", "shopping", "school", "other", None)
        if counts_for_quota(PACK, who="resident", purpose=purpose)
    }
    assert counting == {"shopping", "visit", "other"}
    assert not counts_for_quota(PACK, who="visitor", purpose="shopping")
    assert not counts_for_quota(PACKS["who-poe"], who="resident", purpose="shopping")
