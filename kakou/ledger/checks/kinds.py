"""The kinds of order that what was checked opens, each with what closing it by hand must state. Pure."""

from __future__ import annotations

import datetime as dt

from kakou.workorders.rules import Kind, within

HOUR = dt.timedelta(hours=1)

VERDICT_MILDER = Kind(
    "verdict_milder", "The verdict was milder than the rules", within(hours=4), frozenset({"recorder_said", "finding"})
)
# whoever is turned away is told why, and so is whoever reads it later
VERDICT_UNEXPLAINED = Kind(
    "verdict_unexplained", "Turned away without a reason", within(hours=24), frozenset({"recorder_said"})
)
# 严防外来的 (article line 13): he is somewhere in the community, so soon
RISK_ORIGIN = Kind(
    "risk_origin", "Came from a risk area that the gate did not know of", within(hours=2), frozenset({"called"})
)
# nothing holds an emergency up, so nothing of it is looked at: else the word alone would let anybody through
EMERGENCY_PASSED = Kind(
    "emergency_passed", "Let through as an emergency: make up the record", within(hours=12), frozenset({"emergency"})
)
UNKNOWN_RULES = Kind("unknown_rules", "A gate judges by rules that are not known here", within(hours=24), recurs=True)
# whoever names the rules of another place, or older ones, is judged by them: so it is asked why
OTHER_RULES = Kind(
    "other_rules",
    "A gate judges by rules that do not hold there",
    within(hours=24),
    frozenset({"finding"}),
    recurs=True,
)
FEVER_WALKED = Kind(
    "fever_walked", "Went on with a fever that is not settled", within(hours=1), frozenset({"whereabouts", "finding"})
)
EQUAL_TEMPERATURES = Kind(
    "equal_temperatures", "Equal temperatures in a row", within(hours=24), frozenset({"recorder_said", "thermometer"})
)
BARE_TEMPERATURES = Kind(
    "bare_temperatures",
    "Temperatures without their thermometer or their time",
    within(hours=24),
    frozenset({"finding"}),
)
QUOTA_EXCEEDED = Kind(
    "quota_exceeded", "A household went out more often than it may", within(hours=24), frozenset({"household_said"})
)
OCCUPANTS_MISSING = Kind(
    "occupants_missing", "Fewer were recorded than sat in the vehicle", within(hours=2), frozenset({"occupants"})
)
GATE_SILENT = Kind("gate_silent", "Nothing is heard of a gate", within(hours=1), frozenset({"finding"}), recurs=True)
# the gates may all be well: it is ours not to hear
INTAKE_DEAF = Kind("intake_deaf", "Nothing is heard of any gate", within(minutes=30), recurs=True, by_hand=False)
QUEUE_STUCK = Kind(
    "queue_stuck",
    "Passages stay on a phone although it is heard",
    within(hours=2),
    frozenset({"finding"}),
    recurs=True,
)
NO_SHIFT = Kind(
    "no_shift",
    "Recorded in the name of somebody who had no shift open on that phone",
    within(hours=24),
    frozenset({"recorder_said", "finding"}),
)
# 防患于未然 (R34, R78): what is told after the hour is over warns of nothing
ABOVE_USUAL = Kind("above_usual", "More than usual at this gate and hour", within(hours=1), frozenset({"finding"}))
SEEN_AGAIN = Kind("seen_again", "Was persuaded back, and seen again", within(hours=4), frozenset({"finding"}))
KINDS = (
    VERDICT_MILDER, VERDICT_UNEXPLAINED, RISK_ORIGIN, EMERGENCY_PASSED, UNKNOWN_RULES, OTHER_RULES, FEVER_WALKED,
    EQUAL_TEMPERATURES, BARE_TEMPERATURES, QUOTA_EXCEEDED, OCCUPANTS_MISSING, GATE_SILENT, QUEUE_STUCK, NO_SHIFT,
    ABOVE_USUAL, SEEN_AGAIN, INTAKE_DEAF,
)  # fmt: skip
