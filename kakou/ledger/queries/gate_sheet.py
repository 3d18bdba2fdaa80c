"""The sheet of a gate and a day: every row with what it says, those that a correction replaced too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from kakou.access.models import Staff
from kakou.kernel.errors import Refusal
from kakou.kernel.time import to_ms
from kakou.ledger.checks.cases import checks_of
from kakou.ledger.checks.rows import Checked
from kakou.ledger.gatesheet.lines import Line
from kakou.ledger.gatesheet.moments import written
from kakou.ledger.gatesheet.numbering import Placed, State, Told, Totals, numbered, totals_of
from kakou.ledger.gatesheet.words import Language
from kakou.ledger.lane import codes
from kakou.ledger.lane.rows import Personal
from kakou.ledger.models import Passage
from kakou.ledger.queries import day as days
from kakou.ledger.queries.checked import Chains, personal_of, portions, rows_of
from kakou.ledger.queries.paper import Beside, beside_of
from kakou.ledger.queries.versions import CROSSING
from kakou.people.models import Person, Vehicle
from kakou.people.queries import PERSON_FIELDS, plain_field, said
from kakou.screening.queries.wording import InWords
from kakou.screening.rules import STOPPED, Verdict

MOST = 20_000  # rows of one sheet: what is read is held in memory until it is written
AT_ONCE = 2_000
_WAYS = {number: word for word, number in codes.DIRECTIONS.items()}
_STOPPED = {Verdict.HOLD: "held", Verdict.REFER: "referred", Verdict.EMERGENCY: "emergency"}


class TooManyRows(Refusal):
    """More than one sheet holds."""

    code = "too-many-rows"


@dataclass(frozen=True, slots=True)
class DaySheet:
    """`lines` in order of the sheet. `totals`: of the whole day."""

    gate: int
    day: dt.date
    lines: Sequence[Line]
    totals: Totals


def day_sheet(
    gate: int, day: dt.date, *, start: dt.datetime, end: dt.datetime, zone: ZoneInfo, language: Language
) -> DaySheet:
    """All rows of `gate` from `start` until before `end`. Raises TooManyRows."""
    asked = days.window([gate], start, end)
    if days.many_rows(asked) > MOST:
        raise TooManyRows("These are more than %(most)d rows: too many for one sheet.", most=MOST)
    rows, corrections = days.rows_of(asked)
    teller = Teller(zone, language)
    lines = _placed(rows, corrections, teller)
    passed = {row.pk: row.crossed for row in rows}
    return DaySheet(gate, day, lines, totals_of((one.state, one.way, passed[one.id]) for one in lines))


def _placed(rows: Sequence[Passage], corrections: Sequence[Passage], teller: Teller) -> list[Line]:
    known = {row.pk: row for row in (*corrections, *rows)}
    before = {row.corrects for row in rows if row.corrects} - set(known)
    originals = Passage.objects.filter(pk__in=before, node_id__in={row.node_id for row in rows}).only(*CROSSING)
    moments = {row.pk.int: row.happened_at for row in (*known.values(), *originals)}
    placed = numbered(map(_told, (*known.values(), *originals)), {row.pk.int for row in rows})
    lines = teller.lines(rows)
    return [_noted(lines[UUID(int=one.id)], known[UUID(int=one.id)], one, moments, teller) for one in placed]


def _told(row: Passage) -> Told:
    corrects = row.corrects.int if row.corrects else 0
    return Told(row.pk.int, to_ms(row.happened_at), corrects, row.takes_back)


def _noted(line: Line, row: Passage, placed: Placed, moments: Mapping[int, dt.datetime], teller: Teller) -> Line:
    note, at = "", moments.get(placed.other or 0)
    same_day = at is not None and teller.day(at) == line.date
    if placed.state is State.REPLACED:
        note = "replaced" if same_day else "moved"
    elif placed.state is State.TAKEN_BACK:
        note = "taken_back"
    elif row.corrects:
        note = "corrects" if at is None or same_day else "from"
    told = " ".join(written(to_ms(at), teller.zone)) if at is not None else ""
    why = "" if placed.state is State.REPLACED else line.why
    return replace(line, number=placed.number, state=placed.state, note=note, note_at=told, why=why)


class Teller:
    """Rows of the table → lines, not numbered yet. What is looked up is looked up for many at once."""

    def __init__(self, zone: ZoneInfo, language: Language) -> None:
        self.zone = zone
        self._words = InWords(language)
        self._reasons: dict[tuple[str, ...], tuple[str, ...]] = {}

    def day(self, at: dt.datetime) -> str:
        """The day of a moment as the sheet writes it."""
        return at.astimezone(self.zone).date().isoformat()

    def lines(self, rows: Sequence[Passage]) -> dict[UUID, Line]:
        """Id → line."""
        found: dict[UUID, Line] = {}
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            around = _Around(some)
            found |= {row.pk: self._line(row, around) for row in some}
        return found

    def _line(self, row: Passage, around: _Around) -> Line:
        personal = personal_of(row)
        beside = around.beside.get(row.pk, Beside())
        date, time = written(to_ms(row.happened_at), self.zone)
        detail = row.detail or {}
        return Line(
            id=row.pk, number=0, state=State.HOLDS, date=date, time=time, way=_WAYS[row.direction] or "",
            standing=_standing(row), checks=checks_of(row), aboard=detail.get("aboard"),
            plate=around.plate_of(row, personal), reasons=self._why(row), recorder=around.recorder_of(row, beside),
            free=(personal.override or "") if personal else "", why=_why_corrected(row, personal),
            coming_from=beside.coming_from, by_hand=beside.reason, **around.who(row, personal, beside),
        )  # fmt: skip

    def _why(self, row: Passage) -> tuple[str, ...]:
        if not row.reasons:
            return ()
        asked = (row.pack, *row.reasons)
        if asked not in self._reasons:
            self._reasons[asked] = tuple(self._words.reasons(row.pack, row.reasons))
        return self._reasons[asked]


def _standing(row: Passage) -> str:
    if row.takes_back:
        return "taken_back"
    verdict = Verdict(row.verdict)
    if row.crossed:
        return "all_the_same" if verdict in STOPPED else "passed"
    return _STOPPED.get(verdict, "turned_back")


def _why_corrected(row: Passage, personal: Personal | None) -> str:
    """What a desk wrote; what was written at a gate may name people, and nobody looked at it."""
    return (personal.correction or "") if personal and row.corrects and row.device_id is None else ""


class _Around:
    """What rows name: people and vehicles of the register, the passages of vehicles, accounts, lines of paper."""

    def __init__(self, rows: Collection[Passage]) -> None:
        self.beside = _beside(rows)
        cars = _holding({UUID(row.detail["rides"]) for row in rows if row.detail and row.detail.get("rides")})
        subjects = {row.subject for row in rows} | {car.subject for car in cars.values()}
        self._people = {one.pk: _fields(one) for one in Person.objects.filter(pk__in=subjects)}
        wanted = (subjects - set(self._people)) | {row.vehicle for row in rows if row.vehicle}
        self._plates = {one.pk: plain_field(one, "plate") for one in Vehicle.objects.filter(pk__in=wanted)}
        self._rides = {ride: self._own_plate(row, personal_of(row)) for ride, row in cars.items()}
        self._staff = _staff({row.recorder for row in rows})

    def who(self, row: Passage, personal: Personal | None, beside: Beside) -> dict[str, str]:
        """As shown at the gate, else as registered."""
        known = self._people.get(row.subject, {})
        shown = personal.subject if personal else None
        document = shown.document if shown else None
        told = {
            "name": shown.name if shown else None,
            "document": document.no if document else None,
            "document_kind": document.kind if document else None,
            "phone": said("phone", shown.phone) if shown and shown.phone else None,
            "address": beside.address or (personal.receiver if personal else None),
        }
        return {field: value or known.get(field, "") for field, value in told.items()}

    def plate_of(self, row: Passage, personal: Personal | None) -> str:
        """Its own, or that of the vehicle in which somebody sat."""
        rides = (row.detail or {}).get("rides")
        if rides:
            return self._rides.get(UUID(rides), "")
        return self._own_plate(row, personal) or (self._plates.get(row.vehicle, "") if row.vehicle else "")

    def recorder_of(self, row: Passage, beside: Beside) -> str:
        """Of a line of paper whoever wrote it, and not whoever typed it in."""
        return beside.recorder or self._staff.get(row.recorder, "")

    def _own_plate(self, row: Passage | Checked, personal: Personal | None) -> str:
        return (personal.subject.plate if personal else None) or self._plates.get(row.subject, "")


def _holding(passages: Collection[UUID]) -> dict[UUID, Checked]:
    """Passage → the row that holds of those that correct one another with it."""
    found: dict[UUID, Checked] = {}
    for some in portions(passages):
        rows = rows_of(some)
        chains = Chains(rows)
        held = {row.id: row for row in chains.held}
        found |= {row.id: held[chains.replaced.get(row.id, row.id)] for row in rows}
    return found


def _beside(rows: Collection[Passage]) -> dict[UUID, Beside]:
    """Row → what its line of paper says; of one that corrects a line, what that line says."""
    corrects = {row.pk: row.corrects for row in rows}
    while missing := {before for before in corrects.values() if before} - corrects.keys():
        found = Passage.objects.filter(pk__in=missing).values_list("pk", "corrects")
        corrects |= dict.fromkeys(missing) | dict(found)
    told = beside_of(corrects)
    lines = {row.pk: _line_of(row.pk, corrects, told) for row in rows}
    return {row: told[line] for row, line in lines.items() if line}


def _line_of(row: UUID, corrects: Mapping[UUID, UUID | None], told: Collection[UUID]) -> UUID | None:
    """The nearest in `told` of the row and those that it corrects, one after the other."""
    at: UUID | None = row
    seen: set[UUID] = set()
    while at and at not in told and at not in seen:
        seen.add(at)
        at = corrects.get(at)
    return at if at in told else None


def _fields(person: Person) -> dict[str, str]:
    told = {field: said(field, plain_field(person, field)) for field in PERSON_FIELDS}
    return told | {"document_kind": person.document_kind}


def _staff(ids: Iterable[int | None]) -> dict[int | None, str]:
    rows = Staff.objects.filter(pk__in=[id for id in ids if id is not None]).values_list("pk", "display", "username")
    return {pk: display or username for pk, display, username in rows}
