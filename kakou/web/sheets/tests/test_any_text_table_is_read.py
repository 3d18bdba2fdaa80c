import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.web.sheets import CellProblem, Limits, SheetRefused, read_sheet
from kakou.web.sheets.writing import write_csv

TABLE = "姓名,电话\r\n王迪,13912345678\r\n阿卜杜热合曼·买买提,139\r\n"


def read(data: bytes, name: str = "a.csv", **more):
    sheet = read_sheet(data, filename=name, **more)
    return sheet, [(row.number, row.values) for row in sheet.rows()]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_it_reads_the_encodings_that_people_send(codec):
    assert read(TABLE.encode(codec))[1] == [(2, ["王迪", "13912345678"]), (3, ["阿卜杜热合曼·买买提", "139"])]


def test_it_reads_gbk_without_the_dot_it_lacks_and_says_what_it_took_it_for():
    sheet, rows = read("姓名,电话\n王迪,1\n".encode("gbk"))
    assert rows == [(2, ["王迪", "1"])]
    assert "GB18030" in str(sheet.notices[0])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_it_finds_the_delimiter(delimiter):
    assert read(f"a{delimiter}b\n1{delimiter}\n".encode())[1] == [(2, ["1", None])]


def test_it_reads_gzip():
    assert read(gzip.compress(TABLE.encode()), "a.csv.gz")[1][0] == (2, ["王迪", "13912345678"])


def test_it_counts_rows_as_excel_does():
    assert read(b'a,b\n\n"x\ny",1\n , \nz,2\n')[1] == [(3, ["x\ny", "1"]), (5, ["z", "2"])]


def test_it_names_byte_and_line_of_a_damaged_character():
    data = TABLE.encode()
    at = data.index("买".encode())
    with pytest.raises(SheetRefused) as refused:
        read(data[:at] + b"\xff" + data[at + 1 :])
    assert refused.value.params == {"offset": at, "line": 3}
    assert "UTF-8 with a damaged character" in str(refused.value)


def test_it_names_byte_and_line_when_no_encoding_fits():
    data = "姓名,电话\n王,1\n李".encode("gb18030") + b"\xff\xff,2\n"
    with pytest.raises(SheetRefused, match="neither UTF-8 nor GB18030") as refused:
        read(data)
    assert refused.value.params == {"offset": data.index(b"\xff"), "line": 3}


def test_it_finds_a_bad_byte_far_behind_the_first_piece():
    good = ("王," + "电" * 1000 + "\n").encode() * 700
    with pytest.raises(SheetRefused) as refused:
        read("姓名,电话\n".encode() + good + b"\xe7\x8e\xff,1\n")
    assert refused.value.params == {"offset": len(good) + 14 + 0, "line": 702}


def test_utf_16_without_its_mark_is_told():
    with pytest.raises(SheetRefused, match="UTF-16 without its mark"):
        read("a,b\n1,2\n".encode("utf-16-le"))


def test_a_nul_is_refused_by_row_and_column():
    with pytest.raises(CellProblem, match=r"Row 3, column B.*U\+0000"):
        read(b'a,b\n1,2\n"x,y",a\0b\n')


def test_a_field_of_a_million_characters_is_refused_by_row_and_column():
    with pytest.raises(CellProblem, match=r"Row 2, column C.*longer than 32767"):
        read(b'a,b,c\n1,"x,y",' + b"z" * 10**6 + b"\n")
    with pytest.raises(CellProblem, match=r"Row 2, column B.*longer than 32767"):
        read(b"a,b,c\n1," + b"z" * 40_000 + b",\n")


def test_an_open_quotation_mark_is_told_with_its_row_however_long_the_file():
    with pytest.raises(SheetRefused, match="In row 3 a quotation mark is opened"):
        read(b'a,b\n1,2\n"x,2\n' + b"1,2\n" * 100_000)
    with pytest.raises(SheetRefused, match="In row 2 a quotation mark is opened"):
        read(b'a,b\n"x,2\n')
    with pytest.raises(SheetRefused, match="In row 2 a quotation mark stands inside"):
        read(b'a,b\n"x"y,2\n')


def test_a_row_torn_by_a_delimiter_in_a_text_is_told():
    with pytest.raises(SheetRefused, match="Row 2 has 3 cells, but there are 2 column titles"):
        read(b"a,b\nx,y,z\n")


def test_too_many_rows_and_columns_are_refused():
    with pytest.raises(SheetRefused, match="more than 10 rows"):
        read(b"a,b\n" + b"1,2\n" * 11, limits=Limits(rows=10))
    with pytest.raises(SheetRefused, match="Row 2 has more than 512 columns"):
        read(b"a\n" + b"," * 16384 + b"1\n")


def test_a_gzip_bomb_is_refused_after_little_work():
    with pytest.raises(SheetRefused, match="more than 100 times its size"):
        read(gzip.compress(b"a,b\n" + b"0,0\n" * 5_000_000), "a.csv.gz")


def test_a_cut_off_gzip_is_told():
    with pytest.raises(SheetRefused, match="damaged or cut off"):
        read(gzip.compress(TABLE.encode() * 100)[:-20], "a.csv.gz")


def test_an_id_that_went_through_a_number_cell_is_refused():
    sheet = read_sheet("证件\n3.20324E+17\n".encode(), filename="a.csv")
    (row,) = sheet.rows()
    with pytest.raises(CellProblem, match="15 digits"):
        sheet.cell(row, sheet.columns[0]).identifier()


FIELDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).map(str.strip).filter(bool)
RISKY = st.builds("".join, st.tuples(st.sampled_from(["", "'", "''", " "]), st.sampled_from("=+-@＝＋－＠"), FIELDS))


@given(st.lists(st.tuples(FIELDS | RISKY, FIELDS | RISKY), max_size=5))
def test_what_it_exports_comes_back_as_it_was(rows):
    sheet = read_sheet(write_csv(rows, ["a", "b"]), filename="a.csv")
    cells = [tuple(sheet.cell(row, column).text() for column in sheet.columns) for row in sheet.rows()]
    assert cells == [tuple(text.strip() for text in row) for row in rows]
