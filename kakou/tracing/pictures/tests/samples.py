"""Made-up data for the pictures, as large and as untidy as the real."""

from __future__ import annotations

import datetime as dt
import random
from zoneinfo import ZoneInfo

from kakou.tracing.pictures.curve import Curve, curve_of
from kakou.tracing.pictures.followup import Calendar, Cell, Line, Sample, Sign
from kakou.tracing.pictures.gathering import Chain, Link, Member
from kakou.tracing.pictures.parts import Part
from kakou.tracing.pictures.placemap import PlaceMap, Seen
from kakou.tracing.pictures.timeline import Ends, Stay, Timeline

SITE = ZoneInfo("Asia/Shanghai")
DAY = dt.timedelta(days=1)
FIRST = dt.date(2020, 1, 28)
PLACES = ("东关菜市场", "南园小区", "光明服装厂三车间", "城北卫生室", "李圩村三组", "人民路公交站", "Riverside Mall")
NAMES = ("王**", "李**", "张*", "买买提·阿**", "陈**", "赵**", "Anna S.", "欧阳**")


def at(day: dt.date, hour: int = 12, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), SITE).astimezone(dt.UTC)


def a_chain(size: int = 40, seed: int = 7, days: int = 14) -> Chain:
    """A chain of that many people; most cases infect few, some many, and most contacts infect nobody."""
    rng = random.Random(seed)
    members = [Member("p0", "1 号病例", Part.CONFIRMED, FIRST, at(FIRST, 8, 30), 0, True, "/tracing/person/0/")]
    links = []
    carriers = [members[0]]
    while len(members) < size:
        source = rng.choice(carriers[-12:] if rng.random() < 0.8 else carriers)
        for _ in range(min(rng.choice((1, 1, 2, 3, 5, 12)), size - len(members))):
            number = len(members)
            day = min(source.day + rng.choice((0, 1, 2, 2, 3, 3, 4, 5)) * DAY, FIRST + days * DAY)
            is_case = rng.random() < 0.25 and day < FIRST + days * DAY
            part = (
                rng.choice((Part.CONFIRMED, Part.CONFIRMED, Part.ASYMPTOMATIC, Part.SUSPECTED))
                if is_case
                else (rng.choice((Part.CLOSE, Part.CLOSE, Part.CLOSE, Part.SECONDARY, Part.COMPANION)))
            )
            label = f"{number + 1} 号病例" if is_case else f"{rng.choice(NAMES)} {number:04d}"
            when = at(day, rng.randrange(24), rng.randrange(60)) if is_case and rng.random() < 0.7 else None
            certain = rng.random() > 0.15
            one = Member(f"p{number}", label, part, day, when, source.degree + 1, certain, f"/tracing/person/{number}/")
            members.append(one)
            links.append(Link(source.key, one.key, rng.choice(PLACES), at(source.day, rng.randrange(24)), certain))
            if is_case:
                carriers.append(one)
    if size > 20:  # one whose onset came first, one who has two sources, one whose day nobody knows
        odd = Member("odd", "23 号病例 <b>&", Part.CONFIRMED, FIRST - DAY, None, 2, True)
        lost = Member("lost", "不详 9999", Part.CLOSE, None, None, 2, False)
        members[-2:] = [odd, lost]
        gone = {f"p{size - 1}", f"p{size - 2}"}
        links = [link for link in links if not {link.source, link.target} & gone]
        links += [Link("p1", "odd", PLACES[0], at(FIRST, 9)), Link("p1", "lost", PLACES[1], at(FIRST + 4 * DAY), False)]
        links.append(Link("p0", "p5", PLACES[2], at(FIRST + DAY), False))
    return Chain("传播链：东关聚集性疫情", tuple(members), tuple(links))


def a_timeline(days: int = 6, seed: int = 3) -> Timeline:
    """Two people at eight places: gates passed, ends that nobody recorded, one still there."""
    rng = random.Random(seed)
    mine, theirs = [], []
    for number in range(days):
        day = FIRST + number * DAY
        mine.append(Stay("光明服装厂三车间", at(day, 8, rng.randrange(30)), at(day, 17, rng.randrange(60))))
        mine.append(Stay("南园小区", at(day, 18, 10), at(day + DAY, 7, 20)))
        mine.append(Stay("南园小区东门", at(day, 18, 10), at(day, 18, 10)))
        theirs.append(Stay("城北卫生室", at(day, 9), at(day, 11, 30)))
        if number % 2:
            mine.append(Stay("东关菜市场", at(day, 17, 20), at(day, 17, 55)))
            theirs.append(Stay("东关菜市场", at(day, 17, 5), at(day, 18, 30)))
            theirs.append(Stay("光明服装厂三车间", at(day, 14), at(day, 16), Ends.EXIT_MISSED))
        theirs.append(Stay("南园小区东门", at(day, 18, 10), at(day, 18, 10)))
    last = FIRST + days * DAY
    mine[-1:] = [
        Stay("李圩村三组", at(last, 6), at(last, 9), Ends.ENTRY_MISSED),
        Stay("南园小区", at(last, 9), None, Ends.OPEN),
    ]
    return Timeline("1 号病例", tuple(mine), at(FIRST, 0), at(last, 20), "王** 0017", tuple(theirs))


