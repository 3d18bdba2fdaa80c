"""Requests, their photos, the keys of programs that report, and what may become a request when a person says so."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.kernel.ids import new_id
from kakou.services.rules import LENGTH, Category, Channel, InletKind, Rating, Stand, random_code
from kakou.workorders.models import WorkOrder

TABLE, PHOTOS = "services_request", "services_photo"
PROPOSALS, INLETS = "services_proposal", "services_inlet"
_SEALED = "text_sealed, contact_sealed, remark_sealed, point_sealed"


class Request(models.Model):
    """What somebody asks for. Where it stands is its order's business.

    `place`: where it is about. `node`: the unit that received it, `handler`: where it is handled; both see it. The
    database moves `handler` after the order. `last_four`: keyed hash of the last four of the reporter's number,
    of no use for another request. `key`: what is sent twice under the same key is one request.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=LENGTH, unique=True, default=random_code)
    key = models.UUIDField(unique=True)
    order = models.OneToOneField(WorkOrder, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Category])
    channel = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Channel])
    language = models.CharField(max_length=10)
    place = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    handler = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    text_sealed = models.BinaryField()
    contact_sealed = models.BinaryField(null=True)
    point_sealed = models.BinaryField(null=True, help_text="where exactly: longitude and latitude, WGS 84")
    last_four = models.BinaryField(max_length=16, null=True)
    box = models.CharField(max_length=64, blank=True, default="", help_text="the letterbox in which it lay")
    reported_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", help_text="who wrote it down for somebody"
    )
    rating = models.CharField(max_length=4, blank=True, choices=[(one.value, one.value) for one in Rating], default="")
    rated_at = models.DateTimeField(null=True)
    rated_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", help_text="who called back; none: the reporter"
    )
    remark_sealed = models.BinaryField(null=True)
    was_reopened = models.BooleanField(default=False, help_text="because the reporter was not satisfied: once")
    wants_word = models.BooleanField(default=False, help_text="whoever reported wants to be told what becomes of it")
    wrong = models.PositiveSmallIntegerField(default=0, help_text="how often the last four were told wrongly")
    due_on = models.DateField(help_text="on which it is destroyed, if it is closed by then")

    objects = Scoped["Request"]()
    wall = Wall(
        Permission.SEE_ORDERS,
        Permission.CLOSE_ORDERS,
        also="handler_id",
        pages="select, insert, update (rating, rated_at, rated_by_id, remark_sealed, was_reopened, wrong, wants_word)",
        worker=f"select, update (due_on, {_SEALED}), delete",
    )

    class Privacy:
        plain = frozenset({
            "id", "code", "key", "order", "category", "channel", "language", "place", "node", "handler", "reported_at",
            "rating", "rated_at", "was_reopened", "due_on", "box", "wrong", "wants_word",
        })  # fmt: skip
        personal = {
            "text_sealed": "requests", "contact_sealed": "requests", "last_four": "requests",
            "remark_sealed": "requests", "point_sealed": "requests", "recorded_by": "duty", "rated_by": "duty",
        }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(category__in=[one.value for one in Category]), name="request_category"),
            models.CheckConstraint(condition=Q(channel__in=[one.value for one in Channel]), name="request_channel"),
            models.CheckConstraint(
                condition=Q(rating="", rated_at=None, rated_by=None)
                | Q(rating__in=[one.value for one in Rating], rated_at__isnull=False),
                name="request_rated_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(contact_sealed__isnull=False) | Q(last_four=None), name="request_four_of_a_number"
            ),
        ]
        indexes = [
            models.Index(fields=["node", "-reported_at"], name="request_by_node"),
            models.Index(fields=["handler", "-reported_at"], name="request_by_handler"),
            models.Index(fields=["reported_at"], name="request_by_time"),
            models.Index(fields=["due_on"], name="request_due"),
        ]

    def __str__(self) -> str:
        return self.code


class Inlet(models.Model):
    """A way in: the robot of a group that hands its messages over, or a mailbox that is looked into. `row`: what its
    address and its seal are made of. How it is known is sealed and never shown."""

    id = models.AutoField(primary_key=True)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in InletKind])
    name = models.CharField(max_length=64)
    row = models.UUIDField(default=new_id, unique=True)
    known_sealed = models.BinaryField(help_text="secrets of a robot, or the account of a mailbox")
    enabled = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    heard_at = models.DateTimeField(
        null=True, help_text="when something last came, or the mailbox was last looked into"
    )
    trouble = models.CharField(max_length=20, blank=True, default="", help_text="why it could not be looked into")
    stuck = models.JSONField(default=dict, help_text="mails that could not be fetched, as rules.stuck keeps them")

    objects = Scoped["Inlet"]()
    wall = Wall(
        Permission.MANAGE_NOTICES, Permission.MANAGE_NOTICES,
        pages="select, insert, update (name, known_sealed, enabled, heard_at, trouble, stuck)",
        worker="select, update (heard_at, trouble, stuck)",
    )  # fmt: skip

    class Privacy:
        plain = frozenset({"id", "node", "kind", "name", "row", "enabled", "made_at", "heard_at", "trouble", "stuck"})
        personal = {"known_sealed": "notices", "made_by": "duty"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[one.value for one in InletKind]), name="inlet_known_kind")
        ]

    def __str__(self) -> str:
        return self.name


