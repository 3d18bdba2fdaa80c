"""How people are kept: their facts checked, sealed and indexed, and written into the tables in bulk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from kakou import vault
from kakou.access.models import Staff
from kakou.kernel.arrays import array
from kakou.kernel.errors import Refusal
from kakou.kernel.ids import new_id
from kakou.kernel.time import latest_day
from kakou.people import queries
from kakou.people.actions.following import follow_from
from kakou.people.events import tell_subjects_changed
from kakou.people.models import Found, Person, SearchKey
from kakou.people.rules import Category, Checked, Facts, Relation, Special, check_facts, due_on
from kakou.vault.sealing import Purpose, blind, seal

PERSON = "people_person"
CENSUS, MERGING = "people.census", "people.merging"  # what is done by one at a time
BATCH = 2000
OF_HISTORY = (
    "id", "node_id", "category", "special", "relation", "document_kind", "name_sealed", "document_sealed",
    "phone_sealed", "address_sealed", "due_on", "recorded_at",
)  # fmt: skip
DOCUMENT_KNOWN = "Somebody with this document is registered already, perhaps at another unit."
Key = tuple[UUID, int, int, bytes]  # person, node, by what it finds, value


class History(Protocol):
    """A row of the history of persons: how one stood before a change."""

    pgh_id: int
    id: UUID
    node_id: int


class AlreadyKnown(Refusal):
    """The document or plate belongs to somebody who is registered, here or where the reader may not look."""

    code = "already-known"
    status = 409


class PeopleRefused(Refusal):
    """Some of many could not be taken, so none was. `problems` holds (position from 0, refusal)."""

    code = "people-refused"

    def __init__(self, problems: Sequence[tuple[int, Refusal]]) -> None:
        super().__init__("%(count)d of the people given cannot be taken.", count=len(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Who shall be registered at the unit on `node`. With `id` (UUIDv7) the caller names the key, as the drill does."""

    node: int
    facts: Facts
    category: Category = Category.UNKNOWN
    special: frozenset[Special] = frozenset()
    relation: Relation | None = None
    due_on: dt.date | None = None
    id: UUID | None = None


def check_all(people: Sequence[NewPerson], at: dt.datetime) -> list[Checked]:
    """The facts of all. Raises PeopleRefused naming everyone of whom something is wrong."""
    checked: list[Checked] = []
    problems: list[tuple[int, Refusal]] = []
    seen: set[str] = set()
    for position, new in enumerate(people):
        try:
            facts = check_facts(new.facts, on=latest_day(at))
        except Refusal as refusal:
            problems.append((position, refusal))
            continue
        if facts.document and facts.document.match in seen:
            problems.append((position, AlreadyKnown("The same document was given twice.")))
        seen |= {facts.document.match} if facts.document else set()
        checked.append(facts)
    if problems:
        raise PeopleRefused(problems)
    return checked


def row_of(new: NewPerson, facts: Checked, at: dt.datetime, *, id: UUID | None = None) -> Person:
    """A person not yet stored: sealed, indexed, due."""
    store, key, due = vault.store(), id or new.id or new_id(), new.due_on or due_on(new.category, at)

    def sealed(field: str, text: str) -> bytes | None:
        return seal(store, due=due, table=PERSON, row=key, field=field, plain=text.encode()) if text else None

    document = facts.document
    return Person(
        id=key,
        node_id=new.node,
        category=new.category,
        special=sorted(special.value for special in new.special),
        relation=new.relation or "",
        document_kind=document.kind if document else "",
        name_sealed=sealed("name", facts.name),
        document_sealed=sealed("document", document.number if document else ""),
        phone_sealed=sealed("phone", facts.phone),
        address_sealed=sealed("address", facts.address),
        due_on=due,
        recorded_at=at,
        **_indexes(new.node, facts),
    )


