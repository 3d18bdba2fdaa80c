import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from kakou.kernel.ids import floor_of, id_at, ms_of, new_id
from kakou.kernel.time import from_ms, to_ms

moments = st.integers(0, 2**48 - 1)


@given(ms=moments, seed=st.binary(max_size=40))
def test_it_carries_its_millisecond_and_is_a_version_7(ms, seed):
    made = id_at(ms, seed)
    assert made.version == 7
    assert ms_of(made) == ms


@given(ms=moments, a=st.binary(max_size=8), b=st.binary(max_size=8))
def test_the_same_seed_gives_the_same_id_and_another_seed_another(ms, a, b):
    assert (id_at(ms, a) == id_at(ms, b)) == (a == b)


@given(early=moments, late=moments, seed=st.binary(max_size=8))
def test_a_later_millisecond_sorts_later(early, late, seed):
    if early < late:
        assert id_at(early, seed) < id_at(late, seed)


def test_a_fresh_id_lies_in_its_day():
    made = new_id()
    day = from_ms(ms_of(made)).date()
    assert floor_of(day) <= made < floor_of(day + dt.timedelta(days=1))


@given(ms=st.integers(-(10**12), 10**13))
def test_milliseconds_survive_the_round_trip(ms):
    assert to_ms(from_ms(ms)) == ms
