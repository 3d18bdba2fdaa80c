"""The only writes of work orders: what opens and heals by itself, what people do, and what is passed on because it is
late."""

from kakou.workorders.actions.answering_anew import answer_anew
from kakou.workorders.actions.escalating import pass_on
from kakou.workorders.actions.exhibits import exhibit, forget_exhibits, look_at
from kakou.workorders.actions.handling import (
    NotHandedOn,
    accept,
    answer,
    begin,
    close,
    dispatch,
    give_back,
    hand_on,
    join,
    leave,
    mark_duplicate,
    name_owner,
    note,
    pause,
    prove,
    reopen,
    resume,
    verify,
)
from kakou.workorders.actions.offline import Made, Taken, take_made
from kakou.workorders.actions.opening import (
    Cause,
    Matter,
    close_cause,
    close_causes,
    forget_evidence,
    hold_open,
    open_many,
    open_once,
    set_due,
)
from kakou.workorders.actions.outgoing import watch_notices

__all__ = [
    "Cause", "Made", "Matter", "NotHandedOn", "Taken", "accept", "answer", "answer_anew", "begin", "close",
    "close_cause", "close_causes", "dispatch", "exhibit", "forget_evidence", "forget_exhibits", "give_back",
    "hand_on", "hold_open", "join", "leave", "look_at", "mark_duplicate", "name_owner", "note", "open_many",
    "open_once", "pass_on", "pause", "prove", "reopen", "resume", "set_due", "take_made", "verify", "watch_notices",
]  # fmt: skip
