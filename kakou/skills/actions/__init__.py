"""The only writes of licences and of calls for helpers."""

from kakou.skills.actions.calls import NewCall, answer, ask, came, end_call, open_call, rate, served, stay_away
from kakou.skills.actions.forgetting import forget_skills
from kakou.skills.actions.holding import hold_helper
from kakou.skills.actions.licences import (
    NewLicence,
    add_licence,
    end_licence,
    set_agreed,
    verify_licence,
    watch_licences,
)
from kakou.skills.actions.word import stop_asking

__all__ = [
    "NewCall", "NewLicence", "add_licence", "answer", "ask", "came", "end_call", "end_licence", "forget_skills",
    "hold_helper", "open_call", "rate", "served", "set_agreed", "stay_away", "stop_asking", "verify_licence",
    "watch_licences",
]  # fmt: skip
