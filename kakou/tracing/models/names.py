"""Who was allowed to see the names of an outbreak, by whom, why and until when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.kernel.ids import new_id
from kakou.tracing.models.cases import Outbreak
from kakou.tracing.rules.names import ReleaseState


class NameRelease(models.Model):
    """One request of one person. `until`: when names close again; set when they open."""

    id = models.UUIDField(primary_key=True, default=new_id)
    outbreak = models.ForeignKey(Outbreak, on_delete=models.PROTECT, related_name="+")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in ReleaseState])
    reason = models.CharField(max_length=200)
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects = Scoped["NameRelease"]()
    wall = Wall(
        Permission.SEE_CASES,
        Permission.SEE_CASES,  # whoever asks and whoever agrees: the action tells them apart
        pages="select, insert, update (state, until, settled_by_id, settled_at)",
        worker="select, insert, update (state, until, settled_by_id, settled_at), delete",
    )

    class Privacy:
        plain = frozenset({"id", "outbreak", "node", "state", "asked_at", "until", "settled_at"})
        personal = {"asked_by": "duty", "settled_by": "duty", "reason": "duty"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in ReleaseState]), name="release_known_state"),
            models.CheckConstraint(
                condition=Q(settled_by=None) | Q(state="ended") | ~Q(settled_by=models.F("asked_by")),
                name="release_takes_two",
            ),
        ]
        indexes = [models.Index(fields=["outbreak", "asked_by", "-asked_at"], name="release_by_asker")]

    def __str__(self) -> str:
        return f"{self.outbreak_id} {self.state}"
