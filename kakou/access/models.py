"""Staff, their roles over the tree, the tree itself, and gate devices."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower

from kakou.access.roster.rules import LONGEST, Identity, Mobilised
from kakou.access.rules import Permission, Role
from kakou.access.scope.managers import Scoped
from kakou.access.scope.wall import Wall
from kakou.web.models import Xid8Field


class Node(models.Model):
    """One place of the scope tree, an id and nothing else: names and kinds belong to `places`.

    Every unit and every entrance hangs on a node of its own, so that what was recorded at a gate follows the gate when
    the tree is cut anew.
    """

    id = models.AutoField(primary_key=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    second_superior = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    wall = Wall(None, pages="select, insert, update", worker="select, insert, update", lane="select")

    class Privacy:
        plain = frozenset({"id", "parent", "second_superior"})

    def __str__(self) -> str:
        return str(self.pk)


class Closure(models.Model):
    """Every (ancestor, descendant) pair, each node with itself at depth 0."""

    ancestor = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="+")
    descendant = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="+")
    depth = models.SmallIntegerField()

    wall = Wall(None, pages="select, insert, delete", worker="select, insert, delete", lane="select")

    class Privacy:
        plain = frozenset({"id", "ancestor", "descendant", "depth"})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ancestor", "descendant"], name="closure_once")]

    def __str__(self) -> str:
        return f"{self.ancestor_id} > {self.descendant_id}"


class Move(models.Model):
    """`node` was hung under `now` instead of `was` at `at`: by these the tree of a former day is known. Ids and nothing
    else; who moved it and why stands in the audit and with the places."""

    id = models.AutoField(primary_key=True)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    was = models.ForeignKey(Node, on_delete=models.PROTECT, null=True, related_name="+")
    now = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    wall = Wall(None, pages="select, insert", worker="select, insert")

    class Privacy:
        plain = frozenset({"id", "node", "was", "now", "at"})

    def __str__(self) -> str:
        return f"{self.node_id}: {self.was_id} > {self.now_id}"


class StaffManager(BaseUserManager["Staff"]):
    """Finds an account by its login name."""


class Staff(AbstractBaseUser):
    """One person who works here and may log in. What they may do lies in their grants."""

    id = models.AutoField(primary_key=True)
    username = models.CharField(max_length=64, unique=True)
    display = models.CharField(max_length=64, default="", help_text="duty title shown beside what they did, not a name")
    is_active = models.BooleanField(default=True)
    is_drill = models.BooleanField(default=False, help_text="works on this machine only and needs no second factor")
    created_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True, help_text="when somebody last gave a password or forgot the factor")

    objects = StaffManager()
    USERNAME_FIELD = "username"
    wall = Wall(None, pages="select, insert, update", worker="select, insert, update")

    class Privacy:
        plain = frozenset(
            {"id", "is_active", "is_drill", "created_at", "handed_at", "last_login", "password", "display"}
        )
        personal = {"username": "duty"}

    class Meta:
        # a login under another spelling means the same account
        constraints = [models.UniqueConstraint(Lower("username"), name="staff_is_spelled_one_way")]

    def __str__(self) -> str:
        return self.username

    def may(self, permission: Permission, node: int) -> bool:
        """Does a role of this person give `permission` over `node` now?"""
        from kakou.access.scope.acting import nodes_of

        return node in nodes_of(self)[permission]


class Grant(models.Model):
    """`staff` has `role` over `node` and all below it, until ended."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=32, choices=[(role.value, role.value) for role in Role])
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    wall = Wall(None, pages="select, insert, update", worker="select, insert, update")

    class Privacy:
        plain = frozenset({"id", "role", "node", "granted_at", "ended_at"})
        personal = {"staff": "duty", "granted_by": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "role", "node"], condition=Q(ended_at=None), name="grant_once"),
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="grant_known_role"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.role} {self.node_id}"


