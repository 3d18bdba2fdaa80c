"""Passages: append-only, partitioned by the day inside their UUIDv7."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.expressions import RawSQL

from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.ledger.checks.signs import BAD_HEALTH, BAD_TRAVEL, LOWEST_FEVER
from kakou.ledger.rules import takes_back
from kakou.screening.rules import Verdict
from kakou.web.models import Xid8Field

_BACK, _HEALTH, _TRAVEL = int(Verdict.PERSUADE_BACK), sorted(map(int, BAD_HEALTH)), sorted(map(int, BAD_TRAVEL))
# what a warning may follow from, few of all: SQL about a passage `p`, and the condition of an index word for word
OF_NOTE = f"""(p.verdict = {_BACK} or p.health in ({", ".join(map(str, _HEALTH))})
  or p.travel in ({", ".join(map(str, _TRAVEL))}) or p.temperature >= {LOWEST_FEVER})"""


class Passage(models.Model):
    """One person or vehicle, one crossing, one row. Codes: `ledger.rules`; a correction is a new row.

    Ids of gates, devices and people are bare: a row is written ten thousand times a second, and outlives what it names.
    `hash` and `prev_hash` are keyed (see `lane.rows`). `xid` orders rows by commit, for folds that must miss none.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    xid = Xid8Field(db_default=RawSQL("pg_current_xact_id()", []), editable=False)
    node_id = models.IntegerField()
    device_id = models.IntegerField(null=True)
    seq = models.BigIntegerField(null=True)  # null, as prev_hash: imported
    prev_hash = models.BinaryField(null=True)
    hash = models.BinaryField()
    direction = models.SmallIntegerField()
    crossed = models.BooleanField()
    subject = models.UUIDField()
    subject_kind = models.SmallIntegerField()
    vehicle = models.UUIDField(null=True)
    purpose = models.SmallIntegerField(default=0)
    happened_at = models.DateTimeField()
    device_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    clock = models.SmallIntegerField(default=0)
    health = models.SmallIntegerField(default=0)
    travel = models.SmallIntegerField(default=0)
    vaccination = models.SmallIntegerField(default=0)
    origin = models.SmallIntegerField(default=0)
    mask = models.SmallIntegerField(default=0)
    temperature = models.SmallIntegerField(null=True)
    verdict = models.SmallIntegerField(default=0)
    reasons = ArrayField(models.TextField(), default=list)
    pack = models.TextField(default="")
    recorder = models.IntegerField(null=True)
    corrects = models.UUIDField(null=True)
    detail = models.JSONField(null=True)
    sealed = models.BinaryField(null=True)

    objects = Scoped["Passage"]()
    wall = Wall(
        Permission.SEE_LEDGER,
        Permission.IMPORT_LEDGER,
        pages="select, insert",
        worker="select, insert",
        # what ON CONFLICT and the answer to a repeat need, and nothing about anybody
        lane="select (id, device_id, hash, verdict), insert",
    )

    class Privacy:
        plain = frozenset({"id", "xid", "node_id", "device_id", "seq", "direction", "clock", "recorded_at", "pack"})
        personal = {
            "prev_hash": "ledger", "hash": "ledger", "crossed": "ledger", "subject": "ledger",
            "subject_kind": "ledger", "vehicle": "ledger", "purpose": "ledger", "happened_at": "ledger",
            "device_at": "ledger", "verdict": "ledger", "reasons": "ledger", "corrects": "ledger",
            "detail": "ledger", "recorder": "duty",
        }  # fmt: skip
        sensitive = {
            "health": "ledger", "travel": "ledger", "vaccination": "ledger", "origin": "ledger", "mask": "ledger",
            "temperature": "ledger", "sealed": "ledger",
        }  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["subject", "happened_at"], name="passage_subject_time"),
            models.Index(fields=["node_id", "happened_at"], name="passage_gate_time"),
            models.Index(fields=["xid"], name="passage_commit_order"),
            # who was corrected: asked for by every fold
            models.Index(fields=["corrects"], condition=models.Q(corrects__isnull=False), name="passage_corrects"),
            models.Index(
                fields=["node_id", "happened_at"],
                condition=models.Q(verdict=_BACK)
                | models.Q(health__in=_HEALTH)
                | models.Q(travel__in=_TRAVEL)
                | models.Q(temperature__gte=LOWEST_FEVER),
                name="passage_of_note",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def takes_back(self) -> bool:
        """Does it say that nobody was there (`rules.takes_back`)?"""
        return takes_back(corrects=self.corrects, direction=self.direction, crossed=self.crossed)
