"""A line list comes in: all of it or nothing; and goes again, as far as nobody has decided since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import nodes_of
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import NotFound, Refusal
from kakou.people import actions as people
from kakou.people.actions import AlreadyKnown, NewPerson
from kakou.people.models import Person
from kakou.people.rules import Category
from kakou.places import queries as places
from kakou.tracing.actions.cases import NewContact, involve, take_step
from kakou.tracing.models import Involved, LineList, Outbreak, Step
from kakou.tracing.policy import STRENGTH, Grade, Policy
from kakou.tracing.queries import known
from kakou.tracing.queries.editions import policy_of
from kakou.tracing.rules.standing import Move, Origin, Standing, step
from kakou.tracing.sheets import Line, words
from kakou.web.actions import announce
from kakou.web.sheets import Problems


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What holds for rows that do not say it: at which unit somebody is registered, as what he comes in, of which
    case (None: not known)."""

    node: int
    grade: Grade = Grade.CLOSE
    source: UUID | None = None


class Looked(NamedTuple):
    """A row beside what is known. `person`: in the register already; `known`: in the outbreak already; `first`: the
    number of the earlier row of the same person, 0 for none."""

    line: Line
    grade: Grade
    node: int
    source: UUID | None
    person: Person | None
    known: Involved | None
    first: int


class Imported(NamedTuple):
    """What an import did: how many people came in, were in the outbreak before, are new in the register."""

    line_list: LineList
    added: int
    known: int
    registered: int


class Undone(NamedTuple):
    """How many went again, and how many stay because somebody decided, or something else was found, since."""

    gone: int
    kept: int


class AlreadyUndone(Refusal):
    """The list was taken back before."""

    code = "line-list-undone"
    status = 409


@transaction.atomic
def look_at(
    outbreak: Outbreak, lines: Sequence[Line], otherwise: Otherwise, *, by: Staff, at: dt.datetime
) -> list[Looked]:
    """Every row beside what is known, nothing changed; told to the audit, for it says who is in the register. Raises
    NotAllowed, SheetProblems with every cell that contradicts what is known."""
    access.require(by, Permission.TRACE, outbreak.node_id)
    looked = _look(outbreak, lines, otherwise, by)
    found = sum(one.person is not None for one in looked)
    audit.record(
        "line_list.looked_at", subject=outbreak.pk, by=by.pk, at=at, node=outbreak.node_id, rows=len(lines),
        found=found,
    )  # fmt: skip
    return looked


@transaction.atomic
def import_list(
    outbreak: Outbreak, lines: Sequence[Line], otherwise: Otherwise, *, again: str, by: Staff, at: dt.datetime
) -> Imported:
    """Register whom nobody knows and propose everybody as a contact; all rows or none. Who is in the outbreak keeps
    where he stands; who went with a list that was undone comes back, with `again` as the reason. Raises as `look_at`.
    """
    access.require(by, Permission.TRACE, outbreak.node_id)
    looked = _look(outbreak, lines, otherwise, by)
    persons, registered = _registered(looked, by, at)
    before = known.in_outbreak(outbreak, [person.pk for person in persons])
    made = LineList.objects.create(
        outbreak=outbreak, node_id=outbreak.node_id, rows=len(lines), added=len({p.pk for p in persons} - set(before)),
        registered=registered, brought_by=by, brought_at=at,
    )  # fmt: skip
    involve(outbreak, _contacts(looked, persons, made.pk), by=by, at=at)
    for one in _undone_before(before.values()):
        take_step(one, Move.TAKEN_BACK, reason=again, by=by, at=at)
    audit.record(
        "line_list.brought", subject=made.pk, by=by.pk, at=at, node=outbreak.node_id, outbreak=outbreak.pk,
        rows=made.rows, added=made.added, registered=registered,
    )  # fmt: skip
    return Imported(made, made.added, len(before), registered)


