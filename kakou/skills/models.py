"""Licences, calls for helpers, and who was asked for each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.kernel.ids import new_id
from kakou.people.models import Person
from kakou.services.rules import Rating
from kakou.skills.rules import Answer, Skill, Way
from kakou.skills.rules.codes import LENGTH, random_code
from kakou.workorders.models import WorkOrder

TABLE = "skills_licence"


class Licence(models.Model):
    """What somebody can do, by which paper. It changes no more than that it is looked at, agreed to and ended: what
    runs out is followed by another row. `node`: of the unit where its bearer is registered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    skill = models.CharField(max_length=14, choices=[(one.value, one.value) for one in Skill])
    number_sealed = models.BinaryField(null=True)
    expires_on = models.DateField(null=True, help_text="the last day on which it holds; none: for ever")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", help_text="who saw the original"
    )
    agreed_at = models.DateTimeField(null=True, help_text="since when its bearer agrees to be asked for help")
    agreed_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", help_text="to whom he said so"
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(help_text="on which it is destroyed")

    objects = Scoped["Licence"]()
    wall = Wall(
        Permission.SEE_PEOPLE,
        Permission.EDIT_PEOPLE,
        pages=(
            "select, insert, update (number_sealed, verified_at, verified_by_id, agreed_at, agreed_by_id, ended_at,"
            " ended_by_id, due_on)"
        ),
        worker="select, delete",
    )

    class Privacy:
        plain = frozenset({"id", "node", "skill", "recorded_at", "verified_at", "agreed_at", "ended_at", "due_on"})
        personal = {
            "person": "skills", "number_sealed": "skills", "expires_on": "skills", "recorded_by": "duty",
            "verified_by": "duty", "agreed_by": "duty", "ended_by": "duty",
        }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "skill"], condition=Q(ended_at=None), name="licence_once"),
            models.CheckConstraint(condition=Q(skill__in=[one.value for one in Skill]), name="licence_known_skill"),
        ]
        indexes = [
            models.Index(fields=["node", "skill"], condition=Q(ended_at=None), name="licence_by_node"),
            models.Index(fields=["due_on"], name="licence_due"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.skill}"


class Call(models.Model):
    """Somebody is needed who can do something: for which order, where (`node`), from when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="+")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    skill = models.CharField(max_length=14, choices=[(one.value, one.value) for one in Skill])
    needed_at = models.DateTimeField()
    note = models.CharField(max_length=120, blank=True, help_text="what whoever is asked reads besides")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(help_text="on which it is destroyed, if it has ended by then")

    objects = Scoped["Call"]()
    wall = Wall(
        Permission.SEE_ORDERS,
        Permission.CLOSE_ORDERS,
        pages="select, insert, update (ended_at, ended_by_id)",
        worker="select, update (due_on), delete",
    )

    class Privacy:
        plain = frozenset({"id", "order", "node", "skill", "needed_at", "opened_at", "ended_at", "due_on"})
        personal = {"note": "skills", "opened_by": "duty", "ended_by": "duty"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(skill__in=[one.value for one in Skill]), name="call_known_skill")
        ]
        indexes = [
            models.Index(fields=["node", "-opened_at"], name="call_by_node"),
            models.Index(fields=["due_on"], name="call_due"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Asked(models.Model):
    """One person asked for one call: when, by whom, what was said, how long he helped and how that was liked. Of one
    call one yes, of one person one help that goes on: the database holds both."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=LENGTH, unique=True, default=random_code)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="asked")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=6, blank=True, default="", choices=[(one.value, one.value) for one in Answer])
    way = models.CharField(max_length=5, blank=True, default="", choices=[(one.value, one.value) for one in Way])
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", help_text="who wrote it down; none: by the link"
    )
    came_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    minutes = models.PositiveIntegerField(null=True)
    rating = models.CharField(max_length=4, blank=True, default="", choices=[(one.value, one.value) for one in Rating])
    rated_at = models.DateTimeField(null=True)
    rated_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    objects = Scoped["Asked"]()
    wall = Wall(
        Permission.SEE_ORDERS,
        Permission.CLOSE_ORDERS,
        pages=(
            "select, insert, update (answer, way, answered_at, answered_by_id, came_at, done_at, minutes, rating,"
            " rated_at, rated_by_id)"
        ),
        worker="select, delete",
    )

    class Privacy:
        plain = frozenset({
            "id", "code", "call", "node", "asked_at", "answer", "way", "answered_at", "came_at", "done_at", "minutes",
            "rating", "rated_at",
        })  # fmt: skip
        personal = {"person": "skills", "asked_by": "duty", "answered_by": "duty", "rated_by": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "person"], name="asked_once"),
            models.UniqueConstraint(fields=["call"], condition=Q(answer="yes"), name="call_taken_once"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(answer="yes", done_at=None), name="helps_at_one_place"
            ),
            models.CheckConstraint(
                condition=Q(answer="", way="", answered_at=None, answered_by=None)
                | (~Q(answer="") & ~Q(way="") & Q(answered_at__isnull=False)),
                name="asked_answered_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(answer="yes") | Q(came_at=None, done_at=None, minutes=None, rating=""),
                name="asked_helped_after_a_yes",
            ),
            models.CheckConstraint(
                condition=Q(rating="", rated_at=None, rated_by=None)
                | Q(rating__in=[one.value for one in Rating], rated_at__isnull=False, done_at__isnull=False),
                name="helper_rated_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.answer}"
