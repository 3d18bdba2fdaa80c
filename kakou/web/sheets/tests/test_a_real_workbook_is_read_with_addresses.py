import datetime as dt
import io

import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import NamedStyle

from kakou.web.sheets import Broken, CellProblem, Formula, Problems, SheetProblems, SheetRefused, read_sheet
from kakou.web.sheets.tests.files import by_hand, saved, workbook
from kakou.web.sheets.writing import write_xlsx

TITLES = ["姓名", "身份证号", "时间"]


def values(data: bytes, **more) -> list[list[object]]:
    return [row.values for row in read_sheet(data, filename="a.xlsx", **more).rows()]


def test_it_gives_titles_rows_and_their_numbers_as_excel_shows_them():
    book = workbook(
        [
            TITLES,
            ["阿卜杜热合曼·买买提", "320324199001011234", dt.datetime(2022, 3, 1, 8, 30, 15)],
            [],
            ["𠮷田 🙂", None, None],
        ]
    )
    sheet = read_sheet(saved(book), filename="登记.xlsx")
    assert [column.title for column in sheet.columns] == TITLES
    rows = list(sheet.rows())
    assert [row.number for row in rows] == [2, 4]
    assert rows[0].values == ["阿卜杜热合曼·买买提", "320324199001011234", dt.datetime(2022, 3, 1, 8, 30, 15)]
    assert rows[1].values == ["𠮷田 🙂", None, None]


def test_it_can_be_read_again():
    sheet = read_sheet(saved(workbook([["a", "b"], ["1", "2"]])), filename="a.xlsx")
    assert list(sheet.rows()) == list(sheet.rows())


def test_it_skips_the_heading_above_the_titles_and_says_so():
    sheet = read_sheet(saved(workbook([["幸福小区出入登记表"], TITLES, ["王", "1", None]])), filename="a.xlsx")
    assert sheet.header_row == 2
    assert "Row 1" in str(sheet.notices[0])
    assert [row.number for row in sheet.rows()] == [3]


def test_it_takes_the_row_of_titles_it_is_told():
    sheet = read_sheet(saved(workbook([["x", "y"], ["a", "b"], ["1", "2"]])), filename="a.xlsx", header_row=2)
    assert [column.title for column in sheet.columns] == ["a", "b"]
    with pytest.raises(SheetRefused, match="no row of column titles"):
        read_sheet(saved(workbook([["x", "y"]])), filename="a.xlsx", header_row=9)


def test_it_refuses_two_columns_with_one_title_by_their_letters():
    with pytest.raises(SheetRefused, match="stands in A and in C"):
        read_sheet(saved(workbook([["电话", "x", " 电 话*"]])), filename="a.xlsx")


def test_it_finds_columns_by_any_accepted_title_and_names_all_missing_ones():
    sheet = read_sheet(saved(workbook([["姓 名*", "Phone"]])), filename="a.xlsx")
    assert sheet.find({"name": ("name", "姓名"), "phone": ("phone",)})["name"].letter == "A"
    with pytest.raises(SheetRefused, match=r"Missing columns: plate, gate\. The sheet has: 姓 名\*, Phone"):
        sheet.find({"plate": ("plate",), "gate": ("gate",), "name": ("姓名",)})


def test_it_refuses_an_id_that_excel_has_rounded_and_says_where_and_how_to_mend_it():
    sheet = read_sheet(
        saved(workbook([TITLES, ["王", 320324199001011234, None], ["李", 13912345678, None]])), filename="a.xlsx"
    )
    problems = Problems()
    found = []
    for row in sheet.rows():
        with problems.collect():
            found.append(sheet.cell(row, sheet.columns[1]).identifier())
    assert found == ["13912345678"]
    with pytest.raises(SheetProblems) as refused:
        problems.refuse_if_any()
    (problem,) = refused.value.problems
    assert isinstance(problem, CellProblem)
    assert (problem.row, problem.letter, problem.title) == (2, "B", "身份证号")
    assert "15 digits" in str(problem)
    assert "Format the column as text" in str(problem)


def test_a_formula_is_harmless_until_somebody_reads_it():
    sheet = read_sheet(saved(workbook([["序号", "姓名"], ["=ROW()-1", "王"]])), filename="a.xlsx")
    (row,) = sheet.rows()
    assert row.values == [Formula("=ROW()-1"), "王"]
    assert sheet.cell(row, sheet.columns[1]).text() == "王"
    with pytest.raises(CellProblem, match=r"Row 2, column A \(序号\): This is a formula \(=ROW\(\)-1\)"):
        sheet.cell(row, sheet.columns[0]).text()


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_a_formula_is_seen_whatever_its_prefix_and_whether_or_not_it_has_text(prefix):
    xmlns = f' xmlns:x="{"http://schemas.openxmlformats.org/spreadsheetml/2006/main"}"'
    rows = f'<row r="2"><c r="A2"{xmlns}><{prefix}f t="shared" si="0"/><v>5</v></c><c r="B2"><v>1</v></c></row>'
    assert values(by_hand(rows)) == [[Formula("="), 1]]


