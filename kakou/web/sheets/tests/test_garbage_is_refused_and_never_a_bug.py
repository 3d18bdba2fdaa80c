"""Whatever bytes come in, the answer is rows or a refusal: no other exception, no endless loop."""

import gzip
import io
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kakou.kernel.errors import Refusal
from kakou.web.sheets import Limits, Problems, read_sheet
from kakou.web.sheets.tests.files import HEADER, MAIN, by_hand, saved, workbook

TABLE = '姓名,电话\r\n王迪,13912345678\r\n"a\nb",139\r\n'.encode()
BOOK = saved(workbook([["姓名", "电话"], ["王迪", 13912345678], ["李", None]]))
ROWS = (
    '<row r="2"><c r="A2" s="1"><v>44621</v></c><c r="B2"><f>A1</f><v>1.5</v></c>'
    '<c t="s"><v>0</v></c><c t="d"><v>2022-01-01</v></c></row>'
)
SHEET = (
    f'<worksheet xmlns="{MAIN}"><cols><col min="1" max="2" hidden="1"/></cols>'
    f"<sheetData>{HEADER}{ROWS}</sheetData></worksheet>"
)
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="170" formatCode="yyyy"/></numFmts>'
    '<cellXfs><xf/><xf numFmtId="170"/></cellXfs></styleSheet>'
)
STRINGS = f'<sst xmlns="{MAIN}"><si><r><t>a</t></r><rPh><t>b</t></rPh></si></sst>'
PARTS = {"xl/worksheets/sheet1.xml": SHEET, "xl/styles.xml": STYLES, "xl/sharedStrings.xml": STRINGS}
INSERTED = st.sampled_from(
    ["<", ">", '"', "&", "/", "\0", "<row>", "</c>", '<c r="ZZZ1">', "-1", "9" * 30, "é", "", " r=", "NaN"]
)


def read(data: bytes, name: str) -> None:
    problems = Problems()
    try:
        sheet = read_sheet(data, filename=name, limits=Limits(cell_chars=1000))
        for row in sheet.rows():
            for column in sheet.columns:
                cell = sheet.cell(row, column)
                for ask in (cell.text, cell.identifier, cell.whole, cell.moment, cell.required_text):
                    with problems.collect():
                        ask()
    except Refusal as refusal:
        assert str(refusal)
    for problem in problems.kept:
        assert str(problem)


def spliced(text, at, inserted, cut):
    at = at % (len(text) + 1)
    return text[:at] + inserted + text[at + cut :]


@given(st.sampled_from(sorted(PARTS)), st.integers(0, 2000), INSERTED, st.integers(0, 12))
def test_any_xml_in_a_workbook(part, at, inserted, cut):
    read(by_hand(parts={**PARTS, part: spliced(PARTS[part], at, inserted, cut)}), "a.xlsx")


@given(
    st.sampled_from(["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]),
    st.integers(0, 900),
    INSERTED,
    st.integers(0, 40),
)
def test_any_xml_around_it(part, at, inserted, cut):
    with zipfile.ZipFile(io.BytesIO(by_hand(parts=PARTS))) as archive:
        text = archive.read(part).decode()
    read(by_hand(parts={**PARTS, part: spliced(text, at, inserted, cut)}), "a.xlsx")


@given(st.integers(0, len(BOOK)), st.binary(max_size=40), st.integers(0, 40))
def test_any_bytes_in_the_archive(at, inserted, cut):
    read(spliced(BOOK, at, inserted, cut), "a.xlsx")


@given(st.integers(0, len(TABLE)), st.binary(max_size=40), st.integers(0, 10), st.booleans())
@example(0, b"\xff\xfe", 0, False)
@example(0, b"\x1f\x8b", 0, False)
@example(0, b'"', 0, False)
def test_any_bytes_in_a_text(at, inserted, cut, packed):
    data = spliced(TABLE, at, inserted, cut)
    read(gzip.compress(data) if packed else data, "a.csv")


@given(st.binary(max_size=200), st.sampled_from(["a.csv", "a.xlsx", "a.csv.gz", "a"]))
def test_any_bytes_at_all(data, name):
    read(data, name)


@pytest.mark.parametrize("codec", ["utf-16", "utf-8-sig", "gb18030", "utf-32", "utf-7", "shift_jis", "latin-1"])
def test_any_encoding(codec):
    read("姓名,电话\r\n王迪,1\r\n".encode(codec, "replace"), "a.csv")
