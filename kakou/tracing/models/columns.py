"""Columns of a kind of their own."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class Told(models.JSONField):
    """JSON as it was written, PostgreSQL's `json`: shown whole and never asked about what stands inside. To build the
    tree of a `jsonb` took most of the time in which thousands of exposures are written."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Of PostgreSQL."""
        return "json"

    def from_db_value(self, value: object, expression: object, connection: BaseDatabaseWrapper) -> Any:
        """The driver has read it already."""
        return value
