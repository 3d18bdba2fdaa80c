"""Codes of screening as people read them: word, tone, shape. What a pack says comes from the pack itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext_noop

from kakou.screening.models.passes import PassKind
from kakou.screening.packs.wording import OUTCOMES
from kakou.screening.rules import Outcome
from kakou.screening.rules.fever import FeverOutcome, FeverState, FeverStep
from kakou.web.kit.signs import Sign

LOOKS: Mapping[str, tuple[str, str]] = {
    Outcome.ADMIT: ("go", "check"),
    Outcome.ADMIT_WITH_ACTION: ("look", "triangle"),
    Outcome.PERSUADE_BACK: ("stop", "back"),
    Outcome.HOLD: ("stop", "octagon"),
    Outcome.REFER: ("info", "diamond"),
    Outcome.EMERGENCY: ("stop", "cross"),
}
STATES: Mapping[FeverState, Sign] = {
    FeverState.RESTING: Sign(gettext_noop("Rests until measured again"), "look", "clock"),
    FeverState.TO_ISOLATE: Sign(gettext_noop("Goes to isolation"), "stop", "octagon"),
    FeverState.ISOLATED: Sign(gettext_noop("Isolated, to be reported"), "stop", "octagon"),
    FeverState.TOLD: Sign(gettext_noop("Reported, waits to be fetched"), "stop", "diamond"),
    FeverState.ON_THE_WAY: Sign(gettext_noop("On the way to the clinic"), "info", "out"),
    FeverState.ENDED: Sign(gettext_noop("Ended"), "plain", "check"),
}
STEPS: Mapping[FeverStep, str] = {
    FeverStep.OPENED: gettext_noop("Measured at the gate"),
    FeverStep.NORMAL: gettext_noop("Measured again: normal"),
    FeverStep.STILL_HIGH: gettext_noop("Measured again: still abnormal"),
    FeverStep.ISOLATED: gettext_noop("Brought to the isolation point"),
    FeverStep.TOLD: gettext_noop("Reported"),
    FeverStep.FETCHED: gettext_noop("Fetched"),
    FeverStep.ARRIVED: gettext_noop("Arrived at the clinic"),
    FeverStep.ENDED: gettext_noop("Ended otherwise"),
    FeverStep.NOTED: gettext_noop("Note"),
    FeverStep.TAKEN_UP: gettext_noop("Taken up again"),
}
FEVER_OUTCOMES: Mapping[FeverOutcome, str] = {
    FeverOutcome.NORMAL: gettext_noop("Normal on the second measurement"),
    FeverOutcome.CLINIC: gettext_noop("Brought to the fever clinic"),
    FeverOutcome.REFUSED: gettext_noop("Refuses to go"),
    FeverOutcome.LEFT: gettext_noop("Walked away"),
    FeverOutcome.MISTAKE: gettext_noop("A mistake: misread, or another person"),
    FeverOutcome.OTHER: gettext_noop("Something else"),
}
PASS_KINDS: Mapping[PassKind, str] = {
    PassKind.RESIDENT: gettext_noop("Resident's pass"),
    PassKind.WORKER: gettext_noop("Worker's pass"),
    PassKind.VISITOR: gettext_noop("Visitor's pass"),
    PassKind.VEHICLE: gettext_noop("Vehicle pass"),
}
PASS_STATES: Mapping[str, Sign] = {
    "valid": Sign(gettext_noop("Valid"), "go", "check"),
    "not_yet": Sign(gettext_noop("Not valid yet"), "info", "clock"),
    "expired": Sign(gettext_noop("Expired"), "plain", "octagon"),
    "cancelled": Sign(gettext_noop("Cancelled"), "stop", "octagon"),
}
LEVELS: Mapping[str, Sign] = {
    "low": Sign(gettext_noop("Low risk"), "go", "check"),
    "prevention": Sign(gettext_noop("Prevention area"), "info", "ring"),
    "control": Sign(gettext_noop("Control area"), "look", "triangle"),
    "medium": Sign(gettext_noop("Medium risk"), "look", "triangle"),
    "high": Sign(gettext_noop("High risk"), "stop", "diamond"),
    "lockdown": Sign(gettext_noop("Lockdown area"), "stop", "octagon"),
}
ASKED: Mapping[str, str] = {
    "health": gettext_noop("Was the health code looked at?"),
    "temperature": gettext_noop("Was the temperature taken?"),
    "mask": gettext_noop("Was the mask looked at?"),
}
ANSWERS: Mapping[str, str] = {
    "yes": gettext_noop("Yes"),
    "no": gettext_noop("No"),
    "unsure": gettext_noop("Does not remember"),
}


def language() -> str:
    """The language of a pack's words for this reader: zh or en."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


def look_of(table: Mapping[Any, Sign], value: str) -> Sign:
    """A state's look; one that nobody knows keeps its code."""
    return table.get(value, Sign(value))


def outcome_look(outcome: str) -> Sign:
    """How a verdict looks; its word is the pack's own, in the reader's language already."""
    return Sign(OUTCOMES[outcome][language()], *LOOKS[outcome])