class Heard(models.Model):
    """A signature that a robot showed: it opens the door once. Of no use to anybody when it is too old to be shown."""

    id = models.BigAutoField(primary_key=True)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    inlet = models.ForeignKey(Inlet, on_delete=models.PROTECT, related_name="+")
    mark = models.BinaryField(max_length=16)
    at = models.DateTimeField()

    objects = Scoped["Heard"]()
    wall = Wall(
        Permission.MANAGE_NOTICES, Permission.MANAGE_NOTICES, pages="select, insert", worker="select, delete",
    )  # fmt: skip

    class Privacy:
        plain = frozenset({"id", "node", "inlet", "mark", "at"})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inlet", "mark"], name="inlet_heard_once")]
        indexes = [models.Index(fields=["at"], name="heard_by_time")]

    def __str__(self) -> str:
        return str(self.pk)


class Proposal(models.Model):
    """What came in by a group or by mail and may be a request: a person says so, or says why not.

    `node`: whose group or mailbox it came into. `place` and `category` are guessed. `mark`: keyed hash of what it came
    as; the same twice is one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    inlet = models.ForeignKey(Inlet, on_delete=models.PROTECT, null=True, related_name="+", help_text="none: pasted")
    channel = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Channel])
    mark = models.BinaryField(max_length=16)
    text_sealed = models.BinaryField()
    contact_sealed = models.BinaryField(null=True)
    place = models.ForeignKey(Node, on_delete=models.PROTECT, null=True, related_name="+")
    category = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Category])
    said_at = models.DateTimeField(null=True, help_text="as the message tells")
    came_at = models.DateTimeField()
    brought_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=9, choices=[(one.value, one.value) for one in Stand], default=Stand.WAITS.value)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True, default="", help_text="why it was discarded")
    due_on = models.DateField(help_text="on which it is destroyed, decided or not")

    objects = Scoped["Proposal"]()
    # in plain, with name and number: for whoever may see the people of the place, which a second superior may not
    wall = Wall(
        Permission.SEE_PEOPLE, Permission.SEE_PEOPLE,
        pages="select, insert, update (state, decided_at, decided_by_id, reason)",
        worker="select, insert, delete",
    )  # fmt: skip

    class Privacy:
        plain = frozenset({
            "id", "node", "inlet", "channel", "mark", "place", "category", "said_at", "came_at", "state", "decided_at",
            "reason", "due_on",
        })  # fmt: skip
        personal = {
            "text_sealed": "requests", "contact_sealed": "requests", "brought_by": "duty", "decided_by": "duty",
        }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "mark"], name="proposal_once"),
            models.CheckConstraint(condition=Q(category__in=[one.value for one in Category]), name="proposal_category"),
            models.CheckConstraint(condition=Q(channel__in=[one.value for one in Channel]), name="proposal_channel"),
            models.CheckConstraint(
                condition=Q(state=Stand.WAITS.value, decided_at=None)
                | Q(state__in=[Stand.TAKEN.value, Stand.DISCARDED.value], decided_at__isnull=False),
                name="proposal_decided_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["node", "came_at"], condition=Q(state="waits"), name="proposal_waiting"),
            models.Index(fields=["due_on"], name="proposal_due"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Photo(models.Model):
    """A picture sent with a request, sealed. Without `request` it waits for a form that had something else wrong in it,
    and is destroyed within a day if nobody claims it; with `proposal` it waits for a person to decide, and goes with
    that."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.OneToOneField(Request, on_delete=models.CASCADE, null=True, related_name="photo")
    proposal = models.OneToOneField(Proposal, on_delete=models.SET_NULL, null=True, related_name="photo")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    handler = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    media_type = models.CharField(max_length=10)
    size = models.PositiveIntegerField(help_text="bytes")
    sealed = models.BinaryField()
    added_at = models.DateTimeField()
    due_on = models.DateField()

    objects = Scoped["Photo"]()
    wall = Wall(
        Permission.SEE_ORDERS,
        Permission.CLOSE_ORDERS,
        also="handler_id",
        pages="select, insert, update (request_id, proposal_id, node_id, handler_id, sealed, due_on)",
        worker="select, insert, update (due_on, sealed, proposal_id), delete",
    )

    class Privacy:
        plain = frozenset({"id", "request", "proposal", "node", "handler", "media_type", "size", "added_at", "due_on"})
        personal = {"sealed": "requests"}

    class Meta:
        indexes = [models.Index(fields=["added_at"], condition=Q(request=None), name="photo_unclaimed")]

    def __str__(self) -> str:
        return str(self.pk)


class ApiKey(models.Model):
    """What a program shows that reports requests for places at `node` and below. Only a hash of it is kept."""

    id = models.AutoField(primary_key=True)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=64)
    token_hash = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = Scoped["ApiKey"]()
    wall = Wall(
        Permission.MANAGE_STAFF,
        Permission.MANAGE_STAFF,
        pages="select, insert, update (ended_at)",
        worker="select",
    )

    class Privacy:
        plain = frozenset({"id", "node", "name", "token_hash", "made_at", "ended_at"})

    def __str__(self) -> str:
        return self.name
