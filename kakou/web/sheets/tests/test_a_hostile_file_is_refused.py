import datetime as dt
import io
import struct
import subprocess
import sys
import tracemalloc
import zipfile

import pytest

from kakou.web.sheets import CellProblem, Limits, SheetRefused, read_sheet
from kakou.web.sheets.package import open_package
from kakou.web.sheets.source import Source
from kakou.web.sheets.tests.files import BOOK, HEADER, MAIN, STYLES, by_hand, saved, workbook
from kakou.web.sheets.workbook import Workbook
from kakou.web.sheets.worksheet import Layout, sheet_rows

ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
)


def refused(data: bytes, name: str = "a.xlsx", limits: Limits | None = None) -> str:
    with pytest.raises((SheetRefused, CellProblem)) as problem:
        for _ in read_sheet(data, filename=name, limits=limits).rows():
            pass
    return str(problem.value)


def test_a_billion_laughs_are_not_laughed():
    for part in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"):
        bomb = ENTITIES + f']><worksheet xmlns="{MAIN}"><t>&j;</t></worksheet>'
        assert "declares entities" in refused(by_hand(parts={part: bomb}))


def test_a_sheet_that_packs_a_thousandfold_is_refused():
    rows = '<row r="2"><c r="A2"><v>1</v></c></row>' + " " * (40 << 20)
    assert "times its size" in refused(by_hand(rows))


def test_a_sheet_larger_than_the_limit_is_refused_by_what_it_unpacks_to():
    rows = "".join(f'<row r="{i}"><c r="A{i}"><v>{i * 7919 % 10**9}</v></c></row>' for i in range(2, 60_000))
    assert "larger than 1 MB" in refused(by_hand(rows), limits=Limits(inflated_bytes=1 << 20))


def test_sizes_that_lie_do_not_help():
    data = bytearray(by_hand("".join(f'<row r="{i}"><c r="A{i}"><v>{i}</v></c></row>' for i in range(2, 5000))))
    name = b"xl/worksheets/sheet1.xml"
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(name))
    struct.pack_into("<I", data, entry + 24, 100)  # the directory says: 100 bytes
    assert "damaged" in refused(bytes(data))


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_part_packed_so_that_no_meter_sees_it_unpack_is_refused(packing):
    rows = '<row r="2"><c r="A2"><v>1</v></c></row>' + " " * (64 << 20)
    data = bytearray(by_hand(rows, packing=packing))
    name = b"xl/worksheets/sheet1.xml"
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(name))
    struct.pack_into("<I", data, entry + 24, 1000)  # and the directory says: 1,000 bytes
    tracemalloc.start()
    try:
        told = refused(bytes(data))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "packed in a way that Excel never uses" in told
    assert peak < 4 << 20


def test_too_many_parts_are_refused_before_they_are_listed():
    assert "more than 200 parts" in refused(by_hand(parts={f"xl/x{i}": "" for i in range(300)}))
    assert "more than 200 parts" in refused(by_hand(parts={f"xl/{'x' * 200}{i}": "" for i in range(5000)}))


def test_the_same_part_twice_is_refused():
    target = io.BytesIO(by_hand())
    with zipfile.ZipFile(target, "a") as archive, pytest.warns(UserWarning):
        archive.writestr("xl/worksheets/sheet1.xml", "<x/>")
    assert "twice" in refused(target.getvalue())


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/externalLinks/externalLink1.xml", "from outside"),
        ("xl/connections.xml", "from outside"),
        ("xl/workbook.bin", "binary Excel"),
    ],
)
def test_macros_links_and_binaries_are_refused_by_name(part, told):
    assert told in refused(by_hand(parts={part: b"x"}))


def test_a_piece_of_xml_without_an_end_is_refused():
    noise = "".join(f"{i * 2654435761 % 2**32:x}" for i in range(1_200_000))
    assert "one piece larger than" in refused(by_hand(f'<row r="2" spans="{noise}"/>'))


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>',
        '<row r="2"><c r="A3"><v>1</v></c></row>',
        '<row r="3"/><row r="2"/>',
        '<row r="1048577"/>',
        '<row r="2"><c r="XFE2"><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v>nan</v></c></row>',
        '<row r="2"><c r="A2"><v>1e999</v></c></row>',
        '<row r="2"><c r="A2" t="s"><v>5</v></c></row>',
        '<row r="2"><c r="A2"><c r="B2"/></c></row>',
        '<row r="2"><row r="3"/></row>',
        "<row",
    ],
)
def test_a_sheet_that_excel_never_writes_is_called_damaged(rows):
    assert "damaged" in refused(by_hand(rows))


LONG = f'<sst xmlns="{MAIN}"><si><t>{"长" * 32_000}</t></si></sst>'


