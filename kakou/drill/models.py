"""What the drill remembers of itself: the land it settled, its runs, and how far each phone came."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kakou.access.scope import Wall
from kakou.drill.rules import State

_OURS = "select, insert, update"


class Settlement(models.Model):
    """The one fictitious sub-district of this system: which node stands for which of its units and entrances.

    `unit_nodes`, `entrance_nodes` and `recorders` are indexed by the world's numbers (recorder 0: nobody stands there).
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    seed = models.BigIntegerField()
    unit_nodes = ArrayField(models.IntegerField())
    entrance_nodes = ArrayField(models.IntegerField())
    recorders = ArrayField(models.IntegerField())
    people = models.IntegerField(default=0, help_text="residents registered so far: numbers 0 to people - 1")
    goes_on = models.BooleanField(default=True, help_text="the story goes on as time passes")
    made_at = models.DateTimeField()

    wall = Wall(None, pages=_OURS, worker=_OURS)

    class Privacy:
        plain = frozenset({"id", "seed", "unit_nodes", "entrance_nodes", "recorders", "people", "goes_on", "made_at"})

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="drill_settles_once")]

    def __str__(self) -> str:
        return f"seed {self.seed}"


class Training(models.Model):
    """The scenario that this system's drill is played by, if it is: the text of its file, as it was when it began."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=60)
    text = models.TextField()
    at = models.DateTimeField(help_text="when it began: what the file calls now")

    wall = Wall(None, pages=_OURS, worker=_OURS)

    class Privacy:
        plain = frozenset({"id", "name", "text", "at"})

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="drill_trains_once")]

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    """One share of a story, played into the intake. With the settlement's seed it determines every byte sent."""

    start = models.DateField(help_text="first day of the story, in the site's zone")
    until = models.DateTimeField(help_text="nothing happens from here on")
    people = ArrayField(models.IntegerField(), size=2)
    days = ArrayField(models.IntegerField(), size=2)
    but_people = ArrayField(models.IntegerField(), size=2, null=True)
    but_days = ArrayField(models.IntegerField(), size=2, null=True)
    device = models.SmallIntegerField(help_text="which of a gate's phones tells this share")
    window_ms = models.IntegerField()
    batch = models.SmallIntegerField()
    state = models.CharField(max_length=16, choices=[(s.value, s.value) for s in State], default=State.WAITING.value)
    asked_to_stop = models.BooleanField(default=False)
    permille = models.SmallIntegerField(default=0, help_text="of the story's time played")
    counts = models.JSONField(default=dict, help_text="items by the intake's answer")
    trouble = models.CharField(max_length=200, default="", help_text="code of what ended it, if something did")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    wall = Wall(None, pages=_OURS, worker=_OURS)

    class Privacy:
        plain = frozenset(
            {
                "id", "start", "until", "people", "days", "but_people", "but_days", "device", "window_ms", "batch",
                "state", "asked_to_stop", "permille", "counts", "trouble", "created_at", "started_at", "beat_at",
                "ended_at",
            }
        )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="drill_known_state"),
            models.UniqueConstraint(fields=["device"], name="drill_chain_once"),  # two runs on one chain would fork it
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class Phone(models.Model):
    """One phone of a run: what it would keep in its own memory."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="phones")
    gate = models.IntegerField(help_text="entrance number of the world")
    device = models.ForeignKey("access.Device", on_delete=models.PROTECT, related_name="+")
    token = models.BinaryField(help_text="sealed: only the phone knows it")
    acked = models.BigIntegerField(default=0, help_text="sequence number up to which the server has answered")
    head = models.CharField(max_length=64, default="0" * 64, help_text="hash of that item, in hex")
    last = models.BinaryField(null=True, help_text="that item, sealed: sent again when there is nothing else to say")

    wall = Wall(None, pages=_OURS, worker=_OURS)

    class Privacy:
        plain = frozenset({"id", "run", "gate", "device", "acked", "head"})
        sensitive = {"token": "device", "last": "passage"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "gate"], name="drill_phone_once")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.gate}"
