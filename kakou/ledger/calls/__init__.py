"""What a gate may call for, and what each call opens: help, supplies, relief, something else (R46, R48). Pure.

A call is a work order with the gate as its place: owned by whoever answers for the gate, due, closed with evidence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from kakou.workorders.rules import Kind, within

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


class Call(StrEnum):
    """What for; its word on the wire."""

    HELP = "help"  # 求助: somebody must come at once
    SUPPLIES = "supplies"  # 物资
    RELIEF = "relief"  # 换岗
    OTHER = "other"


class Supply(StrEnum):
    """What a gate runs out of; its word on the wire."""

    WATER = "water"
    FOOD = "food"
    SHADE = "shade"
    MASKS = "masks"
    GLOVES = "gloves"
    SANITISER = "sanitiser"
    THERMOMETER = "thermometer"
    BATTERIES = "batteries"
    POWER = "power"
    PAPER = "paper"
    LIGHT = "light"
    RAINWEAR = "rainwear"


class CallState(StrEnum):
    """How a call stands, as its gate is told."""

    OPEN = "open"
    TAKEN = "taken"  # somebody took it, handed it on, or noted what he does
    DONE = "done"


KINDS: Mapping[Call, Kind] = {
    Call.HELP: Kind("gate_help", "A gate calls for help", within(minutes=5)),
    Call.SUPPLIES: Kind("gate_supplies", "A gate needs supplies", within(hours=2)),
    Call.RELIEF: Kind("gate_relief", "A gate asks to be relieved", within(minutes=30)),
    Call.OTHER: Kind("gate_call", "A call from a gate", within(hours=1)),
}
OF_KIND: Mapping[str, Call] = {kind.name: call for call, kind in KINDS.items()}
