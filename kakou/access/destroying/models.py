"""Who asked for the destruction of a day's keys, why, and who did it or refused."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kakou.access.destroying.rules import DestructionState
from kakou.access.rules import Permission
from kakou.access.scope import Wall
from kakou.access.seconding.models import Seconded, takes_two


class KeyDestruction(Seconded):
    """One request. `node`: the top of the site, since a day's keys seal what was recorded anywhere."""

    day = models.DateField(help_text="on which what these keys seal is due")
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in DestructionState])

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
            takes_two("key_destruction_takes_two"),
            models.UniqueConstraint(
                fields=["day"], condition=Q(state=DestructionState.ASKED), name="key_destruction_asked_once"
            ),
        ]
        indexes = [models.Index(fields=["day", "-asked_at"], name="key_destruction_by_day")]

    def __str__(self) -> str:
        return self.day.isoformat()