@transaction.atomic
def undo_import(line_list: LineList, *, reason: str, by: Staff, at: dt.datetime) -> Undone:
    """Who came in by this list alone and was not decided about is dismissed again, with `reason` on his trail. Who was
    registered stays in the register. Raises NotAllowed, AlreadyUndone."""
    access.require(by, Permission.TRACE, line_list.node_id)
    now = LineList.objects.select_for_update(of=("self",)).filter(pk=line_list.pk).first()
    if now is None:
        raise NotFound("This list is not known here.")
    if now.undone_at is not None:
        raise AlreadyUndone("This list was taken back already.")
    came = list(
        Involved.objects.select_for_update(of=("self",)).filter(pk__in=_found_by(now).values("involved")).order_by("pk")
    )
    elsewise = set(
        Step.objects.filter(involved__in=came, move=Move.FOUND)
        .exclude(facts__list=str(now.pk))
        .values_list("involved_id", flat=True)
    )
    gone = [one for one in came if _may_go(one) and one.pk not in elsewise]
    _dismiss(gone, checked_reason(reason), by, at)
    now.undone_by, now.undone_at = by, at
    now.save(update_fields=["undone_by", "undone_at"])
    audit.record(
        "line_list.undone", subject=now.pk, by=by.pk, at=at, node=now.node_id, gone=len(gone),
        kept=len(came) - len(gone),
    )  # fmt: skip
    return Undone(len(gone), len(came) - len(gone))


@transaction.atomic
def note_contacts_handed_out(outbreak: Outbreak, *, many: int, by: Staff, at: dt.datetime) -> None:
    """The list of contacts was taken out as a sheet: so many rows. Names that were shown are told by `names_of`."""
    audit.record("contacts.handed_out", subject=outbreak.pk, by=by.pk, at=at, node=outbreak.node_id, rows=many)


def _dismiss(gone: Sequence[Involved], reason: str, by: Staff, at: dt.datetime) -> None:
    """`take_step` of many who all stand as proposed, so that no plan changes: a few statements for a whole list."""
    for node in {one.node_id for one in gone}:
        access.require(by, Permission.TRACE, node)
        announce("cases.changed", node=node)
    then = step(Standing.PROPOSED, Move.DISMISSED, reason=reason)
    Involved.objects.filter(pk__in=[one.pk for one in gone]).update(standing=then, decided_at=at, decided_by=by)
    Step.objects.bulk_create(
        Step(involved=one, node_id=one.node_id, move=Move.DISMISSED, at=at, by=by, reason=reason) for one in gone
    )
    for one in gone:
        audit.record("involved.dismissed", subject=one.pk, by=by.pk, at=at, node=one.node_id, reason=reason)


def _may_go(one: Involved) -> bool:
    return one.standing == Standing.PROPOSED and one.origin == Origin.LINE_LIST and not one.is_case


def _found_by(line_list: LineList) -> QuerySet[Step]:
    return Step.objects.filter(move=Move.FOUND, facts__list=str(line_list.pk))


def _undone_before(people_: Iterable[Involved]) -> list[Involved]:
    """Those of them who were dismissed because a list was undone, and by nobody's decision."""
    out = [one for one in people_ if one.standing == Standing.DISMISSED]
    undone = set(
        LineList.objects.filter(outbreak__in={one.outbreak_id for one in out}, undone_at__isnull=False).values_list(
            "undone_at", "undone_by"
        )
    )
    steps = Step.objects.filter(involved__in=out, move=Move.DISMISSED)
    last: dict[UUID, tuple[dt.datetime, int | None]] = {}
    for involved, at, by in steps.order_by("at").values_list("involved_id", "at", "by_id"):
        last[involved] = (at, by)
    return [one for one in out if last.get(one.pk) in undone]


class _Ground:
    """What rows are held against: the units and cases that they may name."""

    def __init__(self, outbreak: Outbreak, otherwise: Otherwise, by: Staff) -> None:
        held = nodes_of(by)
        self.mine = held[Permission.TRACE]
        self.otherwise = otherwise
        self.policy: Policy = policy_of(outbreak)
        self.units: dict[str, set[int]] = {}
        for unit in places.units_on(held[Permission.TRACE] & held[Permission.EDIT_PEOPLE]):
            for word in filter(None, (unit.name, unit.code)):
                self.units.setdefault(word.casefold(), set()).add(unit.node_id)
        cases = Involved.objects.filter(outbreak=outbreak, number__isnull=False)
        self.cases = {str(one.number): one for one in cases}
        self.by_id = {one.pk: one for one in self.cases.values()}

    def source(self, line: Line) -> Involved | None:
        """The case that a row names. Raises CellProblem."""
        if not line.case:
            return self.by_id.get(self.otherwise.source) if self.otherwise.source else None
        number = line.case.strip().removeprefix("病例").removeprefix("#").removesuffix("号").strip()
        case = self.cases.get(number.lstrip("0"))
        if case is None:
            raise line.problem("case", words.NO_CASE, fix=words.FIX_CASE, value=line.case[:40])
        return case

    def node(self, line: Line, person: Person | None) -> int:
        """Where he belongs. Raises CellProblem."""
        if person is not None:
            if person.node_id not in self.mine:
                raise line.problem("document", words.ELSEWHERE, fix=words.FIX_ELSEWHERE)
            return person.node_id
        if not line.unit:
            return self.otherwise.node
        nodes = self.units.get(line.unit.casefold(), set())
        if len(nodes) != 1:
            text = words.MANY_UNITS if nodes else words.NO_UNIT
            raise line.problem("unit", text, fix=words.FIX_UNIT, value=line.unit[:40])
        return next(iter(nodes))

    def grade(self, line: Line) -> Grade:
        """What he is proposed as: as said, else by what the relation makes of him, else as chosen for the list."""
        if line.grade is not None:
            return line.grade
        proposed = self.policy.rule(line.relation).proposes if line.relation else Grade.NONE
        return proposed if proposed is not Grade.NONE else self.otherwise.grade


