import datetime as dt
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kakou.tracing.pictures import timeline
from kakou.tracing.pictures.tests.samples import SITE, a_timeline
from kakou.tracing.pictures.timeline import Ends, Stay, Timeline, overlap, together

NEW_YORK = ZoneInfo("America/New_York")
SVG = "{http://www.w3.org/2000/svg}"
START = dt.datetime(2020, 2, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def midnights(svg):
    """The x of the lines that go down through the days."""
    lines = [e.get("d") for e in ElementTree.fromstring(svg).iter(f"{SVG}path") if e.get("class") == "s-line"]
    ends = [tuple(map(float, d[1:].replace("L", " ").split())) for d in lines]
    return sorted({x0 for x0, _, x1, _ in ends if x0 == x1})


@pytest.mark.parametrize(("day", "hours"), [(dt.date(2024, 3, 10), 23), (dt.date(2024, 11, 3), 25)])
def test_the_day_the_clocks_change_is_as_wide_as_it_was_long(day, hours):
    start, until = (dt.datetime.combine(day + dt.timedelta(days=n), dt.time(), NEW_YORK) for n in (-1, 2))
    data = Timeline("A", (Stay("x", start.astimezone(dt.UTC), until.astimezone(dt.UTC)),), start, until)
    before, change, after = midnights(timeline.svg(data, str, NEW_YORK))
    assert (after - change) / (change - before) == pytest.approx(hours / 24, rel=0.005)


def test_minutes_together_are_counted_through_the_change_of_clocks():
    start = dt.datetime(2024, 11, 3, 4, tzinfo=dt.UTC)  # midnight in New York; the hour from 5 to 6 UTC comes again
    both = Stay("x", start, start + 3 * HOUR)
    assert overlap(both, both, start + 9 * HOUR).minutes == 180


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90), st.sampled_from("xy")), max_size=5),
       st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90), st.sampled_from("xy")), max_size=5))  # fmt: skip
def test_together_is_what_counting_every_minute_says(mine, theirs):
    minute = dt.timedelta(minutes=1)

    def stays(rows):
        return tuple(Stay(place, START + a * minute, START + (a + long) * minute) for a, long, place in rows)

    data = Timeline("A", stays(mine), START, START + 9 * HOUR, "B", stays(theirs))
    counted = sum(
        1
        for t in range(200)
        for a, la, p in mine
        for b, lb, q in theirs
        if p == q and a <= t < a + la and b <= t < b + lb
    )
    assert sum(one.minutes for one in together(data)) == counted


def test_an_end_that_nobody_recorded_is_said_in_words_too():
    picture = timeline.picture(a_timeline(), str, SITE)
    ends = {row[4] for row in picture.table.rows}
    assert {"recorded", "still open", "exit not recorded", "entry not recorded"} == ends
    assert "(exit not recorded)" in picture.wide
    assert any("not recorded: 5" in sentence for sentence in picture.told)


def test_an_open_stay_counts_to_the_end_of_the_picture():
    open_stay = Stay("x", START, None, Ends.OPEN)
    met = overlap(open_stay, Stay("x", START + HOUR, START + 9 * HOUR), START + 4 * HOUR)
    assert met.minutes == 180
    assert not met.certain


def test_passing_a_gate_has_no_length_and_is_not_lost():
    data = Timeline("A", (Stay("gate", START, START),), START - HOUR, START + HOUR, "B", (Stay("gate", START, START),))
    (met,) = together(data)
    assert met.minutes == 0
    assert timeline.table(data, str, SITE).rows[0][-1] == "at the same moment"


def test_more_places_than_can_be_drawn_stay_in_the_table():
    many = tuple(Stay(f"place {n}", START + n * HOUR, START + (n + 1) * HOUR) for n in range(50))
    picture = timeline.picture(Timeline("A", many, START, START + 60 * HOUR), str, SITE)
    assert len(picture.table.rows) == 50
    assert "Further places stand in the table alone: 10." in picture.told
