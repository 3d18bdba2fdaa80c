"""Which skills there are, who may be sent, and what an answer is worth. Pure: no Django, no clock."""

from kakou.skills.rules.asking import Answer, HelpRefused, Way, checked_minutes, judge_yes
from kakou.skills.rules.kinds import LINES, Line, Skill, fitting
from kakou.skills.rules.licences import (
    KEEP,
    LICENCE_EXPIRING,
    SOON,
    LicenceRefused,
    checked_last_day,
    checked_number,
    due_of,
)
from kakou.skills.rules.safety import (
    LOOKED_WITHIN,
    SIGNS,
    Flag,
    HelperBarred,
    Paper,
    State,
    flags,
    red,
    words_of,
)

__all__ = [
    "KEEP", "LICENCE_EXPIRING", "LINES", "LOOKED_WITHIN", "SIGNS", "SOON", "Answer", "Flag", "HelpRefused",
    "HelperBarred", "LicenceRefused", "Line", "Paper", "Skill", "State", "Way", "checked_last_day", "checked_minutes",
    "checked_number", "due_of", "fitting", "flags", "judge_yes", "red", "words_of",
]  # fmt: skip
