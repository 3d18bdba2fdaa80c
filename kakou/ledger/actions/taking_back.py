"""What was typed in from paper taken back: every passage that it made is corrected to one at which nobody was, with
the reason.

The ledger only grows: the lines stay, struck through and counted nowhere, and the paper can be typed in anew.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import Refusal
from kakou.ledger.actions.correcting import alone_at, changed_item, correcting_row
from kakou.ledger.actions.entering import may_store
from kakou.ledger.actions.import_rows import store_rows
from kakou.ledger.models import PaperEntry, PaperRow, Passage
from kakou.ledger.queries.checked import personal_of
from kakou.ledger.queries.versions import said
from kakou.ledger.rules import NOBODY
from kakou.web.actions import announce


class UndoRefused(Refusal):
    """Something was built on what was typed in."""

    code = "undo-refused"
    status = 409


@dataclass(frozen=True, slots=True)
class InTheWay:
    """Why an entry cannot be taken back as a whole: rows corrected since, rows whose time is over."""

    corrected: int
    gone: int

    def __bool__(self) -> bool:
        return bool(self.corrected or self.gone)


def in_the_way(entry: PaperEntry) -> InTheWay:
    """What stands in the way of taking it back."""
    made = _made(entry)
    kept = Passage.objects.filter(pk__in=made)
    return InTheWay(Passage.objects.filter(corrects__in=made).count(), len(made) - kept.count())


def _made(entry: PaperEntry) -> set[UUID]:
    rows = PaperRow.objects.filter(entry=entry, is_undone=False).values_list("passage", "vehicle", "is_new")
    return {id for passage, vehicle, is_new in rows for id in (passage if is_new else None, vehicle) if id}


@transaction.atomic
def take_back(entry: PaperEntry, *, reason: str, by: Staff, at: dt.datetime) -> None:
    """Twice changes nothing. Raises NotAllowed, ReasonUnfit, UndoRefused, TooOldToCorrect."""
    access.require(by, Permission.CORRECT_LEDGER, entry.node_id)
    why = checked_reason(reason)
    alone_at(entry.node_id)
    if PaperEntry.objects.filter(pk=entry.pk, undone_at=None).count() == 0:
        return
    if in_the_way(entry):
        raise UndoRefused("This entry cannot be taken back any more: some of its rows were corrected, or are gone.")
    rows = [_row(passage, why, by, at) for passage in Passage.objects.filter(pk__in=_made(entry)).order_by("pk")]
    with acting_for(may_store(by, Permission.CORRECT_LEDGER)):
        store_rows(rows)
    PaperRow.objects.filter(entry=entry).update(is_undone=True)
    PaperEntry.objects.filter(pk=entry.pk).update(undone_at=at, undone_by=by)
    audit.record("paper.taken_back", subject=entry.pk, by=by.pk, at=at, node=entry.node_id, rows=len(rows), reason=why)
    announce("ledger.passages", node=entry.node_id, n=len(rows))


def _row(passage: Passage, why: str, by: Staff, at: dt.datetime) -> tuple[object, ...]:
    return correcting_row(passage, changed_item(said(passage, personal_of(passage)), NOBODY), why, by, at)
