"""What may be asked for, who is responsible for it and how soon: one table. 速来办: domain.md 3.1, R01, R83."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kakou.places.rules import UnitKind
from kakou.workorders.rules import EMERGENCY, ORDINARY, REQUEST, Kind, Urgency, within


class Category(StrEnum):
    """What a request is about; the value is its code for programs too."""

    MEDICAL = "medical"  # 就医购药
    DANGER = "danger"  # 安全隐患
    SUPPLIES = "supplies"  # 生活物资
    GATE = "gate"  # 卡口与防疫
    FACILITIES = "facilities"  # 公共设施
    ENVIRONMENT = "environment"  # 环境卫生
    NEIGHBOURS = "neighbours"  # 邻里矛盾
    ENTERPRISE = "enterprise"  # 企业服务
    OTHER = "other"  # 其他


class Channel(StrEnum):
    """By which way a request came in."""

    PAGE = "page"  # 网页
    PHONE = "phone"  # 电话
    DESK = "desk"  # 窗口
    LETTERBOX = "letterbox"  # 速来办信箱
    MESSAGE = "message"  # 群消息
    MAIL = "mail"  # 电子邮箱
    PROGRAM = "program"  # Open311


class InletKind(StrEnum):
    """By which way messages come in by themselves."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    MAILBOX = "mailbox"


class Stand(StrEnum):
    """Where a proposal stands."""

    WAITS = "waits"
    TAKEN = "taken"  # it became a request
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Line:
    """`words` and `example` are msgids. `answers`: the kinds of unit responsible, the nearest one around the place;
    none: the place itself. `clock`: by which limits of `REQUESTED` it falls due."""

    words: str
    example: str
    answers: frozenset[UnitKind]
    clock: Urgency = Urgency.NORMAL


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


_COMMUNITY = frozenset({UnitKind.COMMUNITY_URBAN, UnitKind.COMMUNITY_RURAL})
_OFFICE = frozenset({UnitKind.STREET, UnitKind.ZONE})
_C = Category
LINES: Mapping[Category, Line] = {
    _C.MEDICAL: Line(
        N_("Doctor or medicine"), N_("Somebody needs a doctor or medicine now."), _COMMUNITY, Urgency.EMERGENCY
    ),
    _C.DANGER: Line(
        N_("Danger"), N_("Fire, gas, a live wire, something about to fall."), _COMMUNITY, Urgency.EMERGENCY
    ),
    _C.SUPPLIES: Line(N_("Food and daily needs"), N_("Vegetables, milk powder, gas bottles, a delivery."), _COMMUNITY),
    _C.GATE: Line(N_("Gates and checks"), N_("A gate, a pass, a code, how somebody was treated."), _COMMUNITY),
    _C.FACILITIES: Line(N_("Lights, roads, water, power"), N_("A street lamp is out, a pipe leaks."), _COMMUNITY),
    _C.ENVIRONMENT: Line(N_("Rubbish and cleanliness"), N_("Rubbish is not taken away, a drain smells."), _COMMUNITY),
    _C.NEIGHBOURS: Line(N_("Neighbours"), N_("Noise, a quarrel, a blocked passage."), _COMMUNITY),
    _C.ENTERPRISE: Line(N_("For an enterprise"), N_("Goods, staff, permits, starting work again."), _OFFICE),
    _C.OTHER: Line(N_("Something else"), N_("Whatever fits nowhere above."), _COMMUNITY),
}
# accepted in one worked day and finished in seven; what is an emergency within minutes (workorders.rules.kinds)
REQUESTED = Kind(
    "service_request", N_("Request (come and handle it)"), ORDINARY, frozenset({"answer"}), flow=REQUEST,
    sooner={Urgency.EMERGENCY: EMERGENCY},
)  # fmt: skip
# closes when somebody has decided: nobody closes it by hand
MESSAGE_WAITS = Kind(
    "message_waits", N_("A message that came in waits for a decision"), within(hours=4), by_hand=False,
    sooner={Urgency.EMERGENCY: within(minutes=15)},
)  # fmt: skip


def responsible(category: Category, around: Sequence[tuple[int, UnitKind]]) -> int:
    """The node that receives the request. `around`: (node, kind) of the place and of the units around it, the nearest
    first, at least one. Where no unit is of the kind that answers, the place itself does."""
    wanted = LINES[category].answers
    return next((node for node, kind in around if kind in wanted), around[0][0])
