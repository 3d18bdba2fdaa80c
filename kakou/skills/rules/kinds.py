"""What somebody may be able to do, and which paper says so: one table.

Forklift: certificate N1 of TSG Z6001-2019 (特种设备作业人员考核规则). Driving classes and what each covers: annex 1
of 机动车驾驶证申领和使用规定.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Skill(StrEnum):
    """A skill, or the class of a licence; what is kept and sent."""

    FORKLIFT = "n1"  # 叉车司机
    CLASS_A1 = "a1"  # 大型客车
    CLASS_A2 = "a2"  # 重型牵引挂车
    CLASS_A3 = "a3"  # 城市公交车
    CLASS_B1 = "b1"  # 中型客车
    CLASS_B2 = "b2"  # 大型货车
    CLASS_C1 = "c1"  # 小型汽车
    ELECTRICIAN = "electrician"  # 电工
    WELDER = "welder"  # 焊工
    NURSE = "nurse"  # 护士
    FIRST_AID = "first_aid"  # 急救
    INTERPRETER = "interpreter"  # 翻译
    SIGN_LANGUAGE = "sign_language"  # 手语


@dataclass(frozen=True, slots=True)
class Line:
    """`words` is a msgid, `code` what stands on the paper ("" for none). `is_paper`: a document with a number and a
    last day, without which nobody may do it; else an ability that somebody tells of. `covers`: what else it allows."""

    words: str
    code: str = ""
    is_paper: bool = True
    covers: frozenset[Skill] = frozenset()


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


_S = Skill
_SMALL = frozenset({_S.CLASS_C1})
LINES: Mapping[Skill, Line] = {
    _S.FORKLIFT: Line(N_("Drive a forklift"), "N1"),
    _S.CLASS_A1: Line(N_("Drive a large bus"), "A1", covers=_SMALL | {_S.CLASS_A3, _S.CLASS_B1, _S.CLASS_B2}),
    _S.CLASS_A2: Line(N_("Drive a truck with a trailer"), "A2", covers=_SMALL | {_S.CLASS_B1, _S.CLASS_B2}),
    _S.CLASS_A3: Line(N_("Drive a city bus"), "A3", covers=_SMALL),
    _S.CLASS_B1: Line(N_("Drive a medium bus"), "B1", covers=_SMALL),
    _S.CLASS_B2: Line(N_("Drive a large truck"), "B2", covers=_SMALL),
    _S.CLASS_C1: Line(N_("Drive a car or small truck"), "C1"),
    _S.ELECTRICIAN: Line(N_("Work as an electrician"), "电工"),
    _S.WELDER: Line(N_("Weld"), "焊工"),
    _S.NURSE: Line(N_("Work as a nurse"), "护士"),
    _S.FIRST_AID: Line(N_("Give first aid"), is_paper=False),
    _S.INTERPRETER: Line(N_("Interpret"), is_paper=False),
    _S.SIGN_LANGUAGE: Line(N_("Sign language"), is_paper=False),
}


def fitting(wanted: Skill) -> frozenset[Skill]:
    """Every skill by which `wanted` may be done, itself included."""
    return frozenset({wanted}) | {skill for skill, line in LINES.items() if wanted in line.covers}
