"""Lines of paper → items as a phone would have sent them, so that they go through the same checks. Pure."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final
from uuid import UUID

from kakou.kernel.ids import id_at
from kakou.ledger.gatesheet import words
from kakou.ledger.gatesheet.forms import LineRef
from kakou.ledger.gatesheet.reading import PaperRow
from kakou.ledger.gatesheet.written import Hand
from kakou.ledger.sheets.wire import NO_HASH
from kakou.web.sheets import Problems

MINUTE: Final = 60_000


@dataclass(frozen=True, slots=True)
class Item:
    """One passage to be. `told`: as on the wire. `line`: of which row; a vehicle's belongs to the first that tells of
    it. `ms`: when it happened, as written; the passage is as many milliseconds later as its line has the number, so
    that lines of one minute stay in their order. `counted`: the line that says how many sit in a vehicle."""

    line: PaperRow
    told: Mapping[str, Any]
    is_vehicle: bool
    counted: PaperRow | None = None

    @property
    def id(self) -> UUID:
        """Of the passage."""
        return UUID(self.told["id"])


Again = Mapping[LineRef, int]
"""How often a line was typed in and taken back before: then it becomes another passage."""


def said_by(hand: Hand) -> str:
    """All that a line says, as one text: equal for equal lines."""
    told = asdict(hand)
    return json.dumps(told, sort_keys=True, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def items_of(rows: Sequence[PaperRow], again: Again, recorders: Mapping[str, int], problems: Problems) -> list[Item]:
    """For each line its person, and for each vehicle that lines tell of in the same minute one passage before theirs.
    `recorders`: name on the paper → account, where there is just one of that name."""
    cars = _cars(rows, again, recorders, problems)
    found: list[Item] = [car for car in cars.values() if car is not None]
    for row in rows:
        if row.hand.is_person:
            car = cars.get(_car(row.hand))
            told = _told(row, again, recorders, "person") | {"subject": _person(row, again)}
            if car is not None:
                told["rides"] = str(car.id)
            found.append(Item(row, told, is_vehicle=False))
    return sorted(found, key=lambda item: (item.told["at"], not item.is_vehicle))


def riding(people: Iterable[Item], present: Mapping[UUID, UUID]) -> list[Item]:
    """People in the vehicles that are there. `present`: passage to be → that of the ledger, where it has it already."""
    there = {str(id): str(kept) for id, kept in present.items()}
    return [
        replace(one, told={**one.told, "rides": there[one.told["rides"]]}) if one.told.get("rides") in there else one
        for one in people
    ]


Car = tuple[str, int, str, bool]


def _car(hand: Hand) -> Car:
    return hand.plate, hand.ms // MINUTE, hand.way, hand.crossed


def _cars(
    rows: Sequence[PaperRow], again: Again, recorders: Mapping[str, int], problems: Problems
) -> dict[Car, Item | None]:
    groups: dict[Car, list[PaperRow]] = {}
    for row in rows:
        if row.hand.plate:
            groups.setdefault(_car(row.hand), []).append(row)
    cars: dict[Car, Item | None] = {}
    for car, group in groups.items():
        first, counted = group[0], _counted(group, problems)
        told = _told(first, again, recorders, "vehicle") | {"subject": {"kind": "vehicle", "plate": first.hand.plate}}
        told["checks"] = {} if any(row.hand.is_person for row in group) else told["checks"]
        told |= {"aboard": counted.hand.aboard} if counted else {}
        cars[car] = Item(first, told, is_vehicle=True, counted=counted)
    return cars


def _counted(group: Sequence[PaperRow], problems: Problems) -> PaperRow | None:
    first: PaperRow | None = None
    for row in group:
        if row.hand.aboard is None:
            continue
        if first is None:
            first = row
        elif row.hand.aboard != first.hand.aboard:
            with problems.collect():
                raise row.cells["aboard"].problem(
                    words.OTHER_ABOARD, fix=words.FIX_CELL, field="aboard", first=first.row
                )
    return first


def _told(row: PaperRow, again: Again, recorders: Mapping[str, int], what: str) -> dict[str, Any]:
    """`admit` is what the shape asks for; a row without a phone keeps no verdict."""
    hand, ms = row.hand, row.hand.ms + row.ref.line
    told: dict[str, Any] = {
        "id": str(id_at(ms, _seed(row, again, what))), "seq": 1, "prev_hash": NO_HASH, "at": ms, "offset": 0,
        "gate": row.ref.form.gate, "direction": hand.way, "crossed": hand.crossed, "checks": dict(hand.checks),
        "verdict": "admit", "reasons": [], "pack": row.ref.pack,
    }  # fmt: skip
    return told | ({"recorder": recorders[hand.recorder]} if hand.recorder in recorders else {})


def _seed(row: PaperRow, again: Again, what: str) -> bytes:
    return f"{what} {row.ref} {again.get(row.ref, 0)}".encode()


def _person(row: PaperRow, again: Again) -> dict[str, Any]:
    """Who is known by nothing but a name is somebody of his own: two of one name are not taken for one."""
    hand = row.hand
    told: dict[str, Any] = {"kind": "person"} | ({"name": hand.name} if hand.name else {})
    if hand.document:
        told["document"] = {"kind": hand.document.kind.value, "no": hand.document.number}
    if hand.phone:
        told["phone"] = hand.phone
    if not (hand.document or hand.phone):
        told["token"] = str(id_at(hand.ms, _seed(row, again, "token")))
    return told


def each_once(rows: Sequence[PaperRow], problems: Problems) -> Iterator[PaperRow]:
    """Without lines that stand in the sheet twice: those are told."""
    first: dict[LineRef, int] = {}
    for row in rows:
        if row.ref not in first:
            first[row.ref] = row.row
            yield row
            continue
        at = row.cells.get("id", row.cells["time"])
        with problems.collect():
            raise at.problem(words.LINE_TWICE, fix=words.FIX_LINE_TWICE, field="id", first=first[row.ref])


def same_twice(items: Sequence[Item], subjects: Mapping[UUID, UUID], problems: Problems) -> None:
    """Nobody passes twice the same way within a minute, nor is turned back twice: such lines are told; turned back and
    then let pass is two. `subjects`: passage → whose it is."""
    first: dict[tuple[UUID, str, bool, int], int] = {}
    for item in items:
        row = item.line
        what = (subjects[item.id], row.hand.way, row.hand.crossed, row.hand.ms // MINUTE)
        if what in first and not item.is_vehicle:
            with problems.collect():
                raise row.cells["time"].problem(
                    words.SAME_TWICE, fix=words.FIX_SAME_TWICE, field="time", first=first[what]
                )
        first.setdefault(what, row.row)
