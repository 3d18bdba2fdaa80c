"""Whom each line means: somebody in the register, or somebody new. And what of him would change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from kakou.people import queries
from kakou.people.actions import NewPerson
from kakou.people.census import words
from kakou.people.census.reading import Line
from kakou.people.models import Person
from kakou.people.queries import index_of_document, index_of_door, index_of_name, index_of_phone
from kakou.people.rules import Category, Document, Facts, Relation, Special, check_document, normalise_name
from kakou.people.rules.doors import same_door
from kakou.vault.rules import mask
from kakou.web.sheets import CellProblem, Problems, Stage, counted

_Place = tuple[int, bytes, bytes]


@dataclass(slots=True)
class Plan:
    """What would be written: each with the line that says so."""

    new: list[tuple[Line, NewPerson]] = field(default_factory=list)
    changed: list[tuple[Line, Person, NewPerson]] = field(default_factory=list)
    same: int = 0

    @property
    def written(self) -> int:
        """How many rows of the register would be."""
        return len(self.new) + len(self.changed)


@dataclass(frozen=True, slots=True)
class Base:
    """What holds where a row says nothing: the unit, and who they are there."""

    node: int
    category: Category
    mine: Collection[int]  # where the register may be changed


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the register in plain, for comparing; it goes nowhere."""

    row: Person
    name: str
    document: Document | None
    phone: str
    door: str


def plan_of(lines: Sequence[Line], base: Base, problems: Problems) -> Plan:
    """Everything looked up at once, then line by line. What is wrong is noted in `problems`."""
    register, plan, seen = _Register(lines, base), Plan(), dict[UUID, int]()
    for line in counted(lines, Stage.COMPARING, len(lines)):
        with problems.collect():
            person = register.meant(line)
            if person is None:
                plan.new.append((line, _new(line, base)))
                continue
            if person.node_id not in base.mine:
                raise known_elsewhere(line)
            if (first := seen.setdefault(person.pk, line.row)) != line.row:
                raise line.cell("name").problem(words.PERSON_TWICE, fix=words.FIX_PERSON_TWICE, first=first)
            known = _read(person)
            _unmask(line, [known, *map(_read, register.handed_out(line, person))])
            wanted = _merged(register.unsaid(line, person), known, base)
            if wanted is None:
                plan.same += 1
            else:
                plan.changed.append((line, person, wanted))
    return plan


