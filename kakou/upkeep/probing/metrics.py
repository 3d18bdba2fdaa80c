"""Figures for Prometheus: what `queries.findings` looks at, phones, orders, and how long pages take. Nothing about a
person, and no label that grows with people: routes, not paths.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from kakou.access.models import Device, PhoneState
from kakou.access.rules import UNHEARD
from kakou.access.scope import acting_as_system
from kakou.kernel.time import now
from kakou.upkeep import queries
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import STILL_OPEN

REGISTRY = CollectorRegistry()
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
PAGES = Histogram(
    "kakou_page_seconds", "How long the pages took to answer", ["route", "status"], buckets=BUCKETS, registry=REGISTRY
)


def measured(request: HttpRequest, status: int, seconds: float) -> None:
    """One answer of the pages."""
    match = request.resolver_match
    PAGES.labels(match.view_name if match else "none", f"{status // 100}xx").observe(seconds)


class Standing(Collector):
    """Asked anew each time."""

    def collect(self) -> Iterator[Metric]:
        """Gauges."""
        at = now()
        level = GaugeMetricFamily("kakou_level", "0 fine, 1 worth a look, 2 alarm", labels=["what", "of"])
        facts = GaugeMetricFamily("kakou_fact", "Numbers of what is looked at", labels=["what", "of", "fact"])
        with acting_as_system():
            for one in queries.findings(at=at):
                level.add_metric([one.what, one.of], float(one.level))
                for name, value in one.facts.items():
                    if not isinstance(value, str):
                        facts.add_metric([one.what, one.of, name], float(value))
            devices = Device.objects.filter(revoked_at=None)
            heard = devices.filter(last_seen_at__gt=at - UNHEARD).count()
            phones = GaugeMetricFamily("kakou_phones", "Gate phones in use", labels=["state"])
            phones.add_metric(["heard"], heard)
            phones.add_metric(["silent"], devices.count() - heard)
            queued = sum(PhoneState.objects.filter(queue__isnull=False).values_list("queue", flat=True))
            still = WorkOrder.objects.filter(state__in=STILL_OPEN)
            orders = GaugeMetricFamily("kakou_orders_open", "Work orders that are open", value=still.count())
        yield from (level, facts, phones, orders)
        yield GaugeMetricFamily("kakou_phones_unsent", "Items that phones said they had not sent", value=queued)


REGISTRY.register(Standing())
