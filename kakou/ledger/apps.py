"""Django's handle on this capability."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class LedgerApp(AppConfig):
    """See the package docstring for what it owns."""

    name = "kakou.ledger"

    def ready(self) -> None:
        """Subscribe to the end of `migrate`."""
        post_migrate.connect(make_days, sender=self)


def make_days(using: str, **_: Any) -> None:
    """The partitions of the days around now, on the owner's connection only."""
    if using != "owner":
        return
    with connections[using].cursor() as cursor:
        cursor.execute("select to_regprocedure('ledger_make_days(date, date)') is not null")
        if cursor.fetchone() != (True,):
            return  # migrated back to before there was a ledger
    from kakou.kernel.time import now
    from kakou.ledger.actions.days import make_days_around

    make_days_around(now(), using=using)
