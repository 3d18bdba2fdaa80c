"""Whatever is wrong with a file of passages is told by row, column and way out, in Chinese and English; nothing of it
is stored."""

import io
import zipfile

import pytest

from kakou.access.scope import acting_as_system
from kakou.kernel.errors import Refusal
from kakou.ledger.management.importing import worded
from kakou.ledger.models import Passage
from kakou.ledger.sheets.tests.test_a_mapping_file_is_checked_whole import GOOD
from kakou.ledger.sheets.tests.test_a_row_is_read_by_its_mapping import TITLES, row
from kakou.ledger.tests.test_the_import_command_answers_plainly import chinese, english, run
from kakou.places.models import Unit
from kakou.web.sheets.tests.files import by_hand, saved, workbook
from kakou.web.sheets.writing import write_csv

__all__ = ["chinese", "english"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def xlsx(**changed):
    return saved(workbook([TITLES, row(), row(**changed)]))


def csv(**changed):
    return write_csv([row(), row(**changed)], TITLES)


def gbk(**changed):
    return csv(**changed).decode("utf-8-sig").encode("gbk")


def with_part(name, content=b"x"):
    target = io.BytesIO(xlsx())
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


CELLS = {
    "an 18-digit number": (
        xlsx(document=320324199001011234),
        "Row 3, column B (证件号): The number has more than 15 digits: "
        "Excel has already changed the last ones to zeros. "
        "Format the column as text, then enter the number again from the document.",
        "第 3 行 B 列（证件号）：数字超过 15 位：Excel 已把后面几位变成了零。"
        "请把该列设为文本格式，再按证件重新录入号码。",
    ),
    "an 18-digit number that a CSV rounded": (
        csv(document="3.20324E+17"),
        "Row 3, column B (证件号): The number has more than 15 digits",
        "第 3 行 B 列（证件号）：数字超过 15 位",
    ),
    "a formula": (
        xlsx(name='=HYPERLINK("http://x","王")'),
        'Row 3, column D (姓名): This is a formula (=HYPERLINK("http://x","王")), not a value. '
        "Copy the cells and paste them as values.",
        '第 3 行 D 列（姓名）：这里是公式（=HYPERLINK("http://x","王")），不是数值。请复制这些单元格并“粘贴为数值”。',
    ),
    "a million characters": (
        csv(name="王" * 10**6),
        "Row 3, column D: The text is longer than 32767 characters. Shorten the text.",
        "第 3 行 D 列：文字超过 32767 个字符。请缩短文字。",
    ),
    "a NUL": (
        csv(gate="XX").replace(b"XX", b"X\0X"),
        "Row 3, column E: The text contains an invisible control character (code U+0000). "
        "Delete the text and type it again.",
        "第 3 行 E 列：",
    ),
    "a NUL in a file in GBK": (
        gbk(name="王XX").replace(b"XX", b"\0"),
        "Row 3, column D: The text contains an invisible control character (code U+0000).",
        "第 3 行 D 列：",
    ),
    "a day that never was": (
        gbk(time="2022-02-30 08:30"),
        "Row 3, column A (时间): “2022-02-30 08:30” is no day or hour of the calendar. "
        "Enter the time as in the other rows.",
        "第 3 行 A 列（时间）：“2022-02-30 08:30”不是日历上存在的日期或时刻。请按其他行的写法填写时间。",
    ),
    "a year far away": (
        xlsx(time="9999-12-31 08:30"),
        "Row 3, column A (时间): 9999-12-31 08:30:00 lies in the future. Enter the time as in the other rows.",
        "第 3 行 A 列（时间）：",
    ),
    "a number where a time is needed": (
        xlsx(time=44621.35),
        "Row 3, column A (时间): “44621.35” is not a time. Enter a date and time, for example 2022-03-01 08:30.",
        "第 3 行 A 列（时间）：",
    ),
}
FILES = {
    "macros": (
        with_part("xl/vbaProject.bin"),
        "The workbook contains macros (xl/vbaproject.bin). Save it as .xlsx without macros.",
        "工作簿含有宏（xl/vbaproject.bin）。请另存为不含宏的 .xlsx。",
    ),
    "old macros": (
        with_part("xl/macrosheets/sheet1.xml"),
        "The workbook contains macros (xl/macrosheets/sheet1.xml). Save it as .xlsx without macros.",
        "工作簿含有宏（xl/macrosheets/sheet1.xml）。请另存为不含宏的 .xlsx。",
    ),
    "a bomb": (
        by_hand('<row r="2"><c r="A2"><v>1</v></c></row>' + " " * (40 << 20)),
        "unpacks to more than 100 times its size, as attacks do. Copy the rows you need into a new workbook",
        "解压后超过原大小的 100 倍，像是攻击文件。请把需要的行复制到新工作簿并保存。",
    ),
    "no encoding": (
        gbk(gate="XX").replace(b"XX", b"\xff\xff"),
        "in line 3, cannot be read. Save the file as UTF-8 CSV or .xlsx.",
        "第 3 行、第",
    ),
    "a damaged character": (
        csv(gate="XX").replace(b"XX", b"\xff"),
        "The text is UTF-8 with a damaged character",
        "文字是 UTF-8，但有损坏的字符",
    ),
}


@pytest.fixture(params=["english", "chinese"])
def language(request):
    request.getfixturevalue(request.param)
    return 0 if request.param == "english" else 1


@pytest.mark.parametrize("what", [*CELLS, *FILES])
def test_it_is_told_and_nothing_is_stored(tmp_path, language, what):
    data, *words = (CELLS | FILES)[what]
    file, mapping = tmp_path / ("a.xlsx" if data.startswith(b"PK") else "a.csv"), tmp_path / "map.toml"
    file.write_bytes(data)
    mapping.write_text(GOOD, "utf-8")
    done = run(str(file), "--mapping", str(mapping), "--make-places", "--no-stays")
    assert done.exit_code
    if what in FILES:
        assert isinstance(done.exception, Refusal)
        assert words[language] in worded(done.exception)
    else:
        assert done.exit_code == 2
        assert words[language] in done.output
    with acting_as_system():
        assert not Passage.objects.exists()
        assert not Unit.objects.exists()
