"""Whoever a parcel is for is told that it waits, where his number is known and a channel may write to people."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import translation
from django.utils.translation import ngettext

from kakou.access.events import registry as known
from kakou.access.scope import acting_as_system
from kakou.deliveries.models import Parcel
from kakou.notices import actions as notices
from kakou.notices.adapters import Whom

WAITS = "parcel"


def tell_addressee(parcel: Parcel, phone: str, *, at: dt.datetime) -> bool:
    """Tell him at which gate, in the site's language. The number is kept with the message and nowhere else."""
    if not phone:
        return False
    with acting_as_system():
        gate = known.names(frozenset({parcel.gate_id})).get(parcel.gate_id, "")
    with translation.override(settings.LANGUAGE_CODE):
        words = ngettext(
            "%(n)d parcel waits for you at the gate: %(gate)s", "%(n)d parcels wait for you at the gate: %(gate)s",
            parcel.pieces,
        )  # fmt: skip
    return notices.tell_person(
        words % {"n": parcel.pieces, "gate": gate}, to=Whom(phone), about=parcel.pk, event=WAITS, node=parcel.gate_id,
        at=at,
    )  # fmt: skip
