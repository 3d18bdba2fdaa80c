"""The epidemic curve: how many cases began on each day. Days without any are shown; unknown ones are told beside.

picture(curve_of(title, cases), gettext, name="curve")
svg(curve, gettext)
table(curve, gettext)
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kakou.tracing.pictures.parts import CASES, LOOKS, Part
from kakou.tracing.pictures.table import Picture, Table
from kakou.tracing.pictures.wording import UNKNOWN_DAY, Gettext, many
from kakou.web.kit import drawing as draw

_DAY = dt.timedelta(days=1)
_HEIGHT, _TOP, _LEFT = 200, 32, 34  # px
_THINNEST = 9  # px a day


@dataclass(frozen=True, slots=True)
class Curve:
    """How many by day of onset and kind of case; `unknown`: whose day is not known. `marks`: what was done when."""

    title: str
    first: dt.date
    last: dt.date
    counts: Mapping[tuple[dt.date, Part], int]
    unknown: Mapping[Part, int] = field(default_factory=dict)
    marks: tuple[tuple[dt.date, str], ...] = ()

    def days(self) -> list[dt.date]:
        """Every day, with or without a case."""
        return [self.first + number * _DAY for number in range((self.last - self.first).days + 1)]

    def total(self, day: dt.date) -> int:
        """All cases of a day."""
        return sum(self.counts.get((day, part), 0) for part in CASES)


def curve_of(
    title: str,
    cases: Iterable[tuple[dt.date | None, Part]],
    *,
    first: dt.date | None = None,
    last: dt.date | None = None,
    marks: Iterable[tuple[dt.date, str]] = (),
) -> Curve:
    """Count cases; `first`, `last` widen the days that are shown, never narrow them. Who is no case is not counted."""
    counted = Counter((day, part) for day, part in cases if part in CASES)
    counts = {(day, part): n for (day, part), n in counted.items() if day is not None}
    unknown = {part: n for (day, part), n in counted.items() if day is None}
    told = tuple(sorted(marks))
    days = [*(day for day, _ in counts), *(day for day, _ in told), *(day for day in (first, last) if day)]
    epoch = dt.date(1970, 1, 1)
    return Curve(title, min(days, default=epoch), max(days, default=epoch), counts, unknown, told)


def picture(curve: Curve, gettext: Gettext, name: str = "curve") -> Picture:
    """SVG for a desk and a phone, table, and what is told beside."""
    return Picture(
        name=name,
        title=curve.title,
        wide=svg(curve, gettext, name, draw.WIDE),
        narrow=svg(curve, gettext, f"{name}-narrow", draw.NARROW),
        table=table(curve, gettext),
        told=_told(curve, gettext),
    )


def table(curve: Curve, gettext: Gettext) -> Table:
    """A row for every day, and one for those whose day is not known."""
    rows: list[tuple[str | int, ...]] = [
        (day.isoformat(), *(curve.counts.get((day, part), 0) for part in CASES), curve.total(day))
        for day in curve.days()
    ]
    lost = [curve.unknown.get(part, 0) for part in CASES]
    if any(lost):
        rows.append((gettext(UNKNOWN_DAY), *lost, sum(lost)))
    heads = (gettext(LOOKS[part].word) for part in CASES)
    return Table(curve.title, (gettext("Day of onset"), *heads, gettext("All cases")), tuple(rows))


def _told(curve: Curve, gettext: Gettext) -> tuple[str, ...]:
    told = []
    if lost := sum(curve.unknown.values()):
        kinds = ", ".join(f"{gettext(LOOKS[part].word)} {many(n)}" for part, n in sorted(curve.unknown.items()) if n)
        told.append(gettext("Cases whose day of onset is not known: %(n)s (%(kinds)s).") % {"n": lost, "kinds": kinds})
    told += [f"{_letter(number)}: {day.isoformat()} {text}" for number, (day, text) in enumerate(curve.marks)]
    return tuple(told)


def _letter(number: int) -> str:
    return chr(ord("A") + number % 26)


@dataclass(frozen=True, slots=True)
class _Scale:
    first: dt.date
    wide: float  # px a day
    most: int  # cases at the top

    def x(self, day: dt.date) -> float:
        return _LEFT + (day - self.first).days * self.wide

    def y(self, cases: float) -> float:
        return _TOP + _HEIGHT - cases / self.most * _HEIGHT


def svg(curve: Curve, gettext: Gettext, name: str = "curve", width: int = draw.WIDE) -> str:
    """The picture alone; wider than `width` where the days would be too thin."""
    days = curve.days()
    highest = max((curve.total(day) for day in days), default=0)
    step = _step(highest)
    wide = min(max((width - _LEFT - 8) / len(days), _THINNEST), 56)
    scale = _Scale(curve.first, wide, max(math.ceil(highest / step) * step, step))
    width = max(width, math.ceil(_LEFT + wide * len(days) + 8))
    right = _LEFT + wide * len(days)
    body = [line for cases in range(0, scale.most + 1, step) for line in _level(cases, scale, right)]
    body += [bar for day in days for bar in _bar(day, curve, scale, name)]
    body += [mark for number, (day, _) in enumerate(curve.marks) for mark in _mark(number, day, scale)]
    body += _axis(days, scale)
    entries = [(_sample(part, name), gettext(LOOKS[part].word)) for part in CASES]
    marks, y = draw.keys(entries, 8, _TOP + _HEIGHT + 56, min(width - 16, 640))
    notes, y = draw.paragraph(8, y + 4, _told(curve, gettext), min(width - 16, 640))
    all_cases = sum(curve.counts.values())
    desc = gettext(
        "%(n)s cases from %(first)s to %(last)s, at most %(most)s on one day. A table beside has every day."
    ) % {
        "n": many(all_cases),
        "first": curve.first.isoformat(),
        "last": curve.last.isoformat(),
        "most": many(highest),
    }
    defs = [draw.pattern(name, "hatch", "stop"), draw.pattern(name, "dots", "ink")]
    return draw.document(
        [*body, *marks, *notes], name=name, title=curve.title, desc=desc, width=width, height=y, defs=defs
    )


def _step(highest: int) -> int:
    """A round number of cases of which at most five make the height."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power * 5 >= highest:
                return factor * power
        power *= 10