class RosterEntry(models.Model):
    """What one account's holder is, to which unit or gate he belongs, and where he is mobilised to."""

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="entry")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    identities = ArrayField(models.CharField(max_length=32), default=list)
    branch = models.CharField(max_length=LONGEST, blank=True, default="", help_text="party branch")
    state = models.CharField(
        max_length=16, choices=[(one.value, one.value) for one in Mobilised], default=Mobilised.HOME.value
    )
    post = models.ForeignKey(Node, on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField(null=True)

    objects = Scoped["RosterEntry"]()
    wall = Wall(
        Permission.MANAGE_STAFF,
        Permission.MANAGE_STAFF,
        also="post_id",
        pages="select, insert, update",
        worker="select",
    )

    class Privacy:
        plain = frozenset({"id", "node", "state", "post", "since"})
        personal = {"staff": "duty", "identities": "duty", "branch": "duty"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=Mobilised.HOME.value, post=None, since=None)
                | Q(~Q(state=Mobilised.HOME.value), post__isnull=False, since__isnull=False),
                name="roster_mobilised_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(identities__contained_by=[one.value for one in Identity]), name="roster_known_identities"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.state}"


class Device(models.Model):
    """A phone at one gate. It proves itself by a token of which only the hash is kept."""

    id = models.AutoField(primary_key=True)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=64)
    token_hash = models.BinaryField(max_length=32, unique=True)
    enrolled_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    clock_offset_ms = models.BigIntegerField(null=True, help_text="server minus device, at the last upload")

    objects = Scoped["Device"]()
    wall = Wall(
        Permission.SEE_PLACES,
        Permission.ENROL_DEVICES,
        pages="select, insert, update (name, revoked_at)",
        worker="select, insert, update (name, revoked_at)",
        lane="select, update (last_seen_at, clock_offset_ms)",
    )

    class Privacy:
        plain = frozenset(
            {"id", "node", "name", "token_hash", "enrolled_at", "revoked_at", "last_seen_at", "clock_offset_ms"}
        )

    def __str__(self) -> str:
        return self.name


class Enrolment(models.Model):
    """A single-use token, good for fifteen minutes, that binds one phone to one gate."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=64)
    token_hash = models.BinaryField(max_length=32, unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    device = models.OneToOneField(Device, on_delete=models.PROTECT, null=True, related_name="enrolment")

    wall = Wall(None, pages="select, insert, update (used_at, device_id)", worker="select, insert, update")

    class Privacy:
        plain = frozenset({"id", "node", "name", "token_hash", "issued_at", "expires_at", "used_at", "device"})
        personal = {"issued_by": "duty"}

    def __str__(self) -> str:
        return self.name


class Use(models.Model):
    """One use of what an account may do so often only, or is asked about once an hour. Gone after a day."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=40)
    subject = models.UUIDField(null=True)
    at = models.DateTimeField()

    wall = Wall(None, pages="select, insert, delete", worker="select, insert, delete")

    class Privacy:
        plain = frozenset({"id", "what", "subject", "at"})
        personal = {"staff": "duty"}

    class Meta:
        indexes = [models.Index(fields=["staff", "what", "at"], name="use_by_staff")]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.what}"


