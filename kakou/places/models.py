"""Units and entrances of the tree, where they lie, and under which rule a unit stands at which time."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, IntegerRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.access.scope.history import keeps_history
from kakou.kernel.ids import new_id
from kakou.places.geo import ShapeKind
from kakou.places.rules import Act, EntranceKind, EntranceState, Management, ShapeSource, UnitKind

PLACES = Wall(
    Permission.SEE_PLACES, Permission.EDIT_PLACES, pages="select, insert, update", worker="select, insert, update"
)


@keeps_history()
class Unit(models.Model):
    """One place of the tree, hung on a node of its own. Its parent is the unit on its node's parent."""

    id = models.AutoField(primary_key=True)
    node = models.OneToOneField(Node, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in UnitKind])
    name = models.CharField(max_length=64)
    code = models.CharField(max_length=32, null=True, unique=True, help_text="division code, with a local suffix")
    residents = models.PositiveIntegerField(null=True)
    nonlocals = models.PositiveIntegerField(null=True)
    counted_on = models.DateField(null=True)
    counted_by = models.CharField(max_length=64, default="", help_text="where the two counts come from")
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="parts", help_text="a part of that one since"
    )

    objects = Scoped["Unit"]()
    wall = PLACES

    class Privacy:
        plain = frozenset(
            {"id", "node", "kind", "name", "code", "residents", "nonlocals", "counted_on", "counted_by", "merged_into"}
        )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in UnitKind]), name="unit_known_kind"),
            # a count without its day and source is a rumour
            models.CheckConstraint(
                condition=Q(residents=None, nonlocals=None) | (Q(counted_on__isnull=False) & ~Q(counted_by="")),
                name="unit_counts_are_dated",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="unit_is_no_part_of_itself"),
        ]

    def __str__(self) -> str:
        return self.name


@keeps_history()
class Geometry(models.Model):
    """Where a unit or an entrance lies. `shape`: a geometry of GeoJSON, WGS 84; its box and the middle stand beside it,
    so that the database finds what is near without knowing of geometry."""

    id = models.AutoField(primary_key=True)
    node = models.OneToOneField(Node, on_delete=models.PROTECT, related_name="+")
    shape = models.JSONField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    lon = models.FloatField(help_text="of its middle, degrees")
    lat = models.FloatField()
    source = models.CharField(max_length=10, choices=[(one.value, one.value) for one in ShapeSource])
    measured_on = models.DateField()
    set_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()

    objects = Scoped["Geometry"]()
    wall = Wall(
        Permission.SEE_PLACES, Permission.EDIT_PLACES, pages="select, insert, update, delete",
        worker="select, insert, update, delete",
    )  # fmt: skip

    class Privacy:
        plain = frozenset({
            "id", "node", "shape", "west", "south", "east", "north", "lon", "lat", "source", "measured_on", "set_at",
        })  # fmt: skip
        personal = {"set_by": "duty"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(shape__type__in=[kind.value for kind in ShapeKind]), name="geometry_known_kind"
            ),
            models.CheckConstraint(condition=Q(source__in=[one.value for one in ShapeSource]), name="geometry_source"),
            models.CheckConstraint(
                condition=Q(west__gte=-180, south__gte=-90, east__lte=180, north__lte=90)
                & Q(lon__gte=F("west"), lon__lte=F("east"), lat__gte=F("south"), lat__lte=F("north")),
                name="geometry_middle_in_its_box",
            ),
        ]
        indexes = [models.Index(fields=["lon", "lat"], name="geometry_by_middle")]

    def __str__(self) -> str:
        return f"{self.node_id} {self.source}"


