"""R54: risk areas come as sheets; what was a risk on which day stays known; a wrong row stops all of them."""

import datetime as dt
import io

import pytest
from openpyxl import Workbook, load_workbook

from kakou.access.rules import Role
from kakou.access.scope import acting_as
from kakou.kernel.errors import NotAllowed
from kakou.screening.models import RiskArea
from kakou.screening.queries import areas
from kakou.screening.rules import facts_of
from kakou.screening.sheets import areas_sheet, import_areas
from kakou.web.sheets import SheetProblems, SheetRefused
from kakou.web.sheets.writing import write_csv
from tests.cast import AT, staff

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
TITLES = ["地区编码", "名称", "风险等级", "起", "止", "来源"]
YANGZHOU = ["321003", "扬州市邗江区", "高风险", "2021-07-28", "", "国务院客户端 2021-08-09"]
NANJING = ["320115001", "南京市江宁区禄口街道", "high", "2021-07-22", "2021-08-05", "国务院客户端 2021-08-06"]


def bring(cast, *rows, titles=TITLES, **more):
    with acting_as(cast.administrator):
        return import_areas(write_csv(list(rows), titles), filename="areas.csv", by=cast.administrator, at=AT, **more)


def problems(cast, *rows):
    with pytest.raises(SheetProblems) as refused:
        bring(cast, *rows)
    assert not RiskArea.objects.exists()
    return [(problem.place.params["row"], problem.text % (problem.params or {})) for problem in refused.value.problems]


def test_they_are_taken_once_and_the_same_again_changes_nothing(cast):
    done, again = bring(cast, YANGZHOU, NANJING), bring(cast, NANJING, YANGZHOU)
    assert (done.added, again.added, again.same) == (2, 0, 2)
    kept = RiskArea.objects.get(code="321003")
    assert (kept.level, kept.starts_on, kept.ends_on) == ("high", dt.date(2021, 7, 28), None)


def test_a_last_day_that_became_known_is_taken_and_the_former_line_stays_in_its_history(cast):
    bring(cast, YANGZHOU)
    ended = [*YANGZHOU[:4], "2021-08-20", "国务院客户端 2021-08-20"]
    assert bring(cast, ended).changed == 1
    assert RiskArea.objects.get().ends_on == dt.date(2021, 8, 20)


def test_what_a_sheet_does_not_mention_stays(cast):
    bring(cast, YANGZHOU)
    bring(cast, NANJING)
    assert RiskArea.objects.count() == 2


def test_a_stay_is_judged_by_the_level_on_its_days(cast):
    """Nanjing was a risk until 5 August: who left before was in one, who came after was not."""
    bring(cast, NANJING)
    known = areas.areas_since(dt.date(2021, 7, 20))
    for first, last, worst in (
        ("2021-07-20", "2021-07-21", None), ("2021-07-20", "2021-07-22", "high"), ("2021-08-05", "2021-08-09", "high"),
        ("2021-08-06", "2021-08-09", None),
    ):  # fmt: skip
        case = {"at": 0, "day": "2021-08-10", "stays": [{"code": "320115001", "from": first, "to": last}]}
        assert facts_of(case, known, lookback_days=21)["worst"] == worst, (first, last)


def test_excel_files_with_real_dates_and_number_codes_are_read(cast):
    book = Workbook()
    book.active.append(TITLES)
    book.active.append([321003, "扬州市邗江区", "中风险", dt.date(2021, 7, 28), dt.datetime(2021, 8, 5), "通报"])
    file = io.BytesIO()
    book.save(file)
    with acting_as(cast.administrator):
        import_areas(file.getvalue(), filename="areas.xlsx", by=cast.administrator, at=AT)
    area = RiskArea.objects.get()
    assert (area.code, area.level, area.starts_on) == ("321003", "medium", dt.date(2021, 7, 28))
    assert area.ends_on == dt.date(2021, 8, 5)


@pytest.mark.parametrize("day", ["2021-07-28", "2021/7/28", "2021.7.28", "2021年7月28日"])
def test_days_are_read_as_people_write_them(cast, day):
    bring(cast, [*YANGZHOU[:3], day, "", "x"])
    assert RiskArea.objects.get().starts_on == dt.date(2021, 7, 28)


def test_every_wrong_cell_is_told_with_its_row_and_nothing_is_taken(cast):
    told = problems(
        cast,
        YANGZHOU,
        ["3210", *YANGZHOU[1:]],
        ["321003", "x", "很高", "2021-07-28", "", "x"],
        ["321003", "x", "high", "28.7.2021", "", "x"],
        ["321003", "x", "high", "2021-07-28", "2021-07-01", "x"],
        ["321003", "x", "high", "1921-07-28", "", "x"],
        ["321003", "x" * 101, "high", "2021-07-29", "", "x"],
        YANGZHOU,
    )
    assert [row for row, _ in told] == [3, 4, 5, 6, 7, 8, 9]
    words = " ".join(text for _, text in told)
    for part in ("no division code", "no level called 很高", "before the first", "before 2000", "too long", "row 2"):
        assert part in words, words


def test_a_sheet_without_a_needed_column_or_without_rows_is_refused(cast):
    for titles, rows in ((TITLES[:5], [YANGZHOU[:5]]), (TITLES, [])):
        with pytest.raises(SheetRefused):
            bring(cast, *rows, titles=titles)


def test_only_checking_changes_nothing(cast):
    assert bring(cast, YANGZHOU, dry_run=True).added == 1
    assert not RiskArea.objects.exists()


def test_who_does_not_manage_rules_brings_in_none(cast):
    with acting_as(cast.worker), pytest.raises(NotAllowed):
        import_areas(write_csv([YANGZHOU], TITLES), filename="a.csv", by=cast.worker, at=AT)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_that_is_handed_out_is_brought_in_again_and_changes_nothing(cast, language):
    bring(cast, YANGZHOU, NANJING)
    handed = areas_sheet(areas.listed(words="", day=None), language=language)
    assert load_workbook(io.BytesIO(handed)).active["A2"].value == "320115001"  # text: Excel leaves it whole
    with acting_as(cast.administrator):
        done = import_areas(handed, filename="areas.xlsx", by=cast.administrator, at=AT)
    assert (done.added, done.changed, done.same) == (0, 0, 2)


def test_before_there_is_a_list_its_headings_are_handed_out(cast):
    sheet = load_workbook(io.BytesIO(areas_sheet([], language="zh"))).active
    assert [[cell.value for cell in row] for row in sheet.rows] == [TITLES]


def test_who_manages_the_rules_of_one_place_does_not_change_what_every_gate_goes_by(cast, tree):
    """He may make rules and publish them there; areas and trust lists hold everywhere at once."""
    low = staff("low", Role.COMMANDER, tree.west)
    with acting_as(low), pytest.raises(NotAllowed):
        import_areas(write_csv([YANGZHOU], TITLES), filename="areas.csv", by=low, at=AT)
    assert not RiskArea.objects.exists()
