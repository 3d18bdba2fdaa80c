"""The telephone by which somebody is called. In plain text: for `actions.following.number_to_call` alone."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from kakou import vault
from kakou.ledger.lane.rows import unsealed
from kakou.ledger.models import Passage
from kakou.people import queries as people
from kakou.people.models import Person
from kakou.vault.keys import KeyDestroyed, KeyUnknown

LOOKED_AT = 20  # of the latest passages


class Number(NamedTuple):
    """Whom to ask for, and where; each empty where it is not known."""

    name: str
    phone: str

    @property
    def said(self) -> str:
        """As people read a number of this country out: without +86."""
        return self.phone.removeprefix("+86")


def number_of(subject: UUID) -> Number:
    """By the register; of somebody who is in none, what he told at a gate the last time."""
    person = Person.objects.filter(pk=subject).first()
    if person is not None:
        return Number(people.plain_field(person, "name"), people.plain_field(person, "phone"))
    told = Passage.objects.filter(subject=subject, sealed__isnull=False).order_by("-happened_at")
    for id, sealed in told.values_list("id", "sealed")[:LOOKED_AT]:
        try:
            one = unsealed(vault.store(), id, bytes(sealed or b"")).subject
        except (KeyDestroyed, KeyUnknown):
            continue
        if one.phone:
            return Number(one.name or "", one.phone)
    return Number("", "")


def telephones_of(subjects: Collection[UUID]) -> dict[UUID, bytes]:
    """Subject → the blind index of his telephone, by which those of one household are told; nobody without one."""
    found = Person.objects.filter(pk__in=subjects, phone_index__isnull=False)
    return {pk: bytes(phone or b"") for pk, phone in found.values_list("pk", "phone_index")}
