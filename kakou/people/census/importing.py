"""From lines to the register: everything looked up and checked first, then written in one transaction, or nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from kakou import vault
from kakou.access import actions as access
from kakou.access.actions import refuse_beside_drill
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import nodes_of
from kakou.audit import actions as audit
from kakou.kernel.time import latest_day
from kakou.people.actions import AlreadyKnown, NewPerson
from kakou.people.actions.rows import CENSUS, add_all, change_all
from kakou.people.census.history import newest
from kakou.people.census.matching import Base, Plan, check_together, known_elsewhere, plan_of
from kakou.people.census.reading import Line, Reader, rows_read
from kakou.people.census.units import Units
from kakou.people.models import CensusImport, CensusRow, Person
from kakou.people.rules import Category
from kakou.vault.sealing import Purpose, blind
from kakou.web.sheets import (
    CellProblem,
    Limits,
    Notice,
    Problems,
    Sheet,
    SheetRefused,
    Stage,
    counted,
    read_sheet,
    wording,
)
from kakou.web.turns import wait_for_turn

PORTION = 1000  # people sealed, and held in memory, at once
USE = "people.list"
LIST = "people"  # as what it is set aside while it waits
# a day of mending many lists; a list of guesses says of each whether the register knows it, here or elsewhere
MOST = {dt.timedelta(hours=1): 30, dt.timedelta(days=1): 120}
LIMITS = Limits(rows=50_000)  # of one list: a sub-district may bring in one for all
T = TypeVar("T")


@dataclass(slots=True)
class Outcome:
    """What an import did, or would do. `id`: of the import, None when nothing was written."""

    added: int = 0
    changed: int = 0
    same: int = 0
    id: UUID | None = None
    notices: Sequence[Notice] = field(default_factory=list)


def import_census(
    data: Path | bytes,
    *,
    filename: str,
    node: int,
    category: Category = Category.RESIDENT_REGISTERED,
    by: Staff,
    at: dt.datetime,
    dry_run: bool = False,
) -> Outcome:
    """Take the whole list or nothing. Who stands at no unit of their own stands at `node`, as `category` where the row
    says nothing. Runs in the caller's scope.

    Raises NotAllowed, SheetRefused for a file that cannot be read or has no row, SheetProblems with every cell that is
    wrong, TooOften, BesideDrill on a system of the drill, where a list may be tried but not taken. What was only tried
    is told to the audit too.
    """
    access.require(by, Permission.EDIT_PEOPLE, node)
    if not dry_run:
        refuse_beside_drill()
    mine, problems = nodes_of(by)[Permission.EDIT_PEOPLE], Problems()
    base = Base(node, category, mine)
    sheet, lines, unread = _read(data, filename, Units(sorted(mine), base=node), latest_day(at), problems)
    check_together(lines, base, problems, unread=unread)
    with transaction.atomic():
        access.may_use(USE, by=by, at=at, most=MOST)
        access.count_use(USE, by=by, at=at)
        with transaction.atomic():
            wait_for_turn(CENSUS)  # two lists at once would both write down who has no document
            outcome = _take(lines, base, _digest(data), by, at, problems)
            is_left = dry_run or bool(problems.count)
            transaction.set_rollback(is_left)
        if is_left:
            _record_try(len(lines), outcome, base, by, at, problems)
    problems.refuse_if_any()
    outcome.notices = sheet.notices
    return outcome


def take_list(
    data: bytes, filename: str, chosen: Mapping[str, Any], is_try: bool, by: Staff, at: dt.datetime
) -> Outcome:
    """The same of a list that was sent with what was chosen beside it: `node`, `category`."""
    return import_census(
        data, filename=filename, node=chosen["node"], category=Category(chosen["category"]), by=by, at=at,
        dry_run=is_try,
    )  # fmt: skip


def _take(lines: Sequence[Line], base: Base, digest: bytes, by: Staff, at: dt.datetime, problems: Problems) -> Outcome:
    plan = plan_of(lines, base, problems)
    if problems.count:
        return Outcome(len(plan.new), len(plan.changed), plan.same)
    return _write(plan, base.node, digest, by, at, problems)


def _record_try(rows: int, outcome: Outcome, base: Base, by: Staff, at: dt.datetime, problems: Problems) -> None:
    """Nothing was taken, and yet whoever tried it heard whom the register knows."""
    audit.record(
        "people.list_tried", subject=None, by=by.pk, at=at, node=base.node, rows=rows,
        known=outcome.changed + outcome.same, problems=problems.count,
    )  # fmt: skip


def _read(
    data: Path | bytes, filename: str, units: Units, on: dt.date, problems: Problems
) -> tuple[Sheet, list[Line], set[str]]:
    try:
        sheet = read_sheet(data, filename=filename, limits=LIMITS)
    except CellProblem as problem:  # a cell that cannot even be kept
        problems.add(problem)
        problems.refuse_if_any()
        raise
    reader = Reader(sheet, units, on=on)
    lines = rows_read(sheet, reader, problems)
    if not lines and not problems.count:
        raise SheetRefused(wording.NO_ROWS)
    return sheet, lines, reader.unread


def _digest(data: Path | bytes) -> bytes:
    content = data if isinstance(data, bytes) else data.read_bytes()
    return blind(vault.store(), Purpose.FILE, hashlib.sha256(content).hexdigest())


def _write(plan: Plan, node: int, digest: bytes, by: Staff, at: dt.datetime, problems: Problems) -> Outcome:
    outcome = Outcome(len(plan.new), len(plan.changed), plan.same)
    written = counted(chain(_add(plan, at, problems), _change(plan, by, at, problems)), Stage.WRITING, plan.written)
    rows = list(written)
    if problems.count or not rows:
        return outcome
    figures = {"added": outcome.added, "changed": outcome.changed, "same": outcome.same}
    made = CensusImport.objects.create(node_id=node, digest=digest, imported_at=at, imported_by=by, **figures)
    for row in rows:
        row.census = made
    CensusRow.objects.bulk_create(rows, batch_size=PORTION)
    outcome.id = made.pk
    audit.record("people.imported", subject=made.pk, by=by.pk, at=at, node=node, **figures)
    return outcome


def _portions(many: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(many), PORTION):
        yield many[start : start + PORTION]


def _add(plan: Plan, at: dt.datetime, problems: Problems) -> Iterator[CensusRow]:
    for some in _portions(plan.new):
        made, known = add_all([new for _, new in some], at)
        for (line, _), person in zip(some, made, strict=True):
            if person.pk in known:
                problems.add(known_elsewhere(line))
            else:
                yield CensusRow(node_id=person.node_id, person=person.pk)


def _change(plan: Plan, by: Staff, at: dt.datetime, problems: Problems) -> Iterator[CensusRow]:
    for some in _portions(plan.changed):
        pairs = [(person, new) for _, person, new in some]
        if not _are_changed(pairs, by, at):
            for line, person, new in some:
                if not _are_changed([(person, new)], by, at):
                    problems.add(known_elsewhere(line))
        former = newest([person.pk for person, _ in pairs])
        for person, new in pairs:
            yield CensusRow(node_id=new.node, person=person.pk, former=former.get(person.pk))


def _are_changed(pairs: Sequence[tuple[Person, NewPerson]], by: Staff, at: dt.datetime) -> bool:
    """All of them: no document is somebody else's, and nobody was handed over to others since he was looked up."""
    try:
        return change_all(pairs, by=by, at=at) == len(pairs)
    except AlreadyKnown:
        return False