def _look(outbreak: Outbreak, lines: Sequence[Line], otherwise: Otherwise, by: Staff) -> list[Looked]:
    ground, problems = _Ground(outbreak, otherwise, by), Problems()
    persons = known.in_register(line.checked for line in lines)
    involved = known.in_outbreak(outbreak, [person.pk for person in persons if person])
    firsts: dict[object, int] = {}
    looked: list[Looked] = []
    for line, person in zip(lines, persons, strict=True):
        with problems.collect():
            source = ground.source(line)
            if person is not None and not known.is_named(person, line.checked.name):
                raise line.problem("name", words.OTHER_PERSON, fix=words.FIX_OTHER_PERSON)
            if person is not None and source is not None and source.subject == person.pk:
                raise line.problem("case", words.IS_CASE, fix=words.FIX_IS_CASE)
            first = firsts.setdefault(_key(line, person), line.row)
            looked.append(
                Looked(
                    line, ground.grade(line), ground.node(line, person), source.pk if source else None, person,
                    involved.get(person.pk) if person else None, first if first != line.row else 0,
                )
            )  # fmt: skip
    problems.refuse_if_any()
    return looked


def _key(line: Line, person: Person | None) -> object:
    """Two rows with one key are one person; a name alone makes nobody the same."""
    if person is not None:
        return person.pk
    if line.checked.document is not None:
        return line.checked.document.match
    return (line.checked.phone, line.checked.matched_name) if line.checked.phone else line.row


def _registered(looked: Sequence[Looked], by: Staff, at: dt.datetime) -> tuple[list[Person], int]:
    """The person of each row, those registered who were not; and how many that were."""
    fresh = [one for one in looked if one.person is None and not one.first]
    new = [NewPerson(one.node, one.line.facts, Category.UNKNOWN) for one in fresh]
    try:
        made = people.add_people(new, by=by, at=at) if new else []
    except AlreadyKnown:
        _name_the_known(fresh, new, by, at)
        raise
    by_row: Mapping[int, Person] = {one.line.row: person for one, person in zip(fresh, made, strict=True)}
    return [one.person or by_row[one.first or one.line.row] for one in looked], len(made)


def _name_the_known(fresh: Sequence[Looked], new: Sequence[NewPerson], by: Staff, at: dt.datetime) -> None:
    """Whose documents belong to somebody registered out of sight: each tried alone, and nothing of it kept. Raises
    SheetProblems."""
    problems = Problems()
    for one, person in zip(fresh, new, strict=True):
        try:
            people.add_person(person, by=by, at=at)
        except AlreadyKnown:
            problems.add(one.line.problem("document", words.ELSEWHERE, fix=words.FIX_ELSEWHERE))
    problems.refuse_if_any()


def _contacts(looked: Sequence[Looked], persons: Sequence[Person], line_list: UUID) -> list[NewContact]:
    """One for each person and case: of several rows the strongest grade, the whole time."""
    found: dict[tuple[UUID, UUID | None], NewContact] = {}
    for one, person in zip(looked, persons, strict=True):
        new = NewContact(
            person.pk, person.node_id, one.grade, Origin.LINE_LIST, last=one.line.last,
            since=one.line.since or one.line.last, source=one.source, line_list=line_list,
        )  # fmt: skip
        held = found.get((person.pk, one.source))
        found[person.pk, one.source] = _together(held, new) if held else new
    return list(found.values())


def _together(one: NewContact, other: NewContact) -> NewContact:
    assert one.since
    assert other.since
    return replace(
        one, grade=max(one.grade, other.grade, key=STRENGTH.__getitem__), since=min(one.since, other.since),
        last=max(one.last, other.last),
    )  # fmt: skip
