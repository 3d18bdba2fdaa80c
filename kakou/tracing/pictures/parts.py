"""The part somebody plays in an outbreak: each with a word, a shape and, last, a colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from kakou.tracing.pictures.wording import N_, Gettext
from kakou.web.kit.drawing import paint, tag


class Part(StrEnum):
    """Cases first. The values of contacts are those of `policy.Grade`."""

    CONFIRMED = "confirmed"  # 确诊病例
    ASYMPTOMATIC = "asymptomatic"  # 无症状感染者
    SUSPECTED = "suspected"  # 疑似病例
    CLOSE = "close"  # 密接
    SECONDARY = "secondary"  # 次密接
    COMPANION = "companion"  # 时空伴随
    NONE = "none"  # 一般接触


class Look(NamedTuple):
    """How a part is shown. `sign`: the same shape as a letter, where only text can be drawn."""

    word: str
    several: str
    sign: str
    shape: str
    ink: str
    filled: bool


_DISC = "M8 1A7 7 0 1 0 8 15A7 7 0 1 0 8 1Z"
_DIAMOND, _RING = "M8 1L15 8L8 15L1 8Z", "M8 2A6 6 0 1 0 8 14A6 6 0 1 0 8 2Z"
LOOKS: Mapping[Part, Look] = {
    Part.CONFIRMED: Look(N_("Confirmed case"), N_("confirmed cases"), "◆", "M8 0L16 8L8 16L0 8Z", "stop", True),
    Part.ASYMPTOMATIC: Look(N_("Asymptomatic"), N_("asymptomatic"), "◇", _DIAMOND, "stop", False),
    Part.SUSPECTED: Look(N_("Suspected case"), N_("suspected cases"), "▲", "M8 1L16 15H0Z", "ink", True),
    Part.CLOSE: Look(N_("Close contact"), N_("close contacts"), "●", _DISC, "accent", True),
    Part.SECONDARY: Look(N_("Contact of a contact"), N_("contacts of contacts"), "○", _RING, "accent", False),
    Part.COMPANION: Look(N_("Companion"), N_("companions"), "□", "M2 2H14V14H2Z", "edge", False),
    Part.NONE: Look(N_("Met, nothing follows"), N_("met, nothing follows"), "–", "M1 6H15V10H1Z", "edge", True),
}  # fmt: skip
CASES = (Part.CONFIRMED, Part.ASYMPTOMATIC, Part.SUSPECTED)


def shape(part: Part, x: float, y: float, size: float = 14) -> str:
    """The part's shape with its upper left corner at x, y."""
    look = LOOKS[part]
    painted = paint(look.ink) if look.filled else paint("paper", look.ink, 2.5)
    return tag("path", d=look.shape, transform=f"translate({x:.1f} {y:.1f}) scale({size / 16:.3f})", **painted)


def legend(parts: Iterable[Part], gettext: Gettext) -> list[tuple[str, str]]:
    """Shapes with their words, for `drawing.keys`."""
    return [(shape(part, 0, -11), gettext(LOOKS[part].word)) for part in parts]
