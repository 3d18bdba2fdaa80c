"""Codes of tracing as people read them: word, tone and shape. A state is never told by its colour alone."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

from kakou.tracing.models import ControlMeasure, Trace
from kakou.tracing.policy import Grade, Reason, worded
from kakou.tracing.rules.following import Finding, Task
from kakou.tracing.rules.names import ReleaseState
from kakou.tracing.rules.standing import CaseState, Move, Origin, Standing
from kakou.web.kit.signs import Sign

STANDINGS: Mapping[Standing, Sign] = {
    Standing.PROPOSED: Sign(gettext_noop("To be decided"), "look", "triangle"),
    Standing.FOLLOWED: Sign(gettext_noop("Followed up"), "info", "clock"),
    Standing.RELEASED: Sign(gettext_noop("Released"), "go", "check"),
    Standing.LOST: Sign(gettext_noop("Cannot be found"), "stop", "octagon"),
    Standing.DISMISSED: Sign(gettext_noop("No contact"), "plain", "ring"),
    Standing.HANDED_OVER: Sign(gettext_noop("Handed over"), "plain", "out"),
}
GRADES: Mapping[Grade, Sign] = {
    Grade.CLOSE: Sign(gettext_noop("Close contact"), "stop", "octagon"),
    Grade.SECONDARY: Sign(gettext_noop("Contact of a contact"), "look", "triangle"),
    Grade.COMPANION: Sign(gettext_noop("Companion in time and space"), "info", "diamond"),
    Grade.NONE: Sign(gettext_noop("Met, nothing follows"), "plain", "ring"),
}
CASES: Mapping[CaseState, Sign] = {
    CaseState.SUSPECTED: Sign(gettext_noop("Suspected case"), "look", "triangle"),
    CaseState.CONFIRMED: Sign(gettext_noop("Confirmed case"), "stop", "cross"),
    CaseState.ASYMPTOMATIC: Sign(gettext_noop("Infected without symptoms"), "stop", "diamond"),
    CaseState.EXCLUDED: Sign(gettext_noop("Excluded: no case"), "plain", "ring"),
}
ORIGINS: Mapping[Origin, str] = {
    Origin.LEDGER: gettext_noop("found in the ledger of the gates"),
    Origin.INTERVIEW: gettext_noop("told in an interview"),
    Origin.LINE_LIST: gettext_noop("came with a line list"),
    Origin.HOUSEHOLD: gettext_noop("lives in the same household"),
    Origin.VEHICLE: gettext_noop("sat in the same vehicle"),
    Origin.HANDED_IN: gettext_noop("handed over by another area"),
    Origin.CASE: gettext_noop("entered as a case"),
}
MOVES: Mapping[Move, str] = {
    Move.FOUND: gettext_noop("Came in"),
    Move.ACCEPTED: gettext_noop("Decided as a contact"),
    Move.DISMISSED: gettext_noop("Decided: no contact"),
    Move.RELEASED: gettext_noop("Released"),
    Move.LOST: gettext_noop("Cannot be found"),
    Move.HANDED_OVER: gettext_noop("Handed over"),
    Move.TAKEN_BACK: gettext_noop("Taken back"),
    Move.BECAME_CASE: gettext_noop("Entered as a case"),
    Move.CHANGED: gettext_noop("What is known changed"),
    Move.NOTED: gettext_noop("Note"),
}
# the button of each step that is offered on somebody's page
ACTS: Mapping[Move, str] = {
    Move.ACCEPTED: gettext_noop("Follow up as a contact"),
    Move.DISMISSED: gettext_noop("No contact"),
    Move.RELEASED: gettext_noop("Release"),
    Move.LOST: gettext_noop("Cannot be found"),
    Move.TAKEN_BACK: gettext_noop("Take back"),
    Move.NOTED: gettext_noop("Keep the note"),
}
NEED_GRADE = frozenset({Move.ACCEPTED})
TASKS: Mapping[Task, str] = {
    Task.CALL: gettext_noop("Ask how he is"),
    Task.TEST: gettext_noop("Test"),
    Task.RELEASE: gettext_noop("Release"),
}
FINDINGS: Mapping[Finding, Sign] = {
    Finding.DUE: Sign(gettext_noop("Not told yet"), "plain", "ring"),
    Finding.NORMAL: Sign(gettext_noop("Well"), "go", "check"),
    Finding.SYMPTOMS: Sign(gettext_noop("Symptoms"), "stop", "triangle"),
    Finding.FEVER: Sign(gettext_noop("Fever measured"), "stop", "cross"),
    Finding.NOT_REACHED: Sign(gettext_noop("Not reached"), "look", "ring"),
    Finding.REFUSED: Sign(gettext_noop("Refused"), "stop", "octagon"),
    Finding.NEGATIVE: Sign(gettext_noop("Negative"), "go", "check"),
    Finding.POSITIVE: Sign(gettext_noop("Positive"), "stop", "cross"),
    Finding.UNCLEAR: Sign(gettext_noop("To be tested again"), "look", "triangle"),
    Finding.NOT_TAKEN: Sign(gettext_noop("No sample taken"), "look", "ring"),
    Finding.DONE: Sign(gettext_noop("Done"), "go", "check"),
    Finding.DROPPED: Sign(gettext_noop("Not asked for any more"), "plain", "ring"),
}
RELEASES: Mapping[ReleaseState, Sign] = {
    ReleaseState.ASKED: Sign(gettext_noop("Asked for"), "look", "clock"),
    ReleaseState.GRANTED: Sign(gettext_noop("Released"), "go", "check"),
    ReleaseState.REFUSED: Sign(gettext_noop("Refused"), "stop", "octagon"),
    ReleaseState.BROKEN_GLASS: Sign(gettext_noop("Glass broken, not confirmed"), "stop", "triangle"),
    ReleaseState.CONFIRMED: Sign(gettext_noop("Confirmed afterwards"), "go", "check"),
    ReleaseState.ENDED: Sign(gettext_noop("Given back"), "plain", "back"),
}
TRACES: Mapping[Trace.State, Sign] = {
    Trace.State.QUEUED: Sign(gettext_noop("Is being searched"), "info", "clock"),
    Trace.State.RUNNING: Sign(gettext_noop("Under way"), "info", "clock"),
    Trace.State.DONE: Sign(gettext_noop("Done"), "go", "check"),
    Trace.State.FAILED: Sign(gettext_noop("Failed"), "stop", "triangle"),
}
MEASURES: Mapping[ControlMeasure.Kind, str] = {
    ControlMeasure.Kind.LOCKED_DOWN: gettext_noop("Lockdown area"),
    ControlMeasure.Kind.CONTROLLED: gettext_noop("Control area"),
    ControlMeasure.Kind.GUARDED: gettext_noop("Prevention area"),
    ControlMeasure.Kind.CLOSED: gettext_noop("Shut down"),
    ControlMeasure.Kind.DISINFECTED: gettext_noop("Disinfected"),
    ControlMeasure.Kind.AIRED: gettext_noop("Aired"),
}
TROUBLES: Mapping[str, str] = {
    "not-in-ledger": gettext_noop("No gate has recorded this person within the days that the ledger is kept."),
    "our-fault": gettext_noop("Something went wrong here. It is in the log; ask again, or tell the administrator."),
    "policy-refused": gettext_noop("The edition of the plan cannot be applied to this person."),
}
ORIGIN_REASON = "origin"  # of an exposure that somebody told


def mates_told(found: Mapping[str, int]) -> str:
    """What came of looking for household and vehicle mates (`Mates.counts`)."""
    parts = [gettext("Proposed: %(household)d of the household, %(vehicle)d of the same vehicle.") % found]
    if found["elsewhere"]:
        parts.append(gettext("%(many)d more belong to places where others trace.") % {"many": found["elsewhere"]})
    if found["crowd"]:
        parts.append(
            gettext("%(many)d people share the address: that is no household, look at it.") % {"many": found["crowd"]}
        )
    return " ".join(parts)


def reasons_of(told: object) -> list[str]:
    """The reasons of an exposure, as stored: [[msgid, params], …], in the reader's language."""
    said = []
    for text, params in told if isinstance(told, list) else ():
        if text == ORIGIN_REASON:
            words = gettext(ORIGINS[Origin(params["origin"])])
            said.append(words[:1].upper() + words[1:] + ".")
        else:
            said.append(worded(Reason(text, params), gettext))
    return said
