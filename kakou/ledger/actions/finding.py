"""Who looked for whom, and at whose trail, is told to the audit; finding by a whole value is limited besides, else
masked digits are learned by trying them all.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.queries import seat_of
from kakou.audit import actions as audit
from kakou.ledger.queries.find import Found
from kakou.ledger.queries.find import find as look
from kakou.people.actions import find_by


def find(text: str, *, by: Staff, at: dt.datetime) -> list[Found]:
    """`queries.find`, limited and told as `people.find_by` does it. Raises TooOften."""
    return list(find_by(text, look, by=by, at=at))


def tell_opened(subject: UUID, *, by: Staff, at: dt.datetime) -> None:
    """Tell the audit, in the caller's transaction, that somebody opened the trail of this subject: once an hour,
    however often the page asks.
    """
    if access.looks_anew("trail", by=by, at=at, subject=subject):
        audit.record("trail.opened", subject=subject, by=by.pk, at=at, node=seat_of(by))