@keeps_history()
class Entrance(models.Model):
    """One opening of a unit, hung on a node of its own below the unit's: passages keep the entrance when it moves."""

    id = models.AutoField(primary_key=True)
    node = models.OneToOneField(Node, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="entrances")
    name = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in EntranceKind])
    state = models.CharField(
        max_length=16,
        choices=[(state.value, state.value) for state in EntranceState],
        default=EntranceState.STAFFED.value,
    )
    is_inner = models.BooleanField(
        default=False, help_text="a reading inside the unit: nobody comes in or goes out by it"
    )
    seal_material = models.CharField(max_length=64, default="")
    sealed_at = models.DateTimeField(null=True)
    opener = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", help_text="opens the seal in an emergency"
    )

    objects = Scoped["Entrance"]()
    wall = PLACES

    class Privacy:
        plain = frozenset({"id", "node", "unit", "name", "kind", "state", "is_inner", "seal_material", "sealed_at"})
        personal = {"opener": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="entrance_named_once"),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in EntranceKind]), name="entrance_kind"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in EntranceState]), name="entrance_state"),
            models.CheckConstraint(
                condition=(Q(state=EntranceState.SEALED.value, sealed_at__isnull=False) & ~Q(seal_material=""))
                | (~Q(state=EntranceState.SEALED.value) & Q(sealed_at=None, seal_material="")),
                name="entrance_seal_is_described",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Recut(models.Model):
    """One cut of the tree: a unit moved, split, merged or parted again. `parts` names every node that hung elsewhere
    before: node, was, now, and of an entrance what it was called. `other`: the new superior, the new unit, the one that
    took it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    act = models.CharField(max_length=6, choices=[(act.value, act.value) for act in Act])
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    parts = models.JSONField()
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone")

    objects = Scoped["Recut"]()
    wall = Wall(
        Permission.SEE_PLACES, Permission.EDIT_PLACES, also="other_id", pages="select, insert", worker="select, insert"
    )

    class Privacy:
        plain = frozenset({"id", "act", "node", "other", "parts", "reason", "at", "undoes"})
        personal = {"by": "duty"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(act__in=[act.value for act in Act]), name="recut_known_act"),
            models.CheckConstraint(condition=~Q(reason=""), name="recut_has_a_reason"),
        ]
        indexes = [models.Index(fields=["node", "at"], name="recut_by_node")]

    def __str__(self) -> str:
        return f"{self.act} {self.node_id}"


class Period(models.Model):
    """Under which rule a unit stands from `starts_at` until before `ends_at`; open, where there is no row."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="periods")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    management = models.CharField(max_length=16, choices=[(m.value, m.value) for m in Management])
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    set_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()

    objects = Scoped["Period"]()
    wall = Wall(
        Permission.SEE_PLACES,
        Permission.EDIT_PLACES,
        pages="select, insert, update (ends_at), delete",
        worker="select, insert, update (ends_at), delete",
    )

    class Privacy:
        plain = frozenset({"id", "unit", "node", "management", "starts_at", "ends_at", "set_at"})
        personal = {"set_by": "duty"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(management__in=[m.value for m in Management]), name="period_known"),
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="period_ends_later"),
            # a range of one number instead of the number: a plain GiST index knows ranges without an extension
            ExclusionConstraint(
                name="period_one_at_a_time",
                expressions=[
                    (
                        Func(F("unit"), F("unit"), Value("[]"), function="int4range", output_field=IntegerRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            F("starts_at"),
                            F("ends_at"),
                            RangeBoundary(),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.management}"


class Responsible(models.Model):
    """Who answers for the unit or entrance on `node` (责任人): one person at a time, named for a year. Ended, not
    deleted, when it is another. Name and telephone are sealed: they are of people, whatever office they hold."""

    id = models.UUIDField(primary_key=True, default=new_id)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=64, help_text="the office, such as secretary of the branch")
    name_sealed = models.BinaryField()
    phone_sealed = models.BinaryField(null=True)
    due_on = models.DateField(help_text="the day on which name and telephone are destroyed")
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = Scoped["Responsible"]()
    wall = Wall(
        Permission.SEE_PLACES, Permission.EDIT_PLACES, pages="select, insert, update (ended_at)",
        worker="select, insert, update (ended_at, due_on, name_sealed, phone_sealed)",
    )  # fmt: skip

    class Privacy:
        plain = frozenset({"id", "node", "title", "due_on", "named_at", "ended_at"})
        personal = {"name_sealed": "duty", "phone_sealed": "duty", "named_by": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node"], condition=Q(ended_at=None), name="responsible_once"),
            models.CheckConstraint(condition=~Q(title=""), name="responsible_has_an_office"),
        ]

    def __str__(self) -> str:
        return f"{self.title} of {self.node_id}"


class Serving(models.Model):
    """The urban community on `server` serves the village on `node` (article line 9), with how many of its people: a
    count of a day and a source, or not known."""

    id = models.AutoField(primary_key=True)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    server = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    headcount = models.PositiveIntegerField(null=True)
    counted_on = models.DateField(null=True)
    counted_by = models.CharField(max_length=64, default="", blank=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    objects = Scoped["Serving"]()
    wall = Wall(
        Permission.SEE_PLACES, Permission.EDIT_PLACES, also="server_id", pages="select, insert, update, delete",
        worker="select, insert, update, delete",
    )  # fmt: skip

    class Privacy:
        plain = frozenset({"id", "node", "server", "headcount", "counted_on", "counted_by", "set_at"})
        personal = {"set_by": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "server"], name="serving_once"),
            models.CheckConstraint(
                condition=Q(headcount=None) | (Q(counted_on__isnull=False) & ~Q(counted_by="")),
                name="serving_count_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.server_id} serves {self.node_id}"


class SealPicture(models.Model):
    """A photo of the seal of the entrance on `node`, without what a camera writes beside it; sealed, for people may be
    in it. The latest one alone, gone with the key of its day."""

    id = models.UUIDField(primary_key=True, default=new_id)
    node = models.OneToOneField(Node, on_delete=models.PROTECT, related_name="+")
    media_type = models.CharField(max_length=10)
    size = models.PositiveIntegerField(help_text="bytes")
    sealed = models.BinaryField()
    due_on = models.DateField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    objects = Scoped["SealPicture"]()
    wall = Wall(
        Permission.SEE_PLACES, Permission.EDIT_PLACES, pages="select, insert, delete",
        worker="select, update (due_on, sealed), delete",
    )  # fmt: skip

    class Privacy:
        plain = frozenset({"id", "node", "media_type", "size", "due_on", "added_at"})
        personal = {"sealed": "duty", "added_by": "duty"}

    def __str__(self) -> str:
        return str(self.pk)
