"""What was written on paper comes into the ledger: every line through the lane's checks, all of them or none.

Needs `correct_ledger` at the gate: a line of paper is a row that a desk writes in the name of a gate, as a correction
is, and whoever typed it in can take it back by corrections alone. `import_ledger` is for the data of another system.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from kakou import vault
from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import acting_as_system, acting_for
from kakou.audit import actions as audit
from kakou.kernel.time import day_in, from_ms, latest_day, to_ms
from kakou.ledger.actions.correcting import alone_at
from kakou.ledger.actions.days import make_days
from kakou.ledger.actions.entering import may_store
from kakou.ledger.actions.import_rows import row_without_phone, store_rows
from kakou.ledger.gatesheet import FormRef, words
from kakou.ledger.gatesheet.forms import form_of
from kakou.ledger.gatesheet.items import Item, each_once, items_of, riding, said_by, same_twice
from kakou.ledger.gatesheet.reading import KnownRow, SheetReader
from kakou.ledger.gatesheet.reading import PaperRow as Line
from kakou.ledger.gatesheet.words import language_of
from kakou.ledger.gatesheet.written import Hand, Site
from kakou.ledger.lane.rows import COLUMNS, Row, RowMaker
from kakou.ledger.lane.wire import Unfit
from kakou.ledger.models import PaperEntry, PaperRow
from kakou.ledger.queries.paper import SEALED, TABLE, Beside
from kakou.ledger.queries.paper_lines import LinesBefore, already_passed, check_aboard, check_known, recorders_called
from kakou.ledger.rules import Clock
from kakou.vault.sealing import Purpose, blind, seal
from kakou.web.actions import announce
from kakou.web.queries import site_zone
from kakou.web.sheets import Limits, Notice, Problems, SheetRefused, Stage, counted, read_sheet, tell
from kakou.web.sheets import wording as sheets

USE = "ledger.sheet_in"
LIST = "paper"  # as what it is set aside while it waits
# a day at a desk with a stack of paper; a sheet of guesses would hear of each cell whether the ledger says so
MOST = {dt.timedelta(hours=1): 60, dt.timedelta(days=1): 300}
LIMITS = Limits(rows=20_000)
_FLAGS = int(Clock.IMPORTED)
_SUBJECT = list(COLUMNS).index("subject")


@dataclass(slots=True)
class Outcome:
    """What an entry did, or would do. `added`: lines that became passages; `same`: rows that the ledger has already.
    `id`: of the entry, None when nothing was written. `lines`: what was read from paper, with what becomes of it."""

    added: int = 0
    changed: int = 0
    same: int = 0
    id: UUID | None = None
    notices: Sequence[Notice] = field(default_factory=list)
    lines: Sequence[tuple[Line, bool]] = field(default_factory=list)


def type_in(
    data: bytes, *, filename: str, gate: int, form: FormRef | None, by: Staff, at: dt.datetime, dry_run: bool = False
) -> Outcome:
    """Take every line or none. `form`: of rows that name none. Rows of a sheet that was handed out change nothing, and
    are told where they say something else. Runs in the caller's scope.

    Raises NotAllowed, SheetRefused, SheetProblems with every cell that is wrong, TooOften.
    """
    access.require(by, Permission.CORRECT_LEDGER, gate)
    problems = Problems()
    site = Site(site_zone(), to_ms(at), latest_day(at))
    sheet = read_sheet(data, filename=filename, limits=LIMITS)
    reader = SheetReader(sheet, site, form)
    with problems.collect():  # a cell that cannot even be kept ends the sheet
        read = [row for raw in counted(sheet.rows(), Stage.READING) if (row := reader.read(raw, problems)) is not None]
    if not problems.count and not read:
        raise SheetRefused(sheets.NO_ROWS)
    known = [row for row in read if isinstance(row, KnownRow)] if not problems.count else []
    lines = [row for row in read if isinstance(row, Line)] if not problems.count else []
    if not dry_run:
        _make_days(lines)
    with transaction.atomic():
        access.may_use(USE, by=by, at=at, most=MOST)
        access.count_use(USE, by=by, at=at)
        with transaction.atomic():
            alone_at(gate)
            may_unmask = by.may(Permission.REVEAL, gate)
            check_known(known, gate, language_of(reader.titles), problems, may_unmask=may_unmask)
            outcome = _take(lines, gate, _digest(data), by, at, problems)
            outcome.same += len(known)
            is_left = dry_run or bool(problems.count)
            transaction.set_rollback(is_left)
        if is_left:
            outcome.id = None
            audit.record(
                "gate_sheet.tried", subject=None, by=by.pk, at=at, node=gate, rows=len(known) + len(lines),
                problems=problems.count,
            )  # fmt: skip
    problems.refuse_if_any()
    outcome.notices = sheet.notices
    return outcome


def take_sheet(
    data: bytes, filename: str, chosen: Mapping[str, Any], is_try: bool, by: Staff, at: dt.datetime
) -> Outcome:
    """The same of a sheet that was sent with what was chosen beside it: `node` of the gate, `form`."""
    form = form_of(chosen["form"])
    return type_in(data, filename=filename, gate=chosen["node"], form=form, by=by, at=at, dry_run=is_try)


def _make_days(lines: Iterable[Line]) -> None:
    """Partitions for the days of the paper."""
    days = {from_ms(line.hand.ms).date() for line in lines}
    if days:
        make_days(min(days), min(max(days), min(days) + dt.timedelta(days=31)))


def _digest(data: bytes) -> bytes:
    return blind(vault.store(), Purpose.FILE, hashlib.sha256(data).hexdigest())


def _take(lines: Sequence[Line], gate: int, digest: bytes, by: Staff, at: dt.datetime, problems: Problems) -> Outcome:
    before = LinesBefore(gate, {line.ref.form for line in lines})
    new = [line for line in each_once(lines, problems) if before.is_new(line, _said(line.hand), problems)]
    recorders = recorders_called({line.hand.recorder for line in new})
    items = items_of(new, before.again, recorders, problems)
    of_cars = _rows([item for item in items if item.is_vehicle], gate, at, problems)
    present = already_passed(gate, of_cars)
    check_aboard([item for item in items if item.is_vehicle], present, problems)
    people = riding((item for item in items if not item.is_vehicle), present)
    of_people = _rows(people, gate, at, problems)
    rows = of_cars | of_people
    if not problems.count:
        same_twice(items, {id: UUID(int=row[_SUBJECT].int) for id, row in rows.items()}, problems)
    if problems.count:
        return Outcome()
    present |= already_passed(gate, of_people)
    fresh = [row for id, row in rows.items() if id not in present]
    added = {item.line.ref for item in items if item.id not in present and _is_own(item)}
    outcome = Outcome(len(added), 0, len(lines) - len(added), lines=[(line, line.ref in added) for line in lines])
    if not new:
        return outcome
    with acting_for(may_store(by, Permission.CORRECT_LEDGER)):
        store_rows(fresh, progress=lambda done: tell(Stage.WRITING, done, len(fresh)))
    outcome.id = _record(new, items, present, before, gate, digest, outcome, by, at)
    announce("ledger.passages", node=gate, n=len(fresh))
    return outcome


def _is_own(item: Item) -> bool:
    """Is it what the line is about, and not the vehicle that it tells of besides?"""
    return item.is_vehicle != item.line.hand.is_person


def _rows(items: Sequence[Item], gate: int, at: dt.datetime, problems: Problems) -> dict[UUID, Row]:
    maker = RowMaker(vault.store())
    made = (
        (item.id, _row(maker, item, gate, to_ms(at), problems)) for item in counted(items, Stage.COMPARING, len(items))
    )
    return {id: row for id, row in made if row is not None}


def _row(maker: RowMaker, item: Item, gate: int, server_ms: int, problems: Problems) -> Row | None:
    with problems.collect():
        try:
            return row_without_phone(maker, item.told, node=gate, server_ms=server_ms, flags=_FLAGS)
        except Unfit as unfit:
            cell = item.line.cells["time"]
            raise cell.problem(words.UNFIT, fix=words.FIX_UNFIT, field=unfit.reason) from unfit
    return None


def _said(hand: Hand) -> bytes:
    return blind(vault.store(), Purpose.FILE, said_by(hand))


def _record(
    new: Sequence[Line],
    items: Sequence[Item],
    present: dict[UUID, UUID],
    before: LinesBefore,
    gate: int,
    digest: bytes,
    outcome: Outcome,
    by: Staff,
    at: dt.datetime,
) -> UUID:
    entry = PaperEntry.objects.create(
        node_id=gate, digest=digest, stored=outcome.added, present=len(new) - outcome.added, typed_at=at, typed_by=by
    )
    own = {item.line.ref: item for item in items if _is_own(item)}
    cars = {item.told["id"]: item for item in items if item.is_vehicle}
    due = RowMaker(vault.store()).due(to_ms(at))
    made = []
    for line in new:
        item = own[line.ref] if line.ref in own else cars[own_car(line, items)]
        car = cars.get(item.told.get("rides", ""))
        row = PaperRow(
            entry=entry, node_id=gate, form_id=before.form(line.ref.form), line=line.ref.line,
            passage=present.get(item.id, item.id), is_new=item.id not in present, said=_said(line.hand), due_on=due,
            vehicle=car.id if car is not None and car.line.ref == line.ref and car.id not in present else None,
        )  # fmt: skip
        row.sealed = _sealed(row, line.hand, due)
        made.append(row)
    PaperRow.objects.bulk_create(made, batch_size=1000)
    audit.record(
        "paper.typed_in", subject=entry.pk, by=by.pk, at=at, node=gate, stored=entry.stored, present=entry.present,
        forms=len({line.ref.form for line in new}),
    )  # fmt: skip
    return entry.pk


def own_car(line: Line, items: Sequence[Item]) -> str:
    """The passage of the vehicle that a line without a person tells of, where an earlier line told of it too."""
    hand = line.hand
    told: str = next(
        item.told["id"]
        for item in items
        if item.is_vehicle
        and item.line.hand.plate == hand.plate
        and item.line.hand.ms // 60_000 == hand.ms // 60_000
        and (item.told["direction"], item.told["crossed"]) == (hand.way, hand.crossed)
    )
    return told


def _sealed(row: PaperRow, hand: Hand, due: dt.date) -> bytes | None:
    beside = Beside(address=hand.address, coming_from=hand.coming_from, reason=hand.reason, recorder=hand.recorder)
    if beside == Beside():
        return None
    plain = msgspec.json.encode(beside)
    return seal(vault.store(), due=due, table=TABLE, row=row.pk, field=SEALED, plain=plain)


@transaction.atomic
def forget_paper(*, by: Staff | None, at: dt.datetime) -> int:
    """Destroy what lines said besides their passages and is due; how many. Needs the worker's role."""
    with acting_as_system():
        gone, _ = PaperRow.objects.filter(due_on__lte=day_in(site_zone(), at)).delete()
        if gone:
            audit.record("paper.forgotten", subject=None, by=by.pk if by else None, at=at, rows=gone)
    return gone
