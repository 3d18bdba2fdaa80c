"""One person against the places he was at, hour by hour; another's stays laid below, with the time both were there.

    picture(timeline, gettext, zone, name="stays")
    svg(timeline, gettext, zone)
    table(timeline, gettext, zone)

Midnights are those of the site: a day of 23 or 25 hours is as wide as it was long.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from kakou.kernel.time import day_in
from kakou.tracing.pictures.table import Picture, Table
from kakou.tracing.pictures.wording import N_, Gettext, many, moment, short_day, short_moment
from kakou.web.kit import drawing as draw


class Ends(StrEnum):
    """What of a stay was not recorded."""

    KNOWN = "known"
    OPEN = "open"  # still there, as far as anybody knows
    EXIT_MISSED = "exit_missed"  # `leave` is the latest it can have been
    ENTRY_MISSED = "entry_missed"  # `enter` is the earliest it can have been


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody at a place; moments are UTC. A reading at a gate enters and leaves at once. Open: `leave` is None."""

    place: str
    enter: dt.datetime
    leave: dt.datetime | None
    ends: Ends = Ends.KNOWN


@dataclass(frozen=True, slots=True)
class Timeline:
    """`who` and his stays between two moments; `other` and his, where both are compared. Labels are masked names."""

    who: str
    stays: tuple[Stay, ...]
    start: dt.datetime
    until: dt.datetime
    other: str = ""
    others: tuple[Stay, ...] = ()


@dataclass(frozen=True, slots=True)
class Together:
    """Both at one place; a gate passed at the same moment has no length."""

    place: str
    start: dt.datetime
    end: dt.datetime
    certain: bool

    @property
    def minutes(self) -> int:
        """Whole minutes, rounded down."""
        return int((self.end - self.start).total_seconds()) // 60


MOST_PLACES = 40
_ENDS = {
    Ends.KNOWN: N_("recorded"),
    Ends.OPEN: N_("still open"),
    Ends.EXIT_MISSED: N_("exit not recorded"),
    Ends.ENTRY_MISSED: N_("entry not recorded"),
}
_BAR, _ROW_HEAD, _GAP, _MINUTES = 16, 22, 10, 14  # px
_TICK = 2.0  # px: narrower than this a stay is a tick
_LINE = 6  # px that a mark of an open end sticks out


def picture(data: Timeline, gettext: Gettext, zone: ZoneInfo, name: str = "stays") -> Picture:
    """SVG for a desk and a phone, table, and what is told beside."""
    return Picture(
        name=name,
        title=_title(data, gettext),
        wide=svg(data, gettext, zone, name, draw.WIDE),
        narrow=svg(data, gettext, zone, f"{name}-narrow", draw.NARROW),
        table=table(data, gettext, zone),
        told=_told(data, gettext),
    )


def table(data: Timeline, gettext: Gettext, zone: ZoneInfo) -> Table:
    """A row for every stay of both, in the order of time, with the minutes together."""
    mine = [(stay, data.who, data.others) for stay in data.stays]
    theirs = [(stay, data.other, data.stays) for stay in data.others]
    rows = []
    for stay, who, opposite in sorted(mine + theirs, key=lambda one: (one[0].enter, one[0].place, one[1])):
        met = _met(stay, opposite, data.until)
        row: list[str | int] = [stay.place, who, moment(stay.enter, zone), moment(stay.leave, zone)]
        row.append(gettext(_ENDS[stay.ends]))
        if data.other:
            row.append(_met_words(met, gettext))
        rows.append(tuple(row))
    columns = [
        gettext("Place of the stay"),
        gettext("Who stayed"),
        gettext("Came"),
        gettext("Left"),
        gettext("How it ended"),
    ]
    return Table(_title(data, gettext), (*columns, *([gettext("Together, min")] if data.other else [])), tuple(rows))


def _met(stay: Stay, opposite: tuple[Stay, ...], until: dt.datetime) -> list[Together]:
    met = (overlap(stay, other, until) for other in opposite)
    return [one for one in met if one is not None]


def _met_words(met: list[Together], gettext: Gettext) -> str | int:
    if met and all(one.start == one.end for one in met):
        return gettext("at the same moment")
    return sum(one.minutes for one in met) if met else ""


def overlap(one: Stay, other: Stay, until: dt.datetime) -> Together | None:
    """When both were there; an open stay counts to `until`."""
    if one.place != other.place:
        return None
    start = max(one.enter, other.enter)
    end = min(one.leave or until, other.leave or until)
    if end < start:
        return None
    return Together(one.place, start, end, one.ends is Ends.KNOWN and other.ends is Ends.KNOWN)


def together(data: Timeline) -> list[Together]:
    """Every time both were at one place."""
    met = [one for stay in data.stays for one in _met(stay, data.others, data.until)]
    return sorted(met, key=lambda one: (one.start, one.place))