class _Register:
    """Those of the register whom the lines may mean, by what tells them. Of those who were merged it is always whom
    that leaves: nobody sees what is written into another row of his."""

    def __init__(self, lines: Sequence[Line], base: Base) -> None:
        self._base = base
        ids = [line.id for line in lines if line.id]
        documents = [index_of_document(line.document) for line in lines if line.document]
        names = [index_of_name(normalise_name(line.name)) for line in lines if line.name and not line.id]
        numbered = list(Person.objects.filter(pk__in=ids))
        documented = list(Person.objects.filter(document_index__in=documents))
        named = list(Person.objects.filter(name_index__in=set(names)))
        self._by_document = {bytes(person.document_index): person for person in documented if person.document_index}
        self._named: dict[_Place, list[Person]] = {}  # by name at one door, and by name and telephone at one unit
        for person in named:
            for index in filter(None, (person.door_index, person.phone_index)):
                at = (person.node_id, bytes(person.name_index), bytes(index))
                self._named.setdefault(at, []).append(person)
        self._people = {person.pk: person for person in (*numbered, *documented, *named)}
        self._merged = queries.standing(list(self._people))
        others = set(self._merged.values()) - set(self._people)
        self._people |= {person.pk: person for person in Person.objects.filter(pk__in=others)}
        self._has_document = _with_document({self._who(person) for person in named})

    def meant(self, line: Line) -> Person | None:
        """Raises CellProblem where it cannot be told."""
        if line.id:
            return self._numbered(line, line.id)
        if masked := next(iter(line.masked), None):
            raise line.cell(masked).problem(words.MASKED, fix=words.FIX_MASKED, field=masked)
        if (owner := self._owner(line)) is not None:
            return self._standing(line, self._who(owner))
        fit = self._fitting(line)
        if len(fit) > 1:
            raise line.cell("document", "name").problem(words.MANY_FIT, fix=words.FIX_MANY_FIT, count=len(fit))
        return self._standing(line, fit.pop()) if fit else None

    def handed_out(self, line: Line, person: Person) -> list[Person]:
        """As whom a sheet from before he was merged shows the person whom the line means."""
        row = self._people.get(line.id) if line.id else None
        return [row] if row is not None and row.pk != person.pk else []

    def unsaid(self, line: Line, person: Person) -> Line:
        """The line without a document that another row of this person has: it is his already, and stays there."""
        owner = self._owner(line)
        return line if owner is None or owner.pk == person.pk else replace(line, document=None)

    def _numbered(self, line: Line, id: UUID) -> Person:
        person, owner = self._people.get(id), self._owner(line)
        if person is None:
            raise line.cell("id").problem(words.NO_SUCH_NUMBER, fix=words.FIX_NUMBER, field="id")
        if owner is not None and self._who(owner) != self._who(person):
            raise line.cell("document").problem(words.KNOWN_ELSEWHERE, fix=words.FIX_ELSEWHERE, field="document")
        return self._standing(line, self._who(person))

    def _owner(self, line: Line) -> Person | None:
        return self._by_document.get(index_of_document(line.document)) if line.document else None

    def _who(self, person: Person) -> UUID:
        return self._merged.get(person.pk, person.pk)

    def _standing(self, line: Line, id: UUID) -> Person:
        if id not in self._people:
            raise known_elsewhere(line)
        return self._people[id]

    def _fitting(self, line: Line) -> set[UUID]:
        """Who is of the same name at the same unit, no other document known, and has the same door or telephone."""
        node, name = line.unit or self._base.node, index_of_name(normalise_name(line.name))
        indexes = (index_of_door(node, line.door), index_of_phone(line.phone) if line.phone else None)
        found = {self._who(person) for index in indexes if index for person in self._named.get((node, name, index), ())}
        return found - self._has_document if line.document else found


def _with_document(ids: Collection[UUID]) -> set[UUID]:
    """Those of `ids`, who stand, of whom a document is known, be it in a row that was merged into theirs."""
    ends = {row: end for end, rows in queries.rows_of(ids).items() for row in rows}
    known = Person.objects.filter(pk__in=ends, document_index__isnull=False)
    return {ends[id] for id in known.values_list("pk", flat=True)}


def check_together(lines: Iterable[Line], base: Base, problems: Problems, *, unread: Collection[str] = ()) -> None:
    """What no row shows by itself: somebody stands there twice, a door has two heads, a head is nobody of the door.
    `unread`: names in rows in which something else is wrong, who may be of any door."""
    documents: dict[str, int] = {}
    people: dict[tuple[object, ...], int] = {}
    heads: dict[tuple[int, str], int] = {}
    doors: dict[tuple[int, str], set[str]] = {}
    lines = list(lines)
    for line in lines:
        door = (line.unit or base.node, same_door(line.door))
        name = normalise_name(line.name)
        doors.setdefault(door, set()).add(name)
        with problems.collect():
            if line.document:
                _once(line, documents, line.document.match, "document", words.DOCUMENT_TWICE, words.FIX_DOCUMENT_TWICE)
            elif not line.id and name:
                _once(line, people, (*door, name, line.phone), "name", words.PERSON_TWICE, words.FIX_PERSON_TWICE)
        with problems.collect():
            if door[1] and (
                line.relation is Relation.HEAD or (not line.relation and name == normalise_name(line.head))
            ):
                _once(line, heads, door, "relation", words.TWO_HEADS, words.FIX_TWO_HEADS)
    for line in lines:
        door = (line.unit or base.node, same_door(line.door))
        if line.head and door[1] and normalise_name(line.head) not in doors[door] | set(unread):
            problems.add(line.cell("head").problem(words.NO_HEAD, fix=words.FIX_HEAD, field="head"))


