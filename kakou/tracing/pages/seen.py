"""Rows of an outbreak → what its pictures show. Pure: names, addresses and the site's zone are given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from kakou.kernel.time import day_in, from_ms
from kakou.ledger.models import Stay as Stayed
from kakou.ledger.stays import ABSENCE
from kakou.ledger.stays.rows import KINDS, STATES
from kakou.ledger.stays.shapes import StayState
from kakou.places.geo import Shape, ShapeKind
from kakou.tracing.models import Exposure, Involved
from kakou.tracing.pages.frame import Somebody
from kakou.tracing.pictures.curve import Curve, curve_of
from kakou.tracing.pictures.gathering import Chain, Link, Member
from kakou.tracing.pictures.parts import CASES, Part
from kakou.tracing.pictures.placemap import Point, Ring, Seen
from kakou.tracing.pictures.timeline import Ends, Stay
from kakou.tracing.rules.standing import CaseState, Standing

DAY = dt.timedelta(days=1)
AFTER = 14 * DAY  # a curve shows no more days without a case than these behind the last one
UNNUMBERED = 10**9  # contacts stand behind cases
_STILL = dt.datetime(2060, 1, 1, tzinfo=dt.UTC)  # segments write a time after it for who has not left
_ENDS = {
    STATES[StayState.OPEN]: Ends.OPEN,
    STATES[StayState.MISSED_EXIT]: Ends.EXIT_MISSED,
    STATES[StayState.ORPHAN_EXIT]: Ends.ENTRY_MISSED,
}
_ABSENT = KINDS[ABSENCE]


def part_of(row: Involved) -> Part:
    """Of a case its state, of a contact the grade decided, else the one proposed."""
    if row.case_state == CaseState.EXCLUDED:
        return Part.NONE
    return Part(row.case_state if row.is_case else row.grade or row.proposed)


def label_of(one: Somebody) -> str:
    """A case's number and name; a contact's name with four characters that tell two of one name apart."""
    mark = one.row.subject.hex[-4:]
    if one.number:
        return f"{one.number} {one.name}"
    return one.name if mark in one.name else f"{one.name} {mark}"


def onset_of(row: Involved, zone: ZoneInfo) -> dt.date | None:
    """The day on which a case stands: of the first symptoms; without any, of the first positive sample."""
    if row.onset_on is None and row.case_state == CaseState.ASYMPTOMATIC and row.positive_at is not None:
        return day_in(zone, row.positive_at)
    return row.onset_on


# the chain


def links_of(people: Mapping[UUID, Involved], exposures: Iterable[Exposure], *, everybody: bool) -> list[Exposure]:
    """Exposures between those who are shown: cases that were not excluded, and contacts on whom somebody decided
    (`everybody`: also those who wait for it). Of two cases who exposed each other, the way that onset allows."""
    shown = {id for id, row in people.items() if _is_shown(row, everybody=everybody)}
    links = {(one.source_id, one.target_id): one for one in exposures if {one.source_id, one.target_id} <= shown}
    return [one for pair, one in links.items() if pair[::-1] not in links or _goes_this_way(people, *pair)]


def _is_shown(row: Involved, *, everybody: bool) -> bool:
    if row.is_case:
        return row.case_state != CaseState.EXCLUDED
    return row.standing != Standing.DISMISSED and (everybody or bool(row.grade))


def _goes_this_way(people: Mapping[UUID, Involved], source: UUID, target: UUID) -> bool:
    def order(id: UUID) -> tuple[dt.date, int, UUID]:
        row = people[id]
        return row.onset_on or dt.date.max, row.number or 0, id

    return order(source) < order(target)


def reached(start: UUID, links: Iterable[Exposure]) -> dict[UUID, int]:
    """Everybody after `start`, himself included, with how many steps away he is."""
    onward: dict[UUID, list[UUID]] = {}
    for link in links:
        onward.setdefault(link.source_id, []).append(link.target_id)
    found, now = {start: 0}, [start]
    while now:
        then = []
        for id in now:
            for after in onward.get(id, ()):
                if after not in found:
                    found[after] = found[id] + 1
                    then.append(after)
        now = then
    return found


def first_case(people: Mapping[UUID, Involved], links: Sequence[Exposure]) -> UUID | None:
    """The case after whom most cases come, then most of his own contacts, then the lowest number."""
    cases = [row for row in people.values() if row.is_case and row.case_state != CaseState.EXCLUDED]
    between = [link for link in links if people[link.source_id].is_case and people[link.target_id].is_case]
    own: dict[UUID, int] = {}
    for link in links:
        own[link.source_id] = own.get(link.source_id, 0) + 1
    ranked = ((len(reached(one.pk, between)), own.get(one.pk, 0), -(one.number or 0), one.pk) for one in cases)
    best = max(ranked, default=None)
    return best[-1] if best else None


def chain_of(
    title: str, shown: Sequence[Somebody], degrees: Mapping[UUID, int], links: Iterable[Exposure], *,
    names: Mapping[int, str], zone: ZoneInfo, address: Callable[[UUID], str],
) -> Chain:  # fmt: skip
    """The chain of those in `degrees`. A case stands on his onset; a contact on the day from which he may carry it,
    never before that of whoever exposed him. `names`: of places, by node."""
    inside = [link for link in links if {link.source_id, link.target_id} <= degrees.keys()]
    days = _days({one.row.pk: one.row for one in shown}, degrees, inside, zone)
    members = [
        Member(
            str(one.row.pk), label_of(one), part_of(one.row), days.get(one.row.pk), None, degrees[one.row.pk],
            href=address(one.row.pk),
        )
        for one in sorted(shown, key=lambda one: (degrees[one.row.pk], one.row.number or UNNUMBERED, -one.row.rank))
    ]  # fmt: skip
    return Chain(title, tuple(members), tuple(_link(one, names) for one in inside))


def _days(
    people: Mapping[UUID, Involved], degrees: Mapping[UUID, int], links: Iterable[Exposure], zone: ZoneInfo
) -> dict[UUID, dt.date]:
    """Those near the start first, so that a source has its day before those whom he exposed."""
    by: dict[UUID, list[Exposure]] = {}
    for link in links:
        by.setdefault(link.target_id, []).append(link)
    days: dict[UUID, dt.date] = {}
    for id in sorted(degrees, key=degrees.__getitem__):
        if day := onset_of(people[id], zone):
            days[id] = day
        elif not people[id].is_case and (before := [link for link in by.get(id, ()) if link.source_id in days]):
            days[id] = min(max(day_in(zone, link.first_at), days[link.source_id]) for link in before)
    return days


def _link(one: Exposure, names: Mapping[int, str]) -> Link:
    """Where they were together for the longest: pairs are kept in that order."""
    place = next((names.get(pair.place, "") for pair in one.pairs), "")
    return Link(str(one.source_id), str(one.target_id), place, one.first_at, one.certain)


# the curve


def curve_seen(
    title: str, cases: Iterable[Involved], measures: Iterable[tuple[dt.datetime, str]], *, end: dt.date, zone: ZoneInfo
) -> Curve:
    """Cases by onset up to `end` (a few weeks behind the last at most), what was done as marks."""
    told = [(onset_of(row, zone), part_of(row)) for row in cases]
    marks = [(day_in(zone, at), words) for at, words in measures]
    days = [day for day, part in told if day and part in CASES] + [day for day, _ in marks]
    return curve_of(title, told, last=min(end, max(days) + AFTER) if days else None, marks=marks)


# the map


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a place lies: WGS 84, longitude first."""

    at: Point | None = None
    outline: tuple[Ring, ...] = ()


