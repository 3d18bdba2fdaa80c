"""Who asked for the destruction of a day's keys, why, and who did it or refused."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kakou.access.destroying.rules import DestructionState
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.kernel.ids import new_id


class KeyDestruction(models.Model):
    """One request. `node`: the top of the site, since a day's keys seal what was recorded anywhere."""

    id = models.UUIDField(primary_key=True, default=new_id)
    node = models.ForeignKey("access.Node", on_delete=models.PROTECT, related_name="+")
    day = models.DateField(help_text="on which what these keys seal is due")
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in DestructionState])
    asked_by = models.ForeignKey("access.Staff", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    settled_by = models.ForeignKey("access.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects = Scoped["KeyDestruction"]()
    wall = Wall(
        Permission.MANAGE_STAFF,
        Permission.MANAGE_STAFF,
        pages="select, insert, update (state, settled_by_id, settled_at), delete",
    )

    class Privacy:
        plain = frozenset({"id", "node", "day", "state", "asked_at", "settled_at"})
        personal = {"asked_by": "duty", "settled_by": "duty", "reason": "duty"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in DestructionState]), name="key_destruction_state"
            ),
            models.CheckConstraint(
                condition=Q(settled_by=None) | ~Q(settled_by=F("asked_by")), name="key_destruction_takes_two"
            ),
            models.UniqueConstraint(
                fields=["day"], condition=Q(state=DestructionState.ASKED), name="key_destruction_asked_once"
            ),
        ]
        indexes = [models.Index(fields=["day", "-asked_at"], name="key_destruction_by_day")]

    def __str__(self) -> str:
        return self.day.isoformat()
