"""Where somebody stands in an outbreak, and by which step he gets there. Pure: no Django, no clock.

One model for cases and contacts: a contact whose test is positive becomes a case and is followed on, by the same plan
and the same list (peers.md §2: follow-up that leads to the wrong form). Source: article line 25 (坚决切断疫情传播链条).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from kakou.kernel.errors import Refusal
from kakou.tracing.policy import Grade


class Standing(StrEnum):
    """Where somebody stands."""

    PROPOSED = "proposed"  # 待判定: found, nobody has decided yet
    FOLLOWED = "followed"  # 随访中
    RELEASED = "released"  # 已解除
    LOST = "lost"  # 失访
    DISMISSED = "dismissed"  # 已排除: decided to be no contact
    HANDED_OVER = "handed_over"  # 已移交


class Move(StrEnum):
    """What was done about somebody."""

    FOUND = "found"  # by a trace, an interview, a line list
    ACCEPTED = "accepted"  # 判定
    DISMISSED = "dismissed"  # 排除
    RELEASED = "released"  # 解除
    LOST = "lost"  # 失访
    HANDED_OVER = "handed_over"  # 移交
    TAKEN_BACK = "taken_back"  # 收回 or 恢复随访: decided too early
    BECAME_CASE = "became_case"  # 转为病例
    CHANGED = "changed"  # 更正: onset, tests, isolation of a case
    NOTED = "noted"  # 备注


class CaseState(StrEnum):
    """What kind of case; none of these: a contact."""

    SUSPECTED = "suspected"  # 疑似病例
    CONFIRMED = "confirmed"  # 确诊病例
    ASYMPTOMATIC = "asymptomatic"  # 无症状感染者
    EXCLUDED = "excluded"  # 排除病例


class Origin(StrEnum):
    """How somebody came to be known."""

    LEDGER = "ledger"  # 卡口台账
    INTERVIEW = "interview"  # 流调
    LINE_LIST = "line_list"  # 导入名单
    HOUSEHOLD = "household"  # 同户
    VEHICLE = "vehicle"  # 同车
    HANDED_IN = "handed_in"  # 外地移交
    CASE = "case"  # as a case from the first


S, M = Standing, Move
TRANSITIONS: Mapping[Standing, Mapping[Move, Standing]] = {
    S.PROPOSED: {M.ACCEPTED: S.FOLLOWED, M.DISMISSED: S.DISMISSED, M.HANDED_OVER: S.HANDED_OVER,
                 M.BECAME_CASE: S.FOLLOWED},
    S.FOLLOWED: {M.RELEASED: S.RELEASED, M.LOST: S.LOST, M.DISMISSED: S.DISMISSED, M.HANDED_OVER: S.HANDED_OVER,
                 M.ACCEPTED: S.FOLLOWED, M.BECAME_CASE: S.FOLLOWED},
    S.RELEASED: {M.TAKEN_BACK: S.FOLLOWED, M.BECAME_CASE: S.FOLLOWED},
    S.LOST: {M.TAKEN_BACK: S.FOLLOWED, M.HANDED_OVER: S.HANDED_OVER, M.RELEASED: S.RELEASED,
             M.BECAME_CASE: S.FOLLOWED},
    S.DISMISSED: {M.TAKEN_BACK: S.PROPOSED, M.BECAME_CASE: S.FOLLOWED},
    S.HANDED_OVER: {M.TAKEN_BACK: S.FOLLOWED, M.BECAME_CASE: S.FOLLOWED},
}  # fmt: skip
STAYS_AS_IT_IS = frozenset({M.FOUND, M.CHANGED, M.NOTED})
# steps that must say why
NEED_A_REASON = frozenset({M.DISMISSED, M.LOST, M.TAKEN_BACK, M.HANDED_OVER, M.NOTED})
STILL_OPEN = frozenset({S.PROPOSED, S.FOLLOWED, S.LOST})
CONTACTS = frozenset({Grade.CLOSE, Grade.SECONDARY, Grade.COMPANION})


class StepRefused(Refusal):
    """The step cannot be taken from here, or does not say what it must."""

    code = "tracing-step-refused"


def step(standing: Standing, move: Move, *, reason: str = "") -> Standing:
    """Where somebody stands after a step. Raises StepRefused where there is no such way, or a reason is missing."""
    if move in NEED_A_REASON and not reason.strip():
        raise StepRefused("Say why: whoever reads it next decides by that.")
    if move in STAYS_AS_IT_IS:
        return standing
    then = TRANSITIONS[standing].get(move)
    if then is None:
        raise StepRefused("This cannot be done from here: somebody was quicker, or another step comes first.")
    return then


def moves_from(standing: Standing) -> list[Move]:
    """What may be done next, in the order in which it is offered."""
    return [move for move in Move if move in TRANSITIONS[standing]]