def _indexes(node: int, facts: Checked) -> dict[str, bytes | None]:
    return {
        "document_index": queries.index_of_document(facts.document) if facts.document else None,
        "phone_index": queries.index_of_phone(facts.phone) if facts.phone else None,
        "name_index": queries.index_of_name(facts.matched_name),
        "door_index": queries.index_of_door(node, facts.address),
    }


def keys_of(person: Person, facts: Checked) -> list[Key]:
    """By which other texts he is found."""
    store = vault.store()
    values = [(Found.INITIALS, blind(store, Purpose.INITIALS, text)) for text in sorted(facts.initials)]
    values += [(Found.LAST_FOUR, blind(store, Purpose.LAST_FOUR, text)) for text in sorted(facts.last_fours)]
    return [(person.pk, person.node_id, found.value, value) for found, value in values]


def add_all(people: Sequence[NewPerson], at: dt.datetime) -> tuple[list[Person], set[UUID]]:
    """Store these: the rows made, and the ids of those that could not be, whose document somebody has already, also
    somebody who is registered where the caller may not look: the index knows it and no query tells.

    Asks nobody's permission and records nothing: whoever calls does. Raises PeopleRefused.
    """
    checked = check_all(people, at)
    made = [row_of(new, facts, at) for new, facts in zip(people, checked, strict=True)]
    there = stored([new.id for new in people if new.id])
    _insert(made)
    kept = stored([person.pk for person in made]) - there
    pairs = [(person, facts) for person, facts in zip(made, checked, strict=True) if person.pk in kept]
    insert_keys([key for person, facts in pairs for key in keys_of(person, facts)])
    tell_subjects_changed(known_by(made))  # perhaps they passed before they were registered
    return made, {person.pk for person in made} - kept


def change_all(people: Sequence[tuple[Person, NewPerson]], *, by: Staff | None, at: dt.datetime) -> int:
    """Write these people anew under their ids; how many there were. The former rows are kept as history, and whoever
    is of another unit now takes along what hangs on him.

    Asks for no permission over the register and records nothing: whoever calls does. Raises PeopleRefused, AlreadyKnown
    when a document is somebody else's, NotAllowed when something may not be taken along.
    """
    checked = check_all([new for _, new in people], at)
    changed = [row_of(new, facts, at, id=old.pk) for (old, new), facts in zip(people, checked, strict=True)]
    former = list(Person.objects.filter(pk__in=[old.pk for old, _ in people]))
    keys = [key for person, facts in zip(changed, checked, strict=True) for key in keys_of(person, facts)]
    try:
        with transaction.atomic():
            done = _update(changed)
    except IntegrityError as error:
        raise AlreadyKnown(DOCUMENT_KNOWN) from error
    SearchKey.objects.filter(person__in=[person.pk for person in changed]).delete()
    insert_keys(keys)
    follow_from(former, changed, by=by, at=at)
    tell_subjects_changed([*(old.pk for old, _ in people), *known_by([*former, *changed])])
    return done


def put_back(former: Sequence[tuple[History, Checked]], *, by: Staff | None, at: dt.datetime) -> int:
    """Write people as they stood before, the very bytes that were sealed then, how they were found, and what hangs on
    them; how many."""
    people = [
        Person(**{name: getattr(old, name) for name in OF_HISTORY}, **_indexes(old.node_id, facts))
        for old, facts in former
    ]
    present = list(Person.objects.filter(pk__in=[person.pk for person in people]))
    keys = [key for person, (_, facts) in zip(people, former, strict=True) for key in keys_of(person, facts)]
    try:
        with transaction.atomic():
            done = _update(people)
    except IntegrityError as error:
        raise AlreadyKnown(DOCUMENT_KNOWN) from error
    SearchKey.objects.filter(person__in=[person.pk for person in people]).delete()
    insert_keys(keys)
    follow_from(present, people, by=by, at=at)
    tell_subjects_changed([*(person.pk for person in people), *known_by([*present, *people])])
    return done


