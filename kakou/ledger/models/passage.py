"""Passages: append-only, partitioned by the UTC day inside their UUIDv7."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL

from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall

if TYPE_CHECKING:
    BigInt = models.BigIntegerField[int, int]  # subscripts exist for mypy only
else:
    BigInt = models.BigIntegerField


class TransactionIdField(BigInt):
    """PostgreSQL's 64-bit transaction id: the cursor by which the fold reads what was committed, and misses nothing."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """The column's type."""
        return "xid8"


class Passage(models.Model):
    """One person or vehicle, one crossing, one row. Codes are those of `ledger.rules`.

    Gate, device and recorder are ids without foreign keys: a row outlives them, and a check per insert would cost.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    xid = TransactionIdField(db_default=RawSQL("pg_current_xact_id()", []), editable=False)
    node_id = models.IntegerField()  # the gate's own node: a re-cut of the tree takes its passages along
    device_id = models.IntegerField(null=True)  # null: imported
    seq = models.BigIntegerField(null=True)
    prev_hash = models.BinaryField(max_length=32, null=True)
    hash = models.BinaryField(max_length=32)
    direction = models.SmallIntegerField()
    crossed = models.BooleanField()
    subject = models.UUIDField()
    subject_kind = models.SmallIntegerField()
    vehicle = models.UUIDField(null=True)
    purpose = models.SmallIntegerField(default=0)
    happened_at = models.DateTimeField()  # by the corrected clock
    device_at = models.DateTimeField()  # as the device said
    recorded_at = models.DateTimeField()
    clock = models.SmallIntegerField(default=0)
    health = models.SmallIntegerField(default=0)
    travel = models.SmallIntegerField(default=0)
    vaccination = models.SmallIntegerField(default=0)
    origin = models.SmallIntegerField(default=0)
    mask = models.SmallIntegerField(default=0)
    temperature = models.SmallIntegerField(null=True)  # tenths of a degree Celsius; null: not measured
    verdict = models.SmallIntegerField(default=0)
    reasons = ArrayField(models.CharField(max_length=40), default=list)
    pack = models.CharField(max_length=40, default="")
    recorder = models.IntegerField(null=True)
    corrects = models.UUIDField(null=True)
    detail = models.JSONField(null=True)  # nothing personal: thermometer, override reason, correction reason
    sealed = models.BinaryField(null=True)  # name, document, phone, plate as typed at the gate

    objects = Scoped["Passage"]()
    wall = Wall(
        Permission.SEE_LEDGER,
        pages="select",
        worker="select",
        lane="select (id, hash, verdict, recorded_at, device_id, seq, prev_hash), insert",
    )

    class Privacy:
        plain = frozenset(
            {
                "id", "xid", "node_id", "device_id", "seq", "prev_hash", "hash", "direction", "crossed", "subject_kind",
                "purpose", "happened_at", "device_at", "recorded_at", "clock", "verdict", "reasons", "pack", "corrects",
                "detail",
            }
        )  # fmt: skip
        personal = {"subject": "ledger", "vehicle": "ledger", "recorder": "duty"}
        sensitive = {
            "sealed": "ledger", "health": "ledger", "travel": "ledger", "vaccination": "ledger", "origin": "ledger",
            "mask": "ledger", "temperature": "ledger",
        }  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["subject", "happened_at"], name="passage_subject_time"),
            models.Index(fields=["node_id", "happened_at"], name="passage_gate_time"),
            models.Index(fields=["xid"], name="passage_commit_order"),
        ]

    def __str__(self) -> str:
        return str(self.id)
