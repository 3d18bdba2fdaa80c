import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from kakou.backup.repository.manifest import id_at, newest
from kakou.backup.rules import DAY, GRACE, Kind, Plan, Run, backup_due, drill_due, expired, is_unbroken, standing

ZONE = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2027, 1, 5, 4, tzinfo=dt.UTC)
DAILY = Plan(DAY, dt.time(2, 30), 30 * DAY, 7 * DAY)
MINUTE = dt.timedelta(minutes=1)
SPANS = st.timedeltas(dt.timedelta(0), 60 * DAY)


def run(kind, began, trouble=""):
    return Run(kind, "x", began, began + MINUTE, trouble=trouble)


@given(ago=SPANS, every=st.sampled_from([5 * MINUTE, 60 * MINUTE, DAY, 7 * DAY]))
def test_it_is_due_at_the_latest_a_day_after_its_time_and_never_twice_in_it(ago, every):
    plan = Plan(every, dt.time(2, 30), 30 * DAY, 7 * DAY)
    due = backup_due([run(Kind.BACKUP, NOW - ago)], plan, since=NOW - 90 * DAY, now=NOW, zone=ZONE)
    assert due or ago < every + DAY
    assert not due or ago >= min(every, DAY) - DAY


@given(began=st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 1, 1), timezones=st.just(ZONE)))
def test_a_daily_one_is_made_once_at_its_hour(began):
    made = [run(Kind.BACKUP, began)]
    hours = [began + n * dt.timedelta(minutes=30) for n in range(1, 49)]
    due = [hour for hour in hours if backup_due(made, DAILY, since=began, now=hour, zone=ZONE)]
    assert due
    assert due[0].astimezone(ZONE).time() < dt.time(3, 0)
    assert due[0].astimezone(ZONE).time() >= dt.time(2, 30)


def test_after_a_failure_it_is_tried_again_ten_minutes_later():
    runs = [run(Kind.BACKUP, NOW - 3 * DAY), run(Kind.BACKUP, NOW - 5 * MINUTE, "backup-disk-full")]
    assert not backup_due(runs, DAILY, since=NOW - 9 * DAY, now=NOW, zone=ZONE)
    assert backup_due(runs, DAILY, since=NOW - 9 * DAY, now=NOW + 10 * MINUTE, zone=ZONE)


def test_nobody_is_told_of_what_somebody_else_sees_to():
    off = Plan(None, dt.time(2, 30), 30 * DAY, 7 * DAY)
    assert not backup_due([], off, since=NOW - 90 * DAY, now=NOW, zone=ZONE)
    assert not drill_due([run(Kind.BACKUP, NOW)], off, now=NOW)
    found = standing([], off, since=NOW - 90 * DAY, now=NOW)
    assert not (found.backup_late or found.proof_late)


@given(ago=SPANS)
def test_a_restore_proves_a_backup_as_a_drill_does(ago):
    made = run(Kind.BACKUP, NOW - ago)
    for kind in (Kind.DRILL, Kind.RESTORE):
        assert drill_due([made, run(kind, NOW - ago)], DAILY, now=NOW) == (ago >= DAILY.prove)
    assert drill_due([made], DAILY, now=NOW)


@given(ago=SPANS)
def test_late_is_what_missed_twice_its_time(ago):
    found = standing([run(Kind.BACKUP, NOW - ago)], DAILY, since=NOW - 90 * DAY, now=NOW)
    assert found.backup_late == (ago > 2 * DAY + GRACE)
    new = standing([], DAILY, since=NOW - ago, now=NOW)
    assert new.backup_late == (ago > 2 * DAY + GRACE)


def test_a_failure_is_told_until_the_same_goes_well():
    """Neither a proof of an old backup nor the next of many backups hides it."""
    backup, proof = run(Kind.BACKUP, NOW - 3 * DAY), run(Kind.DRILL, NOW - DAY)
    full = run(Kind.BACKUP, NOW - 2 * DAY, "backup-disk-full")
    assert standing([backup, full, proof], DAILY, since=NOW - 9 * DAY, now=NOW).failed == full
    again, unequal = run(Kind.BACKUP, NOW), run(Kind.DRILL, NOW - DAY / 2, "backup-unequal")
    assert standing([backup, proof, unequal, again], DAILY, since=NOW - 9 * DAY, now=NOW).failed == unequal
    mended = [backup, full, again, unequal, run(Kind.RESTORE, NOW)]
    assert standing(mended, DAILY, since=NOW - 9 * DAY, now=NOW).failed is None


