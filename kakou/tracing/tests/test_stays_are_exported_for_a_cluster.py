"""`kakou trace export`: files by day and bucket of places, persons under codes of this one export."""

from __future__ import annotations

import datetime as dt
import json
import stat
import zlib
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from kakou.tracing.engine import TraceIndex
from kakou.tracing.management.cli import group
from kakou.tracing.sources import gather

MIDNIGHT = 1_628_524_800  # 2021-08-10 in Xuzhou


def export(*arguments):
    done = CliRunner().invoke(group, ["export", *map(str, arguments), "--json"])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture
def stays(tmp_path):
    """Three days; a stay past midnight, and one of no length at it."""
    draw = np.random.default_rng(7)
    rows = [f"p{draw.integers(40)},place {draw.integers(9)},{e},{e + draw.integers(0, 9000)},yes"
            for e in MIDNIGHT + draw.integers(0, 3 * 86_400, 500)]  # fmt: skip
    rows += [f"p1,place 1,{MIDNIGHT + 86_390},{MIDNIGHT + 90_000},no", f"p2,place 1,{MIDNIGHT},{MIDNIGHT},yes"]
    (tmp_path / "stays.csv").write_text("\n".join(["person,place,enter,leave,certain", *rows]))
    return tmp_path / "stays.csv"


def counted(folder):
    """What does not hang on codes: how many rows of each place, time and certainty."""
    found = gather(folder, {name: name for name in ("person", "place", "enter", "leave", "certain")})
    places = found.places.told(found.place).to_pylist()
    return sorted(zip(places, found.enter.tolist(), found.leave.tolist(), found.certain.tolist(), strict=True)), found


def test_every_stay_lies_whole_in_the_day_and_bucket_of_its_place(tmp_path, stays):
    told = export(tmp_path / "out", "--stays", stays, "--certain-col", "certain", "--by-day", "Asia/Shanghai",
                  "--buckets", 4)  # fmt: skip
    assert (told["stays"], told["persons"], told["places"], told["days"]) == (502, 40, 9, 3)
    assert counted(tmp_path / "out")[0] == counted(stays)[0]
    files = sorted((tmp_path / "out").rglob("*.parquet"))
    assert len(files) == told["files"]
    assert sum(file.stat().st_size for file in files) == told["bytes"]
    for file in files:
        day, bucket = (part.split("=")[1] for part in file.parts[-3:-1])
        rows = pq.ParquetFile(file).read().to_pylist()
        begin = MIDNIGHT + (int(day[-2:]) - 10) * 86_400
        assert all(begin <= row["enter"] < begin + 86_400 for row in rows)
        assert {zlib.crc32(row["place"].encode()) % 4 for row in rows} == {int(bucket)}
        assert [row["enter"] for row in rows if row["place"] == rows[0]["place"]] == sorted(
            row["enter"] for row in rows if row["place"] == rows[0]["place"]
        )


def test_codes_are_new_each_time_and_meetings_the_same(tmp_path, stays):
    codes, exposures = [], []
    for name in ("one", "other"):
        export(tmp_path / name, "--stays", stays, "--by-day", "Asia/Shanghai")
        found = counted(tmp_path / name)[1]
        index = TraceIndex.from_arrays(found.person, found.place, found.enter, found.leave)
        told = index.exposure(min_overlap=60)
        codes.append(dict(zip(told.person.tolist(), told.exposure_s.tolist(), strict=True)))
        exposures.append(sorted(codes[-1].values()))
    assert sorted(codes[0]) == sorted(codes[1]) == list(range(40))
    assert codes[0] != codes[1]
    assert exposures[0] == exposures[1]
    assert len(set(exposures[0])) > 20


def test_no_stays_are_a_folder_without_files(tmp_path):
    (tmp_path / "none.csv").write_text("person,place,enter,leave\n")
    told = export(tmp_path / "out", "--stays", tmp_path / "none.csv")
    assert (told["stays"], told["persons"], told["days"], told["files"]) == (0, 0, 0, 0)
    assert list((tmp_path / "out").iterdir()) == []


def test_an_index_is_exported_as_its_file_is(tmp_path, stays):
    CliRunner().invoke(group, ["index", str(tmp_path / "index"), "--stays", str(stays), "--certain-col", "certain"])
    export(tmp_path / "out", "--index", tmp_path / "index")
    assert counted(tmp_path / "out")[0] == counted(stays)[0]


def test_it_is_for_its_owner_and_there_whole_or_not_at_all(tmp_path, stays, monkeypatch):
    export(tmp_path / "out", "--stays", stays)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    before = sorted(tmp_path.iterdir())

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pyarrow.parquet.write_table", full)
    with pytest.raises(OSError, match="No space"):
        export(tmp_path / "half", "--stays", stays)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue", "America/New_York"])
def test_days_are_those_of_the_zone(tmp_path, stays, zone):
    export(tmp_path / "out", "--stays", stays, "--by-day", zone)
    days = {dt.datetime.fromtimestamp(enter, ZoneInfo(zone)).date().isoformat() for _, enter, _, _ in counted(stays)[0]}
    assert {folder.name.removeprefix("day=") for folder in (tmp_path / "out").iterdir()} == days