def named_by(cells: int) -> bytes:
    rows = ("<row><c/>" + '<c t="s"><v>0</v></c>' * 100 + "</row>") * (cells // 100)
    return by_hand(rows, parts={"xl/sharedStrings.xml": LONG})


def test_a_long_text_that_many_cells_name_is_in_memory_once():
    data = named_by(3_000)
    tracemalloc.start()
    try:
        kept = [row.values[1] for row in read_sheet(data, filename="a.xlsx").rows()]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(kept) == 30
    assert peak < 8 << 20


def test_more_text_than_fits_is_refused_though_the_file_names_it_in_few_bytes():
    assert "larger than 100 MB" in refused(named_by(4_000))


def test_long_texts_that_a_rare_character_makes_wide_are_counted_as_they_lie_in_memory():
    wide = "".join(f"<si><t>{number}{'x' * 8_000}𠮷</t></si>" for number in range(100))
    rows = "".join(f'<row><c t="s"><v>{number}</v></c></row>' for number in range(100))
    data = by_hand(rows, parts={"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{wide}</sst>'})
    assert "larger than 1 MB" in refused(data, limits=Limits(inflated_bytes=1 << 20))


def test_a_title_far_to_the_right_makes_no_row_wide():
    titles = '<row r="1"><c r="A1" t="str"><v>a</v></c><c r="SR1" t="str"><v>b</v></c></row>'
    rows = "".join(f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in range(2, 50))
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{titles}{rows}</sheetData></worksheet>'
    opened = read_sheet(by_hand(parts={"xl/worksheets/sheet1.xml": sheet}), filename="a.xlsx")
    assert [len(row.cells) for row in opened.rows()] == [1] * 48
    assert opened.columns[-1].letter == "SR"


def test_few_of_a_million_hidden_columns_are_kept():
    columns = "<cols>" + '<col min="1" max="9" hidden="1"/>' * 10_000 + "</cols>"
    data = f"<sheetData>{HEADER}<row><c><v>1</v></c></row></sheetData>"
    sheet = f'<worksheet xmlns="{MAIN}">{columns}{data}</worksheet>'
    layout = Layout()
    with open_package(Source(by_hand(parts={"xl/worksheets/sheet1.xml": sheet}), "a.xlsx"), Limits()) as package:
        assert list(sheet_rows(package, "xl/worksheets/sheet1.xml", Workbook(), Limits(), layout))
    assert len(layout.hidden_columns) == Limits().columns


def test_a_cell_far_to_the_right_is_refused_and_an_empty_one_costs_nothing():
    assert "Row 1048576 has more than 512 columns" in refused(
        by_hand('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    )
    data = by_hand('<row r="1048576"><c r="A1048576"><v>1</v></c><c r="XFD1048576" s="1"/></row>')
    assert next(read_sheet(data, filename="a.xlsx").rows()).number == 1_048_576
    assert "damaged" in refused(by_hand(f'<row r="2">{"<c/>" * 20_000}</row>'))
    wide = "".join(f"<c><v>{i}</v></c>" for i in range(20_000))
    assert "Row 2 has more than 512 columns" in refused(by_hand(f'<row r="2">{wide}</row>'))


@pytest.mark.parametrize("digit", ["²", "٣", "१", "1²", "-1", "1e3", "9" * 30, ""])
def test_digits_of_other_scripts_in_styles_and_columns_are_no_fault_of_ours(digit):
    columns = f'<cols><col min="{digit}" max="{digit}" hidden="1"/></cols>'
    rows = f'{HEADER}<row r="2"><c r="A2" s="{digit}"><v>44621</v></c></row>'
    sheet = f'<worksheet xmlns="{MAIN}">{columns}<sheetData>{rows}</sheetData></worksheet>'
    (row,) = read_sheet(by_hand(parts={"xl/worksheets/sheet1.xml": sheet}), filename="a.xlsx").rows()
    assert row.values == [44621, None]


@pytest.mark.parametrize(
    "serial", ["2957003.99999", "2957003.999999999", "2957004", "2958465.999999999", "2958466", "0"]
)
@pytest.mark.parametrize("since", ["0", "1"])
def test_the_last_days_of_both_calendars_are_read_or_stay_numbers(since, serial):
    book = BOOK.replace("<sheets>", f'<workbookPr date1904="{since}"/><sheets>')
    rows = f'<row r="2"><c r="A2" s="1"><v>{serial}</v></c></row>'
    (row,) = read_sheet(
        by_hand(rows, parts={"xl/workbook.xml": book, "xl/styles.xml": STYLES}), filename="a.xlsx"
    ).rows()
    assert isinstance(row.values[0], dt.datetime | dt.time | int | float)


def test_a_cell_of_a_million_characters_is_refused_by_address():
    assert "Row 2, column A: The text is longer than 32767" in refused(
        by_hand(f'<row r="2"><c r="A2" t="str"><v>{"z" * 10**6}</v></c></row>')
    )
    shared = f'<sst xmlns="{MAIN}"><si><t>{"z" * 40_000}</t></si></sst>'
    data = by_hand('<row r="2"><c r="B2" t="s"><v>0</v></c></row>', parts={"xl/sharedStrings.xml": shared})
    assert "Row 2, column B: The text is longer than 32767" in refused(data)


def test_a_control_character_behind_an_escape_is_refused_by_address():
    data = by_hand('<row r="2"><c r="B2" t="str"><v>a_x0000_b</v></c></row>')
    assert "Row 2, column B: The text contains an invisible control character (code U+0000)" in refused(data)


def test_half_a_character_behind_an_escape_is_refused_by_address_and_two_halves_are_one():
    halves = '<row r="2"><c r="B2" t="str"><v>a_xD83D__xDE00_b</v></c></row>'
    assert [row.values for row in read_sheet(by_hand(halves), filename="a.xlsx").rows()] == [[None, "a😀b"]]
    half = '<row r="2"><c r="B2" t="str"><v>a_xD83D_b</v></c></row>'
    assert "Row 2, column B: The text contains an invisible control character (code U+D83D)" in refused(by_hand(half))


@pytest.mark.parametrize(
    ("data", "name", "told"),
    [
        (b"", "a.csv", "empty"),
        (b"a,b\n1,2\n", "a.xlsx", "rename it to .csv"),
        (by_hand(), "a.csv", "Rename it to .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "old Excel file"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a.xls", "web page"),
        ("\ufeff<?xml version='1.0'?><Workbook/>".encode(), "a.xls", "web page"),
        (b"%PDF-1.7 ...", "a.csv", "PDF"),
        (b"PK\x03\x04 nothing", "a.xlsx", "damaged"),
        (b"\n\n", "a.csv", "no row of column titles"),
    ],
)
def test_a_file_under_a_wrong_name_gets_a_friendly_answer(data, name, told):
    assert told in refused(data, name)


def test_other_archives_are_told_apart():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "archive without an Excel workbook" in refused(target.getvalue())
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    assert "OpenDocument" in refused(target.getvalue(), "a.ods")


def test_a_cut_off_workbook_is_called_damaged():
    data = saved(workbook([["a", "b"], ["1", "2"]]))
    assert "damaged" in refused(data[:-30])
    at = data.index(b"xl/worksheets/sheet1.xml") + 40
    assert "damaged" in refused(data[:at] + bytes(50) + data[at + 50 :])


GREEDY = """
import re, resource, sys, time
from kakou.web.sheets import SheetRefused, read_sheet
from kakou.web.sheets.problems import CellProblem
resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
began = time.process_time()
try:
    print(sum(1 for _ in read_sheet(__import__("pathlib").Path(sys.argv[1]), filename="a.xlsx").rows()), end=" ")
except (SheetRefused, CellProblem) as refused:
    print("refused", end=" ")
peak = int(re.search(r"VmHWM:\\s+([0-9]+)", open("/proc/self/status").read())[1])  # not ru_maxrss: it counts the fork
print(round(time.process_time() - began, 1), peak >> 10)
"""


def _filled(pattern: str) -> str:
    """About 49 MiB of rows that pack less than a hundredfold."""
    rows, size, number = [], 0, 2
    while size < 49 << 20 and number <= 200_001:
        row = f'<row r="{number}">{pattern.replace("#", str(number * 7919 % 10**6))}</row>'
        rows.append(row)
        size += len(row.encode())
        number += 1
    return "".join(rows)


@pytest.mark.slow
@pytest.mark.parametrize(
    "pattern",
    [
        "<c><v>#</v></c>" * 40,
        '<c t="str"><v>文#</v></c>' * 30,
        "<c/>" * 100 + "<c><v>#</v></c>",
        "<x y='#'/>" * 60,
        '<c t="s"><v>0</v></c>' * 100,
    ],
)
def test_the_worst_sheet_within_the_limits_stays_within_512_mb_and_30_seconds(pattern, tmp_path):
    file = tmp_path / "greedy.xlsx"
    file.write_bytes(by_hand(_filled(pattern)))
    done = subprocess.run([sys.executable, "-c", GREEDY, str(file)], capture_output=True, text=True, check=True)
    told, seconds, mib = done.stdout.split()
    print(f"{pattern[:20]}: {told}, {seconds} s CPU, {mib} MiB")
    assert float(seconds) < 30
    assert int(mib) < 150
