"""A picture of an outbreak leaves the page as a file."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from kakou.access.models import Staff
from kakou.audit import actions as audit


@transaction.atomic
def note_picture_taken(
    what: str, form: str, *, subject: UUID, node: int, rows: int, named: bool, by: Staff, at: dt.datetime
) -> None:
    """Which picture, as what file, of how many rows. `named`: with names in clear; `subject`: outbreak or person."""
    audit.record(
        "picture.exported", subject=subject, by=by.pk, at=at, node=node, picture=what, form=form, rows=rows, named=named
    )
