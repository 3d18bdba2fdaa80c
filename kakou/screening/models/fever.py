"""Somebody was measured too warm: the case, and each thing that was done. Whose it is, only the passage says."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.screening.rules.fever import FeverOutcome, FeverState, FeverStep

FEVER = Permission.SEE_FEVER, Permission.HANDLE_FEVER


class FeverCase(models.Model):
    """One case, under the id of the passage with the first temperature. Where it stands changes; it never goes."""

    id = models.UUIDField(primary_key=True)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in FeverState])
    outcome = models.CharField(max_length=24, default="", choices=[(o.value, o.value) for o in FeverOutcome])
    limit = models.SmallIntegerField(help_text="of the pack that held: tenths of a degree")
    first = models.SmallIntegerField(help_text="first temperature, tenths of a degree")
    second = models.SmallIntegerField(null=True)
    version = models.CharField(max_length=60, help_text="of the pack")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, help_text="when the next step is overdue; none when it ended")
    ended_at = models.DateTimeField(null=True)

    objects = Scoped["FeverCase"]()
    wall = Wall(
        *FEVER,
        pages="select, insert, update (state, outcome, second, due_at, ended_at)",
        worker="select, insert, update (state, outcome, second, due_at, ended_at), delete",
    )

    class Privacy:
        plain = frozenset({"id", "node", "limit", "version", "opened_at"})
        personal = {"due_at": "ledger", "ended_at": "ledger"}
        sensitive = {"state": "ledger", "outcome": "ledger", "first": "ledger", "second": "ledger"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in FeverState]), name="fever_known_state"),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False, due_at=None)
                | (~Q(state="ended") & Q(ended_at=None, outcome="", due_at__isnull=False)),
                name="fever_ends_whole",
            ),
            models.CheckConstraint(condition=~Q(state="ended") | ~Q(outcome=""), name="fever_end_has_an_outcome"),
        ]
        indexes = [models.Index(fields=["node", "due_at"], condition=~Q(state="ended"), name="fever_open_by_node")]

    def __str__(self) -> str:
        return str(self.pk)


class FeverEvent(models.Model):
    """One step of a case; only ever added. Its id is made where it happened, so that sending it twice adds nothing."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(FeverCase, on_delete=models.CASCADE, related_name="events")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=12, choices=[(s.value, s.value) for s in FeverStep])
    before = models.CharField(max_length=12, help_text="state before it; the same for a note")
    at = models.DateTimeField(help_text="when it happened, as said")
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    device = models.IntegerField(null=True, help_text="the phone that sent it; none: from a page, or by the ledger")
    facts = models.JSONField(default=dict)

    objects = Scoped["FeverEvent"]()
    wall = Wall(*FEVER, pages="select, insert", worker="select, insert, delete")

    class Privacy:
        plain = frozenset({"id", "case", "node", "recorded_at", "device"})
        personal = {"at": "ledger", "by": "duty"}
        sensitive = {"step": "ledger", "before": "ledger", "facts": "ledger"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(step__in=[s.value for s in FeverStep]), name="fever_known_step")
        ]
        indexes = [models.Index(fields=["case", "recorded_at"], name="fever_event_by_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.step}"
