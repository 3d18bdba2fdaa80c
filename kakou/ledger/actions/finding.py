"""Who looked for whom, and at whose trail, is told to the audit; finding by a whole value is limited besides, else
masked digits are learned by trying them all.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.queries import seat_of
from kakou.audit import actions as audit
from kakou.ledger.queries.find import Found
from kakou.ledger.queries.find import find as look
from kakou.people.queries import exactly_meant

USE = "people.search"
# a desk at its busiest; the four hidden digits of one phone would take 17 days of it
MOST = {dt.timedelta(hours=1): 120, dt.timedelta(days=1): 600}


@transaction.atomic
def find(text: str, *, by: Staff, at: dt.datetime) -> list[Found]:
    """`queries.find`, with an audit event that says what kind of value was tried and how many it found, never which.

    Raises TooOften.
    """
    exactly = exactly_meant(text)
    if not exactly:
        return look(text)
    access.may_use(USE, by=by, at=at, most=MOST)
    found = look(text)
    access.count_use(USE, by=by, at=at)
    audit.record("people.searched", subject=None, by=by.pk, at=at, node=seat_of(by), kinds=exactly, found=len(found))
    return found


def tell_opened(subject: UUID, *, by: Staff, at: dt.datetime) -> None:
    """Tell the audit, in the caller's transaction, that somebody opened the trail of this subject: once an hour,
    however often the page asks.
    """
    if access.looks_anew("trail", by=by, at=at, subject=subject):
        audit.record("trail.opened", subject=subject, by=by.pk, at=at, node=seat_of(by))
