"""A due time counts worked days of the site, stands still while it is paused, and says which year is not announced."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kakou.workorders.clocks import Calendar, Due, Limit, Pause, china, due, everyday, spent

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = china(SHANGHAI, range(2021, 2031))
ANNOUNCED = range(2021, 2027)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
ZONES = st.sampled_from(["Asia/Shanghai", "Asia/Kathmandu", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
CALENDARS = ZONES.map(lambda name: china(ZoneInfo(name), range(2021, 2031)))
MOMENTS = st.datetimes(dt.datetime(2021, 1, 1), dt.datetime(2030, 6, 1), timezones=st.just(dt.UTC))
AMOUNTS = st.timedeltas(dt.timedelta(0), dt.timedelta(days=20)).map(
    lambda t: dt.timedelta(seconds=t // dt.timedelta(seconds=1))
)
LIMITS = st.builds(Limit, AMOUNTS, st.booleans())


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(dt.UTC)


@st.composite
def pauses(draw):
    edges = sorted(draw(st.lists(MOMENTS, max_size=6, unique=True)))
    return [Pause(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]


@pytest.mark.parametrize(
    ("reported", "days", "until"),
    [
        ("2021-08-13 15:00", 1, "2021-08-16 15:00"),  # over a weekend
        ("2021-08-14 10:00", 1, "2021-08-17 00:00"),  # reported on a Saturday
        ("2021-09-17 09:00", 1, "2021-09-18 09:00"),  # that Saturday is worked for the Mid-Autumn Festival
        ("2021-09-30 16:00", 7, "2021-10-15 16:00"),  # over National Day; Saturday the ninth is worked
        ("2022-01-28 08:00", 1, "2022-01-29 08:00"),  # Saturday and Sunday before Spring Festival are worked
        ("2026-02-13 12:00", 2, "2026-02-24 12:00"),  # the longest Spring Festival; Saturday the fourteenth is worked
    ],
)
def test_worked_days_of_china(reported, days, until):
    assert due(CHINA, Limit.worked(days=days), begun=at(reported)) == Due(at(until), provisional=False)


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2021, "02-07 02-20 04-25 05-08 09-18 09-26 10-09"),
        (2022, "01-29 01-30 04-02 04-24 05-07 10-08 10-09"),
        (2023, "01-28 01-29 04-23 05-06 06-25 10-07 10-08"),
        (2024, "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12"),
        (2025, "01-26 02-08 04-27 09-28 10-11"),
        (2026, "01-04 02-14 02-28 05-09 09-20 10-10"),
    ],
)
def test_weekends_worked_instead_are_those_that_the_state_council_announced(year, days):
    whole = [dt.date(year, 1, 1) + n * DAY for n in range(366)]
    worked = [day for day in whole if day.year == year and day.weekday() > 4 and CHINA.is_worked(day)]
    assert " ".join(f"{day:%m-%d}" for day in worked) == days


@given(MOMENTS, AMOUNTS)
def test_a_due_time_that_counts_on_a_year_not_announced_says_so(begun, amount):
    assume(amount > dt.timedelta(0))
    found = due(CHINA, Limit(amount, in_worked_days=True), begun=begun)
    days = [begun.astimezone(SHANGHAI).date(), (found.at - dt.timedelta(microseconds=1)).astimezone(SHANGHAI).date()]
    assert found.provisional == (not set(range(days[0].year, days[1].year + 1)) <= set(ANNOUNCED))


@given(CALENDARS, LIMITS, MOMENTS)
def test_as_much_passes_until_it_is_due_as_the_limit_says(calendar, limit, begun):
    found = due(calendar, limit, begun=begun).at
    assert found >= begun
    passed, _ = spent(calendar, limit, begun, found)
    if limit.in_worked_days:  # an hour that the wall shows twice, or leaves out
        assert abs(passed - limit.amount) <= HOUR
    else:
        assert passed == limit.amount


@given(LIMITS, MOMENTS)
def test_where_clocks_are_never_put_forward_exactly_as_much_passes(limit, begun):
    assert spent(CHINA, limit, begun, due(CHINA, limit, begun=begun).at)[0] == limit.amount


@given(MOMENTS, AMOUNTS)
def test_nothing_falls_due_within_a_day_of_rest(begun, amount):
    assume(amount > dt.timedelta(0))
    found = due(CHINA, Limit(amount, in_worked_days=True), begun=begun).at
    assert CHINA.is_worked((found - dt.timedelta(microseconds=1)).astimezone(SHANGHAI).date())


@given(LIMITS, MOMENTS, AMOUNTS)
def test_what_begins_later_is_not_due_sooner(limit, begun, later):
    assert due(CHINA, limit, begun=begun).at <= due(CHINA, limit, begun=begun + later).at


@given(MOMENTS, AMOUNTS, AMOUNTS, st.booleans())
def test_two_limits_one_after_the_other_are_one(begun, one, other, worked):
    first = due(CHINA, Limit(one, worked), begun=begun).at
    both = due(CHINA, Limit(one + other, worked), begun=begun).at
    assert due(CHINA, Limit(other, worked), begun=first).at == both or other == dt.timedelta(0)


@given(LIMITS, MOMENTS, pauses())
def test_a_clock_stands_still_while_it_is_paused(limit, begun, still):
    found = due(CHINA, limit, begun=begun, pauses=still).at
    within = [(max(p.since, begun), min(p.until, found)) for p in still if p.since < found and p.until > begun]
    edges = [begun, *(edge for pair in within for edge in pair), found]
    runs = sum((spent(CHINA, limit, a, b)[0] for a, b in list(pairwise(edges))[::2]), dt.timedelta(0))
    assert runs == limit.amount
    assert found >= due(CHINA, limit, begun=begun).at


@given(LIMITS, MOMENTS)
def test_while_it_is_paused_nothing_falls_due(limit, begun):
    assume(limit.amount > dt.timedelta(0))
    assert due(CHINA, limit, begun=begun, pauses=[Pause(begun, begun + 30 * DAY)]).at > begun + 30 * DAY
    first = due(CHINA, limit, begun=begun).at
    assert due(CHINA, limit, begun=begun, pauses=[Pause(first, first + 30 * DAY)]).at == first


def test_a_site_says_of_its_own_days_whether_they_are_worked():
    day = dt.date(2021, 8, 14)
    ours = CHINA.with_days({day: True, dt.date(2021, 8, 16): False})
    assert due(ours, Limit.worked(days=1), begun=at("2021-08-13 15:00")).at == at("2021-08-14 15:00")
    assert due(ours, Limit.worked(days=1), begun=at("2021-08-14 15:00")).at == at("2021-08-17 15:00")


def test_an_emergency_counts_through_the_night():
    assert due(CHINA, Limit.plain(minutes=30), begun=at("2021-08-14 23:50")).at == at("2021-08-15 00:20")


def test_wall_time_over_a_change_of_the_clock():
    berlin = everyday(ZoneInfo("Europe/Berlin"))
    begun = dt.datetime(2021, 3, 27, 14, tzinfo=dt.UTC)  # 15:00; at night the clock is put forward
    assert due(berlin, Limit.worked(days=1), begun=begun).at == begun + 23 * HOUR
    begun = dt.datetime(2021, 10, 30, 13, tzinfo=dt.UTC)  # 15:00; at night it is put back
    assert due(berlin, Limit.worked(days=1), begun=begun).at == begun + 25 * HOUR


def test_a_calendar_without_a_day_of_work_is_refused():
    days = {dt.date(2021, 1, 1) + n * DAY: False for n in range(4_000)}
    with pytest.raises(ValueError, match="no day of work"):
        due(Calendar(SHANGHAI, days), Limit.worked(days=1), begun=at("2021-08-13 15:00"))
