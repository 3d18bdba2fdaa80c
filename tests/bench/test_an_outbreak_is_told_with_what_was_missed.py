"""The figures of outbreaks: whoever the ledger can tell of must be found; everything else is told."""

from collections import Counter

from bench.figures import are_met
from bench.tracing.outbreak import _found, _proposed, _unknown

GOOD = Counter({
    "outbreaks": 1, "infected": 30, "known": 20, "chained": 12, "found": 12, "held": 12, "beyond": 7, "linked": 20,
    "paths": 19, "no_gate": 9, "in_passing": 1, "passed": 1, "cn-8 infected": 4, "cn-8 right": 3, "cn-8 companion": 60,
    "cn-8 companion right": 3,
})  # fmt: skip


def told(**more):
    total = GOOD | Counter(more)
    return [*_found(total), *_unknown(total), *_proposed(total)]


def test_it_is_met_where_all_are_found_with_their_paths():
    assert are_met(told())


def test_it_is_missed_with_one_who_is_not_found_or_whose_path_does_not_hold():
    for short in ("found", "held", "linked", "passed"):
        fewer = Counter({**GOOD, short: GOOD[short] - 1})
        assert not are_met([*_found(fewer), *_unknown(fewer)]), short


def test_it_is_missed_where_nobody_knows_why_a_meeting_is_not_in_the_ledger():
    assert not are_met(told(unexplained=1))


def test_it_tells_the_share_of_each_cause_and_each_edition():
    by_name = {figure.name: figure.value for figure in told()}
    assert by_name["the ledger does not know of the meeting: no_gate (9 of 30)"] == 30
    assert by_name["cn-8: proposed as companion, infected by the case (3 of 60)"] == 5
    assert by_name["generic: proposed as close"] == 0
