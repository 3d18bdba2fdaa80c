"""Days that have a key, what it seals, and who would have it destroyed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from kakou import vault
from kakou.access.destroying.models import KeyDestruction
from kakou.access.destroying.rules import is_of_people
from kakou.access.models import Node
from kakou.access.scope import acting_as_system
from kakou.kernel.errors import NotFound
from kakou.vault.keys import KeyInfo
from kakou.vault.queries import rows_under


@dataclass(frozen=True, slots=True)
class KeyDay:
    """The keys of one day. `living`: those that still open something; `waits`: who asked for their destruction."""

    day: dt.date
    living: tuple[KeyInfo, ...]
    gone: int
    waits: KeyDestruction | None


def top_of_site() -> int | None:
    """The topmost place: where what is done to keys is told. None before there is one."""
    return Node.objects.filter(parent=None).order_by("pk").values_list("pk", flat=True).first()


def tops_of_site() -> frozenset[int]:
    """Whoever is in charge of all of these is in charge of the whole site."""
    return frozenset(Node.objects.filter(parent=None).values_list("pk", flat=True))


def key_days(*, at: dt.datetime) -> list[KeyDay]:
    """Every day of people's data that has or had a key, the next one first, in two queries."""
    waits = {one.day: one for one in KeyDestruction.waiting(at).select_related("asked_by")}
    keys = (key for key in vault.store().data_keys() if is_of_people(key.due))
    return [_day(day, list(same), waits.get(day)) for day, same in groupby(keys, key=lambda key: key.due)]


def key_day(day: dt.date, *, at: dt.datetime) -> KeyDay:
    """One of them. Raises NotFound."""
    found = [one for one in key_days(at=at) if one.day == day]
    if not found:
        raise NotFound("There is no key for this day, or you do not administer the whole site.")
    return found[0]


def sealed_on(day: KeyDay) -> Mapping[str, int]:
    """Table → how many of its rows have something that nobody can read any more once the living keys are gone."""
    with acting_as_system():
        return rows_under([key.id for key in day.living])


def _day(day: dt.date, keys: list[KeyInfo], waits: KeyDestruction | None) -> KeyDay:
    living = tuple(key for key in keys if not key.destroyed)
    return KeyDay(day, living, len(keys) - len(living), waits if living else None)
