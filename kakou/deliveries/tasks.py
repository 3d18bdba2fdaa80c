"""Jobs of deliveries."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kakou.deliveries.actions import forget_deliveries
from kakou.kernel.time import now


@app.periodic(cron="0 20 * * *")  # 04:00 in China
@app.task(queueing_lock="deliveries-forget", pass_context=False)
def forget(timestamp: int) -> None:
    """Deliveries and parcels that fell due."""
    forget_deliveries(by=None, at=now())
