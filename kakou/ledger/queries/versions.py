"""A passage and every row that corrects it or that it corrects: nothing is overwritten, so all of them can be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Q

from kakou.kernel.errors import NotFound
from kakou.kernel.time import to_ms
from kakou.ledger.checks.cases import checks_of
from kakou.ledger.lane import codes
from kakou.ledger.lane.rows import Personal
from kakou.ledger.models import Passage
from kakou.ledger.queries.checked import personal_of
from kakou.ledger.queries.histories import edges_from
from kakou.ledger.rules import Direction
from kakou.ledger.sheets.wire import NO_HASH
from kakou.ledger.stays import effective
from kakou.ledger.stays.shapes import NO_ALLOWANCE, Crossing

_WAYS, _PURPOSES, _KINDS = map(codes.words_of, (codes.DIRECTIONS, codes.PURPOSES, codes.SUBJECTS))
_NO_VERDICT = "admit"  # of what no gate judged; the row that follows has none either
_OF_DETAIL = ("aboard", "rides", "skipped", "who", "with")


@dataclass(frozen=True, slots=True)
class Version:
    """One row of a chain. `holds`: it counts now; `is_replaced`: another row corrects it. Neither: of two corrections
    of the same row the other one counts. `why`: what a desk wrote to it, "" where nothing was or its key is gone; what
    somebody wrote at a gate was looked at by nobody and may name people, so it is not read."""

    passage: Passage
    holds: bool
    is_replaced: bool
    why: str


def passage_at(id: UUID) -> Passage:
    """Raises NotFound, also for one out of the reader's scope."""
    found = Passage.objects.filter(pk=id).first()
    if found is None:
        raise NotFound("There is no such passage in your places, or its time is over.")
    return found


def versions_of(passage: Passage) -> list[Version]:
    """All rows of its chain at its gate, itself included, in the order in which they arrived, and of those that arrived
    together first what others correct."""
    edges = edges_from(set(), {passage.pk.bytes})
    ids = {UUID(bytes=id) for edge in edges for id in edge} | {passage.pk}
    found = {row.pk: row for row in Passage.objects.filter(pk__in=ids, node_id=passage.node_id)}
    rows = sorted(found.values(), key=lambda row: (row.recorded_at, _depth(row, found), row.pk))
    holding = {UUID(int=row[1]) for row in effective(map(crossing_of, rows))}
    replaced = {row.corrects for row in rows}
    return [Version(row, row.pk in holding, row.pk in replaced, _why(row)) for row in rows]


def _depth(row: Passage, found: Mapping[UUID, Passage]) -> int:
    """How many rows it replaces, one after the other."""
    seen: set[UUID] = set()
    before: Passage | None = row
    while before is not None and before.pk not in seen:
        seen.add(before.pk)
        before = found.get(before.corrects) if before.corrects else None
    return len(seen)


def heads_of(versions: Sequence[Version]) -> list[Version]:
    """What a further correction replaces: the rows that nothing has replaced; of a circle, in which each row replaces
    another, the one that counts."""
    return [one for one in versions if not one.is_replaced] or [one for one in versions if one.holds]


# rows that `rules.takes_back` means
TAKES_BACK = Q(corrects__isnull=False, direction=Direction.THROUGH, crossed=False)
# what it needs of a row
CROSSING = ("id", "node_id", "happened_at", "direction", "crossed", "corrects")


def crossing_of(row: Passage) -> Crossing:
    """As the rules of corrections read it."""
    corrects = row.corrects.int if row.corrects else 0
    return to_ms(row.happened_at), row.pk.int, row.node_id, row.direction, row.crossed, corrects, NO_ALLOWANCE, False


def said(row: Passage, personal: Personal | None) -> dict[str, Any]:
    """The item on the wire that would have made this row (contracts/README.md), but for its place in a phone's chain.

    Whom it was about is told as it was shown, else by the key that the row has for him.
    """
    detail: Mapping[str, Any] = row.detail or {}
    told: dict[str, Any] = {
        "id": str(row.pk), "seq": 1, "prev_hash": NO_HASH, "at": to_ms(row.device_at),
        "offset": to_ms(row.happened_at) - to_ms(row.device_at), "direction": _WAYS[row.direction],
        "crossed": row.crossed, "checks": checks_of(row), "reasons": list(row.reasons), "pack": row.pack or "desk",
        "verdict": codes.VERDICT_WORDS[row.verdict] if row.verdict else _NO_VERDICT, "recorder": row.recorder,
        "purpose": _PURPOSES.get(row.purpose), "vehicle": str(row.vehicle) if row.vehicle else None,
        "corrects": str(row.corrects) if row.corrects else None, "subject": _subject(row, personal),
        **{name: detail.get(name) for name in _OF_DETAIL},
    }  # fmt: skip
    if personal is not None:
        told |= msgspec.to_builtins(personal) | {"subject": told["subject"]}
    return {name: value for name, value in told.items() if value is not None}


def _subject(row: Passage, personal: Personal | None) -> dict[str, Any]:
    if personal is None:
        return {"kind": _KINDS[row.subject_kind], "id": str(row.subject)}
    shown: dict[str, Any] = msgspec.to_builtins(personal.subject)
    return shown


def _why(row: Passage) -> str:
    personal = personal_of(row) if row.corrects and row.device_id is None else None
    return (personal.correction or "") if personal else ""
