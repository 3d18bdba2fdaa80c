"""The register: persons and vehicles, sealed, found by blind index; and which keys are one subject.

Equal-only search columns are plain btree indexes; what has several values (initials, last four) has rows of its own in
`SearchKey`. An array with a GIN index would be no use behind row-level security: array operators are not leakproof, so
PostgreSQL reads every row in scope instead (`select proleakproof from pg_proc where proname = 'arraycontains'`).
"""

from __future__ import annotations

from enum import IntEnum

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.access.scope.history import keeps_history
from kakou.kernel.ids import new_id
from kakou.people.rules import AttachmentKind, Category, DocumentKind, PlateKind, Relation

PEOPLE = Wall(
    Permission.SEE_PEOPLE, Permission.EDIT_PEOPLE, pages="select, insert, update", worker="select, insert, update"
)
# pages delete whom an import wrote down that is undone; the row goes on in its history
PERSONS = Wall(
    Permission.SEE_PEOPLE,
    Permission.EDIT_PEOPLE,
    pages="select, insert, update, delete",
    worker="select, insert, update",
)
KEYS = Wall(
    Permission.SEE_PEOPLE,
    Permission.EDIT_PEOPLE,
    pages="select, insert, update, delete",
    worker="select, insert, update, delete",
)


@keeps_history(without=["document_index", "phone_index", "name_index", "door_index"])
class Person(models.Model):
    """One person of the register, at the unit where they live, work or were first written down."""

    id = models.UUIDField(primary_key=True, default=new_id)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=20, choices=[(c.value, c.value) for c in Category])
    special = ArrayField(models.CharField(max_length=10), default=list)
    relation = models.CharField(
        max_length=12, blank=True, default="", choices=[(r.value, r.value) for r in Relation],
        help_text="to the head of the household: of those who share the door",
    )  # fmt: skip
    document_kind = models.CharField(max_length=2, blank=True, choices=[(k.value, k.value) for k in DocumentKind])
    name_sealed = models.BinaryField()
    document_sealed = models.BinaryField(null=True)
    phone_sealed = models.BinaryField(null=True)
    address_sealed = models.BinaryField(null=True)
    document_index = models.BinaryField(max_length=16, null=True, unique=True)
    phone_index = models.BinaryField(max_length=16, null=True, db_index=True)
    name_index = models.BinaryField(max_length=16, db_index=True)
    door_index = models.BinaryField(max_length=16, null=True, db_index=True, help_text="of the address, at this unit")
    due_on = models.DateField(help_text="destroyed on this day: the data key of the sealed fields")
    recorded_at = models.DateTimeField()

    objects = Scoped["Person"]()
    wall = PERSONS

    class Privacy:
        plain = frozenset({"id", "node", "due_on", "recorded_at"})
        personal = {
            "category": "people",
            "relation": "people",
            "document_kind": "people",
            "name_sealed": "people",
            "phone_sealed": "people",
            "address_sealed": "people",
            "phone_index": "people",
            "name_index": "people",
            "door_index": "people",
        }
        sensitive = {"special": "people", "document_sealed": "people", "document_index": "people"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(category__in=[c.value for c in Category]), name="person_known_category"),
            models.CheckConstraint(
                condition=Q(relation__in=["", *(r.value for r in Relation)]), name="person_known_relation"
            ),
            models.CheckConstraint(
                condition=Q(document_kind="", document_index=None, document_sealed=None)
                | (~Q(document_kind="") & Q(document_index__isnull=False, document_sealed__isnull=False)),
                name="person_document_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["node", "category"], name="person_by_node")]

    def __str__(self) -> str:
        return str(self.pk)


class Found(IntEnum):
    """By what a `SearchKey` finds."""

    INITIALS = 1
    LAST_FOUR = 2


class SearchKey(models.Model):
    """One of several texts by which a person is found: initials of a reading, last four of document or phone."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="keys")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+", db_index=False)
    found = models.SmallIntegerField(choices=[(found.value, found.name) for found in Found])
    value = models.BinaryField(max_length=16)

    objects = Scoped["SearchKey"]()
    wall = KEYS

    class Privacy:
        plain = frozenset({"id", "person", "node", "found"})
        personal = {"value": "people"}

    class Meta:
        indexes = [models.Index(fields=["value", "found"], name="search_by_value")]

    def __str__(self) -> str:
        return f"{self.person_id} {Found(self.found).name}"


@keeps_history(without=["plate_index", "last_four_index"])
class Vehicle(models.Model):
    """One vehicle. `lives_here`: its home is the unit on its node, so its loop is out and in again."""

    id = models.UUIDField(primary_key=True, default=new_id)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in PlateKind])
    lives_here = models.BooleanField(default=False)
    plate_sealed = models.BinaryField()
    plate_index = models.BinaryField(max_length=16, unique=True)
    last_four_index = models.BinaryField(max_length=16, db_index=True)
    due_on = models.DateField()
    recorded_at = models.DateTimeField()

    objects = Scoped["Vehicle"]()
    wall = PEOPLE

    class Privacy:
        plain = frozenset({"id", "node", "kind", "lives_here", "due_on", "recorded_at"})
        personal = {"plate_sealed": "people", "plate_index": "people", "last_four_index": "people"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in PlateKind]), name="vehicle_known_kind")
        ]
        indexes = [models.Index(fields=["node"], condition=Q(lives_here=True), name="vehicle_at_home")]

    def __str__(self) -> str:
        return str(self.pk)


class SameSubject(models.Model):
    """`subject` (a key that passages carry) is really `person_or_vehicle`; ended, not deleted, when it was not so."""

    id = models.UUIDField(primary_key=True, default=new_id)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    subject = models.UUIDField()
    same_as = models.UUIDField(db_index=True)
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    objects = Scoped["SameSubject"]()
    wall = Wall(
        Permission.SEE_PEOPLE,
        Permission.EDIT_PEOPLE,
        pages="select, insert, update (node_id, ended_at, ended_by_id)",
        worker="select, insert, update (node_id, ended_at, ended_by_id)",
    )

    class Privacy:
        plain = frozenset({"id", "node", "subject", "same_as", "merged_at", "ended_at"})
        personal = {"merged_by": "duty", "ended_by": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject"], condition=Q(ended_at=None), name="same_subject_once"),
            models.CheckConstraint(condition=~Q(subject=models.F("same_as")), name="same_subject_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} = {self.same_as}"


class CensusImport(models.Model):
    """A residents' list that was brought in: who, when and how much. Of the file no more than a digest under a key."""

    id = models.UUIDField(primary_key=True, default=new_id)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=16)
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    same = models.PositiveIntegerField()
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    objects = Scoped["CensusImport"]()
    wall = Wall(
        Permission.SEE_PEOPLE,
        Permission.EDIT_PEOPLE,
        pages="select, insert, update (undone_at, undone_by_id)",
        worker="select, insert",
    )

    class Privacy:
        plain = frozenset({"id", "node", "digest", "added", "changed", "same", "imported_at", "undone_at"})
        personal = {"imported_by": "duty", "undone_by": "duty"}

    class Meta:
        indexes = [models.Index(fields=["node", "-imported_at"], name="census_by_node")]

    def __str__(self) -> str:
        return str(self.pk)