@given(ages=st.lists(SPANS, max_size=9))
def test_what_goes_is_older_than_it_is_kept_and_the_newest_stays(ages):
    backups = [(str(n), NOW - age) for n, age in enumerate(ages)]
    gone = expired(backups, DAILY, now=NOW)
    assert all(NOW - dict(backups)[id] > DAILY.keep for id in gone)
    assert len(gone) < len(backups) or not backups
    left = sorted(NOW - at for id, at in backups if id not in gone)
    assert all(age <= DAILY.keep for age in left[1:])


@given(ahead=st.timedeltas(MINUTE, 900 * DAY), ages=st.lists(SPANS, min_size=1, max_size=9))
def test_what_a_clock_that_ran_ahead_has_dated_is_not_the_newest(ahead, ages):
    backups = [*((str(n), NOW - age) for n, age in enumerate(ages)), ("ahead", NOW + ahead)]
    gone = expired(backups, DAILY, now=NOW)
    assert NOW - min(ages) in {at for id, at in backups if id not in gone}
    ids = [id_at(at) for _, at in backups]
    assert newest(ids, NOW) == id_at(NOW - min(ages))
    assert newest(ids[-1:], NOW) == ids[-1]
    assert newest([], NOW) == ""


@given(ahead=st.timedeltas(MINUTE, 900 * DAY))
def test_an_installation_that_such_a_clock_began_waits_for_no_day(ahead):
    assert backup_due([], DAILY, since=NOW + ahead, now=NOW, zone=ZONE)
    assert standing([], DAILY, since=NOW + ahead, now=NOW).backup_late


@given(jump=st.timedeltas(32 * DAY, 900 * DAY), nights=st.integers(1, 30))
def test_a_clock_that_runs_ahead_makes_no_backup_too_old(jump, nights):
    """Not in the first night, nor in those after: until as long has passed as each is kept."""
    before = [NOW - n * DAY for n in range(31)]
    since = [NOW + jump + n * DAY for n in range(nights)]
    assert is_unbroken(before, DAILY, now=NOW)
    assert not is_unbroken([*before, *since], DAILY, now=since[-1])
    later = [*since, *(since[-1] + n * DAY for n in range(40))]
    assert is_unbroken([*before, *later], DAILY, now=later[-1])
    right = NOW + DAY  # it was put right
    assert is_unbroken([*before, *since, right], DAILY, now=right)


def test_whoever_makes_them_seldom_has_old_ones_removed_all_the_same():
    seldom = [NOW + n * 90 * DAY for n in range(4)]
    assert [is_unbroken(seldom[: n + 1], DAILY, now=at) for n, at in enumerate(seldom)] == [True, False, True, True]


@given(ahead=st.timedeltas(MINUTE, 900 * DAY), trouble=st.sampled_from(["", "backup-disk-full"]))
def test_what_a_clock_that_ran_ahead_has_dated_counts_for_nothing(ahead, trouble):
    """It was set right since: nobody waits for the day that it showed."""
    runs = [run(Kind.BACKUP, NOW - 9 * DAY), run(Kind.DRILL, NOW - 9 * DAY)]
    odd = [run(kind, NOW + ahead, trouble) for kind in (Kind.BACKUP, Kind.DRILL)]
    assert backup_due([*runs, *odd], DAILY, since=NOW - 90 * DAY, now=NOW, zone=ZONE)
    assert drill_due([*runs, *odd], DAILY, now=NOW)
    assert standing([*runs, *odd], DAILY, since=NOW - 90 * DAY, now=NOW) == standing(
        runs, DAILY, since=NOW - 90 * DAY, now=NOW
    )
