"""Lines of a form: what people write in the cells, and what is told when a cell is wrong."""

import datetime as dt
import io

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from kakou.kernel.time import from_ms, to_ms
from kakou.ledger.gatesheet import OF_A_FORM, TITLES, words
from kakou.ledger.gatesheet.forms import FormRef, LineRef, form_of, line_of
from kakou.ledger.gatesheet.items import each_once, items_of
from kakou.ledger.gatesheet.papers import blank_of
from kakou.ledger.gatesheet.reading import PaperRow, SheetReader, titled
from kakou.ledger.gatesheet.tests.sheets import SHANGHAI, SITE
from kakou.ledger.lane.check import check_passage
from kakou.ledger.lane.wire import encode, read_item
from kakou.web.sheets import Problems, read_sheet, write_csv

FORM = FormRef(18, dt.date(2021, 8, 10), 1)
FINE = {"time": "08:30", "name": "阿卜杜热合曼·买买提", "phone": "13800138000", "way": "进", "passed": "放行"}


def typed(*rows, form=FORM):
    """(lines, problems as (title, text)) of rows typed in, each as column → text."""
    table = [[{"number": str(nth), **row}.get(name, "") for name in OF_A_FORM] for nth, row in enumerate(rows, 1)]
    titles = [words.COLUMNS[name][0] for name in OF_A_FORM]
    sheet, problems = read_sheet(write_csv(table, titles), filename="x.csv"), Problems()
    reader = SheetReader(sheet, SITE, form)
    found = [row for raw in sheet.rows() if (row := reader.read(raw, problems)) is not None]
    return found, [(one.title, one.text) for one in problems.kept]


def test_a_line_says_what_was_written():
    told = {
        "document": "320324196206140017", "address": "3-2-501", "origin": "中风险 320324 南京", "temperature": "36.5",
        "health": "绿", "travel": "带星", "doses": "全程 2", "mask": "是", "passed": "劝返", "reason": "不是住户",
        "recorder": "东门",
    }  # fmt: skip
    [row], problems = typed(FINE | told)
    assert problems == []
    assert isinstance(row, PaperRow)
    hand = row.hand
    assert hand.ms == to_ms(dt.datetime(2021, 8, 10, 0, 30, tzinfo=dt.UTC))
    assert hand.checks == {
        "health": "green", "travel": "star", "mask": "correct", "vaccination": "full", "doses": 2, "temperature": 365,
        "origin": "medium", "origin_from": "320324",
    }  # fmt: skip
    assert (hand.name, hand.phone) == (FINE["name"], "+8613800138000")
    assert hand.document.number == "320324196206140017"
    assert (hand.way, hand.crossed, hand.reason, hand.recorder, hand.coming_from) == (
        "in",
        False,
        "不是住户",
        "东门",
        "南京",
    )


def test_the_words_of_the_english_form_say_the_same():
    chinese = {
        "health": "黄码", "travel": "橙卡", "doses": "未接种", "mask": "否", "way": "出", "passed": "劝返",
        "origin": "境外",
    }  # fmt: skip
    tables = {"health": words.HEALTH, "travel": words.TRAVEL, "doses": words.VACCINATION, "mask": words.MASK,
              "way": words.WAYS, "passed": words.STANDINGS, "origin": words.ORIGIN}  # fmt: skip
    english = {name: next(told[1] for told in tables[name].values() if text in told) for name, text in chinese.items()}
    ([one], []), ([other], []) = typed(FINE | chinese), typed(FINE | english)
    assert one.hand == other.hand


def test_a_night_goes_on_past_midnight():
    [row], _ = typed(FINE | {"date": "2021-08-11", "time": "0:05"})
    assert row.hand.ms == to_ms(dt.datetime(2021, 8, 10, 16, 5, tzinfo=dt.UTC))


def kept_by_excel(time, date=None, *, from_1904=False):
    """(when, problems) of a line whose time Excel keeps as a number, with its day or without."""
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
    cells = FINE | {"time": time, "number": "1", **({} if date is None else {"date": date})}
    book.active.append([words.COLUMNS[name][0] for name in OF_A_FORM])
    book.active.append([cells.get(name) for name in OF_A_FORM])
    made = io.BytesIO()
    book.save(made)
    sheet, problems = read_sheet(made.getvalue(), filename="x.xlsx"), Problems()
    rows = [SheetReader(sheet, SITE, FORM).read(raw, problems) for raw in sheet.rows()]
    local = [from_ms(row.hand.ms).astimezone(SHANGHAI).replace(tzinfo=None) for row in rows if row is not None]
    return local, [(one.title, one.text) for one in problems.kept]


@pytest.mark.parametrize("from_1904", [False, True])
def test_a_time_that_excel_keeps_with_its_day_is_of_that_day(from_1904):
    late = dt.datetime(2021, 8, 11, 0, 15)
    for time, date in ((late, None), (late, dt.date(2021, 8, 11)), (dt.time(0, 15), dt.date(2021, 8, 11))):
        assert kept_by_excel(time, date, from_1904=from_1904) == ([late], [])
    assert kept_by_excel(dt.time(8, 30), from_1904=from_1904) == ([dt.datetime(2021, 8, 10, 8, 30)], [])


