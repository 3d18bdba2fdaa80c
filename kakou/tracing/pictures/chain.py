"""The transmission chain: who may have infected whom, from left to right by day.

picture(chain, gettext, zone, name="chain")     # all that a page needs
svg(chain, gettext, zone)                       # a file of its own
table(chain, gettext, zone)                     # every member, none gathered
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from kakou.tracing.pictures.gathering import LIMIT, Box, Chain, Gathered, Link, Member, gathered
from kakou.tracing.pictures.layout import (
    EMPTY_DAY,
    HEAD,
    HEIGHT,
    SHOWN_EMPTY,
    WIDTH,
    Day,
    Placed,
    Spot,
    Stretch,
    placed,
)
from kakou.tracing.pictures.parts import CASES, LOOKS, Part, legend, shape
from kakou.tracing.pictures.table import Picture, Table
from kakou.tracing.pictures.wording import (
    N_,
    NOT_CERTAIN,
    UNKNOWN_DAY,
    Gettext,
    listed,
    many,
    moment,
    short_day,
)
from kakou.web.kit import drawing as draw

_TALL = 560  # px: from here on the days are told below too
_FOOT = 28
_READ = 640  # px: words below run no further, that a narrow screen shows them


def picture(chain: Chain, gettext: Gettext, zone: ZoneInfo, name: str = "chain", limit: int = LIMIT) -> Picture:
    """SVG, table, what is told beside, and what the island needs."""
    boxes = gathered(chain, zone, limit)
    places = placed(boxes)
    told = _told(chain, boxes, gettext, zone)
    return Picture(
        name=name,
        title=chain.title,
        wide=_drawn(chain, boxes, places, told, gettext=gettext, zone=zone, name=name),
        table=table(chain, gettext, zone),
        told=told,
        legend=_signs(boxes, places, gettext),
        data=_data(boxes, places, gettext, zone),
    )


def svg(chain: Chain, gettext: Gettext, zone: ZoneInfo, name: str = "chain", limit: int = LIMIT) -> str:
    """The picture alone."""
    return picture(chain, gettext, zone, name, limit).wide


def table(chain: Chain, gettext: Gettext, zone: ZoneInfo) -> Table:
    """A row for every member: nobody is gathered here."""
    members = {member.key: member for member in chain.members}
    by: dict[str, list[Link]] = {}
    onward: dict[str, int] = {}
    for link in chain.links:
        by.setdefault(link.target, []).append(link)
        onward[link.source] = onward.get(link.source, 0) + 1
    rows = []
    for member in chain.members:
        links = by.get(member.key, [])
        rows.append(
            (
                member.label,
                gettext(LOOKS[member.part].word),
                _when(member, gettext, zone, full=True),
                member.degree,
                "; ".join(members[link.source].label for link in links),
                "; ".join(dict.fromkeys(link.place for link in links if link.place)),
                "; ".join(moment(link.at, zone) for link in links if link.at),
                onward.get(member.key, 0),
                gettext("certain") if _is_certain(member, links) else gettext(NOT_CERTAIN),
            )
        )
    columns = (
        gettext("Who in the chain"),
        gettext("Part in the outbreak"),
        gettext("Onset, or may carry it from"),
        gettext("Steps from the first"),
        gettext("Perhaps infected by"),
        gettext("Where that was"),
        gettext("When that was"),
        gettext("Links onward"),
        gettext("Certain or not"),
    )
    return Table(chain.title, columns, tuple(rows), tuple(member.href for member in chain.members))


def _is_certain(member: Member, links: list[Link]) -> bool:
    return member.certain and (not links or any(link.certain for link in links))


def _when(member: Member, gettext: Gettext, zone: ZoneInfo, *, full: bool = False) -> str:
    if member.at:
        return moment(member.at, zone) if full else member.at.astimezone(zone).strftime("%H:%M")
    if member.day:
        return member.day.isoformat() if full else ""
    return gettext(UNKNOWN_DAY)


def _told(chain: Chain, boxes: Gathered, gettext: Gettext, zone: ZoneInfo) -> tuple[str, ...]:
    """What the picture alone does not say."""
    told = []
    several = [box for box in boxes.boxes if len(box.members) > 1]
    if several:
        people = sum(len(box.members) for box in several)
        counts = {"people": many(people), "boxes": many(len(several)), "all": many(len(chain.members))}
        told.append(gettext(_GATHERED[boxes.stage]) % counts)
    if against := _against(chain):
        told.append(gettext(_AGAINST) % {"n": many(against)})
    if unknown := sum(1 for member in chain.members if not member.day and not member.at):
        told.append(gettext(_UNKNOWN) % {"n": many(unknown)})
    return tuple(told)


_GATHERED = {
    1: N_("%(people)s of %(all)s people stand together in %(boxes)s boxes: contacts of one source, day and part."),
    2: N_("%(people)s of %(all)s people stand together in %(boxes)s boxes: contacts of one source and part."),
    3: N_("%(people)s of %(all)s people stand together in %(boxes)s boxes: whole branches. The table has them all."),
}
_AGAINST = N_("Links to somebody whose onset came before that of the source: %(n)s. Dotted, without an arrow.")
_UNKNOWN = N_("People whose day is not known: %(n)s. They stand where they may have been infected.")


def _against(chain: Chain) -> int:
    day = {member.key: member.day for member in chain.members}
    ends = ((day[link.source], day[link.target]) for link in chain.links)
    return sum(1 for source, target in ends if source and target and target < source)


def _facts(box: Box, gettext: Gettext, zone: ZoneInfo) -> str:
    """A box in one line, for a pointer and for ears."""
    if len(box.members) == 1:
        one = box.members[0]
        unsure = "" if one.certain else gettext(NOT_CERTAIN)
        return listed([one.label, gettext(LOOKS[one.part].word), _when(one, gettext, zone, full=True), unsure])
    counts = [f"{many(n)} {gettext(LOOKS[part].several)}" for part, n in box.counts.items()]
    days = sorted(member.day for member in box.members if member.day)
    span = "" if not days else days[0].isoformat() if days[0] == days[-1] else f"{days[0]} – {days[-1]}"
    return listed([*counts, span])


def _lines(box: Box, gettext: Gettext, zone: ZoneInfo) -> tuple[str, str]:
    """The two lines in a box."""
    if len(box.members) == 1:
        one = box.members[0]
        unsure = "" if one.certain else "?"
        return one.label, listed([gettext(LOOKS[one.part].word) + unsure, _when(one, gettext, zone)])
    counts = box.counts
    if len(counts) == 1:
        return f"+{many(len(box.members))}", gettext(LOOKS[next(iter(counts))].several)
    told = listed(f"{LOOKS[part].sign}{many(n)}" for part, n in counts.items())
    return gettext("+%(n)s further on") % {"n": many(len(box.members))}, told


def _part(box: Box) -> Part:
    return next(iter(box.counts))


def _drawn(
    chain: Chain, boxes: Gathered, places: Placed, told: tuple[str, ...], *, gettext: Gettext, zone: ZoneInfo, name: str
) -> str:
    width = max(places.width, draw.NARROW)
    foot = places.height + (_FOOT if places.height > _TALL else 0)
    marks, y = draw.keys(
        [*legend(_parts(boxes), gettext), *_line_marks(places, gettext)], 16, foot + 20, min(width - 32, _READ)
    )
    notes, y = draw.paragraph(16, y + 4, told, min(width - 32, _READ))
    desc = gettext("%(people)s people, %(links)s links, from %(first)s to %(last)s. A table beside has them all.") % {
        "people": many(len(chain.members)),
        "links": many(len(chain.links)),
        "first": places.days[0].day.isoformat() if places.days else "—",
        "last": places.days[-1].day.isoformat() if places.days else "—",
    }
    body = [
        *_bands(places, gettext),
        *(_curve(one) for one in places.stretches),
        *(_dotted(one) for one in places.against),
        *(_box(box, places.spots[box.key], gettext, zone) for box in boxes.boxes),
        *marks,
        *notes,
    ]
    return draw.document(body, name=name, title=chain.title, desc=desc, width=width, height=y)


def _line_marks(places: Placed, gettext: Gettext) -> list[tuple[str, str]]:
    marks = []
    if any(not one.certain for one in places.stretches):
        marks.append((draw.line(0, -4, 16, -4, ink="edge", width=1.5, dash="4 3"), gettext("link not certain")))
    if places.against:
        marks.append((draw.line(0, -4, 16, -4, ink="stop", width=2, dash="1 4"), gettext("onset before the source's")))
    return marks


def _signs(boxes: Gathered, places: Placed, gettext: Gettext) -> tuple[tuple[str, str], ...]:
    """The legend in letters, for whoever draws only text."""
    signs = [(LOOKS[part].sign, gettext(LOOKS[part].word)) for part in _parts(boxes)]
    lines = zip(("– –", "···"), (word for _, word in _line_marks(places, gettext)), strict=False)
    return (*signs, *lines)


def _parts(boxes: Gathered) -> list[Part]:
    return [part for part in Part if any(part in box.counts for box in boxes.boxes)]


def _bands(places: Placed, gettext: Gettext) -> list[str]:
    """Days from top to bottom, above and, where the picture is tall, below."""
    drawn = []
    ends = [20, places.height + 16] if places.height > _TALL else [20]
    for number, day in enumerate(places.days):
        if number % 2 == 0:
            drawn.append(draw.rect(day.x - 8, 0, day.width + 16, places.height, draw.paint("well")))
        first_of_year = number == 0 or places.days[number - 1].day.year != day.day.year
        text = day.day.isoformat() if first_of_year else short_day(day.day)
        drawn += [draw.words(day.x, y, text, bold=True) for y in ends]
        drawn += [told for y in ends for told in _gap(day, y, gettext)]
    return drawn


def _gap(day: Day, y: float, gettext: Gettext) -> list[str]:
    """Days on which nothing began: small, or in one word."""
    left = day.x - min(day.before, SHOWN_EMPTY) * EMPTY_DAY - 8
    if day.before > SHOWN_EMPTY:
        text = gettext("+%(n)s days") % {"n": many(day.before)}
        return [draw.words((left + day.x - 8) / 2, y, text, size=draw.SMALL, ink="muted", anchor="middle")]
    days = [day.day - dt.timedelta(days=day.before - number) for number in range(day.before)]
    return [
        draw.words(left + (n + 0.5) * EMPTY_DAY, y, f"{one:%d}", size=draw.SMALL, ink="muted", anchor="middle")
        for n, one in enumerate(days)
    ]


def _curve(one: Stretch) -> str:
    """Straight on through a column, then two quadratic curves that meet in the middle."""
    x0, x1 = one.x0 + one.run, one.x1 - (6 if one.arrow else 0)
    way = f"M{one.x0} {one.y0}" + (f"H{x0}" if one.run else "")
    if one.y0 == one.y1:
        way += f"H{x1}"
    else:
        middle = draw.number((one.y0 + one.y1) / 2)
        way += f"Q{draw.number(x0 + (x1 - x0) * 0.35)} {one.y0} {draw.number((x0 + x1) / 2)} {middle}T{x1} {one.y1}"
    drawn = draw.tag("path", d=way, **draw.paint(None, "edge", 1.5, "" if one.certain else "4 3"))
    if one.arrow:
        drawn += draw.tag(
            "path", d=f"M{one.x1 - 8} {one.y1 - 4}L{one.x1} {one.y1}L{one.x1 - 8} {one.y1 + 4}Z", **draw.paint("edge")
        )
    return drawn


def _dotted(one: Stretch) -> str:
    return draw.line(one.x0, one.y0, one.x1, one.y1, ink="stop", width=2, dash="1 4")


def _box(box: Box, spot: Spot, gettext: Gettext, zone: ZoneInfo) -> str:
    part = _part(box)
    first, second = _lines(box, gettext, zone)
    certain = any(member.certain for member in box.members)
    border = draw.paint("paper", LOOKS[part].ink, 2 if part in CASES else 1, "" if certain else "5 3")
    behind = [draw.rect(spot.x + 4, spot.y + 4, WIDTH, HEIGHT, border, round_=6)] if len(box.members) > 1 else []
    return draw.named(
        _facts(box, gettext, zone),
        *behind,
        draw.rect(spot.x, spot.y, WIDTH, HEIGHT, border, round_=6),
        shape(part, spot.x + 8, spot.y + 7),
        draw.words(spot.x + 28, spot.y + 19, draw.fitted(first, WIDTH - 34), bold=True),
        draw.words(spot.x + 8, spot.y + 36, _second(second), size=draw.SMALL, ink="muted"),
    )


def _joined(boxes: Gathered, gettext: Gettext) -> dict[str, list[str]]:
    """For whoever walks along the lines: from whom one may have it, and how many lines go on."""
    first = {box.key: box.members[0].label for box in boxes.boxes}
    sources: dict[str, list[str]] = {box.key: [] for box in boxes.boxes}
    onward = dict.fromkeys(sources, 0)
    for edge in boxes.edges:
        sources[edge.target].append(first[edge.source])
        onward[edge.source] += 1
    by, on = gettext("perhaps infected by %(who)s"), gettext("lines onward: %(n)s")
    return {
        key: [*([by % {"who": ", ".join(who)}] if who else []), on % {"n": onward[key]}] for key, who in sources.items()
    }


def _second(text: str) -> str:
    return draw.fitted(text, WIDTH - 14, draw.SMALL)


def _data(boxes: Gathered, places: Placed, gettext: Gettext, zone: ZoneInfo) -> dict[str, object]:
    """For the island: boxes and lanes with their places, lines between them, and who is joined with whom."""
    nodes = []
    joined = _joined(boxes, gettext)
    for box in boxes.boxes:
        first, second = _lines(box, gettext, zone)
        part, spot = _part(box), places.spots[box.key]
        nodes.append(
            {
                "id": box.key,
                "x": spot.x + WIDTH // 2,
                "y": spot.y + HEIGHT // 2,
                "text": f"{LOOKS[part].sign} {draw.fitted(first, WIDTH - 34)}\n{_second(second)}",
                "ink": LOOKS[part].ink,
                "bold": part in CASES,
                "several": len(box.members) > 1,
                "certain": any(member.certain for member in box.members),
                "facts": listed([_facts(box, gettext, zone), *joined[box.key]]),
                "href": box.members[0].href if len(box.members) == 1 else "",
            }
        )
    lanes = {
        one.source: {"id": one.source, "x": one.x0 + one.run // 2, "y": one.y0} for one in places.stretches if one.run
    }
    return {
        "size": [WIDTH, HEIGHT],
        "nodes": nodes,
        "lanes": list(lanes.values()),
        "lines": [[one.source, one.target, one.arrow, one.certain] for one in places.stretches],
        "against": [[one.source, one.target] for one in places.against],
        "links": [[edge.source, edge.target] for edge in boxes.edges],
        "days": [{"text": day.day.isoformat(), "x": day.x + day.width // 2, "y": HEAD // 2} for day in places.days],
    }
