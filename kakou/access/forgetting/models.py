"""Who asked that somebody's second factor be forgotten, why, and who agreed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kakou.access.forgetting.rules import State
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.kernel.ids import new_id


class FactorRequest(models.Model):
    """One request about the account of `staff`, who is known at `node`."""

    id = models.UUIDField(primary_key=True, default=new_id)
    node = models.ForeignKey("access.Node", on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey("access.Staff", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in State], default=State.ASKED.value)
    asked_by = models.ForeignKey("access.Staff", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    settled_by = models.ForeignKey("access.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects = Scoped["FactorRequest"]()
    wall = Wall(
        Permission.SEE_PLACES,
        Permission.SEE_PLACES,  # whoever asks, whoever agrees, and the holder: the actions tell them apart
        pages="select, insert, update (state, settled_by_id, settled_at)",
    )

    class Privacy:
        plain = frozenset({"id", "node", "state", "asked_at", "settled_at"})
        personal = {"staff": "duty", "asked_by": "duty", "settled_by": "duty", "reason": "duty"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="factor_request_state"),
            models.CheckConstraint(condition=~Q(asked_by=F("staff")), name="factor_is_not_ones_own"),
            models.CheckConstraint(
                condition=Q(settled_by=None) | ~(Q(settled_by=F("asked_by")) | Q(settled_by=F("staff"))),
                name="factor_is_forgotten_by_two",
            ),
        ]
        indexes = [models.Index(fields=["staff", "-asked_at"], name="factor_request_by_account")]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.state}"
