"""The log of live events: what changed and at which node, never about whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    BigInteger = models.BigIntegerField[int, int]  # subscripts exist for mypy only
else:
    BigInteger = models.BigIntegerField


class Xid8Field(BigInteger):
    """PostgreSQL's 64-bit transaction id."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """The column's type."""
        return "xid8"


class Event(models.Model):
    """One change, inserted in the transaction that made it and read by the hub only (`kakou.web.sse`).

    Its reader's cursor is a snapshot: ids would lose the event of a transaction that took its id early, commits late.
    The wall of this table is declared in `kakou.access.scope.build`, because web lies below access.
    """

    xid = Xid8Field(db_default=RawSQL("pg_current_xact_id()", []), editable=False)
    node_id = models.IntegerField()
    topic = models.CharField(max_length=40)
    body = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=RawSQL("now()", []), editable=False)

    class Privacy:
        plain = frozenset({"id", "xid", "node_id", "topic", "body", "at"})

    class Meta:
        indexes = [models.Index(fields=["xid", "id"], name="event_order")]

    def __str__(self) -> str:
        return f"{self.topic} at {self.node_id}"
