"""Who of a list is known already: in the register, and in the outbreak. Within the reader's scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from kakou.people import queries as people
from kakou.people.models import Person
from kakou.people.rules import Checked, normalise_name
from kakou.tracing.models import Involved, Outbreak


def in_register(asked: Iterable[Checked]) -> list[Person | None]:
    """For each the person of the register who is meant: of his document; else of the same name and telephone, if that
    is one alone. In the order of `asked`. Two queries and a look at the names of those found by telephone."""
    wanted = list(asked)
    by_document = {
        bytes(person.document_index or b""): person
        for person in Person.objects.filter(document_index__in=[_document(one) for one in wanted if one.document])
    }
    by_phone: dict[bytes, list[Person]] = defaultdict(list)
    phones = [people.index_of_phone(one.phone) for one in wanted if one.phone]
    for person in Person.objects.filter(phone_index__in=phones):
        by_phone[bytes(person.phone_index or b"")].append(person)
    return [(by_document.get(_document(one)) if one.document else None) or _of_phone(one, by_phone) for one in wanted]


def is_named(person: Person, name: str) -> bool:
    """Is that his name? A person whose name was destroyed has any."""
    plain = people.plain_field(person, "name")
    return not plain or normalise_name(plain) == normalise_name(name)


def in_outbreak(outbreak: Outbreak, subjects: Collection[UUID]) -> dict[UUID, Involved]:
    """Subject → his row in the outbreak."""
    return {one.subject: one for one in Involved.objects.filter(outbreak=outbreak, subject__in=subjects)}


def _of_phone(one: Checked, by_phone: dict[bytes, list[Person]]) -> Person | None:
    """Families share a telephone: the name decides, and a document that is another's."""
    if not one.phone:
        return None
    found = [
        person
        for person in by_phone.get(people.index_of_phone(one.phone), ())
        if is_named(person, one.name) and (one.document is None or person.document_index is None)
    ]
    return found[0] if len(found) == 1 else None


def _document(one: Checked) -> bytes:
    assert one.document
    return people.index_of_document(one.document)