def test_an_error_cell_is_told_by_name():
    sheet = read_sheet(by_hand('<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>'), filename="a.xlsx")
    (row,) = sheet.rows()
    assert row.values[0] == Broken("#N/A")
    with pytest.raises(CellProblem, match="the error #N/A"):
        sheet.cell(row, sheet.columns[0]).identifier()


def test_merged_cells_below_the_titles_are_refused_by_range_and_above_them_allowed():
    book = workbook([["表", None], ["a", "b"], ["1", "2"], ["3", "4"]])
    book.active.merge_cells("A1:B1")
    assert len(values(saved(book))) == 2
    book.active.merge_cells("A3:A4")
    with pytest.raises(SheetRefused, match="A3:A4"):
        values(saved(book))


def test_hidden_columns_rows_and_other_sheets_are_named():
    book = workbook([["a", "b"], ["1", "2"], ["3", "4"]])
    book.active.column_dimensions["B"].hidden = True
    book.active.row_dimensions[3].hidden = True
    book.create_sheet("第二张")
    sheet = read_sheet(saved(book), filename="a.xlsx")
    assert [row.hidden for row in sheet.rows()] == [False, True]
    told = " ".join(map(str, sheet.notices))
    assert "B b" in told
    assert "row 3" in told
    assert "第二张" in told


def test_it_takes_the_first_visible_sheet_or_the_one_named():
    book = workbook([["hidden", "x"]])
    book.active.sheet_state = "hidden"
    book.create_sheet("二").append(["a", "b"])
    assert read_sheet(saved(book), filename="a.xlsx").name == "二"
    with pytest.raises(SheetRefused, match="no sheet named “三”"):
        read_sheet(saved(book), filename="a.xlsx", sheet="三")


@pytest.mark.parametrize(
    "code", ["yyyy/m/d h:mm", "yyyy年m月d日", '[$-804]yyyy"年"m"月"d"日"', "上午/下午h时mm分", "[h]:mm:ss", "mmm-yy"]
)
def test_every_way_to_show_a_time_is_a_time(code):
    book = workbook([["a", "b"], [44621.354340277778, 1]])
    book.active["A2"].number_format = code
    assert values(saved(book))[0][0] == dt.datetime(2022, 3, 1, 8, 30, 15)


@pytest.mark.parametrize("code", ["General", "0.00", "#,##0", '0"days"', "0.00E+00", "[Red]0", "@"])
def test_a_number_format_is_no_time(code):
    book = workbook([["a", "b"], [44621.5, 1]])
    book.active["A2"].number_format = code
    assert values(saved(book))[0][0] == 44621.5


def test_it_knows_the_calendar_of_old_macs():
    book = workbook([["a", "b"], [dt.datetime(2022, 3, 1), "x"]])
    book.epoch = dt.datetime(1904, 1, 1)
    book.active["A2"].value = dt.datetime(2022, 3, 1)
    assert values(saved(book))[0][0] == dt.datetime(2022, 3, 1)


def test_cells_without_addresses_phonetic_hints_and_rich_text_are_read():
    rows = (
        '<row><c t="inlineStr"><is><r><t>张</t></r><r><t>三</t></r><rPh sb="0" eb="1"><t>zhang</t></rPh></is></c>'
        '<c t="str"><v>x_x000D_y</v></c></row><row r="7"><c r="B7" t="b"><v>1</v></c></row>'
    )
    sheet = read_sheet(by_hand(rows), filename="a.xlsx")
    assert [(row.number, row.values) for row in sheet.rows()] == [(2, ["张三", "x\ry"]), (7, [None, True])]


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=20
)
CELLS = st.one_of(st.none(), TEXTS, st.integers(-(10**12), 10**12), st.floats(-1e6, 1e6), st.booleans())


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=5))
def test_it_reads_what_another_reader_reads(rows):
    """Our streaming reader against calamine, on files of openpyxl."""
    book = workbook([["a", "b", "c"]])
    book.add_named_style(NamedStyle("kept"))
    for y, row in enumerate(rows, start=2):
        for x, value in enumerate(row, start=1):
            cell = book.active.cell(y, x)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # openpyxl makes a formula of "="
    data = saved(book)
    oracle = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    theirs = [[plain(value) for value in row] for row in oracle[1:] if any(plain(value) is not None for value in row)]
    assert [[plain(value) for value in row] for row in values(data)] == theirs


def plain(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value  # calamine drops cells of spaces


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
def test_what_it_writes_comes_back_as_text(rows):
    sheet = read_sheet(write_xlsx(rows, ["a", "b"]), filename="a.xlsx")
    assert [tuple(row.values) for row in sheet.rows()] == rows