def ground_of(shape: Shape) -> Ground:
    """A point where its name stands, and its outline if it has one."""
    return Ground(shape.middle, shape.rings if shape.kind is ShapeKind.POLYGON else ())


def places_of(
    exposures: Iterable[Exposure], people: Mapping[UUID, Involved], stays: Mapping[int, Sequence[Stay]], *,
    names: Mapping[int, str], elsewhere: str, ground: Mapping[int, Ground], address: Callable[[int], str],
) -> list[Seen]:  # fmt: skip
    """Every place where a case was, with how many contacts he had there, the first and the last time.

    `stays`: of cases, by node. Places without a name lie outside of the reader's places: all of them together are
    `elsewhere`.
    """
    met: dict[int, set[UUID]] = {}
    times: dict[int, list[dt.datetime]] = {}
    for one in exposures:
        source, target = people.get(one.source_id), people.get(one.target_id)
        if source is not None and source.is_case and target is not None and _is_shown(target, everybody=True):
            for pair in one.pairs:
                node = pair.place if pair.place in names else 0
                met.setdefault(node, set()).add(one.target_id)
                times.setdefault(node, []).extend((_moment(pair.since), _moment(pair.until)))
    for node, there in stays.items():
        known = node if node in names else 0
        times.setdefault(known, []).extend(at for stay in there for at in (stay.enter, stay.leave) if at)
    return [
        Seen(
            str(node), names.get(node, elsewhere), len(met.get(node, ())), min(at), max(at),
            at=ground.get(node, Ground()).at, outline=ground.get(node, Ground()).outline, href=address(node),
        )
        for node, at in times.items()
    ]  # fmt: skip


