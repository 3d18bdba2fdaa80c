"""Whatever is wrong with a sheet of places is told on the page by row, column and way out, in the reader's language."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from kakou.access.scope import acting_as_system
from kakou.places.models import Unit
from kakou.places.tests.test_the_tree_is_brought_in_from_a_sheet import TITLES, sheet
from kakou.web.sheets.writing import write_csv
from tests.cast import sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def xlsx(*row):
    return sheet([row])


def text(*row):
    return write_csv([["" if value is None else value for value in row]], TITLES)


def with_part(name, content=b"x"):
    target = io.BytesIO(sheet([["小区", "x", "east"]]))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


CELLS = {
    "an 18-digit number": (
        xlsx("小区", "x", "east", 320324001001000011),
        ("Row 2, column D (编码)", "more than 15 digits", "Format the column as text, then enter the number again"),
        ("第 2 行 D 列（编码）", "数字超过 15 位", "设为文本格式"),
    ),
    "a formula": (
        xlsx("小区", '=HYPERLINK("http://x","y")', "east"),
        ("Row 2, column B (名称)", "This is a formula", "paste them as values"),
        ("第 2 行 B 列（名称）", "这里是公式", "粘贴为数值"),
    ),
    "a million characters": (
        text("小区", "x" * 10**6, "east"),
        ("Row 2, column B", "longer than 32767 characters", "Shorten the text."),
        ("第 2 行 B 列", "32767", "请缩短"),
    ),
    "a NUL": (
        text("小区", "x", "east").replace(b"east", b"ea\0st"),
        ("Row 2, column C", "control character (code U+0000)", "Delete the text and type it again."),
        ("第 2 行 C 列", "U+0000", "重新输入"),
    ),
    "half a character": (
        xlsx("小区", "HALF", "east"),
        ("Row 2, column B", "control character (code U+D83D)", "Delete the text and type it again."),
        ("第 2 行 B 列", "U+D83D", "重新输入"),
    ),
    "a day that never was": (
        xlsx("小区", "x", "east", None, None, None, 5, None, "2021-02-31", "y"),
        ("Row 2, column I (统计日期)", "This is no date.", "Write it as 2021-07-31."),
        ("第 2 行 I 列（统计日期）", "不是日期", "2021-07-31"),
    ),
    "a day to come": (
        xlsx("小区", "x", "east", None, None, None, 5, None, "9999-12-31", "y"),
        ("Row 2, column I (统计日期)", "in the future", "Write it as 2021-07-31."),
        ("第 2 行 I 列（统计日期）", "今天之后", "2021-07-31"),
    ),
    "a name that would be two in a list": (
        xlsx("小区", "一期、二期", "east"),
        ("Row 2, column B (名称)", "has no “、”", "Write “-” instead."),
        ("第 2 行 B 列（名称）", "不能含有“、”", "请改用“-”"),
    ),
    "a control character in GBK": (
        text("小区", "阳光\a花园", "east").decode("utf-8-sig").encode("gbk"),
        ("Row 2, column B", "control character (code U+0007)", "Delete the text and type it again."),
        ("第 2 行 B 列", "U+0007", "重新输入"),
    ),
}
FILES = {
    "macros": (with_part("xl/vbaProject.bin"), ("contains macros", "without macros"), ("宏", "xlsx")),
    "a bomb": (with_part("xl/big.xml", b" " * (60 << 20)), ("larger than 50 MB", "split the file"), ("50", "拆")),
    "no encoding": (
        text("小区", "花园小区", "east").decode("utf-8-sig").encode("gbk").replace(b"east", b"\xff\xff"),
        ("neither UTF-8 nor GB18030", "in line 2", "Save the file as UTF-8 CSV or .xlsx."),
        ("既不是 UTF-8 也不是 GB18030", "第 2 行", "另存为 UTF-8"),
    ),
}


@pytest.fixture
def east(tree):
    with acting_as_system():
        return Unit.objects.create(node=tree.east, kind="community_urban", name="east")


def told(client, data, language):
    name = "x.xlsx" if data.startswith(b"PK") else "x.csv"
    answer = client.post(
        "/places/import/", {"file": SimpleUploadedFile(name, data)}, headers={"accept-language": language}
    )
    assert answer.status_code == 422
    return answer.content.decode()


@pytest.mark.parametrize("what", [*CELLS, *FILES])
def test_it_is_told_in_both_languages_and_nothing_is_taken(east, cast, what):
    data, english, chinese = (CELLS | FILES)[what]
    if what == "half a character":
        data = halved(data)
    client = Client()
    sign_in(client, cast.secretary)
    for language, wanted in (("en", english), ("zh-hans", chinese)):
        page = told(client, data, language)
        for words in wanted:
            assert str(escape(words)) in page, (language, words)
    with acting_as_system():
        assert Unit.objects.count() == 1


def halved(data):
    """HALF in the shared texts or the cells becomes an escaped half of a character."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            archive.writestr(name, source.read(name).replace(b"HALF", b"a_xD83D_b"))
    return target.getvalue()
