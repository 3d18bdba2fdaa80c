"""What a gate leaves unsaid is asked for: why somebody was turned away; by which thermometer, and when.

测温枪不能“虚晃一枪”，健康码不能“放过一马” (article line 13, R31, R54): the passage is kept as it came, and whoever
answers for the gate says the rest.
"""

from __future__ import annotations

from collections.abc import Iterable

from kakou.kernel.time import day_in, to_ms
from kakou.ledger.checks.rows import Checked
from kakou.ledger.lane.codes import VERDICT_WORDS
from kakou.screening.rules import STOPPED
from kakou.web.queries import site_zone
from kakou.workorders.actions import Matter

MEASURED_WITHIN = 3_600_000  # ms around the passage: whoever rests and is measured again has another passage


def unexplained(rows: Iterable[Checked]) -> list[Matter]:
    """A matter for each of these passages that turned somebody away without a reason."""
    return [
        Matter(row.id, row.node, {"passage": str(row.id), "recorded": VERDICT_WORDS[row.verdict]})
        for row in rows
        if row.verdict in STOPPED and not row.reasons
    ]


def bare_temperatures(rows: Iterable[Checked]) -> list[Matter]:
    """A matter for each gate and day of which temperatures came without a thermometer or a moment: a phone that leaves
    them out does so for everybody."""
    zone, matters = site_zone(), dict[str, Matter]()
    for row in rows:
        if is_bare(row):
            day = day_in(zone, row.happened_at).isoformat()
            cause = f"{row.node}:{day}"
            matters.setdefault(cause, Matter(cause, row.node, {"passage": str(row.id), "day": day}))
    return [*matters.values()]


def is_bare(row: Checked) -> bool:
    """Is it a temperature that a phone sent without its thermometer or its moment, or with one far from the passage?
    A correction measures nothing, and an old sheet knows no thermometers."""
    if row.temperature is None or row.device is None or row.corrects is not None:
        return False
    measured = row.detail.get("temperature_at")
    if measured is None or row.detail.get("thermometer") is None:
        return True
    clocks = row.device_at, row.happened_at  # the phone's own, or what it took for the server's
    return all(abs(to_ms(clock) - int(measured)) > MEASURED_WITHIN for clock in clocks)
