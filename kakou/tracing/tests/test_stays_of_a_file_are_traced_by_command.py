"""`kakou trace` over files: what is asked, how it is told, and that nothing is half written."""

from __future__ import annotations

import json
import stat

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from django.utils import translation

from kakou.tracing.engine import TraceIndex, reference
from kakou.tracing.engine.reference import Stay
from kakou.tracing.management.cli import group
from kakou.tracing.sources import SourceUnfit, gather, refusing

STAYS = """who,where,from,to,seen
wang,农贸市场,2021-08-10T08:00:00+08:00,2021-08-10T09:00:00+08:00,yes
li,农贸市场,2021-08-10T08:30:00+08:00,2021-08-10T10:00:00+08:00,no
zhao,农贸市场,2021-08-10T08:59:00+08:00,2021-08-10T11:00:00+08:00,yes
li,school,2021-08-10T23:00:00+08:00,2021-08-11T07:00:00+08:00,yes
sun,school,2021-08-11T06:00:00+08:00,2021-08-11T06:45:00+08:00,yes
"""
OWN = ["--person-col", "who", "--place-col", "where", "--enter-col", "from", "--leave-col", "to",
       "--certain-col", "seen", "--zone", "Asia/Shanghai"]  # fmt: skip
WINDOW = ["--from", "2021-08-10T00:00:00", "--to", "2021-08-12T00:00:00"]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def stays(tmp_path):
    (tmp_path / "stays.csv").write_text(STAYS, "utf-8")
    return ["--stays", str(tmp_path / "stays.csv"), *OWN]


def run(*arguments):
    done = CliRunner().invoke(group, [str(each) for each in arguments])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def rows(*arguments):
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_contacts_are_told_with_ids_as_they_came_and_times_in_the_zone(stays):
    assert rows("contacts", "wang", *stays, *WINDOW) == [
        {"case": "wang", "person": "li", "exposure_s": 1800, "encounters": 1, "certain": False,
         "first": "2021-08-10T08:30:00+08:00", "last": "2021-08-10T09:00:00+08:00"},
    ]  # fmt: skip
    found = rows("contacts", "wang", "sun", *stays, *WINDOW, "--min-overlap", 0)
    assert [(row["case"], row["person"], row["exposure_s"]) for row in found] == [
        ("sun", "li", 2700), ("wang", "li", 1800), ("wang", "zhao", 60),
    ]  # fmt: skip


def test_a_chain_is_told_and_each_of_its_meetings(stays):
    found = rows("reach", "wang", *stays, "--from", "2021-08-10T00:00:00", "--hops", 2)
    assert [(row["person"], row["degree"], row["predecessor"]) for row in found] == [
        ("wang", 0, "wang"), ("li", 1, "wang"), ("zhao", 2, "li"), ("sun", 2, "li"),
    ]  # fmt: skip
    steps = rows("reach", "wang", *stays, "--from", "2021-08-10T00:00:00", "--evidence", "sun")
    assert [(step["source"], step["target"], step["place"], step["certain"]) for step in steps] == [
        ("wang", "li", "农贸市场", False), ("li", "sun", "school", True),
    ]  # fmt: skip
    assert steps[1]["time"] == steps[1]["target_enter"] == "2021-08-11T06:00:00+08:00"
    assert rows("reach", "wang", *stays, "--from", "2021-08-10T00:00:00", "--hops", 1, "--evidence", "sun") == []


def test_exposure_of_everybody_is_told_the_longest_first(stays):
    found = rows("exposure", *stays, "--min-overlap", 0)
    assert [(row["person"], row["exposure_s"]) for row in found] == [
        ("li", 1800 + 3660 + 2700), ("zhao", 3660 + 60), ("sun", 2700), ("wang", 1860),
    ]  # fmt: skip


@pytest.mark.parametrize("by_day", [[], ["--by-day", "Asia/Shanghai"]])
def test_an_index_says_what_its_file_says(tmp_path, stays, by_day):
    made = rows("index", tmp_path / "index", *stays, *by_day)
    assert (made["stays"], made["persons"], made["places"], made["segments"]) == (5, 4, 2, 2 if by_day else 1)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "index").rglob("*")} == {0o700, 0o600}
    asked = ["contacts", "wang", "li", *WINDOW, "--min-overlap", 0]
    assert rows(*asked, "--index", tmp_path / "index", "--zone", "Asia/Shanghai") == rows(*asked, *stays)


def test_an_index_of_the_engine_is_asked_too(tmp_path):
    TraceIndex.from_arrays([7, -8], [1, 1], [100, 200], [300, 400]).save(tmp_path / "index")
    found = rows("contacts", "7", "--index", tmp_path / "index", "--from", 0, "--to", 999, "--min-overlap", 100)
    assert [(row["case"], row["person"], row["first"]) for row in found] == [("7", -8, "1970-01-01T00:03:20+00:00")]


