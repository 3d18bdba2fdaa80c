"""Stays written for a cluster: of a file or folder just so, of the ledger by the action that tells the audit."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kakou.kernel.time import now
from kakou.tracing.management.asking import Step, gathered, opened
from kakou.tracing.management.wording import WRITING

if TYPE_CHECKING:
    from kakou.tracing.sources import Gathered, Partitioned


def export(folder: Path, told: dict[str, Any], *, by_day: ZoneInfo | None, buckets: int, bar: Step) -> Partitioned:
    """Of what the options name. Raises SourceUnfit, ReasonMissing, ReasonUnfit; then nothing is written."""
    from kakou.tracing.sources import spread_out, whole_or_nothing

    if not told["stays"] and not told["folder"]:
        return _of_the_ledger(folder, told, by_day, buckets, bar)
    stays = _stays(told, bar)
    with whole_or_nothing(folder) as beside:
        return spread_out(
            stays, beside, zone=by_day or ZoneInfo("UTC"), buckets=buckets, draw=secrets.token_bytes,
            progress=bar(WRITING),
        )  # fmt: skip


def _stays(told: dict[str, Any], bar: Step) -> Gathered:
    from kakou.tracing.sources import stays_of, take_up

    return stays_of(*take_up(told["folder"])) if told["folder"] else gathered(told, bar)


def _of_the_ledger(folder: Path, told: dict[str, Any], by_day: ZoneInfo | None, buckets: int, bar: Step) -> Partitioned:
    """Persons as the index's numbers, of which none leaves; places as the numbers of their nodes."""
    from kakou.tracing.actions.export import export_stays
    from kakou.tracing.management.ledgers import stays_until
    from kakou.tracing.sources import Ids, stays_of

    at = now()
    source = opened(told, bar)
    stays = stays_until(stays_of(source.index, Ids(), Ids()), int(at.timestamp()))
    return export_stays(
        stays, folder, zone=by_day or source.zone, buckets=buckets, reason=told["reason"], by=None, at=at,
        draw=secrets.token_bytes, progress=bar(WRITING),
    )  # fmt: skip