def _title(data: Timeline, gettext: Gettext) -> str:
    if data.other:
        return gettext("Stays of %(who)s and %(other)s") % {"who": data.who, "other": data.other}
    return gettext("Stays of %(who)s") % {"who": data.who}


def _places(data: Timeline) -> list[str]:
    """In the order in which somebody came there; those of the person himself first."""
    ordered = [*sorted(data.stays, key=lambda s: s.enter), *sorted(data.others, key=lambda s: s.enter)]
    return list(dict.fromkeys(stay.place for stay in ordered))


def _told(data: Timeline, gettext: Gettext) -> tuple[str, ...]:
    told = []
    if data.other:
        met = together(data)
        counts = {"n": many(len(met)), "minutes": many(sum(one.minutes for one in met))}
        told.append(gettext("Together at the same place: %(n)s times, %(minutes)s min in all.") % counts)
    unsure = [stay for stay in (*data.stays, *data.others) if stay.ends is not Ends.KNOWN]
    if unsure:
        told.append(gettext("Stays with an end that was not recorded: %(n)s.") % {"n": many(len(unsure))})
    if (left := len(_places(data)) - MOST_PLACES) > 0:
        told.append(gettext("Further places stand in the table alone: %(n)s.") % {"n": many(left)})
    return tuple(told)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Moments to px."""

    start: dt.datetime
    until: dt.datetime
    left: float
    right: float

    def x(self, at: dt.datetime) -> float:
        # aware moments of one zone are subtracted by their wall clocks, so the epoch is asked
        length = max(self.until.timestamp() - self.start.timestamp(), 1)
        share = (at.timestamp() - self.start.timestamp()) / length
        return self.left + min(max(share, 0), 1) * (self.right - self.left)


def svg(data: Timeline, gettext: Gettext, zone: ZoneInfo, name: str = "stays", width: int = draw.WIDE) -> str:
    """The picture alone, that wide."""
    scale = _Scale(data.start, data.until, 8, width - 8 - _LINE)
    places = _places(data)[:MOST_PLACES]
    tall = _ROW_HEAD + _BAR + (_BAR + 3 + _MINUTES if data.other else 0) + _GAP
    bottom = 44 + tall * len(places)
    body = [*_days(scale, zone, bottom)]
    for number, place in enumerate(places):
        body += _row(data, place, 44 + number * tall, scale=scale, gettext=gettext, zone=zone, name=name)
    marks, y = _legend(data, bottom + 24, width, gettext=gettext, name=name)
    notes, y = draw.paragraph(8, y + 4, _told(data, gettext), width - 16)
    span = {"first": moment(data.start, zone), "last": moment(data.until, zone), "places": len(_places(data))}
    desc = gettext("From %(first)s to %(last)s, places: %(places)s. A table beside has every stay.") % span
    return draw.document(
        [*body, *marks, *notes],
        name=name,
        title=_title(data, gettext),
        desc=desc,
        width=width,
        height=y,
        defs=[draw.pattern(name, "hatch", "accent"), draw.pattern(name, "dots", "ink")],
    )


def _midnights(scale: _Scale, zone: ZoneInfo) -> Iterator[tuple[dt.date, dt.datetime]]:
    """Every day that is shown, with its beginning at the site."""
    day = day_in(zone, scale.start)
    while (begin := dt.datetime.combine(day, dt.time(), zone)) < scale.until:
        yield day, begin.astimezone(dt.UTC)
        day += dt.timedelta(days=1)


def _days(scale: _Scale, zone: ZoneInfo, bottom: float) -> list[str]:
    days = list(_midnights(scale, zone))
    drawn: list[str] = []
    free = 0.0
    wide = (scale.right - scale.left) / max(len(days), 1)
    for number, (day, begin) in enumerate(days):
        x = scale.x(begin)
        end = scale.x(days[number + 1][1]) if number + 1 < len(days) else scale.right
        if number % 2 == 0:
            drawn.append(draw.rect(x, 24, end - x, bottom - 24, draw.paint("well")))
        drawn.append(draw.line(x, 24, x, bottom))
        text = day.isoformat() if number == 0 else short_day(day)
        if x >= free and x + draw.extent(text, draw.SMALL) <= scale.right + 8:
            drawn.append(draw.words(x, 18, text, size=draw.SMALL, ink="muted"))
            free = x + draw.extent(text, draw.SMALL) + 8
        if wide > 120:
            drawn += _hours(scale, zone, day, 6 if wide < 480 else 3)
    return drawn


def _hours(scale: _Scale, zone: ZoneInfo, day: dt.date, step: int) -> list[str]:
    drawn = []
    for hour in range(step, 24, step):
        x = scale.x(dt.datetime.combine(day, dt.time(hour), zone))
        if scale.left < x < scale.right - 12:
            drawn.append(draw.words(x, 36, f"{hour:02d}", size=draw.SMALL, ink="muted", anchor="middle"))
    return drawn


def _row(
    data: Timeline, place: str, y: float, *, scale: _Scale, gettext: Gettext, zone: ZoneInfo, name: str
) -> list[str]:
    """The place's name, the person's bars, below them the other's, and behind both the time together."""
    drawn = [draw.line(scale.left, y - 4, scale.right, y - 4)]
    drawn.append(draw.words(scale.left + 2, y + 14, draw.fitted(place, scale.right - scale.left - 4), bold=True))
    top = y + _ROW_HEAD
    both = [one for one in together(data) if one.place == place]
    low = 2 * _BAR + 3
    for one in both:
        x0, x1 = scale.x(one.start), scale.x(one.end)
        drawn.append(draw.rect(x0 - 1.5, top - 3, max(x1 - x0, 1) + 3, low + 6, draw.paint("look", "ink", 1)))
    for stays, label, at, fill in (
        (data.stays, data.who, top, "accent"),
        (data.others, data.other, top + _BAR + 3, f"url(#{name}-hatch)"),
    ):
        drawn += [
            _bar(stay, label, at, fill, scale=scale, gettext=gettext, zone=zone, until=data.until)
            for stay in stays
            if stay.place == place
        ]
    return [*drawn, *_minutes(both, top + low + 15, scale, gettext)]