# the timeline


def stays_seen(rows: Sequence[Stayed], since: dt.datetime, until: dt.datetime) -> list[tuple[int, Stay]]:
    """(node, stay) of one subject that touch this time, named by nobody yet: visits, and the time at home between two
    absences. What lasts longer is cut at the ends."""
    found = [(row.node_id, _visit(row)) for row in rows if row.kind != _ABSENT]
    away: dict[int, list[Stayed]] = {}
    for row in rows:
        if row.kind == _ABSENT:
            away.setdefault(row.node_id, []).append(row)
    for node, absences in away.items():
        for number, row in enumerate(absences):
            if row.until_at is not None:
                following = absences[number + 1] if number + 1 < len(absences) else None
                found.append((node, _at_home(row.until_at, following, is_seen=row.left_at is not None)))
    touching = [(node, one) for node, one in found if one.enter <= until and (one.leave or until) >= since]
    return [(node, _cut(one, since, until)) for node, one in sorted(touching, key=lambda pair: pair[1].enter)]


def _visit(row: Stayed) -> Stay:
    ends = _ENDS.get(row.state, Ends.KNOWN)
    if row.until_at is None:
        ends = Ends.OPEN
    return Stay("", row.since_at, row.until_at, ends)


def _at_home(since: dt.datetime, away: Stayed | None, *, is_seen: bool) -> Stay:
    """From the end of an absence to the next one. `is_seen`: coming home was; else `since` is its bound."""
    if away is None:
        return Stay("", since, None, Ends.OPEN)
    ends = Ends.ENTRY_MISSED if not is_seen else Ends.EXIT_MISSED if away.entered_at is None else Ends.KNOWN
    return Stay("", since, max(away.since_at, since), ends)


def _cut(one: Stay, since: dt.datetime, until: dt.datetime) -> Stay:
    """An end that lies outside of the picture is none that nobody saw."""
    ends = one.ends
    if one.leave is not None and one.leave > until:
        return Stay(one.place, max(one.enter, since), until, ends if ends is not Ends.EXIT_MISSED else Ends.KNOWN)
    if one.enter < since and ends is Ends.ENTRY_MISSED:
        ends = Ends.KNOWN
    return Stay(one.place, max(one.enter, since), one.leave, ends)


def stays_told(
    exposures: Iterable[Exposure], whose: UUID, other: UUID, known: Collection[tuple[int, dt.datetime]]
) -> list[tuple[int, Stay]]:
    """(node, stay) of `whose` out of the pairs that made him and `other` contacts, where the ledger within the reader's
    scope does not show them: readings at a gate, places elsewhere. `known`: node and begin of those it shows."""
    found = {}
    for one in exposures:
        if {one.source_id, one.target_id} == {whose, other}:
            for pair in one.pairs:
                enter, leave = (_moment(at) for at in (pair.source if one.source_id == whose else pair.target))
                if (pair.place, enter) not in known:
                    ends = Ends.OPEN if leave > _STILL else Ends.KNOWN
                    found[pair.place, enter] = Stay("", enter, None if leave > _STILL else leave, ends)
    return [(node, stay) for (node, _), stay in found.items()]


def named(stays: Iterable[tuple[int, Stay]], names: Mapping[int, str], elsewhere: str) -> tuple[Stay, ...]:
    """With the names of their places."""
    return tuple(Stay(names.get(node, elsewhere), one.enter, one.leave, one.ends) for node, one in stays)


def _moment(seconds: int) -> dt.datetime:
    return from_ms(seconds * 1_000)
