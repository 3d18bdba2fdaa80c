import csv
import io
import re
import zipfile

import pytest
from openpyxl import load_workbook

from kakou.web.sheets import CellProblem, SheetRefused, read_sheet, write_csv, write_xlsx
from kakou.web.sheets.cells import risky

RUNS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "＝1+1", "＋1", "－1", "＠SUM(A1)", " =1+1", "\u00a0=1+1",
    "\u200b=1+1", "\u3000=1+1", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0", "'=1+1",
]  # fmt: skip
TORN = ["a;=1+1", "a,=1+1", "a\n=1+1", 'a";=1+1', "a\t=1+1"]
NAMES = [
    "阿卜杜热合曼·买买提", "阿卜杜热合曼•买买提", "阿卜杜热合曼‧买买提", "阿卜杜热合曼・买买提", "阿卜杜热合曼．买买提",
    "𠮷田", "王🙂", "\u202bשלום\u202c", "é", "e\u0301", "ＡＢＣ１２３", "ｱｲｳ", "_x0041_", "a&b<c>",
    "320324199001011234",
]  # fmt: skip


def fields(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", RUNS)
def test_no_cell_of_a_csv_begins_as_a_formula(text):
    ((title,), (cell,)) = fields(write_csv([[text]], [text]))
    assert cell.startswith("'")
    assert title == cell


def test_every_field_of_a_csv_stands_in_quotes_so_that_another_delimiter_tears_nothing():
    data = write_csv([[text] for text in TORN], ["t"]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data, newline=""), delimiter=";"))
    assert [cell for row in rows for cell in row if risky(cell)] == []
    assert fields(data.encode()) == [["t"], *([text] for text in TORN)]


def test_a_number_of_ours_keeps_its_sign_and_nothing_stays_empty():
    assert fields(write_csv([[-5, None, ""]], ["a", "b", "c"]))[1] == ["-5", "", ""]


def test_every_cell_of_an_xlsx_is_text_and_none_a_formula_or_a_link():
    texts = [*RUNS, *TORN, "http://example.org", "mailto:a@b.c", "2022-03-01", "007", "1E5", "TRUE"]
    data = write_xlsx([[text] for text in texts], ["t"])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert not [name for name in archive.namelist() if "rels" in name and "sheet" in name]
    assert "<f" not in re.sub("<format|<frozen", "", sheet)
    cells = re.findall(r"<c [^>]*>", sheet)
    assert len(cells) == len(texts) + 1
    assert all('t="s"' in cell for cell in cells)
    book = load_workbook(io.BytesIO(data))  # leaves XML's way to write a carriage return as it is
    told = [row[0].value.replace("_x000D_", "\r") for row in book.active.iter_rows(min_row=2)]
    assert told == texts


@pytest.mark.parametrize("name", NAMES)
def test_every_name_comes_back_letter_by_letter(name):
    for data, filename in ((write_xlsx([[name]], ["t"]), "a.xlsx"), (write_csv([[name]], ["t"]), "a.csv")):
        sheet = read_sheet(data, filename=filename)
        (row,) = sheet.rows()
        assert sheet.cell(row, sheet.columns[0]).text() == name


def test_what_excel_cannot_hold_is_refused_and_not_left_out():
    with pytest.raises(CellProblem, match="Row 2, column B: The text is longer than 32767"):
        write_xlsx([["a", "z" * 32_768]], ["a", "b"])
    with pytest.raises(SheetRefused, match="more than 1048576 rows"):
        write_xlsx((() for _ in range(1_048_577)), ["a"])
