"""The states one by one, as a gate lead would tell them."""

from kakou.ledger.stays import ABSENCE, VISIT, Direction, Flag, StayState, Topology, fold
from kakou.ledger.stays.tests.worlds import EAST, HOUSE, INNER_READER, ROAD_READER, TOPOLOGY, TOWN, WEST, reading

IN, OUT, THROUGH = Direction.IN, Direction.OUT, Direction.THROUGH
LIVES_EAST = frozenset({EAST})
LIVES_TOWN = frozenset({TOWN})  # so that the town around is not in the way of a story


def told(stays, enclosure):
    return [(s.state.value, s.enter_ms, s.leave_ms, s.bound_ms) for s in stays if s.enclosure == enclosure]


def test_it_closes_a_visit_with_its_exit():
    stays = fold([reading(1, 20, IN), reading(3, 20, OUT)], TOPOLOGY, LIVES_TOWN)
    assert told(stays, EAST) == [("closed", 1, 3, None)]
    assert stays[0].kind == VISIT
    assert stays[0].flags == 0


def test_it_flags_leaving_by_another_gate():
    (stay,) = fold([reading(1, 20, IN), reading(3, 21, OUT)], TOPOLOGY, LIVES_TOWN)
    assert stay.flags == Flag.CROSS_GATE


def test_it_flags_who_was_let_in_against_the_verdict():
    (stay,) = fold([reading(1, 20, IN, overridden=True), reading(3, 20, OUT)], TOPOLOGY, LIVES_TOWN)
    assert stay.flags == Flag.OVERRIDDEN


def test_it_is_late_past_the_allowance_of_the_enclosure():
    on_time, late = (fold([reading(1, 20, IN), reading(t, 20, OUT)], TOPOLOGY, LIVES_TOWN) for t in (4, 5))
    assert [on_time[0].state, late[0].state] == [StayState.CLOSED, StayState.CLOSED_LATE]
    assert late[0].due_ms == 4


def test_it_is_late_past_the_allowance_of_the_purpose_before_that_of_the_enclosure():
    (stay,) = fold([reading(1, 20, IN, allowance=9), reading(10, 20, OUT)], TOPOLOGY, LIVES_TOWN)
    assert (stay.state, stay.due_ms) == (StayState.CLOSED, 10)


def test_it_does_not_count_who_was_persuaded_back():
    assert fold([reading(1, 20, IN, crossed=False)], TOPOLOGY, LIVES_TOWN) == []


def test_it_misses_the_exit_of_who_enters_again():
    stays = fold([reading(1, 20, IN), reading(5, 20, IN)], TOPOLOGY, LIVES_TOWN)
    assert told(stays, EAST) == [("missed_exit", 1, None, 5), ("open", 5, None, None)]


def test_it_misses_the_exit_of_who_enters_elsewhere():
    stays = fold([reading(1, 20, IN), reading(5, 30, IN)], TOPOLOGY, LIVES_TOWN)
    assert told(stays, EAST) == [("missed_exit", 1, None, 5)]
    assert told(stays, WEST) == [("open", 5, None, None)]


def test_it_misses_the_exit_of_who_is_read_elsewhere_and_opens_nothing_there():
    stays = fold([reading(1, 20, IN), reading(5, 30, THROUGH)], TOPOLOGY, LIVES_TOWN)
    assert told(stays, EAST) == [("missed_exit", 1, None, 5)]
    assert told(stays, WEST) == []


def test_it_misses_every_exit_of_who_is_read_outside_of_everything():
    stays = fold([reading(1, 10, IN), reading(2, 20, IN), reading(5, ROAD_READER, THROUGH)], TOPOLOGY)
    assert told(stays, EAST) == [("missed_exit", 2, None, 5)]
    assert told(stays, TOWN) == [("missed_exit", 1, None, 5)]


def test_it_does_not_mind_being_read_inside():
    stays = fold([reading(1, 20, IN), reading(2, 41, THROUGH), reading(3, 20, OUT)], TOPOLOGY, LIVES_TOWN)
    assert told(stays, EAST) == [("closed", 1, 3, None)]


def test_it_takes_nobody_in_or_out_by_an_inner_reader():
    stays = fold([reading(1, 20, IN), reading(2, INNER_READER, OUT), reading(3, 20, OUT)], TOPOLOGY, LIVES_TOWN)
    assert told(stays, EAST) == [("closed", 1, 3, None)]


