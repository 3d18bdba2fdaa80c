"""A list that was set aside until the worker takes it, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kakou.access.incoming.rules import OPEN, State
from kakou.access.scope import Wall
from kakou.kernel.ids import new_id


class IncomingList(models.Model):
    """One list. `kind`: a key of `events.registry.intakes`. `content`: its name, what was chosen on its page and its
    bytes, sealed; none once it is over. `result`: figures, or what is wrong by cell, sealed. Its maker's alone."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=20)
    node = models.ForeignKey(
        "access.Node",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="whose list it is",
    )
    is_try = models.BooleanField(default=False, help_text="only checked, nothing is taken")
    then = models.CharField(max_length=300, help_text="the page on which it is seen once it is in")
    again = models.CharField(max_length=300, help_text="the page on which it was sent")
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in State], default=State.WAITING.value)
    stage = models.CharField(max_length=10, default="")
    done = models.IntegerField(default=0)
    of = models.IntegerField(default=0, help_text="rows; 0: nobody knows yet")
    turn = models.UUIDField(null=True, help_text="of whoever takes it: nobody else ends it")
    tries = models.SmallIntegerField(default=0, help_text="how often somebody began to take it")
    to_be_stopped = models.BooleanField(default=False)
    content = models.BinaryField(null=True)
    result = models.BinaryField(null=True)
    due_on = models.DateField(help_text="on which the key of both is destroyed")
    by = models.ForeignKey("access.Staff", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    wall = Wall(
        None,
        pages="select, insert, update (state, to_be_stopped, content, ended_at)",
        worker="select, insert, update, delete",
    )

    class Privacy:
        plain = frozenset(
            {"id", "kind", "node", "is_try", "then", "again", "state", "stage", "done", "of", "turn", "tries"}
            | {"to_be_stopped", "due_on", "sent_at", "beat_at", "ended_at"}
        )
        personal = {"by": "duty"}
        sensitive = {"content": "people", "result": "people"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="incoming_known_state"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in OPEN], content__isnull=False, ended_at=None)
                | (~Q(state__in=[s.value for s in OPEN]) & Q(content=None, ended_at__isnull=False)),
                name="incoming_file_goes_with_its_end",
            ),
        ]
        indexes = [models.Index(fields=["by", "-sent_at"], name="incoming_by_sender")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
