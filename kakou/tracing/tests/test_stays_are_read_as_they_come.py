"""Stays of other systems: numbers or texts, epochs or clocks on a wall; what cannot be is named by row and column."""

from __future__ import annotations

import datetime as dt
import gzip
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.tracing.sources import COLUMNS, SourceUnfit, gather
from kakou.tracing.sources.moments import midnights, moment, seconds

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
TITLES = "person,place,enter,leave"
MORNING = 1_628_553_600  # 2021-08-10 08:00 in Xuzhou


def csv_of(tmp_path, *rows, titles=TITLES, name="stays.csv"):
    file = tmp_path / name
    file.write_text("\n".join([titles, *rows]) + "\n")
    return file


def rows_of(found):
    persons, places = found.persons.told(found.person), found.places.told(found.place)
    rest = (found.enter, found.leave, found.certain)
    return list(zip(persons.to_pylist(), places.to_pylist(), *(column.tolist() for column in rest), strict=True))


@pytest.mark.parametrize(
    ("enter", "leave"),
    [
        ("1628553600", "1628557200"),
        ("2021-08-10T08:00:00+08:00", "2021-08-10 01:00:00Z"),
        ("2021-08-10 00:00:00.999999+00", "2021-08-10T09:00:00+0800"),
    ],
)
def test_times_are_epochs_or_have_a_zone(tmp_path, enter, leave):
    found = gather(csv_of(tmp_path, f"7,12,{enter},{leave}"))
    assert rows_of(found) == [(7, 12, MORNING, MORNING + 3600, True)]


def test_times_without_a_zone_are_of_the_one_that_is_told(tmp_path):
    file = csv_of(tmp_path, "7,12,2021-08-10 08:00:00,2021-08-10T09:00")
    assert rows_of(gather(file, zone=SHANGHAI)) == [(7, 12, MORNING, MORNING + 3600, True)]
    with pytest.raises(SourceUnfit, match=r"Row 2, column enter: 2021-08-10 08:00:00 has no time zone.*--zone"):
        gather(file)


def test_of_an_hour_that_came_twice_the_stay_is_the_longest(tmp_path):
    file = csv_of(tmp_path, "7,12,2021-11-07 01:30:00,2021-11-07 01:30:00")
    assert [leave - enter for _, _, enter, leave, _ in rows_of(gather(file, zone=NEW_YORK))] == [3600]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", None])
def test_timestamps_of_parquet_are_taken(tmp_path, unit, zone):
    moments = pa.array([MORNING, MORNING + 60], pa.timestamp("s", zone or "UTC")).cast(pa.timestamp(unit, zone))
    table = {"person": ["wang", "li"], "place": pa.array([3, 3], pa.int16()), "enter": moments, "leave": moments}
    pq.write_table(pa.table(table), tmp_path / "stays.parquet")
    found = gather(tmp_path / "stays.parquet", zone=ZoneInfo("UTC"))
    assert rows_of(found) == [("wang", 3, MORNING, MORNING, True), ("li", 3, MORNING + 60, MORNING + 60, True)]


def test_ids_are_told_as_they_came(tmp_path):
    numbers = gather(csv_of(tmp_path, "-7,12,5,5", "9007199254740993,13,5,5"))
    assert [row[:2] for row in rows_of(numbers)] == [(-7, 12), (9007199254740993, 13)]
    texts = gather(csv_of(tmp_path, "007,12,5,5", "7,农贸市场,5,5", "7,12,5,5"))
    assert [row[:2] for row in rows_of(texts)] == [("007", "12"), ("7", "农贸市场"), ("7", "12")]
    assert (texts.persons.find("007"), texts.persons.find("7"), texts.persons.find("8")) == (0, 1, None)
    assert (numbers.persons.find("-7"), numbers.persons.find("007"), numbers.persons.find("x")) == (-7, None, None)


