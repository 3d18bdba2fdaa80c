"""The residents' list as a sheet that can be brought in again: masked, or in plain for who may unmask and says why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from django.db import transaction
from django.db.models import QuerySet

from kakou.access import actions as access
from kakou.access import exporting
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import Refusal
from kakou.people import queries
from kakou.people.census import words
from kakou.people.models import Person
from kakou.people.rules import LIVES_HERE, Category, DocumentKind, Relation, Special
from kakou.places import queries as places
from kakou.web.sheets import write_xlsx

MOST = 20_000
EXPORT = "people.census"  # as it is known to `access.exporting`


class TooManyToHandOut(Refusal):
    """More people than one sheet holds."""

    code = "too-many-people"


def listed(nodes: Collection[int]) -> QuerySet[Person]:
    """Who lives on one of `nodes`, by unit and door; whoever was merged with another stands there once."""
    return Person.objects.filter(queries.stands_alone(), node_id__in=nodes, category__in=LIVES_HERE).order_by(
        "node_id", "door_index", "pk"
    )


def census_sheet(nodes: Collection[int], *, language: str) -> bytes:
    """XLSX with titles and words in `language`, "zh" or "en"; names, documents, telephones and doors masked. Brought in
    again it changes nothing: a cell with the same stars says nothing. Raises TooManyToHandOut."""
    return _sheet(nodes, language, masked=True)


@transaction.atomic
def plain_census_sheet(
    nodes: Collection[int], *, place: int, language: str, reason: str, by: Staff, at: dt.datetime
) -> bytes:
    """The same in plain, of `nodes` within `place`. Needs `reveal` over every unit, and for many people what a second
    person has released (`access.exporting`); leaves an audit event with the reason.

    Raises NotAllowed, ReasonUnfit, TooManyToHandOut, NeedsSecond.
    """
    why = checked_reason(reason)
    homes = set(listed(nodes).order_by().values_list("node_id", flat=True).distinct())
    for node in homes or set(nodes):
        access.require(by, Permission.REVEAL, node)
    count = listed(nodes).count()
    claimed = exporting.claim(EXPORT, node=place, count=count, reason=why, by=by, at=at)
    released = {"released_by": claimed.settled_by_id} if claimed.settled_by_id else {}
    audit.record("people.listed_plain", subject=None, by=by.pk, at=at, node=place, count=count, reason=why, **released)
    return _sheet(nodes, language, masked=False)


def _sheet(nodes: Collection[int], language: str, *, masked: bool) -> bytes:
    if listed(nodes).count() > MOST:
        raise TooManyToHandOut("These are more than %(most)d people. Choose a smaller place.", most=MOST)
    columns = [words.COLUMNS[name][0 if language == "zh" else 1] for name in words.HANDED_OUT]
    return write_xlsx(_rows(nodes, language, masked), columns)


def _rows(nodes: Collection[int], language: str, masked: bool) -> Iterator[Sequence[str]]:
    names = _paths(nodes)
    for person in listed(nodes).iterator(chunk_size=1000):
        told = queries.shown(person)
        name, document, phone, door = (
            getattr(told, field) if masked else queries.said(field, queries.plain_field(person, field))
            for field in queries.PERSON_FIELDS
        )
        kind = DocumentKind(person.document_kind) if person.document_kind else None
        relation = Relation(person.relation) if person.relation else None
        yield (
            str(person.pk),
            names.get(person.node_id, ""),
            name,
            words.word_of(words.RELATIONS, relation, language) if relation else "",
            words.word_of(words.DOCUMENTS, kind, language) if kind else "",
            document,
            phone,
            door,
            words.word_of(words.CATEGORIES, Category(person.category), language),
            "、".join(words.word_of(words.SPECIALS, Special(one), language) for one in person.special),
        )


def _paths(nodes: Collection[int]) -> dict[int, str]:
    """What tells a unit among all: its name, or where another is called so its code, or the names on the way to it."""
    units = places.units_on(nodes)
    called: dict[str, int] = {}
    for unit in units:
        called[unit.name] = called.get(unit.name, 0) + 1
    return {
        unit.node_id: unit.name
        if called[unit.name] == 1
        else unit.code or "/".join(one.name for one in places.path_of(unit.node_id)[-2:])
        for unit in units
    }
