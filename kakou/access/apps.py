"""Django's handle on this capability."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccessApp(AppConfig):
    """Rebuilds the database's walls whenever the schema may have changed."""

    name = "kakou.access"

    def ready(self) -> None:
        """Subscribe to the end of `migrate`, and to what happens to logins."""
        post_migrate.connect(rebuild_walls, sender=self)
        from kakou.access.login import factor, hearing
        from kakou.access.viewing import looking

        factor.listen()
        hearing.listen()
        looking.listen()


def rebuild_walls(using: str, **_: Any) -> None:
    """Grants and policies of all tables, on the owner's connection only."""
    if using == "owner":
        from kakou.access.scope.build import build

        build(using)