def test_other_columns_are_left_alone_and_own_ones_named(tmp_path):
    titles = "who,where,from,to,seen,note"
    file = csv_of(tmp_path, '7,12,5,9,yes,"a ""b"", c"', "8,12,5,9,FALSE,", titles=titles)
    columns = {"person": "who", "place": "where", "enter": "from", "leave": "to", "certain": "seen"}
    assert rows_of(gather(file, columns)) == [(7, 12, 5, 9, True), (8, 12, 5, 9, False)]
    with pytest.raises(SourceUnfit, match=r"no column person, only: who, where, from, to, seen, note.*--person-col"):
        gather(file)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("7,12,5,2021-08-40", r"Row 4, column leave: 2021-08-40 is no time. Write seconds of the epoch, or"),
        ("7,12,five,6", r"Row 4, column enter: five is no time"),
        ("7,12,2021-08-10T08:00:00Z,6", r"Row 4, column enter: 2021-.* is not written as the first time is, 5"),
        ("7,12,5,", r"Row 4, column leave is empty. .*--certain-col"),
        (",12,5,6", r"Row 4, column person is empty"),
        ("7,12,6,5", r"Row 4, column leave: 5 lies before its enter, 6"),
        ("7,12,1628553600000,1628553600000", r"Row 4, column leave: 1628553600000 is not within 1932 to 2068"),
    ],
)
@pytest.mark.parametrize("many", [0, 50])
def test_what_cannot_be_is_named_by_row_and_column(tmp_path, row, says, many):
    file = csv_of(tmp_path, "7,12,5,6", "", row, *["7,12,5,6"] * many)
    with pytest.raises(SourceUnfit, match=says):
        gather(file)


def test_a_row_of_a_later_part_is_counted_from_the_first(tmp_path, monkeypatch):
    monkeypatch.setattr("kakou.tracing.sources.files._BLOCK", 200)
    shares = []
    file = csv_of(tmp_path, *["7,12,5,6"] * 500, "7,12,5,never", *["7,12,5,6"] * 500)
    with pytest.raises(SourceUnfit, match="Row 502, column leave: never"):
        gather(file, progress=shares.append)
    assert len(shares) > 5
    assert shares == sorted(shares)


def test_parquet_counts_from_one(tmp_path):
    table = {"person": [1, 2], "place": [3, 3], "enter": [5, 5], "leave": [6, None]}
    pq.write_table(pa.table(table), tmp_path / "stays.parquet")
    with pytest.raises(SourceUnfit, match="Row 2, column leave is empty"):
        gather(tmp_path / "stays.parquet")


@pytest.mark.parametrize(
    ("column", "values", "says"),
    [
        ("person", [0.5], "column person holds double. Give whole numbers or texts"),
        ("enter", [True], "column enter holds bool. Give seconds"),
        ("enter", [5.5], "column enter: 5.5 is no time"),
    ],
)
def test_columns_of_what_cannot_be_are_refused(tmp_path, column, values, says):
    table = {"person": [1], "place": [3], "enter": [5], "leave": [6], column: values}
    pq.write_table(pa.table(table), tmp_path / "stays.parquet")
    with pytest.raises(SourceUnfit, match=f"(?i){says}"):
        gather(tmp_path / "stays.parquet")


def test_packed_and_marked_csv_is_read(tmp_path):
    text = "\ufeff" + TITLES + "\n7,12,5,6\n"
    (tmp_path / "stays.csv.gz").write_bytes(gzip.compress(text.encode()))
    assert rows_of(gather(tmp_path / "stays.csv.gz")) == [(7, 12, 5, 6, True)]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", TITLES.encode() + b"\n1,2,3\n", "person,place,enter,leave\n王,2,3,4".encode("gbk")],
)
@pytest.mark.parametrize("name", ["stays.csv", "stays.parquet", "stays.csv.gz"])
def test_what_is_no_such_file_is_refused(tmp_path, content, name):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceUnfit, match=name):
        gather(tmp_path / name)


@pytest.mark.parametrize("name", ["stays.csv", "stays.parquet"])
def test_no_rows_are_no_stays(tmp_path, name):
    if name.endswith("csv"):
        csv_of(tmp_path)
    else:
        pq.write_table(pa.table({name: pa.array([], pa.int64()) for name in COLUMNS}), tmp_path / name)
    assert rows_of(gather(tmp_path / name)) == []


@given(st.integers(-(2**31), 2**32), st.sampled_from([SHANGHAI, NEW_YORK, ZoneInfo("Australia/Lord_Howe")]))
def test_a_clock_on_the_wall_is_understood_as_python_does(at, zone):
    wall = dt.datetime.fromtimestamp(at, zone).replace(tzinfo=None)
    for late in (False, True):
        wanted = int(wall.replace(tzinfo=zone, fold=int(late)).timestamp())
        assert seconds(pa.array([wall.isoformat()]), zone, name="enter", late=late).tolist() == [wanted]
    assert moment(dt.datetime.fromtimestamp(at, zone).isoformat(), None) == at


def test_a_day_begins_where_the_site_stands():
    assert np.diff(midnights(1_636_257_600, 1_636_347_600, NEW_YORK)).tolist() == [25 * 3600, 24 * 3600]
    assert midnights(MORNING, MORNING, SHANGHAI) == [MORNING - 8 * 3600, MORNING + 16 * 3600]
