"""The safety gate: whether somebody may be asked, and sent, now. Pure. 安全放在第一位: article line 33, R86, R89."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kakou.kernel.errors import Refusal
from kakou.screening.rules import STOPPED, HealthCode, Vaccination, Verdict

LOOKED_WITHIN = dt.timedelta(days=14)  # a check that is older says nothing of today


class HelperBarred(Refusal):
    """Something red is open: this one is neither asked nor sent now."""

    code = "helper-barred"
    status = 409


class Flag(StrEnum):
    """What speaks against somebody at a moment."""

    FEVER = "fever"  # 发热未了结
    CONTACT = "contact"  # 在密接随访中
    CODE = "code"  # 健康码非绿
    STOPPED = "stopped"  # 最近一次被劝返
    EXPIRED = "expired"  # 证照过期
    UNVERIFIED = "unverified"  # 证照未核验
    NOT_AGREED = "not_agreed"  # 未同意
    MINOR = "minor"  # 未成年
    BUSY = "busy"  # 正在帮忙
    AWAY = "away"  # 不在里面
    UNSEEN = "unseen"  # 无近期查验
    UNVACCINATED = "unvaccinated"  # 未完成接种


@dataclass(frozen=True, slots=True)
class Sign:
    """`words` is a msgid. `is_red`: nobody with it is asked or sent; else others come first. What is open about health
    has one wording, so that a list of helpers tells nobody what it is."""

    words: str
    is_red: bool = True


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


_HEALTH = Sign(N_("not now: something about health is open"))
SIGNS: Mapping[Flag, Sign] = {
    Flag.FEVER: _HEALTH,
    Flag.CONTACT: _HEALTH,
    Flag.CODE: _HEALTH,
    Flag.STOPPED: _HEALTH,
    Flag.EXPIRED: Sign(N_("the licence has expired")),
    Flag.UNVERIFIED: Sign(N_("nobody has seen the licence")),
    Flag.NOT_AGREED: Sign(N_("has not agreed to be asked")),
    Flag.MINOR: Sign(N_("is a minor")),
    Flag.BUSY: Sign(N_("is helping already")),
    Flag.AWAY: Sign(N_("not inside"), is_red=False),
    Flag.UNSEEN: Sign(N_("not checked at a gate within fourteen days"), is_red=False),
    Flag.UNVACCINATED: Sign(N_("not known as fully vaccinated"), is_red=False),
}


@dataclass(frozen=True, slots=True)
class State:
    """What is known of somebody now. `verdict`, `health`, `vaccination`: as a gate saw them last within
    `LOOKED_WITHIN`; NONE and NOT_LOOKED where none did."""

    has_fever: bool = False
    is_contact: bool = False
    health: HealthCode = HealthCode.NOT_LOOKED
    vaccination: Vaccination = Vaccination.NOT_LOOKED
    verdict: Verdict = Verdict.NONE
    is_inside: bool = False
    is_busy: bool = False
    is_minor: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A licence as far as safety asks. `expires_on`: the last day on which it holds; None: for ever."""

    expires_on: dt.date | None
    is_verified: bool
    has_agreed: bool


_GREEN = frozenset({HealthCode.GREEN, HealthCode.PAPER})
_FULL = frozenset({Vaccination.FULL, Vaccination.BOOSTED})


def flags(state: State, paper: Paper, *, today: dt.date) -> frozenset[Flag]:
    """Everything that speaks against sending this one today."""
    seen_health = state.health is not HealthCode.NOT_LOOKED
    found = {
        Flag.FEVER: state.has_fever,
        Flag.CONTACT: state.is_contact,
        Flag.CODE: seen_health and state.health not in _GREEN,
        Flag.STOPPED: state.verdict in STOPPED,
        Flag.EXPIRED: paper.expires_on is not None and paper.expires_on < today,
        Flag.UNVERIFIED: not paper.is_verified,
        Flag.NOT_AGREED: not paper.has_agreed,
        Flag.MINOR: state.is_minor,
        Flag.BUSY: state.is_busy,
        Flag.AWAY: not state.is_inside,
        Flag.UNSEEN: not seen_health,
        Flag.UNVACCINATED: state.vaccination not in _FULL,
    }
    return frozenset(flag for flag, holds in found.items() if holds)


def red(found: Collection[Flag]) -> list[Flag]:
    """Those because of which nobody is asked or sent, in the order of the table."""
    return [flag for flag in SIGNS if flag in found and SIGNS[flag].is_red]


def words_of(found: Collection[Flag]) -> list[str]:
    """Msgids of `found`, each once, the red ones first."""
    ordered = sorted((flag for flag in SIGNS if flag in found), key=lambda flag: not SIGNS[flag].is_red)
    return list(dict.fromkeys(SIGNS[flag].words for flag in ordered))
