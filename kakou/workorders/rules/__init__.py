"""What an order is, where it stands, when it falls due, what closing needs. Pure: no Django, no clock of its own."""

from kakou.workorders.rules.kinds import (
    AGAIN,
    EMERGENCY,
    ORDINARY,
    RUNS,
    SHOWN,
    Again,
    Clock,
    Evidence,
    Kind,
    Limits,
    NextDue,
    Proof,
    Urgency,
    check_by_hand,
    check_evidence,
    check_still_open,
    checked_proof,
    judge_again,
    next_due,
    within,
    without_limit,
)
from kakou.workorders.rules.passing import Answering, Passed, passed_up
from kakou.workorders.rules.states import (
    ENDED,
    MATTER,
    NEED_A_REASON,
    REQUEST,
    STAYS,
    STILL_OPEN,
    Flow,
    OrderRefused,
    State,
    StepKind,
    step,
    steps_from,
)

__all__ = [
    "AGAIN", "EMERGENCY", "ENDED", "MATTER", "NEED_A_REASON", "ORDINARY", "REQUEST", "RUNS", "SHOWN", "STAYS",
    "STILL_OPEN", "Again", "Answering", "Clock", "Evidence", "Flow", "Kind", "Limits", "NextDue", "OrderRefused",
    "Passed", "Proof", "State", "StepKind", "Urgency", "check_by_hand", "check_evidence", "check_still_open",
    "checked_proof", "judge_again", "next_due", "passed_up", "step", "steps_from", "within", "without_limit",
]  # fmt: skip
