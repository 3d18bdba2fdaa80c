from hypothesis import given, settings
from hypothesis import strategies as st

from kakou.drill.days import Share, truth, uploads
from kakou.drill.tests.stories import story


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6), people=st.integers(1, 120), days=st.integers(1, 4))
def test_two_runs_are_byte_for_byte_the_same(seed, people, days):
    assert [*uploads(story(seed, people, days))] == [*uploads(story(seed, people, days))]


@settings(max_examples=8, deadline=None)
@given(low=st.integers(0, 60), high=st.integers(60, 120), first=st.integers(0, 3), last=st.integers(3, 4))
def test_a_share_and_what_it_leaves_out_are_the_whole(low, high, first, last):
    low, high = low // 10 * 10, high // 10 * 10
    part = Share((low, high), (first, last))
    rest = Share((0, 120), (0, 4), but=((low, high), (first, last)), device=2)
    whole = [c for c in truth(story(people=120, days=4)) if c.subject[0] in "pav"]
    told = [c for share in (part, rest) for c in truth(story(days=4, share=share)) if c.subject[0] in "pav"]
    assert sorted(told) == sorted(whole)


def test_more_people_do_not_change_the_first_ones():
    few, many = ([c for c in truth(story(people=people)) if c.subject == "p5"] for people in (10, 200))
    assert few == many
    assert few


def test_another_seed_is_another_story():
    assert [*truth(story(seed=1, people=20))] != [*truth(story(seed=2, people=20))]
