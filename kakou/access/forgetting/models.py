"""Who asked that somebody's second factor be forgotten, why, and who agreed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kakou.access.forgetting.rules import State
from kakou.access.rules import Permission
from kakou.access.scope import Wall
from kakou.access.seconding.models import Seconded


class FactorRequest(Seconded):
    """One request about the account of `staff`, who is known at `node`."""

    staff = models.ForeignKey("access.Staff", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in State], default=State.ASKED.value)

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
