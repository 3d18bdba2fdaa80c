import datetime as dt
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kakou.tracing.pictures.gathering import Chain, Link, Member, gathered
from kakou.tracing.pictures.layout import APART, HEIGHT, WIDTH, placed
from kakou.tracing.pictures.parts import Part
from kakou.tracing.pictures.tests.samples import DAY, FIRST, SITE, a_chain, at


@st.composite
def chains(draw, most=60):
    """Anything that can be written down: rings, several sources, wrong orders, unknown days, loops of one."""
    size = draw(st.integers(1, most))
    days = st.none() | st.integers(-2, 12).map(lambda n: FIRST + n * DAY)
    members = [
        Member(f"p{n}", f"P{n}", draw(st.sampled_from(Part)), draw(days), certain=draw(st.booleans()))
        for n in range(size)
    ]
    ends = st.integers(0, size - 1)
    times = st.none() | st.integers(-50, 300).map(lambda h: at(FIRST) + dt.timedelta(hours=h))
    tree = [(draw(st.integers(0, n - 1)), n) for n in range(1, size) if draw(st.integers(0, 9))]
    more = draw(st.lists(st.tuples(ends, ends), max_size=6))
    links = [Link(f"p{a}", f"p{b}", "", draw(times), draw(st.booleans())) for a, b in tree + more]
    return Chain("chain", tuple(members), tuple(links))


@settings(deadline=None)
@given(chains(), st.integers(2, 40))
def test_everybody_stands_in_one_box_and_every_link_is_counted(chain, limit):
    found = gathered(chain, SITE, limit)
    assert len(found.boxes) <= limit
    assert Counter(m.key for box in found.boxes for m in box.members) == Counter(m.key for m in chain.members)
    assert sum(sum(box.counts.values()) for box in found.boxes) == len(chain.members)
    assert sum(len(edge.links) for edge in found.edges) + found.inside == len(chain.links)
    if len(chain.members) <= limit:
        assert found.stage == 0
        assert all(len(box.members) == 1 for box in found.boxes)


@settings(deadline=None)
@given(chains(), st.integers(2, 40))
def test_every_edge_joins_two_boxes_that_stand(chain, limit):
    found = gathered(chain, SITE, limit)
    keys = [box.key for box in found.boxes]
    assert len(set(keys)) == len(keys)
    assert all({edge.source, edge.target} <= set(keys) and edge.source != edge.target for edge in found.edges)


@settings(deadline=None)
@given(chains())
def test_a_known_day_is_kept_and_an_unknown_one_is_not_before_its_source(chain):
    found = gathered(chain, SITE)
    assert all(box.day == box.members[0].day for box in found.boxes if box.members[0].day)


@pytest.mark.parametrize(("size", "stage"), [(300, 0), (20_000, 3)])
def test_a_great_outbreak_is_at_most_three_hundred_boxes(size, stage):
    found = gathered(a_chain(size), SITE)
    assert len(found.boxes) <= 300
    assert found.stage == stage
    assert sum(len(box.members) for box in found.boxes) == size


def test_contacts_of_one_source_day_and_part_stand_together_first():
    case = Member("c", "1", Part.CONFIRMED, FIRST)
    contacts = [Member(f"k{n}", f"K{n}", Part.CLOSE, FIRST + DAY) for n in range(37)]
    others = [Member(f"s{n}", f"S{n}", Part.SECONDARY, FIRST + DAY) for n in range(2)]
    everybody = (case, *contacts, *others)
    chain = Chain("chain", everybody, tuple(Link("c", m.key) for m in everybody[1:]))
    found = gathered(chain, SITE, limit=5)
    assert found.stage == 1
    assert sorted(len(box.members) for box in found.boxes) == [1, 1, 1, 37]


def test_a_link_that_names_nobody_is_refused():
    with pytest.raises(ValueError, match="nobody"):
        Chain("chain", (Member("a", "A", Part.CLOSE, None),), (Link("a", "b"),))


@settings(max_examples=60, deadline=None)
@given(chains(), st.integers(2, 40))
def test_boxes_never_overlap_and_lines_never_run_back_in_time(chain, limit):
    found = gathered(chain, SITE, limit)
    places = placed(found)
    spots = list(places.spots.values())
    for number, one in enumerate(spots):
        for other in spots[number + 1 :]:
            assert abs(one.x - other.x) >= WIDTH + APART or abs(one.y - other.y) >= HEIGHT + APART
    assert set(places.spots) == {box.key for box in found.boxes}
    day = {box.key: box.day for box in found.boxes}
    ordered = sorted(day, key=lambda key: places.spots[key].x)
    assert [day[key] for key in ordered] == sorted(day.values())  # further right is never earlier
    assert all(line.x0 + line.run < line.x1 for line in places.stretches)
    assert not any(line.arrow for line in places.against)


@settings(max_examples=60, deadline=None)
@given(chains(), st.integers(2, 40))
def test_no_line_runs_through_a_box(chain, limit):
    places = placed(gathered(chain, SITE, limit))
    for line in places.stretches:
        if line.run:
            inside = [s for s in places.spots.values() if s.x == line.x0 and s.y < line.y0 < s.y + HEIGHT]
            assert inside == []
    ways = {(line.source, line.target) for line in places.stretches}
    for edge in gathered(chain, SITE, limit).edges:  # from box to box over lanes, or told as running back
        if places.spots[edge.source].x < places.spots[edge.target].x:
            assert reaches(edge.source, edge.target, ways)
        else:
            assert (edge.source, edge.target) in {(line.source, line.target) for line in places.against}


def reaches(source, target, ways):
    if (source, target) in ways:
        return True
    return any(b.startswith(f"{source.split('~')[0]}~") and reaches(b, target, ways) for a, b in ways if a == source)


@settings(deadline=None)
@given(chains(20))
def test_the_same_chain_is_laid_out_the_same(chain):
    assert placed(gathered(chain, SITE, 8)) == placed(gathered(chain, SITE, 8))