def a_map(size: int = 14, seed: int = 5) -> PlaceMap:
    """Places about a small town, two of them without coordinates and one known by its outline alone."""
    rng = random.Random(seed)
    places = []
    for number in range(size):
        where = None if number in (3, 9) else (117.95 + rng.gauss(0, 0.012), 33.9 + rng.gauss(0, 0.008))
        first = at(FIRST + rng.randrange(8) * DAY, rng.randrange(6, 20))
        name = f"{PLACES[number % len(PLACES)]}{number // len(PLACES) or ''}"
        last = first + dt.timedelta(hours=rng.randrange(1, 90))
        places.append(
            Seen(f"n{number}", name, rng.choice((1, 2, 5, 12, 37, 180)), first, last, where, (), f"/places/{number}/")
        )
    outline = ((117.953, 33.905), (117.961, 33.905), (117.962, 33.899), (117.954, 33.898))
    places.append(Seen("area", "南园小区（全区）", 64, at(FIRST, 7), at(FIRST + 9 * DAY, 7), None, (outline,)))
    street = ((117.92, 33.88), (117.985, 33.882), (117.98, 33.925), (117.925, 33.92))
    return PlaceMap("1 号病例去过的地点", tuple(places), "接触者", (street,))


def a_curve(seed: int = 4) -> Curve:
    """A wave of five weeks with two measures, five cases whose day nobody knows."""
    rng = random.Random(seed)
    cases: list[tuple[dt.date | None, Part]] = []
    for number in range(36):
        for _ in range(int(14 * 2.718 ** (-((number - 14) ** 2) / 60) + rng.random())):
            part = rng.choice((Part.CONFIRMED, Part.CONFIRMED, Part.CONFIRMED, Part.ASYMPTOMATIC, Part.SUSPECTED))
            cases.append((FIRST + number * DAY, part))
    cases += [(None, Part.CONFIRMED)] * 3 + [(None, Part.SUSPECTED)] * 2
    marks = [(FIRST + 10 * DAY, "东关菜市场关闭"), (FIRST + 13 * DAY, "南园小区只进不出")]
    return curve_of("东关聚集性疫情流行曲线", cases, last=FIRST + 37 * DAY, marks=marks)


def a_calendar(size: int = 24, days: int = 21, seed: int = 6) -> Calendar:
    """Contacts followed for two weeks; today is the eleventh day."""
    rng = random.Random(seed)
    shown = tuple(FIRST + number * DAY for number in range(days))
    today = shown[10]
    usual = [Sign.NORMAL] * 14 + [Sign.SYMPTOMS, Sign.NOT_REACHED, Sign.OVERDUE]
    lines = []
    for number in range(size):
        begin, cells = rng.randrange(4), {}
        for index in range(begin, begin + 14):
            past = shown[index] < today
            sign = rng.choice(usual) if past else Sign.DUE
            due = (index - begin) in (0, 3, 6, 13)
            sample = (
                (Sample.NEGATIVE if rng.random() < 0.9 else Sample.NOT_TAKEN)
                if due and past
                else Sample.DUE
                if due
                else None
            )
            cells[shown[index]] = Cell(sign, sample)
        lines.append(
            Line(
                f"{rng.choice(NAMES)} {number:04d}",
                rng.choice((Part.CLOSE, Part.SECONDARY)),
                cells,
                f"/tracing/person/{number}/",
            )
        )
    rare = {
        (7, 2): Cell(Sign.FEVER, Sample.POSITIVE),
        (8, 3): Cell(Sign.LOST),
        (8, 4): Cell(Sign.REFUSED),
        (9, 5): Cell(Sign.RELEASED),
        (9, 6): Cell(Sign.NORMAL, Sample.UNCLEAR),
    }
    for (index, line), cell in rare.items():
        lines[line].cells[shown[index]] = cell
    return Calendar("密接健康监测", shown, tuple(lines), today)
