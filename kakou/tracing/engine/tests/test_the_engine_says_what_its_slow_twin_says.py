"""Whatever stays there are, the engine and the twin that looks at every pair say the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kakou.tracing.engine import Contacts, TraceIndex, reference
from kakou.tracing.engine.reference import Stay

NOON = 1_628_568_000
DAY = 86_400
MOMENTS = st.one_of(
    st.integers(0, 40), st.integers(0, 5 * DAY), st.sampled_from([0, DAY - 1, DAY, 2 * DAY, 3 * DAY])
).map(lambda s: NOON + s)
LENGTHS = st.one_of(st.just(0), st.integers(0, 30), st.integers(0, DAY), st.just(4 * DAY))


@st.composite
def stays(draw):
    made = draw(
        st.lists(st.tuples(st.integers(-3, 4), st.integers(7, 9), MOMENTS, LENGTHS, st.booleans()), max_size=40)
    )
    return [Stay(who, place, enter, enter + length, certain) for who, place, enter, length, certain in made]


def index_of(rows, threads=1):
    return TraceIndex.from_arrays(*columns(rows), certain=np.array([s.certain for s in rows], bool), threads=threads)


def columns(rows):
    table = np.array([s[:4] for s in rows], np.int64).reshape(-1, 4)
    return table.T


def by_days(rows, threads=1):
    """The same stays, a segment for each day, the days in any order; persons are known in the order of `rows`."""
    index = TraceIndex(threads=threads)
    index.persons.give([s.person for s in rows])
    for day in dict.fromkeys((s.enter - NOON) // DAY for s in rows):
        mine = [s for s in rows if (s.enter - NOON) // DAY == day]
        index.append_day(
            *columns(mine), certain=[s.certain for s in mine], span=(NOON + day * DAY, NOON + (day + 1) * DAY)
        )
    return index


def only(many, case):
    """What stands in an answer about many of one of them."""
    return Contacts(*(getattr(many, name)[many.case == case] for name in reference.Met._fields))


def met(answer):
    return {
        row[0]: reference.Met(*row)
        for row in zip(*(getattr(answer, name).tolist() for name in reference.Met._fields), strict=True)
    }


LEAST = st.one_of(
    st.integers(0, 3),
    st.sampled_from([10, 900, DAY]),
    st.fixed_dictionaries({k: st.integers(0, 20) for k in (7, 8, 9)}),
)
MAKERS = pytest.mark.parametrize("made", [index_of, by_days], ids=["one segment", "a segment a day"])


@MAKERS
@given(rows=stays(), least=LEAST, gap=st.sampled_from([0, 1, 60]), window=st.tuples(MOMENTS, MOMENTS))
@settings(max_examples=300, deadline=None)
def test_it_finds_the_same_contacts(made, rows, least, gap, window):
    index = made(rows)
    asked = list(range(-3, 5))
    many = index.contacts_many(asked, *window, min_overlap=least, gap=gap).joined()
    for k, person in enumerate(asked):
        wanted = reference.contacts(rows, person, *window, min_overlap=least, gap=gap)
        assert met(index.contacts(person, *window, min_overlap=least, gap=gap)) == wanted
        assert met(only(many, k)) == wanted


@MAKERS
@given(rows=stays(), least=LEAST, window=st.one_of(st.just((None, None)), st.tuples(MOMENTS, MOMENTS)))
@settings(max_examples=300, deadline=None)
def test_it_sums_the_same_exposure(made, rows, least, window):
    found = made(rows).exposure(min_overlap=least, t0=window[0], t1=window[1])
    wanted = reference.exposure(rows, min_overlap=least, t0=window[0], t1=window[1])
    told = dict(zip(found.person.tolist(), zip(found.exposure_s.tolist(), found.encounters.tolist()), strict=False))
    assert {p: v for p, v in told.items() if v != (0, 0)} == {p: v for p, v in wanted.items() if v != (0, 0)}


@MAKERS
@given(
    rows=stays(),
    seeds=st.lists(st.integers(-3, 4), max_size=3),
    t0=MOMENTS,
    hops=st.integers(0, 3),
    latency=st.sampled_from([0, 1, 3600]),
    least=LEAST,
    until=st.one_of(st.none(), MOMENTS),
    followed=st.sampled_from([0, 1, 10**9]),
)
@settings(max_examples=500, deadline=None)
def test_it_reaches_the_same(made, rows, seeds, t0, hops, latency, least, until, followed):
    index = made(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kakou.tracing.engine.index._FOLLOWED", followed)
        found = index.reach(seeds, t0, hops=hops, latency=latency, min_overlap=least, until=until)
    wanted = reference.reach(rows, seeds, t0, hops=hops, latency=latency, min_overlap=least, until=until)
    assert {
        row[0]: reference.Reached(*row)
        for row in zip(*(getattr(found, n).tolist() for n in reference.Reached._fields), strict=True)
    } == wanted
    for person in wanted:
        steps = found.evidence(person)
        assert len(steps) <= hops
        assert [step.source for step in steps[1:]] == [step.target for step in steps[:-1]]
        if steps:
            assert steps[0].source in seeds
            assert (steps[-1].target, steps[-1].time) == (person, wanted[person].time)
        for step in steps:
            assert (step.source, step.place, *step.source_stay) in {s[:4] for s in rows}
            assert (step.target, step.place, *step.target_stay) in {s[:4] for s in rows}
