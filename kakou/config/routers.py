"""Only the owner role changes the schema."""

from __future__ import annotations

from typing import Any


class OwnerMigrates:
    """`migrate --database=owner` is the only one that does anything."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """True on the alias of the owner."""
        return db == "owner"
