"""Residents' lists of fictitious people for tests: of any length from a seed, right or with errors planted by kind."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Callable, Sequence

from openpyxl import Workbook

from kakou.people.rules.documents import check_digit

TITLES = (
    "小区", "楼栋", "单元", "房号", "姓名", "户主", "与户主关系", "性别", "出生日期", "身份证号", "手机号", "人员类别",
    "特殊情况",
)  # fmt: skip
UNIT, BUILDING, STAIR, ROOM, NAME, HEAD, RELATION, SEX, BIRTH, DOCUMENT, PHONE, CATEGORY, SPECIAL = range(len(TITLES))
FAMILY, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰𠮷㛃"
FIRST_ROW = 2
Row = list[object]


def residents(many: int, *, seed: int = 1, unit: str = "阳光花园") -> list[Row]:
    """`many` people in households of one to five, each with a document of his own; every fifth without a telephone."""
    dice, rows = random.Random(seed), []
    while len(rows) < many:
        number = len(rows)
        door = (str(number // 900 + 1), str(number // 90 % 10 + 1), f"{number % 90 + 1:02}{dice.randrange(10)}")
        head = ""
        for place in range(min(dice.randint(1, 5), many - len(rows))):
            rows.append(_resident(dice, len(rows), seed, unit, door, head, place))
            head = head or str(rows[-1][NAME])
    return rows


def _resident(
    dice: random.Random, number: int, seed: int, unit: str, door: tuple[str, str, str], head: str, place: int
) -> Row:
    man = bool(dice.randrange(2))
    born = dt.date(1940, 1, 1) + dt.timedelta(days=dice.randrange(28_000))
    order = number % 498 * 2 + man
    body = f"{320300 + seed % 90 * 100 % 9000 + number // 498 % 90:06}{born:%Y%m%d}{order:03}"
    name = dice.choice(FAMILY) + "".join(dice.choice(GIVEN) for _ in range(dice.randint(1, 2))) + chr(0x4E00 + number)
    if dice.randrange(50) == 0:
        name = f"阿卜杜热合曼·买买提{number}"
    phone = "无" if number % 5 == 4 else f"139{seed % 1000:03}{number:05}"
    relation = "户主" if not place else ("配偶", "子", "女", "父亲")[place - 1]
    return [
        unit, *door, name, head or name, relation, "男" if man else "女", born.isoformat(), body + check_digit(body),
        phone, ("户籍", "外来")[number % 7 == 0], "老人" if born.year < 1955 else None,
    ]  # fmt: skip


def workbook(
    rows: Sequence[Row], titles: Sequence[str] = TITLES, shape: Callable[[object], None] | None = None
) -> bytes:
    """A real workbook, as Excel would save it; `shape` may do to its sheet what people do."""
    book, out = Workbook(), io.BytesIO()
    for row in [list(titles), *rows]:
        book.active.append(row)
    if shape is not None:
        shape(book.active)
    book.save(out)
    return out.getvalue()


def csv_of(rows: Sequence[Row], encoding: str = "utf-8-sig", titles: Sequence[str] = TITLES, mark: str = ",") -> bytes:
    """The same as text."""
    lines = [mark.join("" if cell is None else str(cell) for cell in row) for row in [list(titles), *rows]]
    return "\r\n".join(lines).encode(encoding)


def _wrong_check(number: object) -> str:
    text = str(number)
    return text[:-1] + ("1" if text[-1] != "1" else "2")


def _other_day(day: object) -> str:
    return (dt.date.fromisoformat(str(day)) + dt.timedelta(days=1)).isoformat()


# kind of error → column, and what stands there instead
PLANTED: dict[str, tuple[int, Callable[[Row], object]]] = {
    "a document that Excel took for a number": (DOCUMENT, lambda row: int(str(row[DOCUMENT])[:17] + "0")),
    "a check digit that does not fit": (DOCUMENT, lambda row: _wrong_check(row[DOCUMENT])),
    "a document of seventeen places": (DOCUMENT, lambda row: str(row[DOCUMENT])[:17]),
    "a formula": (PHONE, lambda _: "=1+1"),
    "a telephone of ten digits": (PHONE, lambda _: "1390000123"),
    "an unknown unit": (UNIT, lambda _: "月光花园"),
    "no name": (NAME, lambda _: None),
    "a name of a hundred characters": (NAME, lambda _: "王" * 100),
    "a name that turns the writing": (NAME, lambda _: "王\u202e明"),
    "another sex than the document": (SEX, lambda row: "女" if row[SEX] == "男" else "男"),
    "another birth than the document": (BIRTH, lambda row: _other_day(row[BIRTH])),
    "a relation nobody has": (RELATION, lambda _: "房东的猫"),
    "a category nobody has": (CATEGORY, lambda _: "神仙"),
    "stars": (DOCUMENT, lambda row: str(row[DOCUMENT])[:6] + "********" + str(row[DOCUMENT])[-4:]),
}


def planted(rows: Sequence[Row], many: int, *, seed: int = 1) -> tuple[list[Row], set[tuple[int, str]], set[str]]:
    """`rows` with `many` errors in cells, all kinds in turn: the rows, every wrong cell as (row, letter), the kinds.

    Two more kinds need two rows: the last two errors are a person who stands there twice (the same document), and one
    without a document whose name is written with another dot.
    """
    dice, rows = random.Random(seed), [list(row) for row in rows]
    kinds, wrong, told = list(PLANTED.items()), set(), set()
    # members, not heads: a wrong head would make his whole door wrong
    places = dice.sample([place for place, row in enumerate(rows[:-4]) if row[RELATION] != "户主"], many - 2)
    for turn, place in enumerate(sorted(places)):
        kind, (column, instead) = kinds[turn % len(kinds)]
        rows[place][column] = instead(rows[place])
        wrong.add((place + FIRST_ROW, chr(ord("A") + column)))
        told.add(kind)
    door = ["阳光花园", "99", "9"]
    alike = [None, None, None, None, None, "无", None, None]
    other = [*door, "901", "某甲某", *alike]
    other[DOCUMENT] = next(row[DOCUMENT] for place, row in enumerate(rows) if place not in places)
    dotted = [[*door, "902", f"阿依{dot}古丽", *alike] for dot in "·•"]
    rows += [dotted[0], other, dotted[1]]
    wrong |= {(len(rows) + FIRST_ROW - 2, "J"), (len(rows) + FIRST_ROW - 1, "E")}
    return rows, wrong, told | {"a person who stands there twice", "a name with another dot"}