def _bar(
    stay: Stay, who: str, y: float, fill: str, *, scale: _Scale, gettext: Gettext, zone: ZoneInfo, until: dt.datetime
) -> str:
    x0, x1 = scale.x(stay.enter), scale.x(stay.leave or until)
    end = short_moment(stay.leave, zone) if stay.leave else ""
    told = f"{who} · {stay.place} · {short_moment(stay.enter, zone)} – {end} ({gettext(_ENDS[stay.ends])})"
    if x1 - x0 < _TICK:
        return draw.named(told, draw.line(x0, y - 2, x0, y + _BAR + 2, ink="accent", width=2))
    painted = draw.paint(fill, "accent", 1)
    bar = draw.rect(x0, y, x1 - x0, _BAR, painted)
    return draw.named(told, bar, _end_mark(stay.ends, x0, x1, y))


def _open_end(x: float, y: float) -> str:
    """An arrow that goes on."""
    way = f"M{draw.number(x)} {draw.number(y)}l{_LINE} {_BAR / 2:g}l-{_LINE} {_BAR / 2:g}Z"
    return draw.tag("path", d=way, **draw.paint("paper", "accent", 1.5))


def _ragged(x: float, y: float) -> str:
    """A torn end: nobody saw it."""
    way = f"M{draw.number(x)} {draw.number(y - 1)}l4 4.5l-6 4l6 4l-4 5"
    under = draw.tag("path", d=way, **draw.paint(None, "paper", 4))
    return under + draw.tag("path", d=way, **draw.paint(None, "stop", 2))


def _end_mark(ends: Ends, x0: float, x1: float, y: float) -> str:
    if ends is Ends.OPEN:
        return _open_end(x1, y)
    return "" if ends is Ends.KNOWN else _ragged(x1 if ends is Ends.EXIT_MISSED else x0, y)


def _minutes(both: list[Together], y: float, scale: _Scale, gettext: Gettext) -> list[str]:
    """How long, below the time together, where there is room."""
    drawn, free = [], 0.0
    for one in both:
        text = gettext("%(n)s min") % {"n": many(one.minutes)} if one.minutes else gettext("same moment")
        wide = draw.extent(text, draw.SMALL)
        x = min(scale.x(one.start), scale.right - wide)
        if x < free:
            continue
        drawn.append(draw.words(x, y, text, size=draw.SMALL))
        free = x + wide + 8
    return drawn


def _legend(data: Timeline, y: float, width: float, *, gettext: Gettext, name: str) -> tuple[list[str], float]:
    ends = {stay.ends for stay in (*data.stays, *data.others)}
    entries = [(draw.rect(0, -11, 16, 11, draw.paint("accent", "accent")), data.who)]
    if data.other:
        entries.append((draw.rect(0, -11, 16, 11, draw.paint(f"url(#{name}-hatch)", "accent")), data.other))
        entries.append((draw.rect(0, -11, 16, 11, draw.paint("look", "ink")), gettext("both there")))
    if any(stay.leave == stay.enter for stay in (*data.stays, *data.others)):
        entries.append((draw.line(8, -12, 8, 0, ink="accent", width=2), gettext("passed a gate")))
    if Ends.OPEN in ends:
        way = draw.tag("path", d="M4 -12L12 -6L4 0Z", **draw.paint("paper", "accent", 1.5))
        entries.append((way, gettext("still open")))
    if ends & {Ends.EXIT_MISSED, Ends.ENTRY_MISSED}:
        way = draw.tag("path", d="M6 -13l4 4l-6 3l6 3l-4 4", **draw.paint(None, "stop", 2))
        entries.append((way, gettext("not recorded: as far as it can be")))
    return draw.keys(entries, 8, y, width - 16)
