"""What a workbook says about itself before its rows: sheets, shared texts, which number formats are times."""

from __future__ import annotations

import posixpath
import re
import sys
from array import array
from dataclasses import dataclass, field

from kakou.web.sheets import wording
from kakou.web.sheets.limits import Limits
from kakou.web.sheets.package import Package
from kakou.web.sheets.problems import SheetRefused

_OFFICE = "/relationships/officeDocument"
# ECMA-376 part 1, 18.8.30: built-in formats that are dates or times, East Asian ones included
_BUILT_IN_TIMES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NOT_FORMAT = re.compile(
    r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.|\*.', re.IGNORECASE
)  # texts, colours, conditions
_TIME_LETTERS = re.compile(r"[ymdhs]|上午|下午|e", re.IGNORECASE)
_LONG = 128  # characters
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One worksheet: name as shown, its part, whether it is visible."""

    name: str
    part: str
    visible: bool


class Strings:
    """The shared texts, kept as UTF-8 in one piece: memory is bounded by the bytes that were read.

    Ten thousand cells may name one long text in a few bytes each, so a long one is made once, for all of them.
    """

    def __init__(self, limits: Limits) -> None:
        self._bytes = bytearray()
        self._ends = array("I", [0])
        self._limits = limits
        self._long: dict[int, str] = {}
        self._kept = 0

    def add(self, text: str) -> None:
        """Append the next text. Raises SheetRefused past the limit."""
        if len(self._ends) > self._limits.strings:
            raise SheetRefused(wording.TOO_MANY_STRINGS, limit=self._limits.strings)
        self._bytes += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._bytes))

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self._ends) - 1:
            raise SheetRefused(wording.DAMAGED, detail=f"shared text {index}")
        known = self._long.get(index)
        if known is not None:
            return known
        text = self._bytes[self._ends[index] : self._ends[index + 1]].decode("utf-8", "surrogatepass")
        if len(text) >= _LONG:
            self._keep(index, text)
        return text

    def _keep(self, index: int, text: str) -> None:
        self._kept += sys.getsizeof(text)  # one rare character makes every other four bytes wide
        if self._kept > self._limits.inflated_bytes * 3 // 2:
            raise SheetRefused(wording.INFLATES_TOO_FAR, limit=self._limits.inflated_bytes >> 20)
        self._long[index] = text


@dataclass(slots=True)
class Workbook:
    """Everything the reading of one worksheet needs."""

    sheets: list[SheetPart] = field(default_factory=list)
    strings: Strings = field(default_factory=lambda: Strings(Limits()))
    times: set[int] = field(default_factory=set)  # cell styles (index of cellXfs) that show a date or a time
    from_1904: bool = False


def read_workbook(package: Package, limits: Limits) -> Workbook:
    """The workbook's own parts. Raises SheetRefused when they do not hang together."""
    book = Workbook(strings=Strings(limits))
    top = _relations(package, "_rels/.rels", "")
    main = next((part for kind, part in top.values() if kind.endswith(_OFFICE)), None)
    if main is None or main not in package.names:
        raise SheetRefused(wording.NOT_A_WORKBOOK)
    folder, _, name = main.rpartition("/")
    relations = _relations(package, f"{folder}/_rels/{name}.rels", folder)
    _read_sheets(package, main, relations, book)
    for kind, part in relations.values():
        if part in package.names and kind.endswith("/relationships/sharedStrings"):
            _read_strings(package, part, book.strings)
        if part in package.names and kind.endswith("/relationships/styles"):
            book.times = _time_styles(package, part)
    return book


def unescaped(text: str) -> str:
    """`_x000D_` back to the character it stands for (ECMA-376 part 1, 22.9.2.19); two halves become one character."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _relations(package: Package, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """id → (kind, part) of the inner relations."""
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), path)

    if part in package.names:
        package.parse_whole(part, start=start)
    return found


def _read_sheets(package: Package, main: str, relations: dict[str, tuple[str, str]], book: Workbook) -> None:
    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr":
            book.from_1904 = attributes.get("date1904") in {"1", "true"}
        if name == "sheet":
            key = next((value for label, value in attributes.items() if label.endswith(" id")), "")
            kind, part = relations.get(key, ("", ""))
            if kind.endswith("/worksheet") and part in package.names:
                visible = attributes.get("state", "visible") == "visible"
                book.sheets.append(SheetPart(attributes.get("name", ""), part, visible))

    package.parse_whole(main, start=start)


class _StringsHandler:
    """Joins the runs of a shared text; how it is spoken (rPh) is not what is written."""

    def __init__(self, strings: Strings) -> None:
        self._strings = strings
        self._pieces: list[str] = []
        self._spoken = False
        self._open = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "t":
            self._open = not self._spoken
        elif name == "rPh":
            self._spoken = True

    def end(self, name: str) -> None:
        if name == "t":
            self._open = False
        elif name == "rPh":
            self._spoken = False
        elif name == "si":
            self._strings.add(unescaped("".join(self._pieces)))
            self._pieces.clear()

    def text(self, data: str) -> None:
        if self._open:
            self._pieces.append(data)


def _read_strings(package: Package, part: str, strings: Strings) -> None:
    handler = _StringsHandler(strings)
    package.parse_whole(part, start=handler.start, end=handler.end, text=handler.text)


def _time_styles(package: Package, part: str) -> set[int]:
    own: dict[int, str] = {}
    styles: list[int] = []
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            own[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            inside.append(name)
        elif name == "xf" and inside:
            styles.append(_whole(attributes.get("numFmtId")))

    def end(name: str) -> None:
        if name == "cellXfs":
            inside.clear()

    package.parse_whole(part, start=start, end=end)
    return {index for index, style in enumerate(styles) if is_time_format(style, own.get(style))}


def is_time_format(number: int, code: str | None) -> bool:
    """Does this number format show a date or a time?"""
    if code is None:
        return number in _BUILT_IN_TIMES
    bare = _NOT_FORMAT.sub("", code.split(";")[0])
    return "general" not in bare.lower() and bool(_TIME_LETTERS.search(bare)) and not re.search(r"[0#]E[+-]", bare)


def _whole(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else 0