class Badge(models.Model):
    """What a member of staff opens the names on a gate phone with, together with a PIN. Neither the badge's secret nor
    the PIN is kept: only the key that both make, sealed, until the badge is revoked or its day comes.
    """

    id = models.AutoField(primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="badges")
    key_sealed = models.BinaryField(null=True)
    issued_at = models.DateTimeField()
    due_on = models.DateField(help_text="the first day on which it opens nothing any more")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    wall = Wall(
        None,
        pages="select, insert, update (key_sealed, revoked_at, revoked_by_id)",
        worker="select",
    )

    class Privacy:
        plain = frozenset({"id", "issued_at", "due_on", "revoked_at"})
        personal = {"staff": "duty", "revoked_by": "duty"}
        sensitive = {"key_sealed": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff"], condition=Q(revoked_at=None), name="badge_once"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, key_sealed__isnull=False)
                | Q(revoked_at__isnull=False, key_sealed__isnull=True),
                name="badge_revoked_has_no_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} of {self.staff_id}"


class PhoneState(models.Model):
    """What a phone last said of itself. One row a phone: what it said before is gone, but for the highest number."""

    device = models.OneToOneField(Device, on_delete=models.CASCADE, primary_key=True, related_name="state")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    heard_at = models.DateTimeField()
    reached_since = models.DateTimeField(help_text="since when it says how it is without a longer pause")
    shifts_since = models.DateTimeField(null=True, help_text="since when it tells its shifts; none: it does not")
    clock_offset_ms = models.BigIntegerField(help_text="server minus device, when it said so")
    queue = models.IntegerField(help_text="passages that it holds unsent")
    oldest_at = models.DateTimeField(null=True, help_text="when the oldest of them happened, by the server's clock")
    last_seq = models.BigIntegerField(help_text="the number of the last passage that it made")
    most_seq = models.BigIntegerField(help_text="the highest such number that it ever said")
    build = models.CharField(max_length=40)
    battery = models.SmallIntegerField(null=True, help_text="percent")
    charging = models.BooleanField(null=True)
    storage_used = models.BigIntegerField(null=True, help_text="bytes")
    storage_limit = models.BigIntegerField(null=True, help_text="bytes")
    persisted = models.BooleanField(null=True, help_text="did the browser promise to keep its storage?")

    objects = Scoped["PhoneState"]()
    wall = Wall(
        Permission.SEE_PLACES,
        Permission.RECORD_PASSAGES,
        pages="select, insert, update",
        worker="select",
    )

    class Privacy:
        plain = frozenset(
            {"device", "node", "heard_at", "reached_since", "clock_offset_ms", "queue", "oldest_at", "last_seq"}
            | {"shifts_since", "most_seq", "build", "battery", "charging", "storage_used", "storage_limit", "persisted"}
        )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(queue__gte=0, last_seq__gte=0, most_seq__gte=models.F("last_seq")),
                name="phone_state_counts_up",
            ),
            models.CheckConstraint(condition=Q(battery=None) | Q(battery__range=(0, 100)), name="phone_state_battery"),
        ]

    def __str__(self) -> str:
        return f"{self.device_id}: {self.queue} unsent"


class PhoneShift(models.Model):
    """Whose badge had opened the names on a phone, from when until when, as the phone tells; it may tell days later.

    `began` and `ended` by the phone's own clock (epoch ms; by `began` it calls its shift), `opened_at` and `closed_at`
    by the server's. `xid` orders what was told by commit, for the fold that looks who recorded without one.
    """

    id = models.BigAutoField(primary_key=True)
    xid = Xid8Field(db_default=RawSQL("pg_current_xact_id()", []), editable=False)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="shifts")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    began = models.BigIntegerField()
    ended = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = Scoped["PhoneShift"]()
    wall = Wall(
        Permission.SEE_PLACES,
        Permission.RECORD_PASSAGES,
        pages="select, insert, update (xid, ended, closed_at)",
        worker="select, delete",
    )

    class Privacy:
        plain = frozenset({"id", "xid", "device", "node", "began", "ended", "opened_at", "closed_at"})
        personal = {"staff": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "began"], name="phone_shift_told_once"),
            models.CheckConstraint(
                condition=Q(ended=None, closed_at=None) | Q(ended__isnull=False, closed_at__isnull=False),
                name="phone_shift_closed_by_both_clocks",
            ),
        ]
        indexes = [models.Index(fields=["xid"], name="phone_shift_commit_order")]

    def __str__(self) -> str:
        return f"{self.device_id}: {self.staff_id} since {self.began}"


from kakou.access.destroying.models import KeyDestruction  # noqa: E402, F401
from kakou.access.exporting.models import MassExport  # noqa: E402, F401 a model of this app, beside its rules
from kakou.access.forgetting.models import FactorRequest  # noqa: E402, F401
from kakou.access.incoming.models import IncomingList  # noqa: E402, F401
