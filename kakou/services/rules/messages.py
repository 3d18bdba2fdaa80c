"""Text as it is copied out of a group (WeCom, DingTalk, Feishu, WeChat), cut into messages: who, when, what.

The apps copy in many shapes and change them without notice, so nothing here is exact: a line that holds a time, beside
it a name and nothing else, begins a message; so does a bare name with a colon, if the whole text begins that way. What
begins nothing belongs to the message above it. No line of it is lost.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

LONGEST_PASTED = 50_000  # characters
TOGETHER = dt.timedelta(minutes=5)  # what one person says in a row so soon is one matter
LONGEST_NAME = 32
YEARS = range(1970, 2200)  # a moment at either end of the calendar breaks every page that reads it
LONGEST_WITH_APP = 100  # a name with all that may stand around it: 【张三】@微信
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})

_DATE = (
    r"(?:(?P<day>今天|昨天|前天|today|yesterday)"
    r"|(?:(?P<year>\d{4})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<date>\d{1,2})日?)"
)
_NOON = r"(?P<noon>凌晨|早上|上午|中午|下午|晚上|[ap]\.?m\.?)"
_TIME = (
    rf"(?:{_NOON}\s*)?(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::(?P<second>\d{{2}}))?(?:\s*(?P<after>[ap]\.?m\.?))?"
)
_WEEKDAY = r"(?:(?:星期|周)[一二三四五六日天]\s*)?"
_WHEN = re.compile(
    rf"(?<![\d:/.-])(?:[\[【(（]\s*)?(?:{_DATE}[,，]?\s*)?{_WEEKDAY}{_TIME}(?![\d:])(?:\s*[\]】)）])?", re.I | re.ASCII
)
_RULE = re.compile(rf"^[\s—–\-_=*·]*{_DATE}[\s—–\-_=*·]*$", re.I | re.ASCII)  # the line of a day above its messages
_BARE_NAME = re.compile(r"^(?P<name>[^\s:：,，。.;；!！?？][^:：,，。;；!！?？]{0,19})[:：]\s*$")
_AWAY = {"今天": 0, "today": 0, "昨天": 1, "yesterday": 1, "前天": 2}
_LATER = ("下午", "晚上", "p")
# what looks like a name with a colon and is the beginning of a sentence
_NO_NAME = re.compile(
    r"地[址点]|电话|手机|号码|姓名|联系|问题|诉求|反映|情况|如下|以下|通知|说明|时间|内容|大家|您好|你好|请|备注|事由|"
    r"name|phone|address|place|problem|hello|please|note|time",
    re.I,
)


class Message(NamedTuple):
    """`sender` and `text` as they stand there; `said`: by the clock of the site, None where no time stands."""

    sender: str
    said: dt.datetime | None
    text: str


class _Head(NamedTuple):
    sender: str
    said: dt.datetime | None
    rest: str  # what follows on the same line


def split_messages(text: str, *, now: dt.datetime) -> list[Message]:
    """The messages in the order of the text, those of one person that follow each other at once put together. `now`:
    by the clock of the site, without a zone: what stands without a year, or without a day, was the last one before."""
    lines = _lines(text)
    bare = _begins_bare(lines)
    return _joined(list(_cut(lines, now=now, bare=bare)))


def shown(text: str) -> str:
    """`text` without signs that cannot be seen, which apps leave between names and words."""
    for end in ("\r\n", "\r", "\u2028", "\u2029"):
        text = text.replace(end, "\n")
    return "".join(sign for sign in text if sign in "\n\t\u200d" or unicodedata.category(sign) not in _UNSEEN)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in shown(text).split("\n")]


def _begins_bare(lines: Sequence[str]) -> bool:
    first = next((line for line in lines if line.strip()), "")
    return _bare(first) is not None


def _bare(line: str) -> _Head | None:
    found = _BARE_NAME.match(line.strip())
    if found is None or _NO_NAME.search(found["name"]):
        return None
    return _Head(found["name"].strip(), None, "")


def _cut(lines: Sequence[str], *, now: dt.datetime, bare: bool) -> Iterator[Message]:
    head, body, day = _Head("", None, ""), list[str](), None
    for line in lines:
        if (ruled := _day_of(line, now)) is not None:
            day = ruled
            continue
        begun = _head(line, now=now, day=day) or (_bare(line) if bare else None)
        if begun is None:
            body.append(line)
            continue
        yield Message(head.sender, head.said, "\n".join(body).strip())
        head, body = begun, [begun.rest] if begun.rest else []
    yield Message(head.sender, head.said, "\n".join(body).strip())


def _day_of(line: str, now: dt.datetime) -> dt.date | None:
    found = _RULE.match(line)
    return _date(found, now) if found and line.strip() else None


def _head(line: str, *, now: dt.datetime, day: dt.date | None) -> _Head | None:
    """The line reads as "name time", "time name" or "[time] name: text"."""
    line = "".join(" " if sign.isspace() else sign for sign in line)
    found = _WHEN.search(line)
    if found is None or (said := _said(found, now, day)) is None:
        return None
    before, after = line[: found.start()].strip(), line[found.end() :].strip()
    if before:
        name, rest = before, after.lstrip(":： ")
        if rest and after[:1] not in ":：":
            return None  # words go on behind the time: it stands within a sentence
    else:
        name, colon, rest = _parted(after)
        if not colon and _is_sentence(after):
            return None
    name = _plain_name(name)
    return _Head(name, said, rest.strip()) if name else None


def _parted(text: str) -> tuple[str, str, str]:
    found = re.search(r"[:：]", text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def _is_sentence(text: str) -> bool:
    return len(text) > LONGEST_NAME or bool(re.search(r"[,，。;；!！?？]", text))


def _plain_name(text: str) -> str:
    name = text.strip().strip("[]【】<>《》:：").strip()
    if len(name) > LONGEST_WITH_APP:  # the pattern below takes the square of its length
        return ""
    name = re.sub(r"\s*[@＠]\S+$", "", name)  # 张三@微信
    fits = 0 < len(name) <= LONGEST_NAME and not re.search(r"[,，。;；!！?？:：]", name)
    return name if fits and not _NO_NAME.search(name) and any(sign.isalpha() for sign in name) else ""


def _said(found: re.Match[str], now: dt.datetime, day: dt.date | None) -> dt.datetime | None:
    on = _date(found, now) if found["day"] or found["month"] else day
    if on is None and (found["day"] or found["month"]):
        return None
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    noon = (found["noon"] or found["after"] or "").lower()
    if noon.startswith(_LATER) and hour < 12:
        hour += 12
    try:
        time = dt.time(hour, minute, second)
    except ValueError:
        return None
    if on is not None:
        return dt.datetime.combine(on, time)
    today = dt.datetime.combine(now.date(), time)
    return today if today <= now + TOGETHER else today - dt.timedelta(days=1)


def _date(found: re.Match[str], now: dt.datetime) -> dt.date | None:
    if found["day"]:
        return now.date() - dt.timedelta(days=_AWAY[found["day"].lower()])
    year = int(found["year"] or now.year)
    if year not in YEARS:
        return None
    try:
        on = dt.date(year, int(found["month"]), int(found["date"]))
    except ValueError:  # the 29th of February, of a year that is not written
        return None
    if found["year"] is None and on > now.date() + dt.timedelta(days=1) and on.year > 1:
        return _year_before(on)
    return on


def _year_before(on: dt.date) -> dt.date | None:
    try:
        return on.replace(year=on.year - 1)
    except ValueError:
        return None


def _joined(messages: Sequence[Message]) -> list[Message]:
    found: list[Message] = []
    for one in messages:
        if not one.text and not one.sender:
            continue
        last = found[-1] if found else None
        if last is not None and _goes_on(last, one):
            found[-1] = Message(last.sender, last.said, f"{last.text}\n{one.text}".strip())
        else:
            found.append(one)
    return [one for one in found if one.text]


def _goes_on(last: Message, one: Message) -> bool:
    if last.sender != one.sender or not one.sender or last.said is None or one.said is None:
        return False
    return dt.timedelta(0) <= one.said - last.said <= TOGETHER
