"""What is asked of a whole outbreak: what a closed place would have spared, which places carried most."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kakou.access.models import Node, Staff
from kakou.access.scope import Scoped, Wall
from kakou.kernel.ids import new_id
from kakou.tracing.models.cases import CASES, Outbreak
from kakou.tracing.models.traces import Trace


class Question(models.Model):
    """One question with its reason, and its answer: counts, and of people and places their ids (`actions.answering`
    says which). `place`: what is closed from `since_at` on; of a ranking none. `done` of `total`: how far it is."""

    class Kind(models.TextChoices):
        """What would not have happened; which places carried most."""

        CLOSING = "closing"
        RANKING = "ranking"

    id = models.UUIDField(primary_key=True, default=new_id)
    outbreak = models.ForeignKey(Outbreak, on_delete=models.PROTECT, related_name="+")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=Trace.State.choices, default=Trace.State.QUEUED)
    reason = models.CharField(max_length=200)
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    place = models.ForeignKey(Node, on_delete=models.PROTECT, null=True, related_name="+")
    since_at = models.DateTimeField()
    until_at = models.DateTimeField()
    edition = models.CharField(max_length=20)
    as_at = models.DateTimeField(null=True, help_text="up to which moment the ledger was read")
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    answer = models.JSONField(default=dict)
    trouble = models.CharField(max_length=40, blank=True, help_text="a code: why it failed")

    objects = Scoped["Question"]()
    wall = Wall(
        *CASES,
        pages="select, insert",
        worker="select, insert, update (state, finished_at, as_at, done, total, answer, trouble), delete",
    )

    class Privacy:
        plain = frozenset(
            {"id", "outbreak", "node", "kind", "state", "asked_at", "finished_at", "place", "edition", "as_at", "done",
             "total", "trouble"}
        )  # fmt: skip
        personal = {"asked_by": "duty"}
        sensitive = dict.fromkeys(("reason", "since_at", "until_at", "answer"), "tracing")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_at__gte=models.F("since_at")), name="question_span_has_a_length"),
            models.CheckConstraint(
                condition=Q(kind="ranking", place=None) | Q(kind="closing", place__isnull=False),
                name="question_closes_a_place",
            ),
        ]
        indexes = [models.Index(fields=["outbreak", "-asked_at"], name="question_by_outbreak")]

    def __str__(self) -> str:
        return f"{self.kind} {self.outbreak_id}"
