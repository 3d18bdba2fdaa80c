"""How far to look back, and what is due on which day: by midnights of the site, whatever its clocks do."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.kernel.time import day_in
from kakou.tracing.policy import (
    Grade,
    Measure,
    PolicyRefused,
    edition,
    lookback,
    lookback_reason,
    midnight,
    onward,
    plan,
    propose,
    worded,
)
from kakou.tracing.policy.tests.meetings import HOUR, NOON, met, policies

SUINING = ZoneInfo("Asia/Shanghai")
# back at one to midnight; on at midnight to one; back at midnight to eleven; on and back in the night; half an hour
ZONES = [
    SUINING,
    *map(
        ZoneInfo, ("America/Havana", "Africa/Cairo", "America/Asuncion", "Europe/Berlin", "Australia/Lord_Howe", "UTC")
    ),
]
CN8, CN9 = edition("cn-8"), edition("cn-9")
DAY = dt.timedelta(days=1)
zones = st.sampled_from(ZONES)
days = st.dates(dt.date(2000, 1, 1), dt.date(2030, 12, 31))
moments = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2030, 12, 31)).map(lambda at: at.replace(tzinfo=dt.UTC))
grades = st.sampled_from(Grade)


def here(text, zone=SUINING):
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


def window(policy=CN8, zone=SUINING, **more):
    return lookback(
        policy, **{"onset": None, "first_positive": None, "asymptomatic": False, "until": None, **more}, zone=zone
    )


def test_four_whole_days_before_the_onset_count_until_the_day_of_the_sample_is_over():
    begin, end = window(onset=dt.date(2021, 8, 8), first_positive=here("2021-08-10T09:30"))
    assert begin == here("2021-08-04T00:00")
    assert end == here("2021-08-11T00:00")
    assert begin.tzinfo is end.tzinfo is dt.UTC


def test_without_symptoms_the_days_count_from_the_first_positive_sample():
    sample = here("2021-08-10T00:00")  # the new day, though it is still the 9th in UTC
    begin, end = window(CN9, first_positive=sample, asymptomatic=True, until=here("2021-08-10T18:00"))
    assert begin == here("2021-08-08T00:00")
    assert end == here("2021-08-10T18:00")


def test_a_second_before_midnight_is_the_day_before():
    begin, _ = window(CN9, first_positive=here("2021-08-09T23:59:59"), asymptomatic=True)
    assert begin == here("2021-08-07T00:00")


def test_a_sample_taken_before_the_symptoms_counts_first():
    asked = {"onset": dt.date(2021, 8, 12), "first_positive": here("2021-08-10T09:30"), "asymptomatic": False}
    assert window(**asked)[0] == here("2021-08-06T00:00")
    assert worded(lookback_reason(CN8, **asked, zone=SUINING)) == (
        "Looked back 4 days before the first positive sample on 2021-08-10 (cn-8)."
    )
    asked["onset"] = dt.date(2021, 8, 10)
    assert worded(lookback_reason(CN8, **asked, zone=SUINING)).startswith("Looked back 4 days before the onset")


SAMPLE = here("2021-08-10T09:30")
ONSET = dt.date(2021, 8, 8)


@pytest.mark.parametrize(
    ("given_days", "told"),
    [
        ({"first_positive": SAMPLE}, "Say on which day the symptoms began"),
        ({"asymptomatic": True}, "Say when the first positive sample was taken"),
        ({"asymptomatic": True, "onset": ONSET, "first_positive": SAMPLE}, "A case without symptoms has no onset."),
        ({"onset": ONSET}, "Say when the case was isolated"),
        ({"onset": ONSET, "until": here("2021-08-01T09:30")}, "The case was isolated before the days that count."),
    ],
)
def test_a_day_that_is_missing_or_contradicts_another_is_asked_for(given_days, told):
    with pytest.raises(PolicyRefused) as refused:
        window(**given_days)
    assert str(refused.value).startswith(told)


def test_a_moment_without_a_zone_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="give an aware datetime"):
        plan(CN8, Grade.CLOSE, dt.datetime(2021, 8, 10), zone=SUINING)


def test_clocks_that_skip_midnight_begin_the_day_at_one():
    cairo = ZoneInfo("Africa/Cairo")
    assert midnight(dt.date(2023, 4, 28), cairo).astimezone(cairo).isoformat() == "2023-04-28T01:00:00+03:00"


def test_clocks_that_have_midnight_twice_begin_the_day_at_the_first():
    havana = ZoneInfo("America/Havana")
    assert midnight(dt.date(2021, 11, 7), havana).isoformat() == "2021-11-07T04:00:00+00:00"


@given(days, zones)
def test_a_day_begins_where_the_one_before_ends(day, zone):
    begin = midnight(day, zone)
    assert day_in(zone, begin) == day
    assert day_in(zone, begin - dt.timedelta(seconds=1)) == day - DAY


@given(policies, moments, zones)
def test_the_look_back_is_whole_days_and_holds_the_sample(policy, sample, zone):
    begin, end = window(policy, zone, first_positive=sample, asymptomatic=True)
    assert begin <= sample < end
    assert begin == midnight(day_in(zone, begin), zone)
    assert (day_in(zone, sample) - day_in(zone, begin)).days == policy.lookback_days
    assert day_in(zone, end) - day_in(zone, sample) == DAY


def test_a_secondary_contact_is_met_between_the_first_meeting_with_the_case_and_the_isolation():
    [contact] = propose(CN8, [met("shop", 20), met("compound_gate", first=NOON - HOUR)])
    isolated = here("2021-08-11T08:00")
    assert onward(contact, isolated) == (dt.datetime.fromtimestamp(NOON, dt.UTC), isolated)


def table(due):
    return [(each.what, f"{each.first:%m-%d}", f"{each.last:%m-%d}") for each in due]


def test_the_eighth_edition_plans_fourteen_days_and_seven():
    due = plan(CN8, Grade.CLOSE, here("2021-08-09T23:50"), zone=SUINING)
    assert table(due) == [
        ("central_isolation", "08-10", "08-23"),
        ("test", "08-10", "08-10"),
        ("test", "08-13", "08-13"),
        ("test", "08-16", "08-16"),
        ("test", "08-23", "08-23"),
        ("home_monitor", "08-24", "08-30"),
        ("test", "08-25", "08-25"),
        ("test", "08-30", "08-30"),
        ("release", "08-31", "08-31"),
    ]
    assert worded(due[4].reason) == "Day 14: test by nasopharyngeal swab, samples: 2."
    assert worded(due[-1].reason) == "Released if every test was negative."


def test_the_ninth_edition_plans_seven_days_and_three():
    due = plan(CN9, Grade.CLOSE, here("2022-07-01T12:00"), zone=SUINING)
    assert [each for each in table(due) if each[0] != "test"] == [
        ("central_isolation", "07-02", "07-08"),
        ("home_monitor", "07-09", "07-11"),
        ("release", "07-12", "07-12"),
    ]
    assert [each.first.day for each in due if each.what == "test"] == [2, 3, 4, 6, 8, 11]


def test_nothing_is_due_of_somebody_who_is_no_contact():
    assert plan(CN8, Grade.NONE, here("2022-07-01T12:00"), zone=SUINING) == []
    assert plan(edition("generic"), Grade.SECONDARY, here("2022-07-01T12:00"), zone=SUINING) == []


@given(policies, grades, moments, zones)
def test_a_plan_covers_every_day_from_the_last_contact_to_the_release(policy, grade, last, zone):
    due = plan(policy, grade, last, zone=zone)
    spans = [each for each in due if each.what in set(Measure)]
    if not spans:
        assert due == []
        return
    assert spans[0].first - day_in(zone, last) == policy.first_day * DAY
    assert all(after.first - before.last == DAY for before, after in pairwise(spans))
    assert (due[-1].what, due[-1].first - spans[-1].last) == ("release", DAY)
    assert all(spans[0].first <= each.first <= spans[-1].last for each in due if each.what == "test")
    assert [each.first for each in due] == sorted(each.first for each in due)
    assert all("%(" not in worded(each.reason) for each in due)
