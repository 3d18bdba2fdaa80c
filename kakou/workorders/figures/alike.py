"""Which other open orders may be about the same."""

from __future__ import annotations

from django.db.models import Case, DurationField, ExpressionWrapper, F, IntegerField, Value, When
from django.db.models.functions import Greatest

from kakou.workorders import queries
from kakou.workorders.models import WorkOrder

MOST = 8


def alike(order: WorkOrder) -> list[WorkOrder]:
    """Other open orders of its kind: those received at the same place first, then whichever were opened nearest in
    time; eight at most. One query."""
    opened = Value(order.opened_at)
    later, earlier = (
        ExpressionWrapper(apart, output_field=DurationField())
        for apart in (F("opened_at") - opened, opened - F("opened_at"))
    )
    return list(
        queries.still_open(kind=order.kind)
        .exclude(pk=order.pk)
        .annotate(
            elsewhere=Case(When(first_node_id=order.first_node_id, then=0), default=1, output_field=IntegerField()),
            apart=Greatest(later, earlier),
        )
        .order_by("elsewhere", "apart", "id")[:MOST]
    )
