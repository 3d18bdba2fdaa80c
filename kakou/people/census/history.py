"""How people of an import stood before it and after it, told by their history."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import cast
from uuid import UUID

from django.db import connection
from django.db.models import Model

from kakou import vault
from kakou.kernel.arrays import array
from kakou.people.actions.rows import OF_HISTORY, PERSON, History
from kakou.people.models import CensusRow, Person
from kakou.people.rules import Checked, Facts, check_facts
from kakou.vault.keys import KeyDestroyed
from kakou.vault.sealing import unseal

FORMER: type[Model] = Person.pgh_event_model  # type: ignore[attr-defined]  # made by `keeps_history`
_FIELDS = ("name", "document", "phone", "address")


def newest(ids: Collection[UUID]) -> dict[UUID, int]:
    """Person → the newest row of his history: how he stood before he was changed last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pgh_obj_id, max(pgh_id) from people_personevent where pgh_obj_id = any(%s::uuid[]) group by 1",
            [array(ids)],
        )
        return dict(cursor.fetchall())


def changed_since(rows: Iterable[CensusRow]) -> set[UUID]:
    """Of whom the register no more says what the import left. Changed and changed back is as if nothing had been."""
    rows = list(rows)
    people = {person.pk: person for person in Person.objects.filter(pk__in=[row.person for row in rows])}
    later: dict[UUID, list[History]] = {}
    for event in _events(pgh_obj_id__in=list(people)):
        later.setdefault(event.id, []).append(event)
    moved = {row.person for row in rows if row.person not in people}
    for row in rows:
        if row.person in people:
            left = [event for event in later.get(row.person, ()) if event.pgh_id > (row.former or 0)]
            if left and _stands(left[0]) != _stands(people[row.person]):
                moved.add(row.person)
    return moved


def former_of(rows: Iterable[CensusRow]) -> list[tuple[History, Checked]]:
    """How those stood whom the import changed; whose data was destroyed meanwhile is left out."""
    events = _events(pgh_id__in=[row.former for row in rows if row.former])
    return [(event, facts) for event in events if (facts := _facts(event)) is not None]


def _events(**which: object) -> list[History]:
    return cast("list[History]", list(FORMER._base_manager.filter(**which).order_by("pgh_id")))


def _stands(row: History | Person) -> list[object]:
    """As it reads: what a rotation of keys sealed anew says the same. None: destroyed."""
    told: list[object] = [getattr(row, name) for name in OF_HISTORY if not name.endswith("_sealed")]
    for field in _FIELDS:
        try:
            told.append(_plain(row, field))
        except KeyDestroyed:
            told.append(None)
    return told


def _facts(event: History) -> Checked | None:
    try:
        name, document, phone, address = (_plain(event, field) for field in _FIELDS)
    except KeyDestroyed:
        return None
    kind = getattr(event, "document_kind")  # noqa: B009 - the protocol names only what others ask
    return check_facts(Facts(name, (kind, document) if document else None, phone or None, address or None))


def _plain(row: History | Person, field: str) -> str:
    sealed = getattr(row, f"{field}_sealed")
    if not sealed:
        return ""
    return unseal(vault.store(), table=PERSON, row=row.id, field=field, sealed=bytes(sealed)).decode()
