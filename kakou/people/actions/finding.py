"""Looking somebody up by a whole value is limited and told to the audit, else what masks hide is learned by trying.
So is writing somebody down whose document somebody has already: that tells the same, also of other communities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.queries import seat_of
from kakou.audit import actions as audit
from kakou.people.queries import exactly_meant

T = TypeVar("T")
USE = "people.search"
# a desk at its busiest; the four hidden digits of one phone would take 17 days of it
MOST = {dt.timedelta(hours=1): 120, dt.timedelta(days=1): 600}


@transaction.atomic
def find_by(text: str, look: Callable[[str], Sequence[T]], *, by: Staff, at: dt.datetime) -> Sequence[T]:
    """What `look` finds, with an audit event that says what kind of value was tried and how many it found, never which.

    Raises TooOften.
    """
    exactly = exactly_meant(text)
    if not exactly:
        return look(text)
    access.may_use(USE, by=by, at=at, most=MOST)
    found = look(text)
    _count(exactly, len(found), by, at)
    return found


@transaction.atomic
def count_met(*, by: Staff, at: dt.datetime) -> None:
    """Somebody was met by the document that was to be written down: that is a search for it. Raises TooOften."""
    access.may_use(USE, by=by, at=at, most=MOST)
    _count(["document"], 1, by, at)


@transaction.atomic
def count_named(kind: str, *, found: int, by: Staff, at: dt.datetime) -> None:
    """A row was said to be about whoever has this document, telephone or plate, and leads to him from then on: that is
    a search for it. Raises TooOften."""
    access.may_use(USE, by=by, at=at, most=MOST)
    _count([kind], found, by, at)


def _count(kinds: Sequence[str], found: int, by: Staff, at: dt.datetime) -> None:
    access.count_use(USE, by=by, at=at)
    audit.record("people.searched", subject=None, by=by.pk, at=at, node=seat_of(by), kinds=kinds, found=found)
