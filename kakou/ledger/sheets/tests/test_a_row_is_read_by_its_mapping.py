import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.kernel.time import from_ms, to_ms
from kakou.ledger.sheets import load_mapping, read_passages
from kakou.ledger.sheets.tests.test_a_mapping_file_is_checked_whole import GOOD
from kakou.ledger.stays.shapes import Direction
from kakou.web.sheets import Problems, SheetRefused, read_sheet, write_xlsx
from kakou.web.sheets.tests.files import saved, workbook

NOW = to_ms(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
TITLES = ["时间", "证件号", "电话", "姓名", "卡口", "方向"]


def resident(body: str = "32032419900101123") -> str:
    from kakou.people.rules.documents import check_digit

    return body + check_digit(body)


def row(**changed: str) -> list[str]:
    given = {"time": "2022-03-01 08:30", "document": resident(), "phone": "13800001234", "name": "王迪", "gate": "东门",
             "way": "进"} | changed  # fmt: skip
    return list(given.values())


def read(rows, mapping=GOOD, data=None):
    problems = Problems()
    sheet = read_sheet(data or write_xlsx(rows, TITLES), filename="a.xlsx")
    return read_passages(sheet, load_mapping(mapping), now_ms=NOW, problems=problems), problems


def problem_of(rows, mapping=GOOD, data=None):
    readings, problems = read(rows, mapping, data)
    assert (readings, problems.count) == ([], 1), list(map(str, problems.kept))
    return problems.kept[0]


def test_a_good_row_says_who_when_where_and_which_way():
    (reading,), problems = read([row(document=f" {resident()[:17].lower()}{resident()[17]}", way="进 ")])
    assert problems.count == 0
    assert reading.row == 2
    assert from_ms(reading.ms) == dt.datetime(2022, 3, 1, 0, 30, tzinfo=dt.UTC)
    assert (reading.gate, reading.way) == ("东门", Direction.IN)
    assert reading.subject.purpose == "document"
    assert (reading.subject.document, reading.subject.name) == (resident(), "王迪")
    assert reading.subject.phone == "+8613800001234"


def test_without_a_document_the_phone_names_the_person():
    (reading,), _ = read([row(document="")])
    assert (reading.subject.purpose, reading.subject.key) == ("phone", "+8613800001234")


@pytest.mark.parametrize(
    ("changed", "letter", "told"),
    [
        ({"time": "2022-02-31 08:30"}, "A", "“2022-02-31 08:30” is no day or hour of the calendar"),
        ({"time": "2022-02-28 25:30"}, "A", "not a time of the form YYYY-MM-DD hh:mm"),
        ({"time": "20155-02-01 08:30"}, "A", "not a time of the form"),
        ({"time": "昨天"}, "A", "not a time of the form"),
        ({"time": ""}, "A", "The cell is empty"),
        ({"time": "1999-12-31 08:30"}, "A", "lies before 2000-01-01"),
        ({"time": "2026-01-03 08:30"}, "A", "lies in the future"),
        ({"document": "320324199001011234"}, "B", "does not fit the other 17"),
        ({"document": "", "phone": ""}, "B", "Nobody is named: 证件号, 电话 are empty"),
        ({"phone": "123"}, "C", ""),
        ({"name": "王\u202e迪"}, "D", ""),
        ({"gate": "北门"}, "E", "The gate “北门” is not in the mapping file"),
        ({"gate": ""}, "E", "The cell is empty"),
        ({"way": "上"}, "F", "“上” is none of the directions in the mapping file: 进, in, 出"),
    ],
)
def test_what_is_wrong_is_told_at_its_cell(changed, letter, told):
    problem = problem_of([row(**changed)])
    assert (problem.row, problem.letter) == (2, letter)
    assert told in str(problem)
    assert problem.fix


def test_an_id_in_a_number_cell_is_refused_and_a_formula_too():
    data = saved(workbook([TITLES, row(document=320324199001011234)]))
    assert "15 digits" in str(problem_of([], data=data))
    data = saved(workbook([TITLES, row(name='=HYPERLINK("http://x","王")')]))
    assert "formula" in str(problem_of([], data=data))


def test_missing_columns_are_named_at_once():
    with pytest.raises(SheetRefused, match="Missing columns: 电话, 方向"):
        read([], data=saved(workbook([["时间", "证件号", "姓名", "卡口"]])))


def test_date_and_time_may_stand_in_two_columns_as_cells_or_text():
    mapping = GOOD.replace('columns = ["时间"]', 'columns = ["日期", "时刻"]')
    titles = ["日期", "时刻", *TITLES[1:]]
    book = workbook(
        [titles, [dt.datetime(2022, 3, 1), dt.time(8, 30), *row()[1:]], ["2022-03-01", "08:30", *row()[1:]]]
    )
    (first, second), problems = read([], mapping, saved(book))
    assert problems.count == 0
    assert first.ms == second.ms == to_ms(dt.datetime(2022, 3, 1, 0, 30, tzinfo=dt.UTC))


def new_york(ambiguous: str) -> str:
    return GOOD.replace('zone = "Asia/Shanghai"', f'zone = "America/New_York"\nambiguous = "{ambiguous}"')


def test_an_hour_that_never_was_and_one_that_came_twice_are_told():
    assert "does not exist in America/New_York" in str(problem_of([row(time="2022-03-13 02:30")], new_york("refuse")))
    problem = problem_of([row(time="2022-11-06 01:30")], new_york("refuse"))
    assert "came twice" in str(problem)
    assert "time.ambiguous" in problem.fix


@pytest.mark.parametrize(("choice", "hour"), [("first", 5), ("second", 6)])
def test_the_mapping_may_say_which_of_the_two_hours_is_meant(choice, hour):
    (reading,), _ = read([row(time="2022-11-06 01:30")], new_york(choice))
    assert from_ms(reading.ms) == dt.datetime(2022, 11, 6, hour, 30, tzinfo=dt.UTC)


def test_a_time_with_its_own_offset_needs_no_zone():
    (reading,), _ = read([row(time="2022-11-06 01:30-0500")], GOOD.replace("%H:%M", "%H:%M%z"))
    assert from_ms(reading.ms) == dt.datetime(2022, 11, 6, 6, 30, tzinfo=dt.UTC)


@given(
    st.datetimes(dt.datetime(2001, 1, 1), dt.datetime(2025, 12, 31)),
    st.sampled_from(["Asia/Shanghai", "Asia/Urumqi", "UTC"]),
)
def test_where_clocks_never_change_every_minute_is_read_as_the_zone_says(at, zone):
    at = at.replace(second=0, microsecond=0)
    (reading,), _ = read([row(time=at.strftime("%Y-%m-%d %H:%M"))], GOOD.replace("Asia/Shanghai", zone))
    assert (
        from_ms(reading.ms).astimezone(load_mapping(GOOD.replace("Asia/Shanghai", zone)).zone()).replace(tzinfo=None)
        == at
    )


def test_a_temperature_is_kept_in_tenths_and_nonsense_refused():
    mapping = GOOD.replace('source = "门卫登记表"', 'source = "x"\ntemperature = "体温"')
    titles = [*TITLES, "体温"]
    readings, _ = read([], mapping, saved(workbook([titles, [*row(), "36.5℃"], [*row(), 37.25], [*row(), None]])))
    assert [reading.temperature for reading in readings] == [365, 372, None]
    assert "body temperature" in str(problem_of([], mapping, saved(workbook([titles, [*row(), "3.65"]]))))


def test_all_problems_are_found_in_one_go():
    _, problems = read([row(time="x"), row(), row(gate="y"), row(way="z")])
    assert [(problem.row, problem.letter) for problem in problems.kept] == [(2, "A"), (4, "E"), (5, "F")]
