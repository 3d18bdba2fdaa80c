"""Words and signs of skills and helpers."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

from kakou.skills.queries.calls import Stage
from kakou.skills.rules import LINES, Answer, Flag, Skill, Way, words_of
from kakou.web.kit.signs import Sign

STAGES: Mapping[Stage, Sign] = {
    Stage.ASKING: Sign(gettext_noop("Asking"), "info", "ring"),
    Stage.TAKEN: Sign(gettext_noop("Somebody comes"), "go", "check"),
    Stage.DONE: Sign(gettext_noop("Helped"), "go", "check"),
    Stage.ENDED: Sign(gettext_noop("Ended without a helper"), "plain", "dot"),
}
ANSWERS: Mapping[Answer, Sign] = {
    Answer.WAITING: Sign(gettext_noop("No answer yet"), "info", "ring"),
    Answer.YES: Sign(gettext_noop("Comes"), "go", "check"),
    Answer.NO: Sign(gettext_noop("Cannot come"), "plain", "dot"),
    Answer.LATE: Sign(gettext_noop("Yes, but somebody was quicker"), "plain", "dot"),
    Answer.BARRED: Sign(gettext_noop("Yes, but may not come now"), "stop", "cross"),
}
WAYS: Mapping[Way, str] = {Way.LINK: gettext_noop("by the page"), Way.PHONE: gettext_noop("by telephone")}


def skill_word(skill: Skill) -> str:
    """Drive a forklift (N1)."""
    line = LINES[skill]
    return f"{gettext(line.words)} ({line.code})" if line.code else gettext(line.words)


def skills() -> list[tuple[str, str]]:
    """To choose from."""
    return [(one.value, skill_word(one)) for one in Skill]


def against(flags: frozenset[Flag]) -> list[str]:
    """What speaks against somebody, in words."""
    return [gettext(words) for words in words_of(flags)]