@pytest.mark.parametrize(
    ("time", "date", "why"),
    [
        (dt.datetime(2021, 7, 3, 8, 30), None, words.OTHER_DAY),
        (dt.datetime(2021, 8, 11, 0, 15), dt.date(2021, 8, 10), words.OTHER_DAY),
        (dt.datetime(2021, 8, 12, 0, 15), None, words.OTHER_DAY),
        (dt.timedelta(hours=24, minutes=10), None, words.NOT_A_TIME),  # how a guard writes ten past midnight
    ],
)
def test_a_time_of_another_day_is_told_and_not_moved(time, date, why):
    assert kept_by_excel(time, date) == ([], [("时间", why)])


@pytest.mark.parametrize(
    ("cell", "text", "why"),
    [
        ("date", "2021-08-12", words.OTHER_DAY),
        ("date", "8月10日", words.OTHER_DAY),
        ("time", "8点", words.NOT_A_TIME),
        ("way", "里", words.NO_WORD),
        ("passed", "暂留", words.NO_WORD),
        ("health", "蓝", words.NO_WORD),
        ("temperature", "3650", words.NOT_A_TEMPERATURE),
        ("temperature", "inf", words.NOT_A_TEMPERATURE),
        ("aboard", "3", words.ABOARD_ALONE),
        ("aboard", "很多", words.NOT_A_COUNT),
        ("doses", "一百", words.NO_DOSES),
        ("phone", "139****0001", words.MASKED),
        ("name", "王**", words.MASKED),
        ("id", "KP18-20210810-01", words.NO_LINE),
    ],
)
def test_what_is_wrong_is_told_at_its_cell(cell, text, why):
    rows, problems = typed(FINE | {cell: text})
    assert rows == []
    assert problems == [(words.COLUMNS[cell][0], why)]


def test_an_identity_card_that_excel_cut_is_refused():
    _, [(title, _)] = typed(FINE | {"document": "3.20324196206E+17"})
    assert title == "身份证号"


def test_who_is_nobody_is_told_and_a_line_that_nobody_wrote_in_is_not():
    rows, problems = typed({"time": "08:30", "way": "进"}, {"date": "2021-08-10"}, FINE)
    assert [(row.ref.line, len(problems)) for row in rows] == [(3, 1)]
    assert problems == [("姓名", words.NOBODY)]


def test_what_is_yet_to_happen_was_not_written_on_paper():
    _, problems = typed(FINE, form=FORM._replace(day=dt.date(2021, 8, 13)))
    assert problems == [("时间", words.NOT_YET)]


def test_the_sheet_to_type_in_names_every_line_and_says_nothing_by_itself():
    sheet, problems = read_sheet(blank_of(FORM, "en"), filename="x.xlsx"), Problems()
    reader = SheetReader(sheet, SITE, None)
    assert [reader.read(row, problems) for row in sheet.rows()] == [None] * 20
    assert [title for title in TITLES["en"] if title not in reader.titles] == ["correction"]


def test_rows_from_the_clipboard_need_no_titles():
    body = "\t".join(FINE.get(name, "7" if name == "number" else "") for name in OF_A_FORM)
    sheet, problems = read_sheet(titled(body).encode(), filename="x.csv"), Problems()
    [row] = [SheetReader(sheet, SITE, FORM).read(raw, problems) for raw in sheet.rows()]
    assert (row.ref, row.hand.name) == (LineRef(FORM, 7), FINE["name"])
    assert titled(titled(body)) == titled(body)


def test_a_number_names_gate_day_sheet_and_line():
    assert form_of(str(FORM)) == FORM
    assert line_of("kp18-20210810-01/07") == LineRef(FORM, 7)
    for text in ("", "KP18-20210832-01/07", "KP18-20210810-01/21", "KP18-20210810-01/0", "KP018-20210810-01/07"):
        assert line_of(text) is None


def test_each_line_becomes_a_passage_that_agrees_with_itself_and_a_vehicle_one_of_its_own():
    car = {"plate": "苏CD1234", "aboard": "2"}
    other, nameless = {"phone": "13800138001", "plate": "苏CD1234"}, {"name": "王迪", "phone": "无"}
    rows, problems = typed(FINE | car, FINE | other, FINE | nameless)
    assert problems == []
    items = items_of(rows, {}, {}, Problems())
    assert [item.is_vehicle for item in items] == [True, False, False, False]
    assert [item.told.get("rides") for item in items[1:]] == [str(items[0].id), str(items[0].id), None]
    assert (items[0].told["aboard"], items[3].told["subject"].keys()) == (2, {"kind", "name", "token"})
    assert [item.told["at"] % 1000 for item in items] == [1, 1, 2, 3]  # in the order of the paper
    for item in items:
        check_passage(read_item(encode(item.told)))


def test_the_same_lines_become_the_same_passages_and_others_once_they_were_taken_back():
    rows, _ = typed(FINE)
    [one], [same], [anew] = (items_of(rows, again, {}, Problems()) for again in ({}, {}, {rows[0].ref: 1}))
    assert one.id == same.id != anew.id


def test_two_counts_of_one_vehicle_and_a_line_twice_are_told():
    problems = Problems()
    rows, _ = typed(FINE | {"plate": "苏CD1234", "aboard": "2"}, FINE | {"plate": "苏CD1234", "aboard": "3"})
    items_of(rows, {}, {}, problems)
    list(each_once([rows[0], rows[0]], problems))
    assert [one.text for one in problems.kept] == [words.OTHER_ABOARD, words.LINE_TWICE]
