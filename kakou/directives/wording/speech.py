"""A text as a loudspeaker is to read it: every number, time and day in words, so that nobody at the microphone and no
voice of a machine has to guess. Numbers that are dialled are read digit by digit (1 is 幺 on the telephone)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

_ZH, _UNITS = "零一二三四五六七八九", ("", "十", "百", "千")
_DIALLED_ZH = "零幺二三四五六七八九"
_EN = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_MONTHS = (
    "", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DIALLED = r"(?<![\d.])(?:11[0-9]|12[0-9](?=\D|$)|\d{5,})(?![\d.]\d?)"
_DAY = r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)"
_TIME = r"(?<!\d)([01]?\d|2[0-4])[:：]([0-5]\d)(?!\d)"
Rule = tuple[str, Callable[[re.Match[str]], str]]


def spoken(text: str, language: str) -> str:
    """`language`: "zh" or "en". No digit is left in it."""
    for pattern, said in RULES[language]:
        text = re.sub(pattern, said, text)
    return text


def chinese(number: int) -> str:
    """0 to 99,999,999 as it is read."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        return chinese(high) + "万" + (("零" if low < 1_000 else "") + _thousands(low) if low else "")
    return _thousands(number)


def english(number: int) -> str:
    """0 to 999,999,999 as it is read."""
    for size, name in ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred")):
        if number >= size:
            high, low = divmod(number, size)
            return f"{english(high)} {name}" + (f" {english(low)}" if low else "")
    if number < 20:
        return _EN[number]
    return _TENS[number // 10] + (f"-{_EN[number % 10]}" if number % 10 else "")


def _thousands(number: int) -> str:
    if number == 0:
        return _ZH[0]
    digits = str(number)
    said = ""
    for place, digit in enumerate(digits):
        unit = _UNITS[len(digits) - place - 1]
        said += _ZH[int(digit)] + unit if digit != "0" else _ZH[0]
    said = re.sub("零+", "零", said).rstrip("零")
    return said[1:] if said.startswith("一十") else said


def _number_zh(text: str) -> str:
    whole, _, rest = text.partition(".")
    return _read(whole, chinese, 8, _ZH) + ("点" + "".join(_ZH[int(digit)] for digit in rest) if rest else "")


def _number_en(text: str) -> str:
    whole, _, rest = text.partition(".")
    return _read(whole, english, 9, _EN, " ") + (" point " + _digits(rest, _EN, " ") if rest else "")


def _read(whole: str, words: Callable[[int], str], most: int, names: Sequence[str], gap: str = "") -> str:
    """A number too long to be one, or with a nought before it, digit by digit."""
    is_one = len(whole) <= most and (len(whole) == 1 or not whole.startswith("0"))
    return words(int(whole)) if is_one else _digits(whole, names, gap)


def _digits(text: str, names: Sequence[str], gap: str = "") -> str:
    return gap.join(names[int(digit)] for digit in text)


def _time_zh(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    past = "整" if minute == 0 else f"{'零' if minute < 10 else ''}{chinese(minute)}分"
    return f"{chinese(hour)}点{past}"


def _time_en(found: re.Match[str]) -> str:
    hour, minute = int(found[1]) % 24, int(found[2])
    past = "" if minute == 0 else f" oh {english(minute)}" if minute < 10 else f" {english(minute)}"
    return f"{english((hour + 11) % 12 + 1)}{past} {'a.m.' if hour < 12 else 'p.m.'}"


def _day_zh(found: re.Match[str]) -> str:
    return f"{_digits(found[1], _ZH)}年{chinese(int(found[2]))}月{chinese(int(found[3]))}日"


def _day_en(found: re.Match[str]) -> str:
    month = int(found[2])
    name = _MONTHS[month] if 1 <= month <= 12 else english(month)
    return f"{english(int(found[3]))} {name} {english(int(found[1]))}"


RULES: Mapping[str, tuple[Rule, ...]] = {
    "zh": (
        (_DAY, _day_zh), (_TIME, _time_zh),
        (r"(?<!\d)(\d{4})年", lambda found: _digits(found[1], _ZH) + "年"),
        (r"(\d+(?:\.\d+)?)%", lambda found: "百分之" + _number_zh(found[1])),
        ("℃|°C", lambda _found: "摄氏度"),
        (DIALLED, lambda found: _digits(found[0], _DIALLED_ZH)),
        (r"[0-9]+(?:\.[0-9]+)?", lambda found: _number_zh(found[0])),
    ),
    "en": (
        (_DAY, _day_en), (_TIME, _time_en),
        (r"(\d+(?:\.\d+)?)%", lambda found: _number_en(found[1]) + " percent"),
        (r"\s?(?:℃|°C)", lambda _found: " degrees Celsius"),
        (DIALLED, lambda found: _digits(found[0], _EN, " ")),
        (r"[0-9]+(?:\.[0-9]+)?", lambda found: _number_en(found[0])),
    ),
}  # fmt: skip
