"""The kinds of order that what was checked opens, each with what closing it by hand must state. Pure."""

from __future__ import annotations

import datetime as dt

from kakou.workorders.rules import Kind

HOUR = dt.timedelta(hours=1)

VERDICT_MILDER = Kind(
    "verdict_milder", "The verdict was milder than the rules", 4 * HOUR, frozenset({"recorder_said", "finding"})
)
# whoever is turned away is told why, and so is whoever reads it later
VERDICT_UNEXPLAINED = Kind(
    "verdict_unexplained", "Turned away without a reason", 24 * HOUR, frozenset({"recorder_said"})
)
# 严防外来的 (article line 13): he is somewhere in the community, so soon
RISK_ORIGIN = Kind(
    "risk_origin", "Came from a risk area that the gate did not know of", 2 * HOUR, frozenset({"called"})
)
# nothing holds an emergency up, so nothing of it is looked at: else the word alone would let anybody through
EMERGENCY_PASSED = Kind(
    "emergency_passed", "Let through as an emergency: make up the record", 12 * HOUR, frozenset({"emergency"})
)
UNKNOWN_RULES = Kind("unknown_rules", "A gate judges by rules that are not known here", 24 * HOUR, recurs=True)
# whoever names the rules of another place, or older ones, is judged by them: so it is asked why
OTHER_RULES = Kind(
    "other_rules", "A gate judges by rules that do not hold there", 24 * HOUR, frozenset({"finding"}), recurs=True
)
FEVER_WALKED = Kind(
    "fever_walked", "Went on with a fever that is not settled", HOUR, frozenset({"whereabouts", "finding"})
)
EQUAL_TEMPERATURES = Kind(
    "equal_temperatures", "Equal temperatures in a row", 24 * HOUR, frozenset({"recorder_said", "thermometer"})
)
BARE_TEMPERATURES = Kind(
    "bare_temperatures", "Temperatures without their thermometer or their time", 24 * HOUR, frozenset({"finding"})
)
QUOTA_EXCEEDED = Kind(
    "quota_exceeded", "A household went out more often than it may", 24 * HOUR, frozenset({"household_said"})
)
OCCUPANTS_MISSING = Kind(
    "occupants_missing", "Fewer were recorded than sat in the vehicle", 2 * HOUR, frozenset({"occupants"})
)
KINDS = (
    VERDICT_MILDER, VERDICT_UNEXPLAINED, RISK_ORIGIN, EMERGENCY_PASSED, UNKNOWN_RULES, OTHER_RULES, FEVER_WALKED,
    EQUAL_TEMPERATURES, BARE_TEMPERATURES, QUOTA_EXCEEDED, OCCUPANTS_MISSING,
)  # fmt: skip
