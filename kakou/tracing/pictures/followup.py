"""The calendar of a follow-up: contact by day, a letter and, last, a colour in each.

    picture(calendar, gettext, name="followup")
    grid(calendar, gettext)                         # for the page's table, whose first column stays in sight
    svg(calendar, gettext)                          # for paper
    table(calendar, gettext)                        # in words

Thousands of contacts come page by page: whoever calls gives the rows of one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from kakou.tracing.pictures.parts import LOOKS, Part, legend, shape
from kakou.tracing.pictures.table import Picture, Table
from kakou.tracing.pictures.wording import N_, Gettext, short_day
from kakou.web.kit import drawing as draw


class Sign(StrEnum):
    """What a day's call said. Nothing asked is never the same as nothing found."""

    NORMAL = "normal"
    SYMPTOMS = "symptoms"
    FEVER = "fever"
    NOT_REACHED = "not_reached"
    REFUSED = "refused"
    LOST = "lost"
    RELEASED = "released"
    OVERDUE = "overdue"  # was due, and nobody asked
    DUE = "due"
    NONE = "none"  # not due


class Sample(StrEnum):
    """What became of a day's test."""

    NEGATIVE = "negative"
    POSITIVE = "positive"
    UNCLEAR = "unclear"
    NOT_TAKEN = "not_taken"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of one contact."""

    sign: Sign = Sign.NONE
    sample: Sample | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One contact. `label`: masked name. A day that is not in `cells` is not due."""

    label: str
    part: Part
    cells: Mapping[dt.date, Cell]
    href: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """`today`: is framed, where it is one of the days."""

    title: str
    days: tuple[dt.date, ...]
    lines: tuple[Line, ...]
    today: dt.date | None = None


class Look(NamedTuple):
    """`letter`: fixed, or empty for the word's own first letter. `tone`: class and colour."""

    word: str
    letter: str
    fill: str
    ink: str


SIGNS: Mapping[Sign, Look] = {
    Sign.NORMAL: Look(N_("Normal"), "", "paper", "go"),
    Sign.SYMPTOMS: Look(N_("Symptoms"), "", "look", "black"),
    Sign.FEVER: Look(N_("Feverish"), "", "stop", "paper"),
    Sign.NOT_REACHED: Look(N_("Unreached"), "", "well", "ink"),
    Sign.REFUSED: Look(N_("Refused"), "", "look", "black"),
    Sign.LOST: Look(N_("Lost to follow-up"), "", "ink", "paper"),
    Sign.RELEASED: Look(N_("Discharged"), "", "paper", "go"),
    Sign.OVERDUE: Look(N_("Due and not asked"), "!", "look", "black"),
    Sign.DUE: Look(N_("Still due"), "·", "paper", "ink"),
    Sign.NONE: Look(N_("Not due"), "–", "paper", "edge"),
}
TESTED = N_("Tested")
SAMPLES: Mapping[Sample, tuple[str, str]] = {  # word, mark
    Sample.NEGATIVE: (N_("test negative"), "−"),
    Sample.POSITIVE: (N_("test positive"), "+"),
    Sample.UNCLEAR: (N_("test unclear"), "±"),
    Sample.NOT_TAKEN: (N_("sample not taken"), "×"),
    Sample.DUE: (N_("test due"), "·"),
}
_LABEL, _DAY, _ROW, _HEAD = 168, 32, 36, 44  # px


class Shown(NamedTuple):
    """A cell as a page shows it; `tone` is a class. Words for ears, letters for eyes."""

    letter: str
    word: str
    tone: str
    sample: str
    sample_word: str
    alarm: bool


class Row(NamedTuple):
    """A contact with his cells."""

    label: str
    part: str
    href: str
    cells: tuple[Shown, ...]


class Head(NamedTuple):
    """A day above."""

    day: dt.date
    text: str
    today: bool


class Grid(NamedTuple):
    """For the template."""

    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    legend: tuple[Shown, ...]


def picture(calendar: Calendar, gettext: Gettext, name: str = "followup") -> Picture:
    """SVG, table in words, and the grid as `data["grid"]` (no island: nothing of it moves)."""
    return Picture(
        name=name,
        title=calendar.title,
        wide=svg(calendar, gettext, name),
        table=table(calendar, gettext),
        data={"grid": grid(calendar, gettext)},
    )


def grid(calendar: Calendar, gettext: Gettext) -> Grid:
    """Letters and words of every cell."""
    heads = tuple(Head(day, short_day(day), day == calendar.today) for day in calendar.days)
    rows = tuple(
        Row(
            line.label,
            gettext(LOOKS[line.part].word),
            line.href,
            tuple(_shown(line.cells.get(day, Cell()), gettext) for day in calendar.days),
        )
        for line in calendar.lines
    )
    return Grid(heads, rows, tuple(_shown(cell, gettext) for cell in _used(calendar)))


def _used(calendar: Calendar) -> list[Cell]:
    """For the legend: every sign and every sample that stands there, each once, in their order."""
    cells = [line.cells.get(day, Cell()) for line in calendar.lines for day in calendar.days]
    signs, samples = {cell.sign for cell in cells}, {cell.sample for cell in cells}
    return [Cell(sign) for sign in Sign if sign in signs] + [Cell(sample=one) for one in Sample if one in samples]


