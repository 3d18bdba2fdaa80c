"""What people are here, and how somebody is mobilised. Pure: tables, no Django, no clock.

Identities: article lines 9 (party members, officials, cadres, volunteers), 13 and 17 (liaison stationed in a village,
village cadres); data dictionary, Staff.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from kakou.kernel.errors import Refusal


class Identity(StrEnum):
    """One person may be several."""

    PARTY_MEMBER = "party_member"  # 党员
    STREET_OFFICIAL = "street_official"  # 机关同志
    LIAISON = "liaison"  # 驻村联络员
    COMMUNITY_CADRE = "community_cadre"  # 社区干部
    VILLAGE_CADRE = "village_cadre"  # 村干部
    GRID_WORKER = "grid_worker"  # 网格员
    VOLUNTEER = "volunteer"  # 志愿者
    MEDIC = "medic"  # 医务人员


class Mobilised(StrEnum):
    """Whether somebody is sent anywhere."""

    HOME = "home"  # 未动员
    CALLED = "called"  # 已通知
    THERE = "there"  # 已到岗


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


TITLES: Mapping[Identity | Mobilised, str] = {
    Identity.PARTY_MEMBER: N_("Party member"),
    Identity.STREET_OFFICIAL: N_("Street official"),
    Identity.LIAISON: N_("Liaison in a village"),
    Identity.COMMUNITY_CADRE: N_("Community cadre"),
    Identity.VILLAGE_CADRE: N_("Village cadre"),
    Identity.GRID_WORKER: N_("Grid worker"),
    Identity.VOLUNTEER: N_("Volunteer"),
    Identity.MEDIC: N_("Medic"),
    Mobilised.HOME: N_("Not mobilised"),
    Mobilised.CALLED: N_("Called"),
    Mobilised.THERE: N_("At the post"),
}
# somebody who is at a post may be called to another one without going home between
TRANSITIONS: Mapping[Mobilised, frozenset[Mobilised]] = {
    Mobilised.HOME: frozenset({Mobilised.CALLED}),
    Mobilised.CALLED: frozenset({Mobilised.CALLED, Mobilised.THERE, Mobilised.HOME}),
    Mobilised.THERE: frozenset({Mobilised.CALLED, Mobilised.HOME}),
}
LONGEST = 64
_ACCOUNT = re.compile(r"[\w.@+-]{1,64}")


class RosterRefused(Refusal):
    """The roster would say what cannot be; the text says what to change."""

    code = "roster-refused"


def check_account(name: str) -> str:
    """A name that somebody can log in with. Raises RosterRefused."""
    if not _ACCOUNT.fullmatch(name):
        raise RosterRefused("An account's name has letters, digits and . @ + - _ only, 64 at most.")
    return name


def check_step(now: Mobilised, then: Mobilised) -> None:
    """May somebody who is `now` come to be `then`? Raises RosterRefused."""
    if then not in TRANSITIONS[now]:
        raise RosterRefused("Only who was called arrives, and only who is mobilised stands down.")