def _once(line: Line, seen: dict, key: object, column: str, text: str, fix: str) -> None:  # type: ignore[type-arg]
    if (first := seen.setdefault(key, line.row)) != line.row:
        raise line.cell(column, "head").problem(text, fix=fix, field=column, first=first)


def _new(line: Line, base: Base) -> NewPerson:
    document = (line.document.kind.value, line.document.number) if line.document else None
    special = line.special or frozenset()
    return NewPerson(
        line.unit or base.node,
        Facts(line.name, document, line.phone or None, line.door or None),
        line.category or base.category,
        special | {Special.NO_PHONE} if line.no_phone else special,
        _relation(line),
    )


def _relation(line: Line) -> Relation | None:
    if line.relation is None and line.head and normalise_name(line.head) == normalise_name(line.name):
        return Relation.HEAD
    return line.relation


def _read(person: Person) -> Known:
    number = queries.plain_field(person, "document")
    return Known(
        person,
        queries.plain_field(person, "name"),
        check_document(person.document_kind, number) if number else None,
        queries.plain_field(person, "phone"),
        queries.plain_field(person, "address"),
    )


def _unmask(line: Line, rows: Sequence[Known]) -> None:
    """A cell with stars says nothing, if they are those of the sheet that was handed out, or stand in the value itself.
    Raises CellProblem."""
    for column, text in line.masked.items():
        values = [_plain(column, known) for known in rows]
        if not any(text in (value, mask("address" if column == "door" else column, value)) for value in values):
            raise line.cell(column).problem(words.MASKED, fix=words.FIX_MASKED, field=column)


def _plain(column: str, known: Known) -> str:
    return {
        "name": known.name, "document": known.document.number if known.document else "",
        "phone": known.phone.removeprefix("+86"), "door": known.door,
    }[column]  # fmt: skip


def _merged(line: Line, known: Known, base: Base) -> NewPerson | None:
    """The person as he would stand afterwards; None when nothing changes. What the line does not say stays."""
    row = known.row
    if not (line.name or known.name):
        raise line.cell("name").problem(words.UNREADABLE, fix=words.FIX_MASKED, field="name")
    name = line.name if line.name and normalise_name(line.name) != normalise_name(known.name) else known.name
    document = _document(line, known)
    phone = "" if line.no_phone else (line.phone or known.phone)
    door = line.door if line.door and same_door(line.door) != same_door(known.door) else known.door
    # where the sheet has no column of units, who is known stays where he is
    node = line.unit or (row.node_id if line.id or "unit" not in line.cells else base.node)
    category = line.category or Category(row.category)
    relation = _relation(line) or (Relation(row.relation) if row.relation else None)
    special = _special(line, row)
    former = (
        known.name, known.document, known.phone, known.door, row.node_id, row.category, row.relation, row.special,
    )  # fmt: skip
    if former == (name, document, phone, door, node, category, relation or "", sorted(special)):
        return None
    facts = Facts(name, (document.kind.value, document.number) if document else None, phone or None, door or None)
    return NewPerson(node, facts, category, frozenset(map(Special, special)), relation)


def _document(line: Line, known: Known) -> Document | None:
    """A card of fifteen digits is followed by its successor of eighteen, never the other way round."""
    if line.document is None:
        return known.document
    if known.document and line.document.match == known.document.match:
        return max(known.document, line.document, key=lambda document: len(document.number))
    return line.document


def _special(line: Line, row: Person) -> list[str]:
    """Whoever has a telephone now is no more somebody without one."""
    special = set(row.special) if line.special is None else {one.value for one in line.special}
    if line.no_phone:
        special |= {Special.NO_PHONE.value}
    elif line.phone:
        special -= {Special.NO_PHONE.value}
    return sorted(special)


def known_elsewhere(line: Line) -> CellProblem:
    """The document of the line belongs to somebody whom the reader does not see."""
    return line.cell("document", "name").problem(words.KNOWN_ELSEWHERE, fix=words.FIX_ELSEWHERE, field="document")
