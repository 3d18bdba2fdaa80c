"""A message that nobody decides about is noticed before it is destroyed."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import Q

from kakou.access.scope import acting_as_system
from kakou.services.models import Proposal
from kakou.services.rules import LINES, MESSAGE_WAITS, Stand
from kakou.workorders.actions import Matter, close_causes, open_many
from kakou.workorders.queries import open_causes
from kakou.workorders.rules import Urgency

PATIENCE = dt.timedelta(hours=4)  # that a message may wait unnoticed; what seems urgent may not wait at all
_URGENT = [one for one, line in LINES.items() if line.clock is Urgency.EMERGENCY]


def watch_proposals(*, at: dt.datetime) -> int:
    """Open an order for each message that has waited too long, and at once for what seems an emergency; close those of
    messages that were decided about or destroyed. How many were opened. Run by the worker."""
    with acting_as_system():
        waits = Proposal.objects.filter(state=Stand.WAITS)
        known = open_causes(MESSAGE_WAITS.name)[MESSAGE_WAITS.name]
        still = {str(pk) for pk in waits.filter(pk__in=[UUID(cause) for cause in known]).values_list("pk", flat=True)}
        close_causes(MESSAGE_WAITS.name, known - still, at=at, healed="decided")
        late = waits.filter(Q(category__in=_URGENT) | Q(came_at__lte=at - PATIENCE)).exclude(pk__in=still)
        found: dict[Urgency, list[Matter]] = {Urgency.EMERGENCY: [], Urgency.NORMAL: []}
        for id, node, category in late.order_by("came_at", "pk").values_list("pk", "node_id", "category"):
            found[Urgency.EMERGENCY if category in _URGENT else Urgency.NORMAL].append(Matter(id, node))
        return sum(
            len(open_many(MESSAGE_WAITS.name, matters, at=at, urgency=urgency))
            for urgency, matters in found.items()
            if matters
        )
