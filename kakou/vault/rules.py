"""Masks: the one way in which personal data leaves Kakou without being revealed. Pure.

A mask depends only on the characters it shows: two values that differ only where the stars are give the same mask.
Lists, details, search results, sheets, live feeds and logs all pass through `mask`; only `people.actions.reveal` does
not, and it leaves an audit event with a reason. Source: the masked forms of article and domain notes §3.6
(110105********002X, 138****1234).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum

STAR = "*"
_FEW = STAR * 3
_SOME = STAR * 4
# 江苏省 徐州市 睢宁县, each part optional; 阳光小区 is no district, and nothing with a street or village in it is shown
_REGION = re.compile(
    r"(?:[^\W\d_街路村]{1,12}?(?:省|自治区))?"
    r"(?:[^\W\d_街路村]{1,12}?(?:市|自治州|盟|地区))?"
    r"(?:[^\W\d_街路村]{1,12}?(?:县|旗|市|(?<![小社园厂校景片库])区))?"
)


class Kind(StrEnum):
    """What a value is, which decides what of it may be seen."""

    NAME = "name"
    DOCUMENT = "document"
    PHONE = "phone"
    PLATE = "plate"
    ADDRESS = "address"
    RECEIVER = "receiver"


def mask(kind: str, value: str | None) -> str:
    """`value` as anyone allowed on the page may see it; empty for None or an empty value.

    `kind` is one of `Kind`; any other raises ValueError, so that a new field cannot slip through unmasked.
    """
    text = (value or "").strip()
    return _MASKS[Kind(kind)](text) if text else ""


def hushed(text: str) -> str:
    """Free text, such as a line of a log, with every telephone, identity and plate number in it masked."""
    for pattern, hide in _NUMBERS:
        text = pattern.sub(lambda found, hide=hide: hide(found[0]), text)  # type: ignore[misc]
    return text


def mask_name(text: str) -> str:
    """王迪 → 王*, 欧阳小明 → 欧***, 阿卜杜热合曼·买买提 → 阿***: the first character, then one to three stars.

    A name of one character shows nothing. Marks that combine with the first character stay with it.
    """
    first = 1
    while first < len(text) and unicodedata.combining(text[first]):
        first += 1
    rest = len(text) - first
    return text[:first] + STAR * min(rest, len(_FEW)) if rest else STAR


def mask_document(text: str) -> str:
    """11010519491231002X → 110105********002X: region and last four, never the date of birth.

    Fifteen digits show region and last three; passports and other numbers of eight and more show the first and the
    last two; shorter ones nothing.
    """
    return _between(text, *_document_ends(text))


def mask_phone(text: str) -> str:
    """13812341234 and +8613812341234 → 138****1234; other numbers of seven and more show the last three, shorter ones
    nothing.
    """
    text = text.removeprefix("+86")
    if len(text) == 11 and text.isascii() and text.isdigit() and text[0] == "1":
        return _between(text, 3, 4)
    return _between(text, 0, 3 if len(text) >= 7 else 0)


def mask_plate(text: str) -> str:
    """苏C12345 → 苏C·***45, 苏CD12345 → 苏C·****45: office and last two; below seven nothing."""
    bare = text.replace("·", "").replace(" ", "")
    if len(bare) < 7:
        return _SOME
    return f"{bare[:2]}·{STAR * (len(bare) - 4)}{bare[-2:]}"


def mask_address(text: str) -> str:
    """江苏省徐州市睢宁县睢城街道八一路3号 → 江苏省徐州市睢宁县****: province, city, county at most, never a number."""
    region = _REGION.match(text)
    shown = region[0] if region else ""
    return (shown if len(shown) < len(text) else "") + _SOME


def mask_receiver(text: str) -> str:
    """+8613812341234 → 138********, li.lei@example.cn → l***@example.cn: whoever a message went to. Never the end of
    a number: with the code of a request, which stands in the message, it opens the page of whoever reported.
    """
    local, at, domain = text.rpartition("@")
    return f"{local[:1]}{_FEW}@{domain}" if at else f"{text.removeprefix('+86')[:3]}{STAR * 8}"


def _document_ends(text: str) -> tuple[int, int]:
    if len(text) == 18:
        return 6, 4
    if len(text) == 15 and text.isascii() and text.isdigit():
        return 6, 3
    return (1, 2) if len(text) >= 8 else (0, 0)


def _between(text: str, head: int, tail: int) -> str:
    return text[:head] + STAR * (len(text) - head - tail) + (text[-tail:] if tail else "")


_MASKS: dict[Kind, Callable[[str], str]] = {
    Kind.NAME: mask_name,
    Kind.DOCUMENT: mask_document,
    Kind.PHONE: mask_phone,
    Kind.PLATE: mask_plate,
    Kind.ADDRESS: mask_address,
    Kind.RECEIVER: mask_receiver,
}

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_NUMBERS: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])", re.ASCII), mask_document),
    (re.compile(r"(?<![0-9A-Za-z])(?:\+86)?1[3-9]\d{9}(?![0-9A-Za-z])", re.ASCII), mask_phone),
    (re.compile(rf"[{_PROVINCES}][A-Z][·• ]?[A-Z0-9]{{5,6}}(?![0-9A-Za-z])", re.ASCII), mask_plate),
)
