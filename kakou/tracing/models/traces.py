"""Runs of the engine: who asked, why, over which time, and what came of it."""

from __future__ import annotations

from django.db import models

from kakou.access.models import Node, Staff
from kakou.access.scope import Scoped, Wall
from kakou.kernel.ids import new_id
from kakou.tracing.models.cases import CASES, Involved, Outbreak


class Trace(models.Model):
    """One run from one person, asked for with a reason. `found`: grade → how many; `elsewhere`: node of a unit outside
    of the asker's scope → how many contacts there, who are decided by whoever answers there."""

    class Kind(models.TextChoices):
        """Who met him; whom chains of meetings reach."""

        CONTACTS = "contacts"
        REACH = "reach"

    class State(models.TextChoices):
        """Where a run stands."""

        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id)
    outbreak = models.ForeignKey(Outbreak, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Involved, on_delete=models.CASCADE, related_name="traces")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(max_length=200)
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    since_at = models.DateTimeField()
    until_at = models.DateTimeField()
    edition = models.CharField(max_length=20)
    hops = models.SmallIntegerField(default=1)
    as_at = models.DateTimeField(null=True, help_text="up to which moment the ledger was read")
    found = models.JSONField(default=dict)
    elsewhere = models.JSONField(default=dict)
    chain = models.JSONField(default=list, help_text="of a reach: the earliest reached, with their predecessors")
    result_hash = models.CharField(max_length=64, blank=True)
    basis = models.CharField(max_length=32, blank=True, help_text="a digest of all that the answer follows from")
    mates = models.JSONField(
        default=dict, help_text="how many of household and vehicle were proposed; none: not looked for yet"
    )
    trouble = models.CharField(max_length=40, blank=True, help_text="a code: why it failed")

    objects = Scoped["Trace"]()
    wall = Wall(
        *CASES,
        pages="select, insert",
        worker="select, insert, update (state, finished_at, as_at, found, elsewhere, chain, result_hash, basis,"
        " mates, trouble), delete",
    )

    class Privacy:
        plain = frozenset(
            {"id", "outbreak", "source", "node", "kind", "state", "asked_at", "finished_at", "edition", "hops", "as_at",
             "result_hash", "basis", "trouble"}
        )  # fmt: skip
        personal = {"asked_by": "duty"}
        sensitive = dict.fromkeys(("reason", "since_at", "until_at", "found", "elsewhere", "chain", "mates"), "tracing")

    class Meta:
        indexes = [models.Index(fields=["source", "-asked_at"], name="trace_by_source")]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id}"
