"""Policies: which meetings make whom a proposed contact, how far to look back, and what is then due on which day.

    policy = in_force(day)                              # cn-8, cn-9, or generic where no national plan holds
    t0, t1 = lookback(policy, onset=…, first_positive=…, asymptomatic=False, zone=zone)
    overlaps(policy, kinds_by_place, asked={"shop"})    # the engine's min_overlap, for one kind of place
    propose(policy, meetings)                           # who, as what, ranked, with reasons in words
    plan(policy, Grade.CLOSE, last_exposure, zone=zone) # isolation, tests and release by day

Every number lies in `editions/*.json` with its source and how sure that is. A proposal is what the ledger suggests; who
is a contact is decided by people. Pure: no Django, no database, no clock.
"""

from kakou.tracing.policy.fields import PolicyRefused, Source
from kakou.tracing.policy.grading import (
    NEVER,
    Meeting,
    Proposal,
    overlaps,
    propose,
    propose_secondary,
)
from kakou.tracing.policy.model import (
    EDITIONS,
    STRENGTH,
    Grade,
    Measure,
    Measures,
    PlaceRule,
    Policy,
    Release,
    Stage,
    Swab,
    edition,
    in_force,
    read_policy,
)
from kakou.tracing.policy.planning import Due, lookback, lookback_reason, midnight, onward, plan
from kakou.tracing.policy.wording import Reason, worded

__all__ = [
    "EDITIONS",
    "NEVER",
    "STRENGTH",
    "Due",
    "Grade",
    "Measure",
    "Measures",
    "Meeting",
    "PlaceRule",
    "Policy",
    "PolicyRefused",
    "Proposal",
    "Reason",
    "Release",
    "Source",
    "Stage",
    "Swab",
    "edition",
    "in_force",
    "lookback",
    "lookback_reason",
    "midnight",
    "onward",
    "overlaps",
    "plan",
    "propose",
    "propose_secondary",
    "read_policy",
    "worded",
]
