"""The stays behind an exposure as they are shown: where, from when to when, through which gates, who was on duty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from kakou.kernel.time import from_ms
from kakou.ledger.models import Passage, Stay
from kakou.ledger.pages.frame import staff_names, where_names
from kakou.tracing.models import Exposure
from kakou.tracing.rules.pairs import Pair

Ends = tuple[dt.datetime, dt.datetime | None]
"""When somebody came, and when he left; None: that was not seen, and he may be there still."""
_STILL = dt.datetime(2060, 1, 1, tzinfo=dt.UTC)  # segments write a time after it for who has not left


@dataclass(frozen=True, slots=True)
class Shown:
    """One pair of stays. `source`, `target`: their own times; `together_s`: what they share; `gates`: each with the
    moment, and who was on duty there."""

    place: str
    since: dt.datetime
    until: dt.datetime
    together_s: int
    certain: bool
    source: Ends
    target: Ends
    gates: list[tuple[str, dt.datetime, str]] = field(default_factory=list)


class Met(NamedTuple):
    """One pair of stays in short: where, and what both share."""

    place: str
    since: dt.datetime
    until: dt.datetime


def met_of(rows: Collection[Exposure]) -> dict[UUID, list[Met]]:
    """Target → the pairs of stays of its exposure. One query for all."""
    told = {row.target_id: row.pairs for row in rows}
    names = where_names({pair.place for pairs in told.values() for pair in pairs})
    return {
        target: [Met(names.get(pair.place, ""), _moment(pair.since), _moment(pair.until)) for pair in pairs]
        for target, pairs in told.items()
    }


def shown_of(rows: Sequence[Exposure]) -> dict[UUID, list[Shown]]:
    """Exposure → its pairs of stays, with gates and recorders of the target's own stay. Four queries for all."""
    names = where_names({pair.place for row in rows for pair in row.pairs})
    stays = _stays(rows)
    passages = _passages(stay for found in stays.values() for stay in found)
    gates = where_names({passage.node_id for passage in passages.values()})
    staff = staff_names({passage.recorder for passage in passages.values()})
    return {row.pk: [_shown(row, pair, names, stays, (passages, gates, staff)) for pair in row.pairs] for row in rows}


def _shown(
    row: Exposure,
    pair: Pair,
    names: dict[int, str],
    stays: dict[tuple[UUID, int], list[Stay]],
    told: tuple[dict[UUID, Passage], dict[int, str], dict[int | None, str]],
) -> Shown:
    since, until = _moment(pair.since), _moment(pair.until)
    source, target = _ends(pair.source), _ends(pair.target)
    own = [stay for stay in stays.get((row.target.subject, pair.place), ()) if stay.since_at == target[0]]
    ids = [id for stay in own for id in (stay.enter_passage, stay.leave_passage) if id is not None]
    passages, gates, staff = told
    seen = [passages[id] for id in ids if id in passages]
    return Shown(
        names.get(pair.place, ""), since, until, pair.until - pair.since, pair.certain, source, target,
        [(gates.get(one.node_id, ""), one.happened_at, staff.get(one.recorder, "")) for one in seen],
    )  # fmt: skip


def _stays(rows: Collection[Exposure]) -> dict[tuple[UUID, int], list[Stay]]:
    """(subject, node) → the target's stays there, as the ledger has them within the reader's scope."""
    found: dict[tuple[UUID, int], list[Stay]] = {}
    subjects = {row.target.subject for row in rows}
    places = {pair.place for row in rows for pair in row.pairs}
    for stay in Stay.objects.filter(subject__in=subjects, node_id__in=places):
        found.setdefault((stay.subject, stay.node_id), []).append(stay)
    return found


def _passages(stays: Iterable[Stay]) -> dict[UUID, Passage]:
    ids = {id for stay in stays for id in (stay.enter_passage, stay.leave_passage) if id is not None}
    return {one.id: one for one in Passage.objects.filter(id__in=ids)}


def _ends(stay: tuple[int, int]) -> Ends:
    enter, leave = stay
    left = _moment(leave)
    return _moment(enter), None if left > _STILL else left


def _moment(seconds: int) -> dt.datetime:
    return from_ms(seconds * 1_000)