class CensusRow(models.Model):
    """One person whom an import wrote down (`former` none) or changed: `former` is the row of history before it."""

    id = models.BigAutoField(primary_key=True)
    census = models.ForeignKey(CensusImport, on_delete=models.PROTECT, related_name="rows")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.UUIDField(help_text="no foreign key: whom an undone import wrote down is gone")
    former = models.IntegerField(null=True)

    objects = Scoped["CensusRow"]()
    wall = Wall(Permission.SEE_PEOPLE, Permission.EDIT_PEOPLE, pages="select, insert", worker="select, insert")

    class Privacy:
        plain = frozenset({"id", "census", "node", "former"})
        personal = {"person": "people"}

    def __str__(self) -> str:
        return f"{self.census_id} {self.person}"


class Proxy(models.Model):
    """`answers` answers for `person`, who is a child or has no telephone; ended, not deleted, when it is no more so."""

    id = models.UUIDField(primary_key=True, default=new_id)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="proxies")
    answers = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    is_guardian = models.BooleanField(default=False)
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    objects = Scoped["Proxy"]()
    wall = Wall(
        Permission.SEE_PEOPLE,
        Permission.EDIT_PEOPLE,
        pages="select, insert, update (node_id, ended_at, ended_by_id)",
        worker="select, update (node_id)",
    )

    class Privacy:
        plain = frozenset({"id", "node", "is_guardian", "named_at", "ended_at"})
        personal = {"person": "people", "answers": "people", "named_by": "duty", "ended_by": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "answers"], condition=Q(ended_at=None), name="proxy_once"),
            models.CheckConstraint(condition=~Q(person=models.F("answers")), name="proxy_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.answers_id} for {self.person_id}"


class Distinct(models.Model):
    """Somebody looked and said that these two are not one person, however alike they are."""

    id = models.BigAutoField(primary_key=True)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    one = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    objects = Scoped["Distinct"]()
    wall = Wall(
        Permission.SEE_PEOPLE,
        Permission.EDIT_PEOPLE,
        pages="select, insert, update (node_id)",
        worker="select, update (node_id)",
    )

    class Privacy:
        plain = frozenset({"id", "node", "said_at"})
        personal = {"one": "people", "other": "people", "said_by": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="distinct_once"),
            models.CheckConstraint(condition=~Q(one=models.F("other")), name="distinct_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} is not {self.other_id}"


class Attachment(models.Model):
    """A picture that belongs to a person, sealed and without what a camera writes beside it. It is taken away by hand,
    or dies with the key of its day."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="attachments")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in AttachmentKind])
    media_type = models.CharField(max_length=10)
    size = models.PositiveIntegerField(help_text="bytes")
    sealed = models.BinaryField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(help_text="that of the person, when it was added")

    objects = Scoped["Attachment"]()
    wall = Wall(
        Permission.SEE_PEOPLE,
        Permission.EDIT_PEOPLE,
        pages="select, insert, update (node_id), delete",
        worker="select, update (node_id, due_on, sealed), delete",
    )

    class Privacy:
        plain = frozenset({"id", "node", "kind", "media_type", "size", "added_at", "due_on"})
        personal = {"person": "people", "added_by": "duty"}
        sensitive = {"sealed": "people"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in AttachmentKind]), name="attachment_known_kind"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
