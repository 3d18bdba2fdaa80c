"""What is written to the table is what is read back; how it got there is not this test's matter."""

import json
from uuid import UUID

from hypothesis import given

from kakou.ledger.stays import StayState, fold
from kakou.ledger.stays.rows import KINDS, STATES, json_of, span, stay_of
from kakou.ledger.stays.tests.worlds import TOPOLOGY, histories, homes

SUBJECT = UUID(int=7)


def _row(stay):
    return json.loads(json_of(SUBJECT, 1, stay))


def _read(row):
    """As `rows.READ` selects it: ids of passages as bytes."""
    passage = {
        name: row[name] and bytes.fromhex(row[name]) for name in ("enter_passage", "leave_passage", "bound_passage")
    }
    return (
        row["node_id"], row["kind"], row["entered_at"], row["left_at"], passage["enter_passage"],
        passage["leave_passage"], row["enter_gate"], row["leave_gate"], row["state"], row["flags"], row["bound_at"],
        passage["bound_passage"], row["due_at"],
    )  # fmt: skip


@given(history=histories(), home=homes)
def test_it_comes_back_as_it_went(history, home):
    for stay in fold(history, TOPOLOGY, home):
        assert stay_of(_read(_row(stay))) == stay


@given(history=histories(), home=homes)
def test_it_has_an_id_of_its_own(history, home):
    ids = [_row(stay)["id"] for stay in fold(history, TOPOLOGY, home)]
    assert len(set(ids)) == len(ids)
    assert all(UUID(id).version == 8 for id in ids)


@given(history=histories(), home=homes)
def test_it_counts_in_one_place_at_a_time_and_only_while_somebody_may_be_there(history, home):
    stays = fold(history, TOPOLOGY, home)
    for stay in stays:
        since, until = span(stay)
        assert since is not None
        assert until is None or until >= since
        assert (until is None) == (_row(stay)["until_at"] is None)
        if stay.state in {StayState.CLOSED, StayState.CLOSED_LATE, StayState.MISSED_EXIT}:
            assert until is not None
    assert {STATES[state] for state in StayState} == {1, 2, 3, 4, 5}
    assert set(KINDS.values()) == {1, 2}
