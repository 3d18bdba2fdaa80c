"""Codes of the ledger as people read them: word, tone and shape. A state is never told by its colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext, gettext_noop

from kakou.ledger.rules import Clock, Direction, Verdict
from kakou.ledger.stays.shapes import StayState
from kakou.places.rules import EntranceState, Management, UnitKind
from kakou.workorders.rules import StepKind


class Sign(NamedTuple):
    """How a state looks: a msgid, the badge's tone, the shape in it."""

    msgid: str
    tone: str = "plain"
    shape: str = ""

    @property
    def word(self) -> str:
        """In the reader's language."""
        return gettext(self.msgid)


UNITS: Mapping[UnitKind, str] = {
    UnitKind.COUNTY: gettext_noop("county"),
    UnitKind.ZONE: gettext_noop("zone"),
    UnitKind.STREET: gettext_noop("street"),
    UnitKind.COMMUNITY_URBAN: gettext_noop("urban community"),
    UnitKind.COMMUNITY_RURAL: gettext_noop("rural community"),
    UnitKind.COMPOUND: gettext_noop("compound"),
    UnitKind.URBAN_VILLAGE: gettext_noop("urban village"),
    UnitKind.VILLAGE: gettext_noop("village"),
    UnitKind.VILLAGE_GROUP: gettext_noop("village group"),
    UnitKind.ENTERPRISE: gettext_noop("enterprise"),
    UnitKind.SITE: gettext_noop("building site"),
    UnitKind.PLACE: gettext_noop("place"),
}
ENTRANCES: Mapping[EntranceState, Sign] = {
    EntranceState.STAFFED: Sign(gettext_noop("Staffed"), "go", "check"),
    EntranceState.SEALED: Sign(gettext_noop("Sealed"), "plain", "octagon"),
    EntranceState.EMERGENCY_ONLY: Sign(gettext_noop("Emergency only"), "look", "triangle"),
    EntranceState.CLOSED: Sign(gettext_noop("Not in use"), "plain", "ring"),
}
MANAGEMENT: Mapping[Management, Sign] = {
    Management.OPEN: Sign(gettext_noop("Not restricted")),
    Management.CLOSED: Sign(gettext_noop("Closed management"), "look", "triangle"),
    Management.LOCKDOWN: Sign(gettext_noop("Lockdown"), "stop", "octagon"),
    Management.CONTROL: Sign(gettext_noop("Control"), "stop", "diamond"),
    Management.PREVENTION: Sign(gettext_noop("Prevention"), "info", "ring"),
}
DIRECTIONS: Mapping[Direction, Sign] = {
    Direction.IN: Sign(gettext_noop("In"), "plain", "in"),
    Direction.OUT: Sign(gettext_noop("Out"), "plain", "out"),
    Direction.THROUGH: Sign(gettext_noop("Passing by"), "plain", "through"),
}
VERDICTS: Mapping[Verdict, Sign] = {
    Verdict.NONE: Sign(gettext_noop("Not judged")),
    Verdict.ADMIT: Sign(gettext_noop("Admitted"), "go", "check"),
    Verdict.ADMIT_WITH_ACTION: Sign(gettext_noop("Admitted with a task"), "look", "triangle"),
    Verdict.PERSUADE_BACK: Sign(gettext_noop("Persuaded back"), "stop", "back"),
    Verdict.HOLD: Sign(gettext_noop("Held"), "stop", "octagon"),
    Verdict.REFER: Sign(gettext_noop("Referred"), "info", "diamond"),
    Verdict.EMERGENCY: Sign(gettext_noop("Emergency"), "stop", "cross"),
}
CLOCKS: Mapping[Clock, str] = {
    Clock.SKEWED: gettext_noop("the phone's clock was far off"),
    Clock.CORRECTED: gettext_noop("clock corrected"),
    Clock.FUTURE: gettext_noop("says it happened after it arrived"),
    Clock.ID_DISAGREES: gettext_noop("its id says another time"),
    Clock.IMPORTED: gettext_noop("from a file"),
}
STAYS: Mapping[StayState, Sign] = {
    StayState.OPEN: Sign(gettext_noop("Still open"), "info", "ring"),
    StayState.CLOSED: Sign(gettext_noop("Closed"), "plain", "check"),
    StayState.CLOSED_LATE: Sign(gettext_noop("Closed late"), "look", "clock"),
    StayState.MISSED_EXIT: Sign(gettext_noop("Exit missing"), "stop", "triangle"),
    StayState.ORPHAN_EXIT: Sign(gettext_noop("Entry missing"), "stop", "triangle"),
}
STEPS: Mapping[StepKind, str] = {
    StepKind.OPENED: gettext_noop("Opened"),
    StepKind.OWNER_NAMED: gettext_noop("Owner named"),
    StepKind.NOTED: gettext_noop("Note"),
    StepKind.CLOSED: gettext_noop("Closed"),
    StepKind.REOPENED: gettext_noop("Opened again"),
}
