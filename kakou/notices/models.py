"""Channels, messages, and every attempt to send one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.access.scope.history import keeps_history
from kakou.kernel.ids import new_id
from kakou.notices.adapters import KINDS, TO_PEOPLE
from kakou.notices.rules import Outcome, State, Why

CHANGES = "state, tries, lost, had_by, begun_at, waits_since, next_at, settled_at, settled_by_id, reason, dropped"


@keeps_history(without=["reach_sealed", "reach_index"])
class Channel(models.Model):
    """One way out of the system: a robot in a group, a list of mail addresses, a gateway, a program.

    It serves the node it hangs on and all below that have no nearer one. How it is reached is sealed and never shown.
    """

    id = models.AutoField(primary_key=True)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    name = models.CharField(max_length=64)
    row = models.UUIDField(default=new_id, unique=True, help_text="what the sealed text is bound to")
    reach_sealed = models.BinaryField()
    reach_index = models.BinaryField(max_length=16, unique=True, help_text="one receiver has one channel and one rate")
    host = models.CharField(max_length=190, default="", help_text="which server it leads to, without the secret part")
    per_minute = models.PositiveSmallIntegerField(null=True, help_text="slower than its kind allows")
    enabled = models.BooleanField(default=True)
    may_name_people = models.BooleanField(default=False, help_text="numbers of people are not masked")
    may_write_people = models.BooleanField(
        default=False, help_text="to whomever a message names: as an administrator says"
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    objects = Scoped["Channel"]()
    wall = Wall(
        Permission.MANAGE_NOTICES,
        Permission.MANAGE_NOTICES,
        pages="select, insert, update",
        worker="select, insert, update",
    )

    class Privacy:
        plain = frozenset({
            "id", "node", "kind", "name", "row", "reach_index", "host", "per_minute", "enabled", "may_name_people",
            "may_write_people", "made_at",
        })  # fmt: skip
        personal = {"reach_sealed": "notices", "made_by": "duty"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="channel_known_kind"),
            models.CheckConstraint(condition=Q(per_minute=None) | Q(per_minute__gte=1), name="channel_sends_at_all"),
            models.CheckConstraint(
                condition=Q(may_write_people=False) | Q(kind__in=TO_PEOPLE), name="channel_group_writes_to_nobody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Message(models.Model):
    """One text for one channel, in the order of `id`. The same key comes into a channel once.

    `begun_at`: an attempt is under way since then, or its worker died; `tries` counts them since it was last put into
    the row, `lost` how many answers were ever lost. One to a person says `about` what of his it tells which `event`;
    such messages wait each for itself, and `dropped` says why one is not sent (of one under way: unless it arrives).
    """

    id = models.BigAutoField(primary_key=True)
    mark = models.UUIDField(default=new_id, unique=True, help_text="what receivers know it by; the text is bound to it")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="messages")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=120)
    to_sealed = models.BinaryField(null=True, help_text="the person it goes to; none: the receivers of its channel")
    person = models.BinaryField(max_length=16, null=True, help_text="keyed hash of that, to count by")
    about = models.UUIDField(null=True)
    event = models.CharField(max_length=24, blank=True, default="")
    text_sealed = models.BinaryField(help_text="subject and body; empty when its day has come")
    told_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in State], default=State.WAITING.value)
    tries = models.PositiveSmallIntegerField(default=0)
    lost = models.PositiveSmallIntegerField(default=0)
    had_by = models.JSONField(default=list, help_text="keyed hashes of those of several receivers who have it")
    begun_at = models.DateTimeField(null=True)
    waits_since = models.DateTimeField(help_text="told, or put back by a person")
    next_at = models.DateTimeField(help_text="not before then")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, default="", help_text="why it was discarded")
    dropped = models.CharField(max_length=9, blank=True, default="", choices=[(why.value, why.value) for why in Why])

    objects = Scoped["Message"]()
    wall = Wall(
        Permission.MANAGE_NOTICES, Permission.MANAGE_NOTICES,
        pages=f"select, insert, update ({CHANGES})",
        worker=f"select, insert, update ({CHANGES}, text_sealed, to_sealed, person)",
    )  # fmt: skip

    class Privacy:
        plain = frozenset({
            "id", "mark", "channel", "node", "key", "told_at", "state", "tries", "lost", "had_by", "begun_at",
            "waits_since", "next_at", "settled_at", "reason", "about", "event", "dropped",
        })  # fmt: skip
        personal = {"text_sealed": "notices", "to_sealed": "notices", "person": "notices", "settled_by": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "key"], name="message_told_once"),
            models.UniqueConstraint(fields=["key"], condition=Q(about__isnull=False), name="message_person_told_once"),
            models.CheckConstraint(
                condition=Q(about=None, to_sealed=None, person=None, event="", dropped="")
                | Q(about__isnull=False, to_sealed__isnull=False) & ~Q(event=""),
                name="message_to_a_person_is_whole",
            ),
            models.CheckConstraint(condition=~Q(state="dropped") | ~Q(dropped=""), name="message_dropped_says_why"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="message_known_state"),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None) | ~Q(state="waiting") & Q(settled_at__isnull=False),
                name="message_settled_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(begun_at=None) | Q(state="waiting"), name="message_under_way_is_waiting"
            ),
        ]
        indexes = [
            models.Index(fields=["channel", "id"], condition=Q(state="waiting"), name="message_waiting"),
            models.Index(fields=["channel", "-id"], condition=Q(state="dead"), name="message_dead"),
            models.Index(
                fields=["channel", "next_at"],
                condition=Q(state="waiting", about__isnull=False),
                name="message_to_people",
            ),
            models.Index(fields=["about"], condition=Q(about__isnull=False), name="message_about"),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="message_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.key}"


class Telling(models.Model):
    """Who is told: of an event at `node` and below, the channel hears. From `quiet_from` to before `quiet_until` of the
    site's clock it waits, but for what wakes people."""

    id = models.AutoField(primary_key=True)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="tellings")
    event = models.CharField(max_length=64)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    objects = Scoped["Telling"]()
    wall = Wall(Permission.MANAGE_NOTICES, Permission.MANAGE_NOTICES, pages="select, insert, delete")

    class Privacy:
        plain = frozenset({"id", "node", "channel", "event", "quiet_from", "quiet_until", "made_at"})
        personal = {"made_by": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "node", "channel"], name="telling_said_once"),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=models.F("quiet_until")),
                name="telling_quiet_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.channel_id}"