def _level(cases: int, scale: _Scale, right: float) -> list[str]:
    y = scale.y(cases)
    return [
        draw.line(_LEFT, y, right, y, ink="line" if cases else "edge"),
        draw.words(_LEFT - 6, y + 4, many(cases), size=draw.SMALL, ink="muted", anchor="end"),
    ]


def _fill(part: Part, name: str) -> draw.Paint:
    fills = {Part.CONFIRMED: "stop", Part.ASYMPTOMATIC: f"url(#{name}-hatch)", Part.SUSPECTED: f"url(#{name}-dots)"}
    return draw.paint(fills[part], "ink" if part is Part.SUSPECTED else "stop", 1)


def _sample(part: Part, name: str) -> str:
    return draw.rect(0, -11, 16, 12, _fill(part, name))


def _bar(day: dt.date, curve: Curve, scale: _Scale, name: str) -> list[str]:
    """Confirmed below, then asymptomatic, then suspected; the day's number above, where there is room."""
    x, wide = scale.x(day) + scale.wide * 0.1, scale.wide * 0.8
    below, drawn = 0, []
    for part in CASES:
        if n := curve.counts.get((day, part), 0):
            y = scale.y(below + n)
            drawn.append(draw.rect(x, y, wide, scale.y(below) - y, _fill(part, name)))
            below += n
    if below and draw.extent(str(below), draw.SMALL) <= scale.wide + 2:
        drawn.append(draw.words(x + wide / 2, scale.y(below) - 4, str(below), size=draw.SMALL, anchor="middle"))
    return [draw.named(f"{day.isoformat()}: {below}", *drawn)] if drawn else []


def _mark(number: int, day: dt.date, scale: _Scale) -> list[str]:
    x = scale.x(day)
    return [
        draw.line(x, _TOP - 8, x, _TOP + _HEIGHT, ink="ink", width=1.5, dash="6 3"),
        draw.words(x, _TOP - 12, _letter(number), size=draw.SMALL + 1, anchor="middle", bold=True),
    ]


def _axis(days: list[dt.date], scale: _Scale) -> list[str]:
    """As many days as can be told apart, the first and every month's first with its month."""
    drawn: list[str] = []
    y = _TOP + _HEIGHT + 16
    every = next(n for n in (1, 2, 5, 7, 14, 28, len(days) + 28) if n * scale.wide >= 20)
    for number, day in enumerate(days):
        x = scale.x(day) + scale.wide / 2
        if number % every == 0:
            drawn.append(draw.words(x, y, f"{day:%d}", size=draw.SMALL, ink="muted", anchor="middle"))
    return drawn + _months(days, scale, y + 15)


def _months(days: list[dt.date], scale: _Scale, y: float) -> list[str]:
    """Under the first day and every first of a month; the year with the first of them."""
    begins = [day for day in days if day == days[0] or day.day == 1]
    if len(begins) > 1 and scale.x(begins[1]) - scale.x(begins[0]) < 60:
        begins = begins[1:]
    texts = [day.isoformat()[:7] if day == begins[0] or day.month == 1 else f"{day:%m}" for day in begins]
    at = [scale.x(day) + scale.wide / 2 - 7 for day in begins]
    return [draw.words(x, y, text, size=draw.SMALL, ink="muted", bold=True) for x, text in zip(at, texts, strict=True)]
