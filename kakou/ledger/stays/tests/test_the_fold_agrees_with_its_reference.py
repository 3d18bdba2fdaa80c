"""Any order, any duplication, any split into uploads: the same stays as the slow reading of the rule."""

from hypothesis import given
from hypothesis import strategies as st

from kakou.ledger.stays import StayState, changes, effective, fold
from kakou.ledger.stays.reference import reference_effective, reference_fold
from kakou.ledger.stays.tests.worlds import TOPOLOGY, histories, homes


@given(history=histories(), home=homes)
def test_it_gives_the_stays_of_the_reference(history, home):
    stays = fold(history, TOPOLOGY, home)
    assert set(stays) == reference_fold(history, TOPOLOGY, home)
    assert len(set(stays)) == len(stays)


@given(history=histories())
def test_it_holds_the_same_rows_as_the_reference(history):
    assert effective(history) == sorted(reference_effective(history))


@given(data=st.data(), history=histories(), home=homes)
def test_it_does_not_depend_on_order_or_duplicates(data, history, home):
    again = data.draw(st.lists(st.sampled_from(history))) if history else []
    shuffled = data.draw(st.permutations(history + again))
    assert fold(shuffled, TOPOLOGY, home) == fold(history, TOPOLOGY, home)


@given(data=st.data(), history=histories(), home=homes)
def test_it_does_not_depend_on_the_split_into_uploads(data, history, home):
    arrived, table = [], {}
    for row in data.draw(st.permutations(history)):
        arrived.append(row)
        todo = changes(table.values(), fold(arrived, TOPOLOGY, home))
        for stay in todo.delete:
            del table[stay.key]
        for stay in todo.update:
            assert stay.key in table
            table[stay.key] = stay
        for stay in todo.insert:
            assert stay.key not in table
            table[stay.key] = stay
    assert set(table.values()) == set(fold(history, TOPOLOGY, home))


@given(history=histories(), home=homes)
def test_it_names_every_stay_once(history, home):
    keys = [stay.key for stay in fold(history, TOPOLOGY, home)]
    assert len(set(keys)) == len(keys)


@given(history=histories(), home=homes)
def test_it_keeps_its_shape(history, home):
    for stay in fold(history, TOPOLOGY, home):
        ended = stay.state in {StayState.CLOSED, StayState.CLOSED_LATE}
        orphan = stay.state is StayState.ORPHAN_EXIT
        assert (stay.enter_id == 0) == orphan
        assert (stay.enter_ms is None) == orphan
        assert (stay.leave_id != 0) == ended or orphan
        assert (stay.bound_ms is not None) == (orphan or stay.state is StayState.MISSED_EXIT)
        if stay.enter_ms is not None and stay.leave_ms is not None:
            assert stay.enter_ms <= stay.leave_ms


@given(history=histories(), home=homes, later=histories(least_time=100))
def test_it_leaves_ended_stays_alone_when_later_passages_come(history, home, later):
    """What lets the worker fold only the end of a long history. Corrections of old rows are not "later"."""
    known = {row[1] for row in history} | {row[5] for row in history}
    later = [(*row[:1], row[1] + 1000, *row[2:5], 0, *row[6:]) for row in later if row[1] not in known]
    before = fold(history, TOPOLOGY, home)
    after = {stay.key: stay for stay in fold(history + later, TOPOLOGY, home)}
    for stay in before:
        if stay.leave_id or stay.state is StayState.MISSED_EXIT:
            assert after[stay.key] == stay
