"""Words and signs of deliveries."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

from kakou.deliveries.rules import Body, Goods, State
from kakou.web.kit.signs import Sign

STATES: Mapping[State, Sign] = {
    State.ANNOUNCED: Sign(gettext_noop("Expected"), "info", "ring"),
    State.ARRIVED: Sign(gettext_noop("At the gate"), "look", "ring"),
    State.DRIVER_OUT: Sign(gettext_noop("Driver stays outside"), "look", "ring"),
    State.DISINFECTED: Sign(gettext_noop("Cab disinfected"), "look", "ring"),
    State.DRIVEN_IN: Sign(gettext_noop("Driven in"), "info", "in"),
    State.UNLOADED: Sign(gettext_noop("Unloaded"), "info", "in"),
    State.DRIVEN_OUT: Sign(gettext_noop("Out again"), "look", "out"),
    State.HANDED_BACK: Sign(gettext_noop("Handed back"), "go", "check"),
    State.TURNED_AWAY: Sign(gettext_noop("Turned away"), "stop", "back"),
    State.CANCELLED: Sign(gettext_noop("Cancelled"), "plain", "dot"),
}
BODIES: Mapping[Body, str] = {
    Body.CAR: gettext_noop("Car or van (C1)"),
    Body.LIGHT_TRUCK: gettext_noop("Light truck (C1)"),
    Body.LARGE_TRUCK: gettext_noop("Large truck (B2)"),
    Body.TRAILER: gettext_noop("Truck with a trailer (A2)"),
}
GOODS: Mapping[Goods, str] = {
    Goods.FOOD: gettext_noop("Food and daily goods"),
    Goods.PARTS: gettext_noop("Parts and material for an enterprise"),
    Goods.BUILDING: gettext_noop("Building material"),
    Goods.MEDICAL: gettext_noop("Medical goods"),
    Goods.OTHER: gettext_noop("Something else"),
}


def bodies() -> list[tuple[str, str]]:
    """To choose from."""
    return [(one.value, gettext(words)) for one, words in BODIES.items()]


def goods() -> list[tuple[str, str]]:
    """To choose from."""
    return [(one.value, gettext(words)) for one, words in GOODS.items()]