def test_it_finds_an_exit_without_an_entry():
    (stay,) = fold([reading(3, 20, OUT)], TOPOLOGY, LIVES_TOWN)
    assert (stay.state, stay.enter_ms, stay.leave_ms, stay.bound_ms) == (StayState.ORPHAN_EXIT, None, 3, 3)


def test_it_bounds_inner_stays_by_leaving_the_outer_enclosure():
    stays = fold([reading(1, 10, IN), reading(2, 20, IN), reading(3, 40, IN), reading(9, 11, OUT)], TOPOLOGY)
    assert told(stays, HOUSE) == [("missed_exit", 3, None, 9)]
    assert told(stays, EAST) == [("missed_exit", 2, None, 9)]
    assert told(stays, TOWN) == [("closed", 1, 9, None)]


def test_it_finds_an_inner_entry_without_the_outer_once_and_closes_it_with_the_outer_exit():
    story = [reading(2, 20, IN), reading(4, 20, OUT), reading(5, 30, IN)]
    assert told(fold(story, TOPOLOGY), TOWN) == [("orphan_exit", None, None, 2)]
    story += [reading(6, 30, OUT), reading(7, 10, OUT)]
    assert told(fold(story, TOPOLOGY), TOWN) == [("orphan_exit", None, 7, 2)]


def test_it_says_so_when_both_ends_of_an_outer_stay_were_missed():
    stays = fold([reading(2, 20, IN), reading(4, 20, OUT), reading(8, 10, IN)], TOPOLOGY)
    first, second = (stay for stay in stays if stay.enclosure == TOWN)
    assert (first.state, first.flags, first.leave_ms) == (StayState.ORPHAN_EXIT, Flag.UNCERTAIN, None)
    assert (second.state, second.enter_ms) == (StayState.OPEN, 8)


def test_it_is_at_home_until_he_goes_out():
    assert fold([reading(1, 20, THROUGH)], TOPOLOGY, LIVES_EAST) == []
    stays = fold([reading(1, 20, OUT), reading(2, 20, IN)], TOPOLOGY, LIVES_EAST)
    assert told(stays, EAST) == [("closed", 1, 2, None)]
    assert (stays[0].kind, stays[0].flags) == (ABSENCE, Flag.CENSUS)


def test_it_lives_around_his_home_too():
    stays = fold([reading(1, 20, OUT), reading(2, 10, OUT)], TOPOLOGY, LIVES_EAST)
    assert [(s.enclosure, s.kind, s.state) for s in stays] == [
        (EAST, ABSENCE, StayState.OPEN),
        (TOWN, ABSENCE, StayState.OPEN),
    ]


def test_it_misses_the_way_home_of_who_is_read_at_home():
    stays = fold([reading(1, 20, OUT), reading(7, 40, THROUGH)], TOPOLOGY, LIVES_EAST)
    assert told(stays, EAST) == [("missed_exit", 1, None, 7)]


def test_it_misses_the_way_home_of_who_goes_out_again():
    stays = fold([reading(1, 20, OUT), reading(7, 21, OUT)], TOPOLOGY, LIVES_EAST)
    assert told(stays, EAST) == [("missed_exit", 1, None, 7), ("open", 7, None, None)]


def test_it_finds_who_comes_home_without_having_left():
    (stay,) = fold([reading(7, 20, IN)], TOPOLOGY, LIVES_EAST)
    assert (stay.state, stay.kind, stay.leave_ms) == (StayState.ORPHAN_EXIT, ABSENCE, 7)


def test_it_finds_a_resident_met_at_another_gate():
    stays = fold([reading(3, 30, IN), reading(5, 30, OUT), reading(7, 20, IN)], TOPOLOGY, LIVES_EAST)
    assert told(stays, EAST) == [("orphan_exit", None, 7, 3)]
    assert told(stays, WEST) == [("closed", 3, 5, None)]


def test_it_passes_over_units_without_gates():
    parents = {1: None, 2: 1, 3: 2, 4: 3, 100: 2, 101: 4, 102: 1, 103: 3}
    topology = Topology.of(parents, [100, 101], readers=[102, 103])
    assert topology.gates == {100: 2, 101: 4, 102: 0, 103: 2}
    assert topology.outer == {2: 0, 4: 2}
    assert topology.readers == {102, 103}
