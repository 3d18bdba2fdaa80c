"""Signs of life are written; what is wrong becomes an order, and the order ends when it is so no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kakou.access.models import Node
from kakou.access.scope import acting_as_system
from kakou.upkeep import queries
from kakou.upkeep.models import Pulse
from kakou.upkeep.rules import Level, Sign
from kakou.workorders.actions import Matter, close_causes, open_many
from kakou.workorders.queries import open_causes
from kakou.workorders.rules import Kind, within

TROUBLE = Kind("upkeep", "Something of Kakou itself does not run", within(hours=4), recurs=True)
KINDS = (TROUBLE,)
MENDED = "runs_again"


def feel(signs: Sequence[Sign]) -> None:
    """Write signs of life down."""
    Pulse.objects.bulk_create(
        [Pulse(name=one.name, at=one.at, late_after=one.late_after.seconds, failures=one.failures) for one in signs],
        update_conflicts=True, unique_fields=["name"], update_fields=["at", "late_after", "failures"],
    )  # fmt: skip


def watch(*, at: dt.datetime) -> int:
    """Open an order for every alarm at each topmost place, close those of what runs again; how many were opened."""
    alarms = [one for one in queries.findings(at=at) if one.level is Level.ALARM]
    with acting_as_system():
        roots = list(Node.objects.filter(parent=None).values_list("pk", flat=True))
        told = [(f"{root}:{one.cause}", root, {"code": one.code}) for one in alarms for root in roots]
        opened = len(open_many(TROUBLE.name, [Matter(*one) for one in told], at=at))
        over = set(open_causes(TROUBLE.name)[TROUBLE.name]) - {cause for cause, _, _ in told}
        close_causes(TROUBLE.name, sorted(over), at=at, healed=MENDED)
    return opened
