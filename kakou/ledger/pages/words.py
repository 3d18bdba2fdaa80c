"""Codes of the ledger as people read them: word, tone and shape. A state is never told by its colour alone."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from kakou.ledger.calls import Supply
from kakou.ledger.checks import signs
from kakou.ledger.desk import State
from kakou.ledger.rules import Clock, Direction, Purpose
from kakou.ledger.stays.shapes import StayState
from kakou.ledger.visits import VisitState, Window
from kakou.places.rules import TITLES, EntranceState
from kakou.screening.rules import Mask, Verdict
from kakou.web.kit.signs import Sign
from kakou.workorders.rules import StepKind

ENTRANCES: Mapping[EntranceState, Sign] = {
    EntranceState.STAFFED: Sign(TITLES[EntranceState.STAFFED], "go", "check"),
    EntranceState.SEALED: Sign(TITLES[EntranceState.SEALED], "plain", "octagon"),
    EntranceState.EMERGENCY_ONLY: Sign(TITLES[EntranceState.EMERGENCY_ONLY], "look", "triangle"),
    EntranceState.CLOSED: Sign(TITLES[EntranceState.CLOSED], "plain", "ring"),
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
MASKS: Mapping[Mask, str] = {
    Mask.CORRECT: gettext_noop("Worn right"),
    Mask.WRONG: gettext_noop("Worn wrong"),
    Mask.CARRIED: gettext_noop("Carried, not worn"),
    Mask.NONE: gettext_noop("No mask"),
    Mask.NOT_LOOKED: gettext_noop("Not looked at"),
}
PURPOSES: Mapping[Purpose, str] = {
    Purpose.UNSAID: gettext_noop("Visitors, any purpose"),
    Purpose.HOME: gettext_noop("Visitors on their way home"),
    Purpose.WORK: gettext_noop("Visitors: work"),
    Purpose.DELIVERY: gettext_noop("Visitors: delivery"),
    Purpose.MEDICAL: gettext_noop("Visitors: doctor or hospital"),
    Purpose.VISIT: gettext_noop("Visitors: seeing somebody"),
    Purpose.PATROL: gettext_noop("Visitors: patrol or duty"),
    Purpose.OTHER: gettext_noop("Visitors: something else"),
    Purpose.SHOPPING: gettext_noop("Visitors: shopping"),
    Purpose.SCHOOL: gettext_noop("Visitors: school"),
    Purpose.EMERGENCY: gettext_noop("Ambulance, fire engine, other emergency"),
}
# of a visit announced beforehand
FOR: Mapping[Purpose, str] = {
    Purpose.VISIT: gettext_noop("Visit"),
    Purpose.DELIVERY: gettext_noop("Delivery"),
    Purpose.WORK: gettext_noop("Work or repair"),
    Purpose.MEDICAL: gettext_noop("Doctor or nurse"),
    Purpose.OTHER: gettext_noop("Something else"),
}
WINDOWS: Mapping[Window, str] = {
    Window.DAY: gettext_noop("Any time"),
    Window.MORNING: gettext_noop("Morning, 6 to 12"),
    Window.AFTERNOON: gettext_noop("Afternoon, 12 to 18"),
    Window.EVENING: gettext_noop("Evening, 18 to 24"),
}
VISITS: Mapping[VisitState, Sign] = {
    VisitState.EXPECTED: Sign(gettext_noop("Expected"), "info", "clock"),
    VisitState.CAME: Sign(gettext_noop("Has come"), "go", "check"),
    VisitState.DECLINED: Sign(gettext_noop("Declined"), "stop", "octagon"),
    VisitState.WITHDRAWN: Sign(gettext_noop("Withdrawn"), "plain", "back"),
    VisitState.OVER: Sign(gettext_noop("Did not come"), "plain", "ring"),
}
SUPPLIES: Mapping[Supply, str] = {
    Supply.WATER: gettext_noop("Drinking water"),
    Supply.FOOD: gettext_noop("Food"),
    Supply.SHADE: gettext_noop("Shade"),
    Supply.MASKS: gettext_noop("Masks"),
    Supply.GLOVES: gettext_noop("Gloves"),
    Supply.SANITISER: gettext_noop("Hand sanitiser"),
    Supply.THERMOMETER: gettext_noop("Thermometer"),
    Supply.BATTERIES: gettext_noop("Batteries of the thermometer"),
    Supply.POWER: gettext_noop("Power for the phone"),
    Supply.PAPER: gettext_noop("Paper and pens"),
    Supply.LIGHT: gettext_noop("Lamp"),
    Supply.RAINWEAR: gettext_noop("Rainwear"),
}
SIGNS: Mapping[signs.Sign, str] = {
    signs.Sign.FEVER: gettext_noop("Too warm"),
    signs.Sign.PERSUADED_BACK: gettext_noop("Persuaded back"),
    signs.Sign.CODES: gettext_noop("Code not green, or not shown"),
}
RESIDENTS_OUT = gettext_noop("Who lives here, out")
CLOCKS: Mapping[Clock, str] = {
    Clock.SKEWED: gettext_noop("the phone's clock was far off"),
    Clock.FUTURE: gettext_noop("says it happened after it arrived"),
    Clock.ID_DISAGREES: gettext_noop("its id says another time"),
    Clock.IMPORTED: gettext_noop("from a file"),
    Clock.SCANNED: gettext_noop("by a place code, nobody checked it"),
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
    StepKind.ACCEPTED: gettext_noop("Accepted"),
    StepKind.DISPATCHED: gettext_noop("Dispatched to a unit"),
    StepKind.BEGUN: gettext_noop("Work has begun"),
    StepKind.RETURNED: gettext_noop("Given back to who received it"),
    StepKind.ANSWERED: gettext_noop("Answered"),
    StepKind.VERIFIED: gettext_noop("Found to be so"),
    StepKind.DUPLICATE: gettext_noop("Another order is about the same"),
    StepKind.HELPER_JOINED: gettext_noop("Helps"),
    StepKind.HELPER_LEFT: gettext_noop("Helps no longer"),
    StepKind.PROVED: gettext_noop("Proof added"),
    StepKind.PAUSED: gettext_noop("Waits for somebody outside"),
    StepKind.RESUMED: gettext_noop("Goes on"),
    StepKind.ESCALATED: gettext_noop("Late: passed on to the unit above"),
    StepKind.CAME_LATE: gettext_noop("Made without a network, too late to be taken"),
    StepKind.OWNER_NAMED: gettext_noop("Owner named"),
    StepKind.NOTED: gettext_noop("Note"),
    StepKind.CLOSED: gettext_noop("Closed"),
    StepKind.REOPENED: gettext_noop("Opened again"),
}
# why an order about what was checked closed by itself
HEALED: Mapping[str, str] = {
    "corrected": gettext_noop("A correction replaced the passage"),
    "borne_out": gettext_noop("The rules bear the verdict out now"),
    "settled": gettext_noop("The fever was settled before, or it was somebody else"),
    "explained": gettext_noop("Later passages explain it"),
    "recorded": gettext_noop("All of them are recorded now"),
    "known": gettext_noop("These rules are known now"),
    "answered_for": gettext_noop("Somebody answers for it now"),
    "heard": gettext_noop("Its phones are heard again"),
    "not_staffed": gettext_noop("Nobody is posted there any more"),
    "no_phone": gettext_noop("No phone is in use there any more"),
    "sent": gettext_noop("What lay there was sent"),
    "revoked": gettext_noop("The phone was revoked"),
    "shift_told": gettext_noop("The phone has told of the shift, or the passages were corrected"),
    "later_rows": gettext_noop("By passages that came in later it is no more than usual"),
    "rated_very": gettext_noop("Whoever reported is very satisfied"),
    "rated_ok": gettext_noop("Whoever reported says that it is all right"),
    "withdrawn": gettext_noop("The directive was withdrawn"),
    "replaced": gettext_noop("Another directive took its place"),
}
# why an item is in quarantine: codes of the intake contract
UNFIT: Mapping[str, str] = {
    "not-json": gettext_noop("Cannot be read"),
    "wrong-shape": gettext_noop("A field has the wrong form"),
    "unknown-field": gettext_noop("A field that nobody knows"),
    "too-long": gettext_noop("Too long"),
    "has-nul": gettext_noop("Holds a character that cannot be kept"),
    "bad-hash": gettext_noop("The link to the item before it cannot be read"),
    "impossible-time": gettext_noop("An impossible time"),
    "impossible-temperature": gettext_noop("An impossible temperature"),
    "crossed-against-verdict": gettext_noop("Let pass against the verdict without a reason"),
    "corrects-itself": gettext_noop("Corrects itself"),
    "subject-mixed": gettext_noop("Person and vehicle mixed up"),
    "subject-unknown": gettext_noop("Does not say who passed"),
    "document-refused": gettext_noop("The document number is wrong"),
    "phone-refused": gettext_noop("The phone number is wrong"),
    "plate-refused": gettext_noop("The plate is wrong"),
    "name-refused": gettext_noop("The name cannot be used"),
    "other-gate": gettext_noop("Names another gate than its phone's"),
    "other-body": gettext_noop("Same id, other content"),
    "unproved": gettext_noop("Brought by another phone without proof of whose it is"),
    "unknown-contract": gettext_noop("Sent by an app of another version"),
    "database-refused": gettext_noop("The database refused it"),
    "revoked-device": gettext_noop("Sent by a phone that was revoked"),
}
# why entering one did not work, besides those
TROUBLES: Mapping[str, str] = {
    "not-allowed": gettext_noop("Whoever decided may not decide there any more"),
    "key-destroyed": gettext_noop("Its key was destroyed when it fell due"),
}
DESK: Mapping[State, Sign] = {
    State.WAITING: Sign(gettext_noop("Waiting"), "look", "triangle"),
    State.ENTERING: Sign(gettext_noop("Being entered"), "info", "clock"),
    State.ENTERED: Sign(gettext_noop("Entered"), "go", "check"),
    State.SET_ASIDE: Sign(gettext_noop("Discarded"), "plain", "octagon"),
}