def _shown(cell: Cell, gettext: Gettext) -> Shown:
    look = SIGNS[cell.sign]
    word, mark = SAMPLES[cell.sample] if cell.sample else ("", "")
    alarm = cell.sample is Sample.POSITIVE
    return Shown(
        look.letter or gettext(look.word)[:1],
        gettext(look.word),
        cell.sign.value,
        gettext(TESTED)[:1] + mark if mark else "",
        gettext(word) if word else "",
        alarm,
    )


def table(calendar: Calendar, gettext: Gettext) -> Table:
    """Every cell in words."""
    rows = []
    for line in calendar.lines:
        cells = [_shown(line.cells.get(day, Cell()), gettext) for day in calendar.days]
        told = [", ".join(filter(None, (cell.word, cell.sample_word))) for cell in cells]
        rows.append((line.label, gettext(LOOKS[line.part].word), *told))
    columns = (gettext("Who is followed up"), gettext("Followed up as"), *(day.isoformat() for day in calendar.days))
    return Table(calendar.title, columns, tuple(rows), tuple(line.href for line in calendar.lines))


def svg(calendar: Calendar, gettext: Gettext, name: str = "followup") -> str:
    """The picture alone, as wide as its days."""
    width = max(_LABEL + _DAY * len(calendar.days) + 16, draw.NARROW)
    bottom = _HEAD + _ROW * len(calendar.lines)
    body = [cell for number, day in enumerate(calendar.days) for cell in _head(day, number, calendar)]
    for row, line in enumerate(calendar.lines):
        y = _HEAD + row * _ROW
        body += [draw.line(8, y, width - 8, y), shape(line.part, 8, y + 11)]
        body.append(draw.words(30, y + 23, draw.fitted(line.label, _LABEL - 36)))
        body += [
            draw.tag("g", *_cell(line.cells.get(day, Cell()), _LABEL + number * _DAY, y, gettext))
            for number, day in enumerate(calendar.days)
        ]
    if calendar.today in calendar.days:
        x = _LABEL + calendar.days.index(calendar.today) * _DAY
        body.append(draw.rect(x, 4, _DAY, bottom - 4, draw.paint(None, "accent", 2)))
    parts = [part for part in Part if any(line.part is part for line in calendar.lines)]
    entries = [*legend(parts, gettext), *(_entry(cell, gettext) for cell in _used(calendar))]
    marks, below = draw.keys(entries, 8, bottom + 28, width - 16)
    desc = gettext("%(n)s people, %(days)s days. A table beside says every day in words.") % {
        "n": len(calendar.lines),
        "days": len(calendar.days),
    }
    return draw.document([*body, *marks], name=name, title=calendar.title, desc=desc, width=width, height=below + 4)


def _head(day: dt.date, number: int, calendar: Calendar) -> list[str]:
    x = _LABEL + number * _DAY + _DAY / 2
    drawn = [draw.words(x, 38, f"{day:%d}", anchor="middle", bold=day == calendar.today)]
    if number == 0 or day.day == 1:
        drawn.append(draw.words(x - 8, 20, day.isoformat()[:7], size=draw.SMALL, ink="muted"))
    return drawn


def _cell(cell: Cell, x: float, y: float, gettext: Gettext) -> list[str]:
    """The letter, and below it the test."""
    shown, look = _shown(cell, gettext), SIGNS[cell.sign]
    drawn = []
    if look.fill != "paper":
        drawn.append(draw.rect(x + 2, y + 2, _DAY - 4, _ROW - 4, draw.paint(look.fill), round_=3))
    plain = cell.sign in (Sign.NONE, Sign.DUE)
    down = 15 if shown.sample else 22
    drawn.append(draw.words(x + _DAY / 2, y + down, shown.letter, ink=look.ink, anchor="middle", bold=not plain))
    if shown.sample:
        drawn.append(_sample(shown, x + _DAY / 2, y + 29, look.ink))
    return drawn


def _sample(shown: Shown, middle: float, y: float, ink: str) -> str:
    if not shown.alarm:
        ink = "ink" if ink == "go" else ink
        return draw.words(middle, y, shown.sample, size=draw.SMALL, ink=ink, anchor="middle")
    ground = draw.rect(middle - 12, y - 10, 24, 12.5, draw.paint("paper", "stop", 1.5), round_=2)
    return ground + draw.words(middle, y, shown.sample, size=draw.SMALL, ink="stop", anchor="middle", bold=True)


def _entry(cell: Cell, gettext: Gettext) -> tuple[str, str]:
    shown, look = _shown(cell, gettext), SIGNS[cell.sign]
    if cell.sample:
        return _sample(shown, 9, 0, "ink"), shown.sample_word
    ground = draw.rect(0, -13, 17, 17, draw.paint(look.fill, "line"), round_=3)
    return ground + draw.words(8.5, 0, shown.letter, ink=look.ink, anchor="middle", bold=True), shown.word
