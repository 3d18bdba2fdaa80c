"""History of records: the row as it was before every change, written by a trigger that also sees bulk and raw SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pghistory
import pgtrigger
from django.db import models

NO_CONTEXT: Any = None  # means "no such column"; its stub forgets it
M = TypeVar("M", bound=type[models.Model])


def keeps_history(*, without: Sequence[str] = (), only: str = "") -> Callable[[M], M]:
    """Class decorator: `<Model>Event` holds each former state. It stands behind the model's own wall (`Wall.history`).

    `without` names fields that are not kept: what search needs is worked out anew, never looked back on. `only`: SQL
    over OLD and NEW, of changes that are kept. Who did it stands in the audit chain, in the same transaction; so no
    context is attached here.
    """
    assert not (without and only), "a change of a field that is not kept would count"
    any_change = pgtrigger.AnyChange()
    changed = pgtrigger.Condition(f"((OLD.* IS DISTINCT FROM NEW.*) AND ({only}))") if only else any_change
    # new trackers for every model: pghistory writes the model's fields into them
    former: Callable[[M], M] = pghistory.track(
        pghistory.UpdateEvent(row=pghistory.Old, condition=changed),
        pghistory.DeleteEvent(row=pghistory.Old),
        exclude=list(without),
        context_field=NO_CONTEXT,
    )
    return former