class Heard(models.Model):
    """Something that a channel is to be told, until it goes into a message with all else that waits. The same key is
    heard once by a channel."""

    id = models.BigAutoField(primary_key=True)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_index=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+", help_text="of the channel")
    place = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+", help_text="where it happened")
    event = models.CharField(max_length=64)
    key = models.CharField(max_length=160)
    at = models.DateTimeField()
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    told_at = models.DateTimeField(null=True)

    objects = Scoped["Heard"]()
    wall = Wall(
        Permission.MANAGE_NOTICES, Permission.MANAGE_NOTICES, pages="select, update (told_at)",
        worker="select, update (told_at), delete",
    )  # fmt: skip

    class Privacy:
        plain = frozenset({
            "id", "channel", "node", "place", "event", "key", "at", "quiet_from", "quiet_until", "told_at",
        })  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="heard_once")]
        indexes = [models.Index(fields=["channel", "id"], condition=Q(told_at=None), name="heard_waiting")]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.key}"


class Attempt(models.Model):
    """What an attempt began with and what it came to, a row each; only ever added. Never a text, an address, a secret.

    `until`: the receiver wants to be left alone so long.
    """

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attempts")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_index=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=6, choices=[(o.value, o.value) for o in Outcome])
    code = models.CharField(max_length=20, default="")
    status = models.PositiveSmallIntegerField(null=True)
    until = models.DateTimeField(null=True)

    objects = Scoped["Attempt"]()
    wall = Wall(Permission.MANAGE_NOTICES, Permission.MANAGE_NOTICES, pages="select", worker="select, insert")

    class Privacy:
        plain = frozenset({
            "id", "message", "channel", "node", "number", "at", "outcome", "code", "status", "until",
        })  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=[o.value for o in Outcome]), name="attempt_known_outcome")
        ]
        indexes = [models.Index(fields=["channel", "-id"], name="attempt_by_channel")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.number} {self.outcome}"