def take_away(ids: Collection[UUID]) -> None:
    """Delete these people and how they are found: they go on in their history. Raises IntegrityError at once when any
    table still speaks of one of them."""
    former = list(Person.objects.filter(pk__in=ids))
    SearchKey.objects.filter(person__in=ids).delete()
    with connection.cursor() as cursor:
        cursor.execute("delete from people_person where id = any(%s::uuid[])", [array(ids)])
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")
    tell_subjects_changed([*ids, *known_by(former)])


def stored(ids: Collection[UUID]) -> set[UUID]:
    """Those of `ids` who are in the register."""
    with connection.cursor() as cursor:
        cursor.execute("select id from people_person where id = any(%s::uuid[])", [array(ids)])
        return {id for (id,) in cursor.fetchall()}


def insert_keys(keys: Sequence[Key]) -> None:
    """Four arrays instead of a hundred thousand objects: a third of the time of registering a sub-district."""
    with connection.cursor() as cursor:
        for start in range(0, len(keys), 10 * BATCH):
            columns = [list(column) for column in zip(*keys[start : start + 10 * BATCH], strict=True)]
            cursor.execute(
                "insert into people_searchkey (person_id, node_id, found, value)"
                " select * from unnest(%s::uuid[], %s::int[], %s::smallint[], %s::bytea[])",
                columns,
            )


_TYPES = {"node_id": "int", "due_on": "date", "category": "text", "special": "text", "relation": "text",
          "document_kind": "text"}  # fmt: skip
_CHANGED = [field.attname for field in Person._meta.concrete_fields if field.name not in {"id", "recorded_at"}]
_UPDATE = (
    "update people_person p set "  # noqa: S608 - names of our own columns alone
    + ", ".join(f"{name} = n.{name}" + ("::varchar[]" if name == "special" else "") for name in _CHANGED)
    + " from unnest(%s::uuid[], "
    + ", ".join(f"%s::{_TYPES.get(name, 'bytea')}[]" for name in _CHANGED)
    + f") n (id, {', '.join(_CHANGED)}) where p.id = n.id"
)


_INSERT = (
    f"insert into people_person (id, {', '.join(_CHANGED)}, recorded_at) select id, "  # noqa: S608 - as above
    + ", ".join("special::varchar[]" if name == "special" else name for name in _CHANGED)
    + ", recorded_at from unnest(%s::uuid[], "
    + ", ".join(f"%s::{_TYPES.get(name, 'bytea')}[]" for name in _CHANGED)
    + f", %s::timestamptz[]) n (id, {', '.join(_CHANGED)}, recorded_at) on conflict do nothing"
)


def _insert(people: Sequence[Person]) -> None:
    """Those that nothing stands in the way of. In arrays: a statement of a thousand rows takes long to be read."""
    with connection.cursor() as cursor:
        for some in _batches(people):
            cursor.execute(_INSERT, [[one.pk for one in some], *_columns(some), [one.recorded_at for one in some]])


def _update(people: Sequence[Person]) -> int:
    done = 0
    with connection.cursor() as cursor:
        for some in _batches(people):
            cursor.execute(_UPDATE, [[one.pk for one in some], *_columns(some)])
            done += cursor.rowcount
    return done


def _batches(people: Sequence[Person]) -> Iterator[Sequence[Person]]:
    return (people[start : start + BATCH] for start in range(0, len(people), BATCH))


def _columns(people: Sequence[Person]) -> list[list[object]]:
    return [[_told(getattr(one, name)) for one in people] for name in _CHANGED]


def _told(value: object) -> object:
    return array(value) if isinstance(value, list) else value


def known_by(people: Iterable[Person]) -> list[UUID]:
    """Under which keys their passages may stand besides their id."""
    indexes = (index for person in people for index in (person.document_index, person.phone_index))
    return [UUID(bytes=bytes(index)) for index in indexes if index]
