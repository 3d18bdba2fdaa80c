"""What higher capabilities say of a person, by which an import of residents cannot be undone any more."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext_noop

from kakou.access.scope import acting_as_system
from kakou.deliveries.models import Delivery
from kakou.ledger.models import Passage, Stay
from kakou.people.events import Ask, add_dependent
from kakou.screening.models import Pass
from kakou.skills.models import Asked, Licence
from kakou.tracing.models import Involved

SPEAK: tuple[tuple[str, type[Model], str], ...] = (
    (gettext_noop("seen at a gate"), Passage, "subject"),
    (gettext_noop("inside or away by what gates saw"), Stay, "subject"),
    (gettext_noop("holding a pass"), Pass, "person_id"),
    (gettext_noop("part of an outbreak"), Involved, "subject"),
    (gettext_noop("with a licence written down"), Licence, "person_id"),
    (gettext_noop("asked for help"), Asked, "person_id"),
    (gettext_noop("driving in a goods vehicle"), Delivery, "escort_id"),
)


def wire_dependents() -> None:
    """Tell people whom to ask. Doing it twice changes nothing."""
    for what, model, column in SPEAK:
        add_dependent(what, _asking(model, column))


def _asking(model: type[Model], column: str) -> Ask:
    """Asked everywhere: who undoes may not see all that was built."""

    def ask(ids: Collection[UUID]) -> Collection[UUID]:
        with acting_as_system():
            rows = model._default_manager.filter(**{f"{column}__in": list(ids)})
            return set(rows.values_list(column, flat=True))

    return ask
