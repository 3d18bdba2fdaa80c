"""Correcting a row of the ledger at the desk: a new row that replaces it, through every check of a phone's passage.

Both stay. Stays, loops, checks and figures follow by the folds, as they follow a correction made at the gate.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from kakou import vault
from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import Refusal
from kakou.kernel.ids import id_at, ms_of, new_id
from kakou.kernel.time import to_ms
from kakou.ledger.actions.entering import may_store
from kakou.ledger.actions.import_rows import row_without_phone, store_rows
from kakou.ledger.lane.rows import COLUMNS, VERDICT, Row, RowMaker
from kakou.ledger.lane.wire import Unfit
from kakou.ledger.models import Passage
from kakou.ledger.queries.checked import personal_of
from kakou.ledger.queries.versions import Version, heads_of, said, versions_of
from kakou.ledger.rules import Clock
from kakou.people.actions import count_named
from kakou.people.queries import canonical
from kakou.vault.keys import KeyStore, KeyTrouble, due_of
from kakou.vault.sealing import key_id_of
from kakou.web.actions import announce
from kakou.web.turns import wait_for_turn

_SUBJECT = list(COLUMNS).index("subject")
_FROM = Clock.IMPORTED | Clock.SCANNED  # where a row came from stays true of what corrects it
Change = Mapping[str, Any]


class CorrectionUnfit(Refusal):
    """The ledger does not take the row as corrected. `reason` and `where`: see Unfit."""

    code = "correction-unfit"

    def __init__(self, unfit: Unfit) -> None:
        super().__init__("The ledger cannot take the row as corrected. See what is wrong with it.")
        self.reason, self.where = unfit.reason, unfit.where


class NothingCorrected(Refusal):
    """It says what the row says already."""

    code = "nothing-corrected"


class CorrectedMeanwhile(Refusal):
    """Somebody else has corrected it since it was read."""

    code = "corrected-meanwhile"
    status = 409


class TooOldToCorrect(Refusal):
    """Its personal part is due for destruction: nothing can be added to it."""

    code = "too-old-to-correct"


@transaction.atomic
def correct(
    passage: Passage, *, change: Change, seen: Collection[UUID], reason: str, by: Staff, at: dt.datetime
) -> UUID:
    """Have `change` hold instead of what the passage says now; gives the id of the row that says so.

    `change`: members of an item on the wire (contracts/README.md), None for "not said": direction, crossed, purpose,
    checks (all of them), subject, override, and `happened` (epoch ms). `seen`: the rows that nothing had replaced when
    the passage was read. Where two corrections compete, each of them is corrected: then all say the same. Raises
    NotAllowed, ReasonUnfit, CorrectedMeanwhile, NothingCorrected, CorrectionUnfit, TooOldToCorrect, TooOften.
    """
    access.require(by, Permission.CORRECT_LEDGER, passage.node_id)
    why = checked_reason(reason)
    versions = _alone(passage)
    heads = heads_of(versions)
    if {one.passage.pk for one in heads} != set(seen):
        raise CorrectedMeanwhile("Somebody else has corrected this meanwhile. Look at what it says now.")
    before = _said(next(one for one in versions if one.holds))
    after = changed_item(before, change)
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    if not changed and len(heads) == 1:
        raise NothingCorrected("Nothing is different from what the ledger says already.")
    rows = [correcting_row(head.passage, after, why, by, at) for head in heads]
    if "subject" in changed:
        _count(after["subject"], rows[0][_SUBJECT], by, at)
    with acting_for(may_store(by, Permission.CORRECT_LEDGER)):
        store_rows(rows)
    audit.record(
        "passage.corrected", subject=passage.pk, by=by.pk, at=at, node=passage.node_id, reason=why,
        row=rows[0][0], replaced=[head.passage.pk for head in heads], changed=changed,
    )  # fmt: skip
    announce("ledger.passages", node=passage.node_id, n=len(rows))
    first: UUID = rows[0][0]
    return first


def _alone(passage: Passage) -> list[Version]:
    """The chain, while nobody else at a desk corrects at this gate."""
    alone_at(passage.node_id)
    return versions_of(passage)


def _count(subject: Mapping[str, Any], key: UUID, by: Staff, at: dt.datetime) -> None:
    """The row leads to whoever has this number: it is looked up no oftener here than anywhere else."""
    kind = next((name for name in ("document", "phone", "plate") if subject.get(name)), "")
    if kind:
        count_named(kind, found=len(canonical([key])), by=by, at=at)


def alone_at(gate: int) -> None:
    """Nobody else at a desk writes at this gate until the transaction ends."""
    wait_for_turn("gate's desk", gate)


def _said(version: Version) -> dict[str, Any]:
    return said(version.passage, personal_of(version.passage))


def changed_item(before: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """The item as corrected. A time that somebody tells now was on no phone's clock."""
    told = {name: value for name, value in change.items() if name != "happened"}
    happened = change.get("happened")
    if happened is not None and happened != before["at"] + before["offset"]:
        told |= {"at": happened, "offset": 0}
    item = {name: value for name, value in {**before, **told}.items() if value is not None}
    return item | _left_out(item)


def _left_out(item: Mapping[str, Any]) -> dict[str, Any]:
    """Why a look was left out, of those that are left out still."""
    skipped = {look: why for look, why in item.get("skipped", {}).items() if look not in item["checks"]}
    return {"skipped": skipped} if item.get("skipped") else {}


def correcting_row(head: Passage, item: Mapping[str, Any], why: str, by: Staff, at: dt.datetime) -> Row:
    """The row that says `item` instead of `head`. Its id is of the same day as the one's that it corrects: there it is
    looked for, and with it it is forgotten. Raises CorrectionUnfit, TooOldToCorrect."""
    made = ms_of(head.pk) or to_ms(head.happened_at)
    told = {
        **item, "id": str(id_at(made, new_id().bytes)), "corrects": str(head.pk), "correction": why, "recorder": by.pk,
    }  # fmt: skip
    maker, flags = _Maker(vault.store(), head), Clock(head.clock) & _FROM
    try:
        row = row_without_phone(maker, told, node=head.node_id, server_ms=to_ms(at), flags=int(flags))
    except Unfit as unfit:
        raise CorrectionUnfit(unfit) from unfit
    except KeyTrouble as gone:
        raise TooOldToCorrect("What was recorded then is about to be destroyed: nothing is added to it.") from gone
    return (*row[:VERDICT], head.verdict, *row[VERDICT + 1 :])


class _Maker(RowMaker):
    """What a correction says of a person is destroyed with what it corrects, and not when itself would be due."""

    def __init__(self, store: KeyStore, head: Passage) -> None:
        super().__init__(store)
        self._due = (
            super().due(to_ms(head.recorded_at)) if head.sealed is None else due_of(key_id_of(bytes(head.sealed)))
        )

    def due(self, server_ms: int) -> dt.date:
        """That of the row it corrects."""
        return self._due
