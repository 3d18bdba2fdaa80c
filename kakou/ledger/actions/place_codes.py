"""Place codes: made and cancelled by who edits places, and what becomes of a scan."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from kakou import vault
from kakou.access.actions import require
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.audit import actions as audit
from kakou.kernel.errors import Refusal
from kakou.kernel.ids import floor_of, id_at
from kakou.kernel.time import to_ms
from kakou.ledger.actions.import_rows import row_without_phone, store_rows
from kakou.ledger.lane.rows import RowMaker
from kakou.ledger.lane.wire import Subject
from kakou.ledger.models import Passage, PlaceCode
from kakou.ledger.queries.place_codes import Place, in_use
from kakou.ledger.rules import Clock
from kakou.ledger.sheets.wire import NO_HASH
from kakou.web.actions import announce
from kakou.web.turns import wait_for_turn

SOURCE = "place_code"  # stands where a phone names the rules it decided by
AGAIN = dt.timedelta(minutes=1)  # within it the same number at the same place is the same passage
_SCANNED = int(Clock.SCANNED)


class HasACode(Refusal):
    """Two posters of one place would be cancelled by halves."""

    code = "has-a-code"
    status = 409


@dataclass(frozen=True, slots=True)
class Scanned:
    """The passage that stands in the ledger; `again`: it stood there before."""

    id: UUID
    happened_at: dt.datetime
    again: bool


@transaction.atomic
def make_code(*, node: int, by: Staff, at: dt.datetime) -> PlaceCode:
    """A code for the unit or entrance on `node`. Raises NotAllowed, HasACode."""
    require(by, Permission.EDIT_PLACES, node)
    if in_use([node]):
        raise HasACode("This place has a code already. Cancel it first; its posters are worthless then.")
    made = PlaceCode.objects.create(node_id=node, made_at=at, made_by=by)
    audit.record("place_code.made", subject=str(made.pk), by=by.pk, at=at, node=node)
    return made


@transaction.atomic
def cancel_code(*, node: int, by: Staff, at: dt.datetime) -> None:
    """Whoever scans the poster of `node` is told that it does not hold any more. Twice is once. Raises NotAllowed."""
    require(by, Permission.EDIT_PLACES, node)
    for code in in_use([node]):
        PlaceCode.objects.filter(pk=code.pk, cancelled_at=None).update(cancelled_at=at, cancelled_by=by)
        audit.record("place_code.cancelled", subject=str(code.pk), by=by.pk, at=at, node=node)


def record_scan(place: Place, *, phone: str, name: str, at: dt.datetime) -> Scanned:
    """Store that somebody says he passed `place`: direction through, no verdict, no phone of ours.

    `phone`: as `normalise_phone` gives it. Whoever scans has no account: he adds at this one node, and sees nothing
    there but his own scan of the last minute. Raises Unfit as the lane does.
    """
    maker, ms = RowMaker(vault.store()), to_ms(at)
    told = _item(place.node, phone, name, ms)
    subject = maker.subject_key(Subject(kind="person", phone=phone))
    with acting_for(dict.fromkeys((Permission.SEE_LEDGER, Permission.IMPORT_LEDGER), frozenset({place.node}))):
        _in_turn(subject, place.node)
        last = _lately(subject, place.node, at)
        if last is not None:
            return Scanned(last.pk, last.happened_at, again=True)
        row = row_without_phone(maker, told, node=place.node, server_ms=ms, flags=_SCANNED)
        store_rows([row])
        announce("ledger.passages", node=place.node, n=1)
    return Scanned(row[0], at, again=False)


def _item(node: int, phone: str, name: str, ms: int) -> dict[str, object]:
    """As a phone would send it. `admit` is what the shape asks for; a row without a phone keeps no verdict."""
    id, named = id_at(ms, secrets.token_bytes(16)), {"name": name} if name else {}
    return {
        "id": str(id), "seq": 1, "prev_hash": NO_HASH, "at": ms, "offset": 0, "gate": node,
        "direction": "through", "crossed": True, "subject": {"kind": "person", "phone": phone} | named, "checks": {},
        "verdict": "admit", "reasons": [], "pack": SOURCE,
    }  # fmt: skip


def _in_turn(subject: UUID, node: int) -> None:
    """Two scans of one number at one place at once go one after the other, until the end of the transaction."""
    wait_for_turn(SOURCE, node, subject)


def _lately(subject: UUID, node: int, at: dt.datetime) -> Passage | None:
    since = at - AGAIN
    rows = Passage.objects.filter(
        subject=subject, node_id=node, pack=SOURCE, happened_at__gt=since, id__gte=floor_of(since.date())
    )
    return rows.order_by("-happened_at").first()