@pytest.mark.parametrize("name", ["answer.csv", "answer.parquet"])
def test_an_answer_is_written_for_its_owner(tmp_path, stays, name):
    done = run("contacts", "wang", *stays, *WINDOW, "--min-overlap", 0, "--out", tmp_path / name)
    assert done.output == f"2 rows written to {tmp_path / name}.\n"
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    table = (pa_csv.read_csv if name.endswith("csv") else pq.read_table)(tmp_path / name)
    assert table.column("person").to_pylist() == ["li", "zhao"]
    assert pa.types.is_timestamp(table.schema.field("first").type)


def test_a_terminal_shows_the_first_and_how_many_more(tmp_path):
    many = 30
    table = {"person": range(many), "place": [1] * many, "enter": [0] * many, "leave": [9] * many}
    pq.write_table(pa.table({name: list(column) for name, column in table.items()}), tmp_path / "stays.parquet")
    done = run("contacts", "7", "--stays", tmp_path / "stays.parquet", "--from", 0, "--to", 9, "--min-overlap", 0)
    assert "… and 9 more: --json shows all" in done.output
    alone = run("contacts", "7", "--stays", tmp_path / "stays.parquet", "--from", 5, "--to", 9)
    assert alone.output == "Nobody.\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["contacts", "wang", "--from", "yesterday", "--to", "9"], "yesterday is no time with a zone"),
        (["contacts", "wang", "--from", "0", "--to", "9", "--zone", "Moon/Far"], "Moon/Far is no time zone"),
        (["contacts", "wang", "--from", "0", "--to", "9", "--out", "answer.xls"], "ends neither in .csv nor in"),
        (["contacts", "wang", "--from", "0", "--to", "9", "--out", "/no/where/a.csv"], "there is no folder"),
        (["exposure", "--stays", "nowhere.csv"], "does not exist"),
        (["exposure", "--index", ".", "--stays", __file__], "not both"),
    ],
)
def test_wrong_use_is_told_before_anything_is_asked(arguments, says):
    done = run(*arguments)
    assert done.exit_code == 2
    assert says in " ".join(done.output.replace("│", " ").split())


def test_nothing_is_half_written(tmp_path, stays):
    with (tmp_path / "stays.csv").open("a") as file:
        file.write("qian,school,2021-08-11T06:00:00+08:00,2021-08-40,yes\n")
    before = sorted(tmp_path.iterdir())
    for words in (["index", tmp_path / "index"], ["exposure", "--out", tmp_path / "answer.csv"]):
        with pytest.raises(SourceUnfit, match=r"Row 7, column to: 2021-08-40 is no time\. Write seconds of the epoch"):
            run(*words, *stays)
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_that_holds_something_is_left_alone(tmp_path, stays):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(SourceUnfit, match="is there and not empty"):
        run("index", tmp_path / "mine", *stays)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]
    with pytest.raises(SourceUnfit, match="holds no index"):
        run("exposure", "--index", tmp_path / "mine")


def test_a_damaged_index_is_refused(tmp_path, stays):
    run("index", tmp_path / "index", *stays)
    (tmp_path / "index" / "persons.parquet").write_bytes(b"nothing")
    with pytest.raises(SourceUnfit, match="is not what was written"):
        run("exposure", "--index", tmp_path / "index")


def test_somebody_without_a_stay_is_no_empty_answer(stays):
    with pytest.raises(Exception, match="Of qian there is no stay"):
        run("contacts", "qian", *stays, *WINDOW)


def test_it_says_what_the_slow_twin_says(tmp_path):
    draw = np.random.default_rng(5)
    person, place, enter = draw.integers(0, 30, 400), draw.integers(0, 5, 400), draw.integers(0, 50_000, 400)
    leave = enter + draw.integers(0, 9000, 400)
    table = pa.table({"person": person, "place": place, "enter": enter, "leave": leave})
    pa_csv.write_csv(table, tmp_path / "stays.csv")
    wanted = reference.contacts([Stay(*row) for row in zip(person, place, enter, leave, strict=True)],
                                3, 5_000, 40_000, min_overlap=900)  # fmt: skip
    found = rows("contacts", "3", "--stays", tmp_path / "stays.csv", "--from", 5_000, "--to", 40_000)
    assert {row["person"]: row["exposure_s"] for row in found} == {p: met.exposure_s for p, met in wanted.items()}
    assert len(gather(tmp_path / "stays.csv")) == 400


def test_every_refusal_of_a_source_is_worded_in_chinese():
    from kakou.tracing.management import wording
    from kakou.tracing.sources import folders
    from tests.architecture.test_texts import EVERYTHING

    texts = [text for module in (refusing, wording, folders) for text in vars(module).values()
             if isinstance(text, str) and " " in text and text != module.__doc__]  # fmt: skip
    assert len(texts) > 20
    assert [text for text in texts if text not in EVERYTHING] == []
